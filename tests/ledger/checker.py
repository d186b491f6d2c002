"""The checker: was each message posted once, in order, and does it read as it should?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ledger.book import Entry

Name = tuple[str, str, int]
"""A message by its room, the short id of its post, and its page."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What should be: the messages of each room in the order of their queue.

    ``revisions`` is the revision that each should show in the end, 0 for what was withdrawn.
    """

    order: Mapping[str, list[Name]]
    revisions: Mapping[Name, int]


@dataclass(slots=True)
class Verdict:
    """What is wrong; nothing, if all lists are empty."""

    lost: list[Name] = field(default_factory=list)
    repeated: list[Name] = field(default_factory=list)
    disordered: list[Name] = field(default_factory=list)
    outdated: list[Name] = field(default_factory=list)


def check(entries: Iterable[Entry], expected: Expected) -> Verdict:
    """Compare a book with what should stand in it."""
    names: dict[str, Name] = {}
    shown: dict[str, int] = {}
    sent: dict[str, list[Name]] = {}
    for entry in entries:
        if entry.deed == "delete":
            shown.pop(entry.id)
            continue
        name, revision = read(entry)
        shown[entry.id] = revision
        if entry.deed == "send":
            names[entry.id] = name
            sent.setdefault(entry.room, []).append(name)
    verdict = Verdict()
    times = Counter(name for room in sent.values() for name in room)
    verdict.repeated = [name for name, count in times.items() if count > 1]
    wanted = {name: revision for name, revision in expected.revisions.items() if revision}
    verdict.lost = [name for name in wanted if not times[name]]
    standing = {names[id]: revision for id, revision in shown.items()}
    verdict.outdated = [
        name for name in times if standing.get(name, 0) != expected.revisions.get(name, 0)
    ]
    for room, order in expected.order.items():
        place = {name: number for number, name in enumerate(order)}
        last = -1
        for name in dict.fromkeys(sent.get(room, ())):
            if place.get(name, last) < last:
                verdict.disordered.append(name)
            last = max(last, place.get(name, last))
    return verdict


def read(entry: Entry) -> tuple[Name, int]:
    """Return which message it is, and in which revision, by the mark in its last line."""
    post, revision, page = entry.text.splitlines()[-1].split()
    return (entry.room, post, int(page)), int(revision.removeprefix("r"))
