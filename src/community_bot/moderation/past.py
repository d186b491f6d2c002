"""What the base said once: which revisions were served, until when, and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from community_bot.core.snapshot import Snapshot
from community_bot.knowledge.problems import BrokenFileError
from community_bot.knowledge.reading.record import path_of
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.change import Change, FileChange, Served
from community_bot.moderation.differences import differences
from community_bot.moderation.ports import Store, Transaction
from community_bot.moderation.recording import recorded_since

_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Outdated:
    """A revision that was served once and is not now.

    ``rows`` are its differences from what is served now: none where its entry is gone. ``change``
    is what ended it, as far as that is known.
    """

    since: datetime
    until: datetime
    rows: Sequence[tuple[str, str, str]]
    change: Change | None


@dataclass(frozen=True, slots=True)
class Past:
    """Looks revisions up in what was recorded; ``has_begun`` tells whether anything can be."""

    store: Store
    snapshot: Snapshot
    has_begun: Callable[[], bool]

    async def recorded_since(self) -> datetime | None:
        """Return from when on every revision was recorded; None where none was yet."""
        if not self.has_begun():
            return None
        async with self.store.read() as kept:
            return await recorded_since(kept)

    async def find(self, entry: str, revision: str) -> Outdated | None:
        """Return a revision that is not served any more; None if it never was, on record."""
        async with self.store.read() as kept:
            served = await kept.revisions.find(entry, revision)
            if served is None:
                return None
            change = await _ended(kept, served)
            now = await self._said_now(kept, entry)
        until = served.until or (change.decided_at if change else None) or served.since
        rows = () if now is None else await asyncio.to_thread(_rows, served, now)
        return Outdated(served.since, until, rows, change)

    async def _said_now(self, kept: Transaction, entry: str) -> bytes | None:
        """Return the file of what is served now; None where the entry is gone."""
        base = self.snapshot.current
        if entry not in base.entries:
            return None
        current = await kept.revisions.find(entry, base.revision(entry))
        if current is not None:
            return current.text
        # It was swapped in this very moment, and is not recorded yet.
        path = path_of(base.entries[entry].KIND, entry)
        return await asyncio.to_thread(current_file, self.snapshot.root, path)


async def _ended(kept: Transaction, served: Served) -> Change | None:
    """Return the last change of the file before the revision was not served any more."""
    if served.until is None:
        return None
    for change in await kept.changes.of_paths([served.path], _LOOKED_AT):
        if change.decided_at is not None and served.since <= change.decided_at <= served.until:
            return change
    return None


def _rows(served: Served, now: bytes) -> tuple[tuple[str, str, str], ...]:
    file = FileChange(path=served.path, before=served.text, after=now)
    try:
        found = differences(file)
    except BrokenFileError:
        return ()
    # When somebody last looked at it is no part of what it says.
    return tuple((one.field, one.old, one.new) for one in found if one.field != "reviewed")
