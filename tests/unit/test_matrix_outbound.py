"""How many answers are made at once."""

from __future__ import annotations

import asyncio

from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.outbound import Outbound
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
