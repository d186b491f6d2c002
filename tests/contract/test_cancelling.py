"""A transaction that is cancelled leaves nothing behind that keeps the next one waiting."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import time
from collections.abc import Coroutine, Generator, Iterator
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from stored import room

from community_bot.publishing.schedule import Seen
from community_bot.storage.database import Database
from community_bot.storage.driver import connect


class CancelledAt:
    """A coroutine whose task is cancelled in its n-th await: at once, or when that was done.

    What is awaited is the connection's thread, which is done while the loop still sleeps: so a
    statement was executed and nobody has heard of it.
    """

    def __init__(
        self, work: Coroutine[Any, Any, None], number: int, *, late: bool, again: bool
    ) -> None:
        self._work = work
        self._number = number
        self._late = late
        self._again = again
        self.awaits = 0

    def __await__(self) -> Generator[Any, None, None]:
        inner = self._work.__await__()
        step = partial(inner.send, None)
        while True:
            try:
                awaited = step()
            except StopIteration:
                return
            self.awaits += 1
            task = asyncio.current_task()
            assert task is not None
            if self.awaits == self._number:
                asyncio.get_running_loop().call_soon(self._cancel, task)
            elif self.awaits == self._number + 1 and self._again:
                asyncio.get_running_loop().call_soon(task.cancel)
            try:
                yield awaited
            except BaseException as error:  # noqa: BLE001 - thrown where it belongs
                step = partial(inner.throw, error)
            else:
                step = partial(inner.send, None)

    def _cancel(self, task: asyncio.Task[None]) -> None:
        if self._late:
            time.sleep(0.01)
        task.cancel()


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Collect no garbage: what is let go of only then stays for as long as it likes."""
    gc.disable()
    yield
    gc.enable()
    gc.collect()


def begin_at_once(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")


def seen(id: str) -> Seen:
    return Seen(id=id, revision="r1", kind="person")


@pytest.mark.usefixtures("uncollected")
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("again", [False, True])
async def test_cancelled_at_any_await_it_keeps_nobody_waiting(
    tmp_path: Path, *, late: bool, again: bool
) -> None:
    path = tmp_path / "bot.sqlite3"
    database = await Database.open(path)

    async def write(number: int) -> None:
        async with database.publishing.begin() as tx:
            await tx.destinations.all()
            await tx.destinations.add(room(f"room-{number}"))
            await tx.follows.mark_seen([seen("a"), seen("b")], ["c", "d"])

    async def cancelled(work: CancelledAt) -> None:
        await work

    kept = []
    for number in count(1):
        work = CancelledAt(write(number), number, late=late, again=again)
        task = asyncio.create_task(cancelled(work))
        await asyncio.wait([task])
        kept.append(task)  # and with it the traceback, as a task group has it until it ends
        begin_at_once(path)
        if work.awaits < number:
            break
    assert number > 5
    await write(0)
    await database.close()


@pytest.mark.parametrize("way", ["closed", "stopped", "both"])
async def test_a_connection_is_over_with_its_transaction_though_a_cursor_is_kept(
    tmp_path: Path, way: str
) -> None:
    path = tmp_path / "bot.sqlite3"
    connection = await connect(path, 1)
    cursor = connection.cursor()
    await cursor.execute("CREATE TABLE kept (n)")
    connection.begin = "BEGIN IMMEDIATE"
    await cursor.executemany("INSERT INTO kept VALUES (?)", [(1,), (2,)])
    assert cursor.rowcount == 2
    match way:
        case "closed":
            await connection.close()
        case "stopped":
            connection.stop()
        case _:
            closed = asyncio.ensure_future(connection.close())
            connection.stop()
            await asyncio.wait([closed], timeout=1)
            assert closed.done()
    begin_at_once(path)
    del cursor
