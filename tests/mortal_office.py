"""An editorial office in real files whose process can die, or whose disk can fail, at every step.

It begins as ``run`` does: the files are mended, then judged, then what was left is recorded.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self, cast

from editors import Told, teller

from community_bot.app.starting import base_to_serve, mended
from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.moderation.applying import Applier
from community_bot.moderation.drafting import Drafter
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Store, Transaction
from community_bot.moderation.recording import Recorder
from community_bot.moderation.reviewing import Reviewer
from community_bot.moderation.settling import Settler
from community_bot.storage.database import Database

POLICY = Policy(budget=1_000_000)
"""Nothing freezes by itself."""
Pass = Callable[[str], None]
"""Called at each point with its name; what it raises ends what was going on."""


class PointedStore:
    """A store with a point before, in and after each transaction that writes."""

    def __init__(self, inner: Store, pass_by: Pass) -> None:
        self._inner = inner
        self._pass_by = pass_by

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        self._pass_by("write begins")
        async with self._inner.begin() as transaction:
            yield transaction
            self._pass_by("write ends")
        self._pass_by("write ended")

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        async with self._inner.read() as transaction:
            yield transaction


class PointedSystem:
    """The operating system as writing a file knows it, with a point before each call."""

    CALLS = ("open", "fchmod", "fsync", "replace", "unlink")

    def __init__(self, pass_by: Pass) -> None:
        self._pass_by = pass_by

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the module has
        value = getattr(os, name)
        if name == "fdopen":
            return lambda *arguments: PointedStream(value(*arguments), self._pass_by)
        return self._around(name, value) if name in self.CALLS else value

    def _around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
            self._pass_by(name)
            return call(*arguments, **named)

        return called


class PointedStream:
    """A file that is being written, with a point in the middle."""

    def __init__(self, inner: IO[bytes], pass_by: Pass) -> None:
        self._inner = inner
        self._pass_by = pass_by

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._inner.close()

    def write(self, data: bytes) -> None:
        self._inner.write(data[: len(data) // 2])
        self._inner.flush()
        self._pass_by("half written")
        self._inner.write(data[len(data) // 2 :])

    def flush(self) -> None:
        self._inner.flush()


@dataclass(slots=True)
class MortalOffice:
    """The parts of moderation as one process has them."""

    root: Path
    database: Database
    clock: Clock
    snapshot: Snapshot
    recorder: Recorder
    applier: Applier
    drafter: Drafter
    reviewer: Reviewer
    settler: Settler
    told: list[Told] = field(default_factory=list)

    @property
    def store(self) -> Store:
        """The store as it is, without any points."""
        return self.database.moderation


async def begin_office(
    root: Path, state: Path, clock: Clock, pass_by: Pass = lambda _: None
) -> MortalOffice:
    """Begin a process on a base and a folder for its state."""
    database = await Database.open(state / "bot.db")
    try:
        store = cast("Store", PointedStore(database.moderation, pass_by))
        is_mended = await mended(store, root, clock)
        snapshot = base_to_serve(root, state / "kept.zip", is_mended=is_mended)
        assert snapshot is not None, "there is nothing to serve"
        office = _parts(root, database, store, snapshot, clock)
        await office.settler.begin()
    except BaseException:
        await database.close()
        raise
    return office


def _parts(
    root: Path, database: Database, store: Store, snapshot: Snapshot, clock: Clock
) -> MortalOffice:
    told: list[Told] = []
    tell = teller(told)

    async def named(number: int | None) -> str:
        return f"#{number}"

    async def no(number: int) -> bool:
        return number < 0

    async def yes(number: int) -> bool:
        return number > 0

    recorder = Recorder(store, snapshot, clock)
    applier = Applier(store, snapshot, recorder, clock)
    snapshot.admit_by(recorder.admit)
    return MortalOffice(
        root=root,
        database=database,
        clock=clock,
        snapshot=snapshot,
        recorder=recorder,
        applier=applier,
        drafter=Drafter(snapshot, clock, POLICY),
        reviewer=Reviewer(
            store, applier, clock, tell, named=named, is_alone=no, is_known=yes, policy=POLICY
        ),
        settler=Settler(applier, recorder, tell),
        told=told,
    )
