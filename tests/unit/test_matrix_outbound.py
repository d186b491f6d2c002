"""How many answers are made at once, and how long to wait before something is sent again."""

from __future__ import annotations

import asyncio

from terminal import StillClock

from community_bot.adapters.matrix.backoff import Backoff
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.errors import RateLimitedError, UnreachableError
from community_bot.adapters.matrix.outbound import PATIENCE, Outbound
from community_bot.adapters.matrix.transport import Transport
from community_bot.app.questions import SystemClock


async def test_of_a_flood_few_answers_are_made_at_once_and_other_rooms_do_not_wait() -> None:
    client = MatrixClient(Transport("http://127.0.0.1:1"), Identity("@bot:x", "DEVICE"))
    outbound = Outbound(client, SystemClock())
    going_on = {"!flooded": 0, "!other": 0}
    may_end = asyncio.Event()
    other_is_made = asyncio.Event()

    async def make(room: str, question: int) -> None:
        async with outbound.answering(room, f"${question}"):
            going_on[room] += 1
            if room == "!other":
                other_is_made.set()
            await may_end.wait()

    async with asyncio.TaskGroup() as group:
        for question in range(1_000):
            group.create_task(make("!flooded", question))
        group.create_task(make("!other", 0))
        await other_is_made.wait()
        most = going_on["!flooded"]
        may_end.set()
    assert 1 <= most <= 8
    assert going_on == {"!flooded": 1_000, "!other": 1}
    await outbound.close()


def test_pauses_grow_whatever_a_server_asks_for_and_are_never_shorter_than_that() -> None:
    backoff = Backoff(1.0, 8.0)
    errors = [RateLimitedError(0.0), UnreachableError(), *[RateLimitedError(0.0)] * 3]
    pauses = [backoff.after(error) for error in errors]
    grown = [1.0, 2.0, 4.0, 8.0, 8.0]
    assert all(own / 2 <= pause <= own * 1.5 for own, pause in zip(grown, pauses, strict=True))
    assert backoff.after(RateLimitedError(600.0)) == 600.0


async def test_what_is_limited_without_a_wait_is_given_up_when_the_next_pause_is_too_long() -> None:
    clock = StillClock()
    client = MatrixClient(Transport("http://127.0.0.1:1"), Identity("@bot:x", "DEVICE"))
    tries = 0

    async def send() -> str:
        nonlocal tries
        tries += 1
        clock.seconds = PATIENCE - 0.1
        if tries < 10:
            raise RateLimitedError(0.0)
        return "$sent"

    assert await Outbound(client, clock).patiently(send) is None
    assert tries == 1
