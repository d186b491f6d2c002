"""Which entries name which, brought up to date with what changed."""

from __future__ import annotations

from collections.abc import Mapping

from community_bot.domain.entities import About
from community_bot.knowledge.change import Change
from community_bot.knowledge.reading.record import Record


def targets_of(record: Record) -> frozenset[str]:
    """Return the ids that an entry names."""
    return frozenset(need.partition("/")[2] for need in record.ties.needs)


def updated_referrers(
    old: Mapping[str, tuple[str, ...]], change: Change
) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of the entries that name each id, from how it was and what changed."""
    found = dict(old)
    for record in change.gone:
        if not isinstance(record.entry, About):
            for target in targets_of(record):
                left = tuple(id_ for id_ in found.get(target, ()) if id_ != record.entry.id)
                found[target] = left
    added: dict[str, list[str]] = {}
    for record in change.added:
        if not isinstance(record.entry, About):
            for target in targets_of(record):
                added.setdefault(target, []).append(record.entry.id)
    return found | {target: (*found.get(target, ()), *ids) for target, ids in added.items()}
