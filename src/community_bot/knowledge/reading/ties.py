"""What ties an entry to others: whom it refers to, and the names by which others may mean it.

Kept small beside each entry, so that after a change only those whom it can affect are judged again.
Judges nothing itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache

from community_bot.domain import entities
from community_bot.domain.entities import About, Entry, Person, Statement
from community_bot.domain.values import Kind
from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.scripts import skeleton
from community_bot.knowledge.reading.shapes import Holds, parts, shapes

ANY = "entry"
"""A reference to an entry of any kind."""
SUBJECT = "subject"
"""A reference to an entry of any kind that something can be said about, so to no source."""
STANDING = "standing"
"""A reference to a sort of court that ``about.yaml`` words."""
ALL_STANDINGS = f"{STANDING}/*"
"""Offered while ``about.yaml`` is broken: its own problems are enough to mend."""

WANTED: Mapping[tuple[type, str], str] = {
    (entities.Event, "case"): Kind.CASE,
    (entities.Event, "standing"): STANDING,
    (entities.Resolution, "body"): Kind.ORGANISATION,
    (entities.Resolution, "related"): Kind.RESOLUTION,
    (entities.OtherDate, "where"): Kind.STATEMENT,
    (entities.Statement, "publisher"): Kind.ORGANISATION,
    (entities.Mention, "ref"): SUBJECT,
    (entities.Point, "about"): ANY,
    (entities.Demand, "about"): ANY,
    (entities.Annotation, "about"): ANY,
    (entities.SummarySentence, "persons"): Kind.PERSON,
    (entities.About, "main_statement"): Kind.STATEMENT,
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Ties:
    """What one entry has to do with others.

    ``needs`` are what it refers to, as ``kind/id``. The rest is empty but for a person, who has
    ``spellings`` of any name and ``skeletons`` of the full ones, and for a statement, which has the
    ``words`` of its summary.
    """

    needs: frozenset[str]
    spellings: frozenset[str] = frozenset()
    skeletons: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def ties_of(entry: Entry | About) -> Ties:
    """Return what ties an entry to others."""
    needs = frozenset(sys.intern(f"{want}/{target}") for _, want, target in references(entry))
    if isinstance(entry, Person):
        names = [it.text for it in entry.names.values()]
        aliases = [it.text for it in entry.aliases]
        return Ties(
            needs,
            spellings=frozenset(spelling(it) for it in (*names, *aliases)),
            skeletons=frozenset(map(skeleton, names)),
        )
    if isinstance(entry, Statement):
        texts = (sentence.text.get("en", "") for sentence in entry.summary)
        return Ties(needs, words=frozenset(word for text in texts for word in words_of(text)))
    return Ties(needs)


def references(entry: Entry | About) -> Iterator[tuple[Route, str, str]]:
    """Yield each reference's route, what it must lead to, and the id."""
    for route, part in parts(entry):
        for name, wanted, is_many in _reference_fields(part.__class__):
            value = getattr(part, name)
            if is_many:
                for index, target in enumerate(value):
                    yield (*route, name, index), wanted, target
            elif value is not None:
                yield (*route, name), wanted, value


@cache
def _reference_fields(part: type) -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (shape.name, wanted, shape.holds is Holds.LIST)
        for shape in shapes(part).values()
        if (wanted := WANTED.get((part, shape.name)) or (shape.name == "cite" and Kind.SOURCE))
    )


def offers_of(kind: Kind, entry_id: str) -> tuple[str, ...]:
    """Return what a file of this kind and id lets others refer to, as their ``needs`` have it."""
    names = (kind, ANY) if kind is Kind.SOURCE else (kind, ANY, SUBJECT)
    return tuple(f"{name}/{entry_id}" for name in names)


def standings_of(about: About) -> frozenset[str]:
    """Return the sorts of court that events may name, as their ``needs`` have it."""
    return frozenset(f"{STANDING}/{name}" for name in about.standings)


def words_of(text: str) -> list[str]:
    """Return the words of a text as names are compared: without case and punctuation."""
    return _WORD.findall(text.casefold())


def spelling(name: str) -> str:
    """Return a name as names are compared."""
    return " ".join(words_of(name))


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from an earlier reading, as far as other entries can tell."""

    ids: frozenset[str]
    needs: frozenset[str]
    names: tuple[frozenset[str], ...]
    skeletons: frozenset[str]

    @classmethod
    def of(cls, ties: Sequence[Ties], offers: AbstractSet[str]) -> Change:
        """Make it of the ties, old and new, of what differs, and of what offers came or went."""
        ids = frozenset(offer.partition("/")[2] for offer in offers)
        wanted = (*Kind, ANY, SUBJECT, STANDING)
        return cls(
            ids,
            frozenset(f"{kind}/{one}" for kind in wanted for one in ids),
            tuple({frozenset(name.split()) for one in ties for name in one.spellings}),
            frozenset(name for one in ties for name in one.skeletons),
        )

    def affects_names(self, ties: Ties) -> bool:
        """Say whether an entry must be judged again for the names that came or went."""
        if not ties.skeletons.isdisjoint(self.skeletons):
            return True
        return bool(ties.words) and any(name <= ties.words for name in self.names)

    def affects_references(self, entry_id: str, ties: Ties) -> bool:
        """Say whether an entry must be judged again for the offers that came or went."""
        return (
            not ties.needs.isdisjoint(self.needs)
            or entry_id in self.ids
            or ALL_STANDINGS in self.needs
        )
