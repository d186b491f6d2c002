"""An editorial office for tests: a copy of a base in real files, a database, and who decides."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from terminal import BASES, StillClock

from community_bot.core.snapshot import Snapshot, load_snapshot
from community_bot.domain.errors import UserError
from community_bot.moderation.applying import Applier
from community_bot.moderation.change import AuditRow, Change, ChangeState
from community_bot.moderation.drafting import Drafter
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Tell
from community_bot.moderation.recording import Recorder
from community_bot.moderation.reviewing import Reviewer
from community_bot.storage.database import Database

ANN, BEN, EVE = 1, 2, 3
DREYFUS, ZOLA = "alfred-dreyfus", "emile-zola"
SOURCE = "maison-zola"
ABOUT, NAME = "about.text.en", "names.fr.text"


@dataclass(slots=True)
class Told:
    """One thing that the moderators were told."""

    key: str
    rows: Sequence[tuple[str, str, str]]
    actions: Sequence[tuple[str, str]]
    warnings: Sequence[str]
    arguments: dict[str, str | int]

    @property
    def lines(self) -> list[str]:
        return [line for _, line in self.actions]


def teller(told: list[Told]) -> Tell:
    """Return what notes all that the moderators are told."""

    async def tell(
        key: str,
        /,
        *,
        rows: Sequence[tuple[str, str, str]] = (),
        actions: Sequence[tuple[str, str]] = (),
        warnings: Sequence[str] = (),
        **arguments: str | int,
    ) -> None:
        told.append(Told(key, rows, actions, warnings, arguments))

    return tell


@dataclass(slots=True)
class Editors:
    """The parts of moderation. ``alone`` are the members who have no colleague,
    ``forgotten`` those of whom nobody knows any more who they are.
    """

    root: Path
    database: Database
    clock: StillClock
    snapshot: Snapshot
    recorder: Recorder
    applier: Applier
    drafter: Drafter
    reviewer: Reviewer
    told: list[Told]
    alone: set[int] = field(default_factory=set)
    forgotten: set[int] = field(default_factory=set)

    def path(self, entry: str) -> Path:
        (found,) = self.root.glob(f"*/{entry}.yaml")
        return found

    def said(self, entry: str) -> str:
        return self.path(entry).read_text(encoding="utf-8")

    async def by_hand(self, entry: str, old: str, new: str) -> None:
        """Alter a file as an editor of files does, and have it noticed."""
        text = self.said(entry)
        assert text.count(old) == 1
        self.path(entry).write_text(text.replace(old, new), encoding="utf-8")
        report = await self.snapshot.reload()
        assert not report.problems

    async def edit(
        self, value: str, *, by: int = ANN, entry: str = DREYFUS, field: str = ABOUT
    ) -> Change:
        """Change what one person may change."""
        draft = await self.drafter.edit(entry, field, value, source=SOURCE)
        return await self.reviewer.submit(draft, by)

    async def propose(
        self, value: str, *, by: int = ANN, entry: str = DREYFUS, field: str = NAME
    ) -> Change:
        """Propose what a second person must look at."""
        draft = await self.drafter.edit(entry, field, value, source=SOURCE)
        change = await self.reviewer.submit(draft, by)
        assert change.state is ChangeState.OPEN
        return change

    async def state(self, change: Change) -> ChangeState:
        async with self.database.moderation.read() as kept:
            found = await kept.changes.get(change.id)
        assert found is not None
        return found.state

    async def audit(self) -> list[tuple[int | None, str, str]]:
        async with self.database.moderation.read() as kept:
            return [(row.actor, row.what, row.about) for row in await kept.audit.rows()]

    async def audit_rows(self) -> Sequence[AuditRow]:
        async with self.database.moderation.read() as kept:
            return await kept.audit.rows()

    def later(self, **time: float) -> None:
        step = timedelta(**time)
        self.clock.moment += step
        self.clock.seconds += step.total_seconds()


@asynccontextmanager
async def open_editors(
    folder: Path, *, base: str = "dreyfus", policy: Policy | None = None
) -> AsyncIterator[Editors]:
    """Open an office around a copy of a base in a folder."""
    root = Path(shutil.copytree(BASES[base], folder / "knowledge"))
    database = await Database.in_memory()
    clock, snapshot = StillClock(), load_snapshot(root)
    told: list[Told] = []
    alone: set[int] = set()
    forgotten: set[int] = set()

    async def named(number: int | None) -> str:
        return f"#{number}"

    async def is_alone(number: int) -> bool:
        return number in alone

    async def is_known(number: int) -> bool:
        return number not in forgotten

    store = database.moderation
    policy = policy or Policy()
    recorder = Recorder(store, snapshot, clock)
    applier = Applier(store, snapshot, recorder, clock)
    drafter = Drafter(snapshot, clock, policy)
    reviewer = Reviewer(store, applier, clock, teller(told), named, is_alone, is_known, policy)
    await recorder.check()
    try:
        yield Editors(
            root,
            database,
            clock,
            snapshot,
            recorder,
            applier,
            drafter,
            reviewer,
            told,
            alone,
            forgotten,
        )
    finally:
        await database.close()


async def refused(awaited: object) -> str:
    """Await something that cannot be done; return the key of the reason."""
    try:
        await awaited  # type: ignore[misc]
    except UserError as error:
        return error.key
    raise AssertionError("it was done")
