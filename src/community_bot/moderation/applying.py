"""Writes accepted changes into the files: as a whole or not at all, through crashes as well.

A change is kept as accepted, with all that its files said and are to say, before the first of them
is touched, and marked as applied after the last, before it is served. What a crash leaves between
the two is finished or taken back at the next start; what a disk or a database leaves there that
failed, as soon as they are well again. Until then nothing else is served or written.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from community_bot.core.cancelling import finished
from community_bot.core.ports import Clock, StoreError
from community_bot.core.snapshot import Snapshot
from community_bot.domain.errors import UserError
from community_bot.knowledge.folder import Folder
from community_bot.knowledge.problems import Problem
from community_bot.knowledge.replacing import replace_file
from community_bot.moderation.change import Change, ChangeKind, ChangeState
from community_bot.moderation.conflicts import CONFLICT
from community_bot.moderation.file_changes import FileWriter, Write
from community_bot.moderation.ports import Store, Transaction
from community_bot.moderation.recording import Recorder
from community_bot.moderation.recovering import (
    accepted,
    end_writing,
    forget,
    mend_files,
    take_back,
    write_files,
)

_log = logging.getLogger(__name__)


class Committer(Protocol):
    """Keeps applied changes in a history of the files besides the bot's own, such as git."""

    async def commit(self, change: Change) -> None:
        """Keep one. It never fails: what goes wrong is logged."""


@dataclass(slots=True)
class Applier:
    """Writes one change at a time; ``lock`` is held meanwhile, so that nobody else reads the files.

    ``write`` puts one file in the place of another, or takes it away. ``is_read_only`` says that no
    file may be.
    """

    store: Store
    snapshot: Snapshot
    recorder: Recorder
    clock: Clock
    committer: Committer | None = None
    write: Write = replace_file
    is_read_only: bool = False

    @property
    def lock(self) -> asyncio.Lock:
        """The lock of the files."""
        return self.snapshot.lock

    def ensure_writable(self) -> None:
        """Raise UserError where the files cannot be changed at all."""
        if self.is_read_only:
            raise UserError("editing-read-only")

    async def apply(self, change: Change) -> Change:
        """Write an accepted change and serve it, even when cancelled; return it as it is then.

        Raises UserError where that cannot be: the files say something else by now, or the disk
        does not take them. Then no file has changed, and the change is forgotten. The error
        ``change-pending`` is of one that is half done, which ``recover`` finishes or forgets.
        """
        done = await finished(self._applied(change))
        await self._commit(done)
        return done

    async def recover(self) -> tuple[Change, ...]:
        """Finish or forget what was left half done; return those changes as they are then.

        Raises OSError and StoreError: then it is still half done.
        """
        changes = await finished(self._recovered())
        for change in changes:
            await self._commit(change)
        return changes

    async def _commit(self, change: Change) -> None:
        if self.committer is not None and change.state is ChangeState.APPLIED:
            await self.committer.commit(change)

    async def _applied(self, change: Change) -> Change:
        async with self.lock:
            if self.snapshot.is_held:
                raise UserError("change-pending", change=change.short_id)
            try:
                # It may have been made up for while it waited for its turn.
                async with self.store.read() as kept:
                    change = await kept.changes.get(change.id) or change
                if change.state is ChangeState.FORGOTTEN:
                    raise UserError("change-is-forgotten", change=change.short_id)
                return (
                    change if change.state is ChangeState.APPLIED else await self._carry_out(change)
                )
            except (OSError, StoreError) as error:
                self._leave(change, error)
                raise UserError("change-pending", change=change.short_id) from error

    async def _carry_out(self, change: Change) -> Change:
        await self.recorder.begin()
        await self._write_or_forget(change)
        (done,), problems = await self._serve_or_forget([change])
        if problems:
            raise UserError("change-broken", change=change.short_id, path=problems[0].path)
        return done

    async def _recovered(self) -> tuple[Change, ...]:
        async with self.lock:
            if not (self.snapshot.is_held or await accepted(self.store)):
                return ()
            try:
                left, given_up = await mend_files(self.store, self._files, self.clock)
                done, _ = await self._serve_or_forget(left)
            except (OSError, StoreError) as error:
                self._leave(None, error)
                raise
            if self.snapshot.is_held:
                self.snapshot.hold(None)
                await self.snapshot.serve(None, self.recorder.admit)
            return (*done, *given_up)

    @property
    def _files(self) -> FileWriter:
        return FileWriter(self.snapshot.root, self.write)

    async def _write_or_forget(self, change: Change) -> None:
        try:
            other = await write_files(self.store, self._files, change)
        except OSError as error:
            await take_back(self.store, self._files, change)
            await forget(self.store, change, self.clock)
            reason = error.strerror or error.__class__.__name__
            raise UserError("change-not-written", change=change.short_id, reason=reason) from error
        if other is not None:
            await forget(self.store, change, self.clock)
            raise UserError(CONFLICT, change=change.short_id, path=other)

    async def _serve_or_forget(
        self, changes: Sequence[Change]
    ) -> tuple[Sequence[Change], tuple[Problem, ...]]:
        """Serve changes that are in the files; take them back where they do not fit any more."""
        if not changes:
            return (), ()
        paths = [file.path for change in changes for file in change.files]
        done = [replace(change, state=ChangeState.APPLIED) for change in changes]

        async def mark(kept: Transaction) -> None:
            for change in done:
                await kept.changes.change(change)
                await end_writing(kept, change)
                await _turn(kept, change)
                actor = change.decided_by or change.author
                await kept.audit.append(self.clock.now(), actor, "apply", change.short_id)

        async def admit(folder: Folder) -> bool:
            return await self.recorder.admit(folder, done, mark)

        report = await self.snapshot.serve(paths, admit)
        if not report.problems:
            return done, ()
        for change in reversed(changes):
            await take_back(self.store, self._files, change)
        await self.snapshot.serve(paths, self.recorder.admit)
        forgotten = [await forget(self.store, change, self.clock) for change in changes]
        return forgotten, report.problems

    def _leave(self, change: Change | None, error: OSError | StoreError) -> None:
        """Leave a change for later; until then what is served stays as it is."""
        reason = error.key if isinstance(error, StoreError) else error.strerror or "OSError"
        what = change.short_id if change else "what was left half done"
        if not self.snapshot.is_held:
            _log.error("%s could not be finished: %s", what, reason)
        self.snapshot.hold(HALF_DONE)


HALF_DONE = Problem(".", 1, 1, "problem-half-done")
"""Why nothing else is served while a change is half done."""


async def _turn(kept: Transaction, undo: Change) -> None:
    """Keep that what an undo took back is undone; or, where the undo was, that it counts again.

    Somebody may have taken back an undo of an undo, and so on, any number of times.
    """
    turning = [(number, ChangeState.UNDONE) for number in _undone_by(undo)]
    turned: set[int] = set()
    while turning:
        number, state = turning.pop()
        change = await kept.changes.get(number)
        if change is None or number in turned:
            continue
        turned.add(number)
        await kept.changes.change(replace(change, state=state))
        is_undone = state is ChangeState.UNDONE
        other = ChangeState.APPLIED if is_undone else ChangeState.UNDONE
        turning += [(one, other) for one in _undone_by(change)]


def _undone_by(change: Change) -> Sequence[int]:
    return change.undoes if change.kind is ChangeKind.UNDO else ()
