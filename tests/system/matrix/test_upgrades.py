"""Where the bot goes along when a room names another, and where it does not."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from system.matrix.bot import Everybody, talk, wired
from system.matrix.faults import Fault, Faulty, faulty_server, status
from system.matrix.homeserver import Synapse
from system.matrix.test_rooms import tombstone

from community_bot.adapters.matrix.addressing import Self
from community_bot.adapters.matrix.batch import Batch, Joined
from community_bot.adapters.matrix.bridge import Bridge
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.invitations import PER_MINUTE
from community_bot.adapters.matrix.outbound import Outbound
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.transport import Transport
from community_bot.adapters.matrix.upgrades import Move, Successor, Upgrades

BOT = Identity("@bot:x.example", "DEVICE")
ANN = "@ann:x.example"
OLD, NEW = "!old:x.example", "!new:x.example"
FORBIDDEN = status(403, {"errcode": "M_FORBIDDEN"})
MISSING = status(404, {"errcode": "M_NOT_FOUND"})


async def test_a_stranger_has_the_bot_come_only_where_a_room_of_ours_goes_on(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        around = here.surroundings
        await around.until_heard("compared")
        around.strangers.add(here.ann.user)
        around.heard.clear()
        before: dict[str, Any] = {"predecessor": {"room_id": here.room}}
        elsewhere = await here.ann.create_room(creation_content=before)
        await tombstone(here.ann, here.room, elsewhere)
        await around.until_heard("compared")
        around.places.add(here.room)
        new = await here.ann.create_room(creation_content=before)
        await tombstone(here.ann, here.room, new)
        # The second is worked on after the first: so much is done when it is followed.
        await around.until_heard("moved", here.room, new)
        seen = await here.ann.history(elsewhere)
        assert here.account.user not in {one.get("state_key") for one in seen}


def state(kind: str, content: object) -> Fault:
    return status(200, {"type": kind, "state_key": "", "sender": ANN, "content": content})


async def upgraded(request: web.Request) -> web.StreamResponse:
    """Answer for rooms that go on in another each, where those who come in prove to be wrong."""
    path = request.path
    if path.endswith("/joined_rooms"):
        return await status(200, {"joined_rooms": []})(request)
    if path.endswith("m.room.tombstone/"):
        number = re.findall(r"\d+", path)[-1]
        named = {"replacement_room": f"!next{number}:x.example"}
        return await state("m.room.tombstone", named)(request)
    if path.endswith("m.room.create/"):
        return await state("m.room.create", {"room_version": "11"})(request)
    if path.endswith("m.room.power_levels/"):
        return await state("m.room.power_levels", {"users": {ANN: 100}})(request)
    return await (MISSING if "m.room.member" in path else status(200, {}))(request)


@asynccontextmanager
async def parts(server: Faulty) -> AsyncIterator[Parts]:
    around = Everybody()
    async with Transport(server.url) as transport:
        client = MatrixClient(transport, BOT)
        outbound = Outbound(client, around.clock)
        own = Self(BOT.user)
        yield Parts(client, outbound, wired().dispatcher, around, around.clock, own, moves=around)


async def test_of_many_rooms_that_go_on_elsewhere_a_few_a_minute_are_followed() -> None:
    flood = PER_MINUTE + 10
    async with faulty_server() as server, parts(server) as shared:
        server.plan += [upgraded] * flood * 20
        bridge = Bridge(shared)
        moved = {
            "type": "m.room.tombstone",
            "state_key": "",
            "event_id": "$moved",
            "sender": ANN,
            "origin_server_ts": 1,
            "content": {"replacement_room": NEW},
        }
        rooms = tuple(Joined(f"!{one}:x.example", timeline=(moved,)) for one in range(flood))
        for _, work in bridge.work(Batch("s1", joined=rooms), answers=True):
            await work()
    assert sum("/v3/join/" in one for one in server.seen) == PER_MINUTE


async def test_a_room_of_which_nothing_can_be_read_is_not_left_and_still_expected() -> None:
    async with faulty_server() as server, parts(server) as shared:
        upgrades = Upgrades(shared)
        server.plans["m.room.member/@bot:x.example"] = [MISSING] * 2
        creation = state("m.room.create", {"predecessor": {"room_id": OLD}})
        server.plans["m.room.create/"] = [FORBIDDEN, creation]
        server.plans["m.room.tombstone/"] = [MISSING]
        assert await upgrades.follow(OLD, Successor(NEW, ANN, 100)) is None
        assert not any(one.endswith("/leave") for one in server.seen)
        assert upgrades.is_expected(NEW)
        assert await upgrades.arrive(NEW) == Move(OLD, NEW)
        assert not upgrades.is_expected(NEW)


async def test_of_rooms_to_be_asked_into_only_the_latest_are_remembered() -> None:
    named = [f"!{number}:x.example" for number in range(105)]
    async with faulty_server() as server, parts(server) as shared:
        upgrades = Upgrades(shared)
        server.plan += [FORBIDDEN] * len(named) * 2
        for room in named:
            await upgrades.follow(OLD, Successor(room, ANN, None))
        assert [room for room in named if upgrades.is_expected(room)] == named[-100:]
