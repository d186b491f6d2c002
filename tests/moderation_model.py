"""A model of moderation: what each file must say to the byte, and what became of each change.

Its process can die at every step; it then begins again with what was kept.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from hypothesis.stateful import RuleBasedStateMachine, invariant
from mortal_office import MortalOffice, PointedSystem, begin_office
from sample_base import make_base
from terminal import StillClock

from community_bot.domain.errors import UserError
from community_bot.knowledge import replacing
from community_bot.knowledge.archive import save_archive
from community_bot.moderation.auditing import first_bad_row
from community_bot.moderation.change import Change, ChangeKind, ChangeState, digest_of

T = TypeVar("T")
BROKEN = b"id: ["
"""What a file says that somebody's hand broke."""
KILLED = "killed"
"""Why nobody knows what became of something."""
OVER = {ChangeState.APPLIED, ChangeState.UNDONE}


class Killed(BaseException):
    """The process is no more."""


class ModerationModel(RuleBasedStateMachine):
    """``files`` is what must stand on the disk, ``served`` what was right last, ``said`` all that
    a file ever said, ``states`` what became of each change, ``seen`` each revision ever served.
    ``meant`` are the proposals that somebody is deciding on.
    """

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.state = Path(self.folder.name)
        self.root = make_base(self.state / "base").root
        self.clock = StillClock()
        self.left: int | None = None
        self.is_dead = False
        replacing.os = PointedSystem(self.pass_by)  # type: ignore[assignment,attr-defined]
        self.files = self.on_disk()
        self.served = dict(self.files)
        self.said: dict[str, set[bytes | None]] = {it: {None, self.files[it]} for it in self.files}
        self.states: dict[int, Change] = {}
        self.meant: set[int] = set()
        self.seen: set[tuple[str, str]] = set()
        self.unrecorded: set[str] = set()
        self.office = self.begin()

    def teardown(self) -> None:
        replacing.os = os  # type: ignore[attr-defined]
        self.runner.run(self.office.database.close())
        self.runner.close()
        self.folder.cleanup()

    def on_disk(self) -> dict[str, bytes]:
        found = (it for it in self.root.rglob("*") if it.is_file())
        return {str(it.relative_to(self.root)): it.read_bytes() for it in found}

    # How it lives and dies.

    def pass_by(self, point: str) -> None:
        """Die at the point so many steps from now; from then on nothing works."""
        del point
        if self.left is not None:
            self.left -= 1
            self.is_dead = self.left <= 0
        if self.is_dead:
            raise Killed

    def begin(self) -> MortalOffice:
        """Begin a process, as often as that takes."""
        while True:
            try:
                office = self.runner.run(
                    begin_office(self.root, self.state, self.clock, self.pass_by)
                )
            except Killed:
                self.revive()
            else:
                office.snapshot.subscribe(self.is_served)
                return office

    def revive(self) -> None:
        self.left, self.is_dead = None, False

    def begin_again(self) -> None:
        """Begin another process; what is armed may kill it as it begins, unless it did before."""
        if self.is_dead:
            self.revive()
        self.runner.run(self.office.database.close())
        self.office = self.begin()

    async def is_served(self, _base: object) -> None:
        """Hear what is served: at this moment each revision of it must be on record already."""
        current = self.office.snapshot.current
        async with self.office.store.read() as kept:
            for entry in current.entries:
                if not await kept.revisions.find(entry, current.revision(entry)):
                    self.unrecorded.add(entry)

    def do(self, work: Awaitable[T]) -> T | None:
        """Do something; if the process dies of it, begin again with what was kept."""

        async def doing() -> T:
            return await work

        try:
            return self.runner.run(doing())
        except Killed:
            self.begin_again()
            return None
        finally:
            self.learn()

    def error(self, work: Awaitable[object]) -> str:
        """Do something; return the key of the reason why it cannot be done."""
        office = self.office
        try:
            self.do(work)
        except UserError as error:
            return error.key
        return "" if office is self.office else KILLED

    # What the model knows.

    def learn(self) -> None:
        """Follow what has been decided, by what is on record of it."""
        for change in self.runner.run(self.changes()):
            before = self.states.get(change.id)
            self.states[change.id] = change
            if before and before.state is ChangeState.OPEN is not change.state:
                assert change.id in self.meant
            is_new = before is None or before.state not in OVER
            if is_new and change.state in OVER and change.kind is not ChangeKind.FILES:
                for file in change.files:
                    now = self.files.get(file.path)
                    # Another change may have brought the same new source.
                    is_brought = file.path.startswith("sources/") and file.before is None
                    assert now == file.before or (is_brought and now == file.after)
                    self.say(file.path, file.after)
        if not self.is_broken:
            self.served = dict(self.files)
            # As whoever follows the folder does. What failed silently would fail somewhere else.
            assert save_archive(self.office.snapshot.folder, self.state / "kept.zip")

    async def changes(self) -> list[Change]:
        """Return all changes, in the order in which they were decided."""
        async with self.office.store.read() as kept:
            found = await kept.changes.in_states(set(ChangeState), limit=10_000)
        return sorted(found, key=lambda it: (it.decided_at or it.created_at, it.id))

    def say(self, path: str, data: bytes | None) -> None:
        """Keep that a file says something now."""
        self.said.setdefault(path, {None}).add(data)
        self.files.pop(path, None)
        if data is not None:
            self.files[path] = data

    def by_hand(self, new: dict[str, bytes]) -> None:
        """Write files as an editor does, and have the watch notice it."""
        for path, data in new.items():
            (self.root / path).write_bytes(data)
            self.say(path, data)
        self.do(self.office.snapshot.reload(set(new)))

    def of_state(self, state: ChangeState) -> list[Change]:
        return [it for it in self.states.values() if it.state is state]

    @property
    def is_broken(self) -> bool:
        return BROKEN in self.files.values()

    @property
    def is_frozen(self) -> bool:
        async def mark() -> str:
            async with self.office.store.read() as kept:
                return await kept.marks.get("frozen")

        return bool(self.runner.run(mark()))

    # What must always be so.

    @invariant()
    def the_files_say_what_they_must(self) -> None:
        assert self.on_disk() == self.files

    @invariant()
    def what_the_files_said_last_without_a_fault_is_served(self) -> None:
        snapshot = self.office.snapshot
        records = snapshot.folder.records
        assert snapshot.is_outdated == self.is_broken
        assert {path: it.digest for path, it in records.items()} == {
            path: digest_of(data) for path, data in self.served.items()
        }

    @invariant()
    def every_revision_ever_served_is_on_record(self) -> None:
        assert not self.unrecorded
        current = self.office.snapshot.current
        now = {(it, current.revision(it)) for it in current.entries}
        self.seen |= now
        self.runner.run(self.check_record(now))

    async def check_record(self, now: set[tuple[str, str]]) -> None:
        async with self.office.store.read() as kept:
            for entry, revision in self.seen:
                served = await kept.revisions.find(entry, revision)
                assert served is not None
                assert served.text in self.said[served.path]
                assert (served.until is None) == ((entry, revision) in now)

    @invariant()
    def no_change_is_half_done_and_each_that_counts_was_in_the_files(self) -> None:
        assert not self.of_state(ChangeState.ACCEPTED)
        for change in self.states.values():
            if change.state in OVER:
                assert all(file.after in self.said[file.path] for file in change.files)

    @invariant()
    def the_audit_is_whole(self) -> None:
        assert self.runner.run(first_bad_row(self.office.store)) is None
