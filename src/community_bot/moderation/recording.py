"""Records every revision that is served, and what was done to the files by other means.

So a revision that stands under some answer is known for ever, and an edit made by hand or pulled in
has its place in the history beside those made from chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.knowledge.folder import Folder
from community_bot.knowledge.reading.record import Record
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.change import (
    Change,
    ChangeKind,
    ChangeState,
    FileChange,
    Served,
    digest_of,
    title_of,
)
from community_bot.moderation.comparing import Differing, compared, entry_of
from community_bot.moderation.ports import Store, Transaction

_BEGUN = "recorded"
"""The mark that says when a first record was made: what differs from then on is a change."""

Mark = Callable[[Transaction], Awaitable[None]]
"""Keeps something else within a transaction."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What a file says, as it was read for a record, and the change that made it say so."""

    record: Record
    text: bytes
    change: int | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """Whether all is on record now, and the change that was recorded as the files' own."""

    is_whole: bool
    change: Change | None = None


@dataclass(slots=True)
class Recorder:
    """Compares what is to be served with what was recorded last.

    Whoever calls holds the lock of the files.
    """

    store: Store
    snapshot: Snapshot
    clock: Clock
    _on_record: Folder | None = None

    async def begin(self) -> None:
        """Record what is served, if nothing ever was. Raises StoreError."""
        async with self.store.read() as kept:
            is_first = not await kept.marks.get(_BEGUN)
        if is_first:
            await self.check()

    async def check(self) -> Change | None:
        """Record what is served; return the change that explains it, if the files are its author.

        A text is not recorded where a file is no longer what is served. Raises StoreError.
        """
        return (await self._record(self.snapshot.folder, is_served=True)).change

    async def admit(
        self, folder: Folder, done: Sequence[Change] = (), mark: Mark | None = None
    ) -> bool:
        """Record what is about to be served, and in the same transaction whatever ``mark`` does.

        What ``done`` changed is by them, all else by the files. Returns False, having recorded
        nothing, when a file is no longer what was read. Raises StoreError.
        """
        return (await self._record(folder, done, mark)).is_whole

    async def _record(
        self,
        folder: Folder,
        done: Sequence[Change] = (),
        mark: Mark | None = None,
        *,
        is_served: bool = False,
    ) -> _Outcome:
        differing = await self._compared(folder)
        if differing.is_nothing and mark is None:
            self._on_record = folder
            return _Outcome(is_whole=True)
        texts = await asyncio.to_thread(self._texts, differing.records)
        is_whole = len(texts) == len(differing.records)
        if not (is_whole or is_served):
            return _Outcome(is_whole=False)
        by = {(file.path, file.after): change.id for change in done for file in change.files}
        async with self.store.begin() as kept:
            if mark is not None:
                await mark(kept)
            change = await self._write(kept, differing, texts, by)
        self._on_record = folder if is_whole else None
        return _Outcome(is_whole, change)

    async def _compared(self, folder: Folder) -> Differing:
        records, entries = self._unrecorded(folder)
        async with self.store.read() as kept:
            known = await kept.revisions.current(entries)
            is_first = not await kept.marks.get(_BEGUN)
        return compared(records, self.snapshot.folder, known, is_first=is_first)

    async def _write(
        self,
        kept: Transaction,
        differing: Differing,
        texts: Mapping[str, bytes],
        by: Mapping[tuple[str, bytes | None], int],
    ) -> Change | None:
        """Keep what differs; return the change that explains what is ``by`` no change yet."""
        known, gone = differing.known, differing.gone
        found = [
            _Found(record, texts[record.path], by.get((record.path, texts[record.path])))
            for record in differing.new
            if record.path in texts
        ]
        others = [it for it in found if it.change is None]
        lost = [entry for entry in gone if (await _path(kept, entry, known), None) not in by]
        change = None
        if not differing.is_first and (others or lost):
            change = await self._explained(kept, others, lost, known)
        await self._keep(kept, found, change, gone, known)
        for record in differing.restamped:
            await _restate(kept, record, texts[record.path])
        if differing.is_first:
            await kept.marks.set(_BEGUN, self.clock.now().isoformat())
        return change

    def _unrecorded(self, folder: Folder) -> tuple[Sequence[Record], Collection[str] | None]:
        """Return the records to look at and the entries to ask for; None is all that were served.

        Nobody else writes to the store, so that what is on record need not be read again.
        """
        if self._on_record is None:
            return (*folder.records.values(),), None
        before, now = self._on_record.records, folder.records
        new = [record for path, record in now.items() if before.get(path) is not record]
        lost = (record for path, record in before.items() if path not in now)
        return new, {entry_of(record) for record in (*new, *lost)}

    async def _keep(
        self,
        kept: Transaction,
        found: Iterable[_Found],
        other: Change | None,
        gone: Iterable[str],
        known: Mapping[str, str],
    ) -> None:
        """Keep the new revisions, and that those before them are not served any more."""
        now = self.clock.now()
        by_files = other.id if other else None
        new = [_served(it.record, it.text, now, it.change or by_files) for it in found]
        ended = [*gone, *(one.entry for one in new if one.entry in known)]
        await kept.revisions.record(new, ended, now)

    async def _explained(
        self,
        kept: Transaction,
        found: Iterable[_Found],
        gone: Iterable[str],
        known: Mapping[str, str],
    ) -> Change:
        """Keep a change whose author is nobody: somebody did it to the files themselves."""
        files: list[FileChange] = []
        for it in found:
            before = await _said(kept, entry_of(it.record), known)
            old = before.text if before else None
            files.append(FileChange(path=it.record.path, before=old, after=it.text))
        for entry in gone:
            before = await _said(kept, entry, known)
            if before is not None:
                files.append(FileChange(path=before.path, before=before.text, after=None))
        now = self.clock.now()
        change = await kept.changes.add(
            Change(
                kind=ChangeKind.FILES,
                state=ChangeState.APPLIED,
                author=None,
                summary=title_of(", ".join(sorted(file.path for file in files))),
                files=tuple(files),
                created_at=now,
                decided_at=now,
                needs_second=False,
            )
        )
        await kept.audit.append(now, None, "files", change.short_id)
        return change

    def _texts(self, records: Iterable[Record]) -> dict[str, bytes]:
        """Return what the files of records say, as far as they still say it."""
        found = {}
        for record in records:
            # What cannot be read any more is not what was read: whoever reads it again says why.
            with suppress(OSError):
                text = current_file(self.snapshot.root, record.path)
                if text is not None and digest_of(text) == record.digest:
                    found[record.path] = text
        return found


async def recorded_since(kept: Transaction) -> datetime | None:
    """Return when the first record was made; None where there is none yet."""
    begun = await kept.marks.get(_BEGUN)
    return datetime.fromisoformat(begun) if begun else None


async def _said(kept: Transaction, entry: str, known: Mapping[str, str]) -> Served | None:
    return await kept.revisions.find(entry, known[entry]) if entry in known else None


async def _path(kept: Transaction, entry: str, known: Mapping[str, str]) -> str:
    served = await _said(kept, entry, known)
    return served.path if served else ""


async def _restate(kept: Transaction, record: Record, text: bytes) -> None:
    """Keep the words in which a revision is said now: what comes next was made from them."""
    served = await kept.revisions.find(entry_of(record), record.revision)
    if served is not None:
        await kept.revisions.record([replace(served, text=text)], (), served.since)


def _served(record: Record, text: bytes, now: datetime, change: int | None) -> Served:
    return Served(
        entry=entry_of(record),
        revision=record.revision,
        path=record.path,
        text=text,
        since=now,
        change=change,
    )
