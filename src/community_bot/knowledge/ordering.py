"""In which order things stand: events and texts by time, people and bodies by name."""

from __future__ import annotations

from collections.abc import Iterator

from community_bot.domain.entities import (
    Case,
    Entry,
    Event,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)

Moment = tuple[str, str, int]
"""A key that sorts by time, the id of the entry, and the number of the event in that entry."""


def moments_of(entry: Entry) -> Iterator[Moment]:
    """Yield what is dated in an entry."""
    match entry:
        case Person() | Organisation() | Case():
            for index, event in enumerate(entry.events):
                yield moment_of(event), entry.id, index
        case Resolution() | Statement():
            yield chronological(entry.date.value), entry.id, 0
        case Source():
            return


def chronological(date: str) -> str:
    """Return a key that sorts dates; a month or a year comes after the days that it holds."""
    return f"{date}-99-99"[: len("YYYY-MM-DD")]


def moment_of(event: Event) -> str:
    """Return a key that sorts events: by their beginning, which is never after their end."""
    begun = chronological(event.date)
    return min(begun, chronological(event.until)) if event.until else begun


def sort_key(entry: Entry) -> tuple[str, str]:
    """Order texts by date and everything else by its English name, then by id."""
    match entry:
        case Resolution() | Statement():
            return chronological(entry.date.value), entry.id
        case Source():
            return entry.id, entry.id
        case Person() | Organisation() | Case():
            return entry.names["en"].text, entry.id
