"""What an answer rests on: what the entries that it shows say, and what stands around them.

A basis gives for each entry shown its revision and a hash of its surroundings: the entries that it
names and that name it. An answer that depends on more, such as a list, rests on the whole base as
well. While a basis is what it was, the answer need not even be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from community_bot.knowledge.base import KnowledgeBase

WHOLE = "*"
"""Stands for the whole base; no entry can be called so."""
ABOUT = "about.yaml"
"""Stands for what the base says of itself; likewise."""
_AROUND = 16


def basis_of(base: KnowledgeBase, shown: Iterable[str], *, whole: bool) -> dict[str, str]:
    """Return what an answer that shows these entries rests on."""
    basis = {id_: _standing(base, id_) for id_ in shown if id_ in base.entries}
    if base.about is not None:
        basis[ABOUT] = base.about_revision
    if whole:
        basis[WHOLE] = base.fingerprint
    return basis


def is_current(base: KnowledgeBase, basis: Mapping[str, str]) -> bool:
    """Tell whether what an answer rests on still is what it was."""
    shown = basis.keys() - {WHOLE, ABOUT}
    return basis_of(base, shown, whole=WHOLE in basis) == basis


def withdrawn(base: KnowledgeBase, basis: Mapping[str, str]) -> frozenset[str]:
    """Return the entries that an answer showed and that are there no more."""
    return frozenset(basis.keys() - {WHOLE, ABOUT} - base.entries.keys())


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[str, ...]:
    """Return the entries that made an answer another one, as far as that can be told.

    If what some of the entries say has changed, those alone; else those whose surroundings have;
    else what the base says of itself. Nothing if only entries have changed that were not shown:
    then a difference in the answer is one of wording.
    """
    ids = [id_ for id_ in (*old, *(new.keys() - old.keys())) if id_ not in {WHOLE, ABOUT}]
    changed = [id_ for id_ in ids if _said(old, id_) != _said(new, id_)]
    around = [id_ for id_ in ids if old.get(id_) != new.get(id_)]
    about = [ABOUT] if old.get(ABOUT) != new.get(ABOUT) else []
    return tuple(changed or around or about)


def _said(basis: Mapping[str, str], id_: str) -> str:
    return basis.get(id_, "").partition("+")[0]


def _standing(base: KnowledgeBase, id_: str) -> str:
    around = " ".join(base.reference(one) for one in sorted(base.related(id_)))
    digest = hashlib.sha256(around.encode()).hexdigest()[:_AROUND]
    return f"{base.revision(id_)}+{digest}"
