"""Writes accepted changes into the files: as a whole or not at all, through crashes as well.

A change is kept as accepted, with all that its files said and are to say, before the first of them
is touched, and marked as applied after the last. What a crash leaves between the two is finished or
taken back at the next start.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Protocol

from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.domain.errors import UserError
from community_bot.knowledge.replacing import current_file, replace_file, sweep
from community_bot.moderation.change import Change, ChangeKind, ChangeState, FileChange
from community_bot.moderation.ports import Store, Transaction
from community_bot.moderation.recording import Recorder

_log = logging.getLogger(__name__)

Write = Callable[[Path, str, bytes | None], None]


class Committer(Protocol):
    """Keeps applied changes in a history of the files besides the bot's own, such as git."""

    async def commit(self, change: Change) -> None:
        """Keep one. It never fails: what goes wrong is logged."""


class _Stands(Enum):
    """What a file says at this moment."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


@dataclass(slots=True)
class Applier:
    """Writes one change at a time; ``lock`` is held meanwhile.

    ``write`` puts one file in the place of another, or takes it away. ``is_read_only`` says that no
    file may be.
    """

    store: Store
    snapshot: Snapshot
    recorder: Recorder
    clock: Clock
    committer: Committer | None = None
    write: Write = replace_file
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    is_read_only: bool = False

    def ensure_writable(self) -> None:
        """Raise UserError where the files cannot be changed at all."""
        if self.is_read_only:
            raise UserError("editing-read-only")

    async def apply(self, change: Change) -> Change:
        """Write an accepted change and serve it; return it as it is then.

        Raises UserError where that cannot be: the files say something else by now, or the disk
        does not take them. Then no file has changed, and the change is forgotten.
        """
        async with self.lock:
            standing = await asyncio.to_thread(self._standing, change.files)
            other = [path for path, stands in standing.items() if stands is not _Stands.BEFORE]
            if other:
                await self._forget(change)
                raise UserError("change-conflict", change=change.short_id, path=other[0])
            await self._write_or_forget(change)
            done = await self._serve_or_forget(change)
        if self.committer is not None:
            await self.committer.commit(done)
        return done

    async def recover(self) -> tuple[Change, ...]:
        """Finish or take back what a crash left half done; return those changes as they are then.

        Raises OSError where the files cannot be read or written.
        """
        async with self.lock:
            async with self.store.read() as kept:
                left = await kept.changes.in_states({ChangeState.ACCEPTED})
            await asyncio.to_thread(self._sweep)
            return tuple([await self._recovered(change) for change in reversed(left)])

    async def _recovered(self, change: Change) -> Change:
        standing = await asyncio.to_thread(self._standing, change.files)
        if _Stands.OTHER in standing.values():
            begun = [file for file in change.files if standing[file.path] is _Stands.AFTER]
            await asyncio.to_thread(self._restore, begun)
            await self.snapshot.reload(_paths(change))
            return await self._forget(change)
        waiting = [file for file in change.files if standing[file.path] is _Stands.BEFORE]
        for file in waiting:
            await asyncio.to_thread(self.write, self.snapshot.root, file.path, file.after)
        return await self._serve_or_forget(change)

    async def _write_or_forget(self, change: Change) -> None:
        begun: list[FileChange] = []
        try:
            for file in change.files:
                begun.append(file)
                await asyncio.to_thread(self.write, self.snapshot.root, file.path, file.after)
        except OSError as error:
            await asyncio.to_thread(self._restore, begun)
            await self._forget(change)
            reason = error.strerror or error.__class__.__name__
            raise UserError("change-not-written", change=change.short_id, reason=reason) from error

    async def _serve_or_forget(self, change: Change) -> Change:
        report = await self.snapshot.reload(_paths(change))
        if report.problems:
            await asyncio.to_thread(self._restore, change.files)
            await self.snapshot.reload(_paths(change))
            await self._forget(change)
            raise UserError("change-broken", change=change.short_id, path=report.problems[0].path)
        done = replace(change, state=ChangeState.APPLIED)
        async with self.store.begin() as kept:
            await kept.changes.change(done)
            await _turn(kept, done, ChangeState.UNDONE)
            actor = change.decided_by or change.author
            await kept.audit.append(self.clock.now(), actor, "apply", change.short_id)
            await self.recorder.record(kept, done)
        return done

    async def _forget(self, change: Change) -> Change:
        forgotten = replace(change, state=ChangeState.FORGOTTEN)
        async with self.store.begin() as kept:
            await kept.changes.change(forgotten)
            await kept.audit.append(self.clock.now(), None, "forget", change.short_id)
        return forgotten

    def _standing(self, files: Iterable[FileChange]) -> Mapping[str, _Stands]:
        return {file.path: self._stands(file) for file in files}

    def _stands(self, file: FileChange) -> _Stands:
        said = current_file(self.snapshot.root, file.path)
        if said == file.before:
            return _Stands.BEFORE
        return _Stands.AFTER if said == file.after else _Stands.OTHER

    def _restore(self, files: Iterable[FileChange]) -> None:
        """Take back, last first, those that were written; what cannot be is for the next start."""
        for file in reversed([*files]):
            if self._stands(file) is _Stands.AFTER:
                self.write(self.snapshot.root, file.path, file.before)

    def _sweep(self) -> None:
        sweep(self.snapshot.root)


def _paths(change: Change) -> list[str]:
    return [file.path for file in change.files]


async def _turn(kept: Transaction, undo: Change, state: ChangeState) -> None:
    """Keep that what an undo took back is undone; or, where the undo was, that it counts again."""
    for number in undo.undoes if undo.kind is ChangeKind.UNDO else ():
        turned = await kept.changes.get(number)
        if turned is not None:
            await kept.changes.change(replace(turned, state=state))
            is_undone = state is ChangeState.UNDONE
            await _turn(kept, turned, ChangeState.APPLIED if is_undone else ChangeState.UNDONE)
