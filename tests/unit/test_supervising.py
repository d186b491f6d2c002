"""Services under a supervisor: one that fails begins again, stops no other, and pauses longer."""

from __future__ import annotations

import asyncio
import logging

import pytest

from community_bot.app.supervising import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    Service,
    StopError,
    supervise,
)


class Pauses:
    """Stands for the time between two tries: it passes at once, and is noted."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


class Failing:
    """Fails so many times, then does its work."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.words = "hunter2"
        self.worked = asyncio.Event()

    async def __call__(self) -> None:
        if self.left:
            self.left -= 1
            raise ValueError(self.words)
        self.worked.set()


async def test_a_service_that_fails_begins_again_with_longer_pauses() -> None:
    pauses, failing = Pauses(), Failing(12)
    await supervise([Service("failing", failing)], pause=pauses)
    assert failing.worked.is_set()
    longest = [min(FIRST_PAUSE * 2**n, LONGEST_PAUSE) for n in range(12)]
    assert all(it / 2 <= was <= it for was, it in zip(pauses.seconds, longest, strict=True))


async def test_one_that_fails_stops_no_other() -> None:
    heard: list[int] = []
    pauses, failing = Pauses(), Failing(5)

    async def works() -> None:
        await failing.worked.wait()
        heard.append(1)

    services = [Service("failing", failing), Service("works", works)]
    await supervise(services, pause=pauses)
    assert heard == [1], "it was run once and to its end"


async def test_a_failure_is_logged_with_its_place_and_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        await supervise([Service("failing", Failing(1))], pause=Pauses())
    assert "“failing”" in caplog.text
    assert "ValueError" in caplog.text
    assert "test_supervising.py" in caplog.text
    assert "hunter2" not in caplog.text


async def test_a_service_may_stop_them_all_and_says_with_which_code() -> None:
    ended = asyncio.Event()

    async def goes_on() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def stops() -> None:
        raise StopError(75)

    with pytest.raises(StopError) as caught:
        await supervise([Service("goes on", goes_on), Service("stops", stops)])
    assert caught.value.code == 75
    assert ended.is_set()


async def test_a_stop_comes_through_while_another_pauses() -> None:
    paused = asyncio.Event()

    async def for_ever(_: float) -> None:
        paused.set()
        await asyncio.Event().wait()

    async def stops() -> None:
        await paused.wait()
        raise StopError(0)

    with pytest.raises(StopError) as caught:
        await supervise([Service("failing", Failing(1)), Service("stops", stops)], pause=for_ever)
    assert caught.value.code == 0


async def test_cancelling_cancels_all() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def goes_on() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.create_task(supervise([Service("goes on", goes_on)]))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
