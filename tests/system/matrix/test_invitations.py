"""A flood of invitations in one answer to /sync, from a server that counts what is asked of it.

That many real rooms would take minutes to make; all else here is as it runs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from system.matrix.bot import Everybody, wired
from system.matrix.faults import faulty_server, hang, status

from community_bot.adapters.matrix.addressing import Self
from community_bot.adapters.matrix.bridge import Bridge
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.invitations import PER_MINUTE
from community_bot.adapters.matrix.outbound import Outbound
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.sync import Sync
from community_bot.adapters.matrix.transport import Transport
from community_bot.app.questions import SystemClock

BOT = Identity("@bot:x.example", "DEVICE")
EVE = "@eve:x.example"
FLOOD = 2_000
DEEDS = ("/join/", "/leave", "/send/")


@dataclass(slots=True)
class Place:
    """Keeps a token in memory, and tells when it is the one that is waited for."""

    last: str
    is_reached: asyncio.Event = field(default_factory=asyncio.Event)

    def load(self) -> str:
        return "s0"

    def save(self, token: str) -> None:
        if token == self.last:
            self.is_reached.set()


def flood() -> dict[str, Any]:
    """Return an answer to /sync with a question behind two thousand invitations."""
    invitation = {
        "type": "m.room.member",
        "state_key": BOT.user,
        "sender": EVE,
        "content": {"membership": "invite", "displayname": "BUY THINGS"},
    }
    invited = {
        f"!{number}:x.example": {"invite_state": {"events": [invitation]}}
        for number in range(FLOOD)
    }
    question = {
        "type": "m.room.message",
        "event_id": "$question",
        "sender": "@ann:x.example",
        "origin_server_ts": int(SystemClock().now().timestamp() * 1000),
        "content": {"msgtype": "m.text", "body": "!ping"},
    }
    joined = {"!here:x.example": {"timeline": {"events": [question]}}}
    return {"next_batch": "s1", "rooms": {"invite": invited, "join": joined}}


@pytest.mark.parametrize("is_welcome", [True, False])
async def test_of_two_thousand_invitations_a_few_are_looked_at_and_questions_are_answered(
    caplog: pytest.LogCaptureFixture, *, is_welcome: bool
) -> None:
    around = Everybody() if is_welcome else Everybody(strangers={EVE})
    place = Place("s1")
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plans["/sync"] = [status(200, flood()), hang]
        client = MatrixClient(transport, BOT)
        outbound = Outbound(client, around.clock)
        parts = Parts(client, outbound, wired().dispatcher, around, around.clock, Self(BOT.user))
        running = asyncio.create_task(Sync(client, place, Bridge(parts), around.clock).run())
        await place.is_reached.wait()
        running.cancel()
        await outbound.close()
    done = {deed: sum(deed in one for one in server.seen) for deed in DEEDS}
    deed = "/join/" if is_welcome else "/leave"
    assert done == {**dict.fromkeys(DEEDS, 0), deed: PER_MINUTE, "/send/": 1}
    assert "BUY THINGS" not in caplog.text
