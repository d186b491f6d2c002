"""Records every revision that is served, and what was done to the files by other means.

So a revision that stands under some answer is known for ever, and an edit made by hand or pulled in
has its place in the history beside those made from chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.domain.entities import About
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.reading.record import Record
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.change import (
    Change,
    ChangeKind,
    ChangeState,
    FileChange,
    Served,
    digest_of,
)
from community_bot.moderation.ports import Store, Transaction

_BEGUN = "recorded"
"""The mark that says when a first record was made: what differs from then on is a change."""


@dataclass(slots=True)
class Recorder:
    """Compares what is served with what was recorded last."""

    store: Store
    snapshot: Snapshot
    clock: Clock
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def noticed(self, base: KnowledgeBase) -> None:
        """Hear that another base is served."""
        del base
        self._wake.set()

    async def run(self, lock: asyncio.Lock) -> None:
        """Record again and again until cancelled; ``lock`` is held by whoever writes files."""
        while True:
            self._wake.clear()
            async with lock:
                await self.check()
            await self._wake.wait()

    async def check(self) -> Change | None:
        """Record what is served; return the change that explains it, if the files are its author.

        Whoever writes files must not do so meanwhile.
        """
        async with self.store.read() as kept:
            known = await kept.revisions.current()
            is_first = not await kept.marks.get(_BEGUN)
        differing = _differing(self.snapshot.folder.records, known)
        gone = [entry for entry in known if entry not in self.snapshot.current.entries]
        if not differing and not gone and not is_first:
            return None
        texts = await asyncio.to_thread(self._texts, differing)
        async with self.store.begin() as kept:
            change = None if is_first else await self._explained(kept, texts, gone)
            ended = _ended(texts, gone, known)
            await self._record(kept, texts, ended, change.id if change else None)
            if is_first:
                await kept.marks.set(_BEGUN, self.clock.now().isoformat())
        return change

    async def record(self, kept: Transaction, change: Change) -> None:
        """Record, within a transaction, what is served since a change was written."""
        known = await kept.revisions.current()
        paths = {file.path for file in change.files}
        records = self.snapshot.folder.records
        own = {path: records[path] for path in paths if path in records}
        texts = {file.path: file.after or b"" for file in change.files if file.path in own}
        gone = [entry for entry in known if entry not in self.snapshot.current.entries]
        found = [(record, texts[record.path]) for record in _differing(own, known)]
        await self._record(kept, found, _ended(found, gone, known), change.id)

    async def _record(
        self,
        kept: Transaction,
        found: Iterable[tuple[Record, bytes]],
        ended: list[str],
        change: int | None,
    ) -> None:
        now = self.clock.now()
        new = [_served(record, text, now, change) for record, text in found]
        await kept.revisions.record(new, ended, now)

    async def _explained(
        self, kept: Transaction, found: Iterable[tuple[Record, bytes]], gone: Iterable[str]
    ) -> Change:
        """Keep a change whose author is nobody: somebody did it to the files themselves."""
        known = await kept.revisions.current()
        files: list[FileChange] = []
        for record, text in found:
            before = await _said(kept, _id(record), known)
            old = before.text if before else None
            files.append(FileChange(path=record.path, before=old, after=text))
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
                summary=", ".join(sorted(file.path for file in files)),
                files=tuple(files),
                created_at=now,
                decided_at=now,
                needs_second=False,
            )
        )
        await kept.audit.append(now, None, "files", change.short_id)
        return change

    def _texts(self, records: Iterable[Record]) -> list[tuple[Record, bytes]]:
        """Return what the files of records say, as far as they still say it."""
        found = []
        for record in records:
            text = current_file(self.snapshot.root, record.path)
            # A file that has changed since is looked at when it is served.
            if text is not None and digest_of(text) == record.digest:
                found.append((record, text))
        return found


async def recorded_since(kept: Transaction) -> datetime | None:
    """Return when the first record was made; None where there is none yet."""
    begun = await kept.marks.get(_BEGUN)
    return datetime.fromisoformat(begun) if begun else None


def _differing(records: Mapping[str, Record], known: Mapping[str, str]) -> list[Record]:
    return [
        record
        for record in records.values()
        if not isinstance(record.entry, About) and known.get(record.entry.id) != record.revision
    ]


def _ended(
    found: Iterable[tuple[Record, bytes]], gone: list[str], known: Mapping[str, str]
) -> list[str]:
    """Return the entries of which another revision was served until now."""
    return [*gone, *(_id(record) for record, _ in found if _id(record) in known)]


def _id(record: Record) -> str:
    return "" if isinstance(record.entry, About) else record.entry.id


async def _said(kept: Transaction, entry: str, known: Mapping[str, str]) -> Served | None:
    return await kept.revisions.find(entry, known[entry]) if entry in known else None


def _served(record: Record, text: bytes, now: datetime, change: int | None) -> Served:
    return Served(
        entry=_id(record),
        revision=record.revision,
        path=record.path,
        text=text,
        since=now,
        change=change,
    )
