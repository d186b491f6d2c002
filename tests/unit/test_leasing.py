"""The lease that the service keeps: renewed, given back, and heeded when it is another's."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from terminal import StillClock

from community_bot.app.leasing import RENEWED_EVERY, keep_lease, leased
from community_bot.app.supervising import StopError
from community_bot.storage.errors import LeaseHeldError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.db"


class Steps:
    """Stands for the time between two renewals: it passes when the test says so."""

    def __init__(self, clock: StillClock) -> None:
        self._clock = clock
        self._go = asyncio.Semaphore(0)
        self.waiting = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.waiting.set()
        await self._go.acquire()
        self._clock.moment += timedelta(seconds=seconds)

    async def step(self) -> None:
        await self.waiting.wait()
        self.waiting.clear()
        self._go.release()


def take_away(file: Path) -> None:
    """Write what another process writes that takes the lease."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE lease SET token = 'another', host = 'elsewhere', pid = 7")
        connection.commit()


async def test_a_lease_that_is_renewed_outlasts_its_minute(file: Path, tmp_path: Path) -> None:
    clock = StillClock()
    async with leased(file, tmp_path, clock) as (_, lease):
        steps = Steps(clock)
        keeper = asyncio.create_task(keep_lease(lease, clock, pause=steps))
        for _ in range(10):
            await steps.step()
        await steps.waiting.wait()
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("UPDATE lease SET host = 'elsewhere'")
            connection.commit()
        with pytest.raises(LeaseHeldError):
            async with leased(file, tmp_path, clock):
                pass


async def test_a_lease_that_another_took_stops_the_bot_with_75(file: Path, tmp_path: Path) -> None:
    clock = StillClock()
    async with leased(file, tmp_path, clock) as (_, lease):
        steps = Steps(clock)
        keeper = asyncio.create_task(keep_lease(lease, clock, pause=steps))
        await steps.step()
        await steps.waiting.wait()
        take_away(file)
        await steps.step()
        with pytest.raises(StopError) as caught:
            await keeper
        assert caught.value.code == 75
    with closing(sqlite3.connect(file)) as connection:
        held = connection.execute("SELECT host FROM lease").fetchall()
    assert held == [("elsewhere",)], "the lease of another is left to it"


async def test_a_lease_is_given_back(file: Path, tmp_path: Path) -> None:
    clock = StillClock()
    for _ in range(2):
        async with leased(file, tmp_path, clock):
            pass
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT count(*) FROM lease").fetchall() == [(0,)]


def test_a_lease_outlasts_several_renewals_that_fail() -> None:
    assert RENEWED_EVERY * 5 <= 60
