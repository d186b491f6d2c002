"""Questions that come together: each is answered before the next is looked at, and none is late."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest
from system.discord.answering_bot import Scene, answer, text

from community_bot.adapters.discord.turns import Turns


async def test_one_begins_in_each_round_of_the_loop_and_in_the_order_of_their_coming() -> None:
    turns, rounds, begun = Turns(), [0], list[tuple[str, int]]()
    loop = asyncio.get_running_loop()

    def count() -> None:
        rounds[0] += 1
        if len(begun) < 3:
            loop.call_soon(count)

    async def work(name: str) -> None:
        await turns.take()
        begun.append((name, rounds[0]))

    loop.call_soon(count)
    await asyncio.gather(work("first"), work("second"), work("third"))
    assert [name for name, _ in begun] == ["first", "second", "third"]
    assert len({number for _, number in begun}) == 3


async def test_whoever_stops_waiting_holds_up_nobody() -> None:
    turns, done = Turns(), deque[str]()

    async def work(name: str) -> None:
        await turns.take()
        done.append(name)

    async with asyncio.TaskGroup() as group:
        group.create_task(work("first"))
        given_up = group.create_task(work("second"))
        group.create_task(work("third"))
        asyncio.get_running_loop().call_soon(given_up.cancel)
    assert list(done) == ["first", "third"]
    await asyncio.wait_for(turns.take(), 30)


@pytest.mark.usefixtures("env")
async def test_a_question_that_waits_for_something_keeps_nobody_waiting(it: Scene) -> None:
    it.dispatcher.takes = 60.0
    slow = await it.ask("person", name="umerov")
    it.dispatcher.takes = 0.0
    quick = await it.bob.slash(it.channel, "ping")
    assert text(answer(quick))
    assert slow.deferred
    await it.env.advance_time(60)
    assert "Ilmi Umerov" in text(answer(slow))
