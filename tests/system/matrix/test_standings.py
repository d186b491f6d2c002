"""Who has which power level in a named room, asked of a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest
from system.matrix.faults import faulty_server, status
from system.matrix.homeserver import Synapse
from system.matrix.person import Person, somebody

from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.standings import MatrixStandings
from community_bot.adapters.matrix.transport import Transport
from community_bot.domain.address import Account, Platform
from community_bot.domain.grants import PowerLevel, ServerRole

MATRIX = Platform.MATRIX
VERSIONS = ("10", "11", "12")


@dataclass(slots=True)
class Hall:
    """Ann made a room; Bob and the bot are in it."""

    ann: Person
    bob: Person
    account: Person
    room: str
    standings: MatrixStandings

    async def has(self, person: Person, level: int, room: str = "") -> bool:
        standing = PowerLevel(MATRIX, room or self.room, level)
        return await self.standings.holds(Account(MATRIX, person.user), standing)

    async def set_level(self, person: Person, level: object) -> None:
        path = f"/v3/rooms/{self.room}/state/m.room.power_levels"
        content = await self.ann.call("GET", path)
        content["users"][person.user] = level
        await self.ann.call("PUT", path, content)


@asynccontextmanager
async def hall(synapse: Synapse, **room: object) -> AsyncIterator[Hall]:
    async with AsyncExitStack() as stack:
        ann, bob, account = [
            await stack.enter_async_context(somebody(synapse.url, name))
            for name in ("ann", "bob", "bot")
        ]
        id = await ann.create_room(**room)
        await bob.join(id)
        await account.join(id)
        transport = await stack.enter_async_context(Transport(account.url, account.token))
        client = MatrixClient(transport, Identity(account.user, account.device))
        yield Hall(ann, bob, account, id, MatrixStandings(Line(client)))


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_level_counts_from_when_it_is_given_until_it_is_taken(
    synapse: Synapse, version: str
) -> None:
    async with hall(synapse, room_version=version) as here:
        assert await here.has(here.ann, 100)
        assert await here.has(here.bob, 0)
        assert not await here.has(here.bob, 50)
        await here.set_level(here.bob, 50)
        assert await here.has(here.bob, 50)
        assert not await here.has(here.bob, 51)
        await here.set_level(here.bob, 0)
        assert not await here.has(here.bob, 50)


async def test_the_creator_of_the_newest_rooms_is_above_every_level(synapse: Synapse) -> None:
    async with hall(synapse, room_version="12") as here:
        assert await here.has(here.ann, 2**53)
    async with hall(synapse, room_version="11") as here:
        assert not await here.has(here.ann, 101)


async def test_only_the_named_room_counts(synapse: Synapse) -> None:
    async with hall(synapse) as here:
        own = await here.bob.create_room()
        await here.account.join(own)
        assert await here.has(here.bob, 100, own)
        assert not await here.has(here.bob, 100)
        assert not await here.has(here.bob, 0, "!nowhere:test.example")


async def test_who_left_or_was_never_there_holds_nothing(synapse: Synapse) -> None:
    async with hall(synapse) as here, somebody(synapse.url, "eve") as eve:
        assert not await here.has(eve, 0)
        await here.set_level(here.bob, 100)
        assert await here.has(here.bob, 100)
        await here.bob.call("POST", f"/v3/rooms/{here.room}/leave", {})
        assert not await here.has(here.bob, 0)


async def test_where_the_bot_was_put_out_nothing_is_known_any_more(synapse: Synapse) -> None:
    async with hall(synapse) as here:
        assert await here.has(here.ann, 100)
        kicked = {"user_id": here.account.user}
        await here.ann.call("POST", f"/v3/rooms/{here.room}/kick", kicked)
        assert not await here.has(here.ann, 100)


async def test_other_platforms_and_other_standings_are_not_held(synapse: Synapse) -> None:
    async with hall(synapse) as here:
        level = PowerLevel(MATRIX, here.room, 0)
        role = ServerRole(Platform.DISCORD, "1", "2")
        ann = Account(MATRIX, here.ann.user)
        assert await here.standings.holds(ann, level)
        assert not await here.standings.holds(ann, role)
        assert not await here.standings.holds(Account(Platform.DISCORD, here.ann.user), level)


@pytest.mark.parametrize("code", [200, 403, 404, 429, 500])
async def test_a_server_that_does_not_say_gives_nobody_anything(code: int) -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plan += [status(code, {"membership": "join", "errcode": "M_UNKNOWN"})] * 4
        client = MatrixClient(transport, Identity("@bot:here.example", "DEVICE"))
        somebody_there = Account(MATRIX, "@ann:here.example")
        standing = PowerLevel(MATRIX, "!room", 0)
        assert not await MatrixStandings(Line(client)).holds(somebody_there, standing)
