"""Where the bot is, as it is told to whoever keeps something of servers: it may move unheard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from ledger.discord import SERVER
from system.discord.gateway import guild
from system.discord.surroundings import Everybody, running, session
from system.discord.wire import Wire, wire

NEW = "900000000000000010"


@pytest.fixture
async def server() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made


@asynccontextmanager
async def bot(server: Wire, folder: Path, around: Everybody) -> AsyncIterator[None]:
    async with session(server, folder, around=around) as one, running(one):
        await server.gateway.joined()
        yield


def joined() -> dict[str, Any]:
    new = guild(NEW)
    del new["unavailable"]  # which only servers have that it was in before
    return new


async def test_it_tells_at_once_in_which_servers_it_is_and_that_it_is_in_no_others(
    server: Wire, tmp_path: Path
) -> None:
    around = Everybody()
    server.gateway.guilds.append(guild(NEW))
    async with bot(server, tmp_path, around):
        await around.until_heard("there", " ".join(sorted((SERVER, NEW))))
    assert len(around.heard) == 1


async def test_a_server_left_between_two_sessions_is_not_told_of(
    server: Wire, tmp_path: Path
) -> None:
    around = Everybody()
    async with bot(server, tmp_path, around):
        await around.until_heard("there", SERVER)
        server.gateway.guilds = [guild(NEW)]
        sessions = list(server.gateway.sessions.values())
        server.gateway.forget()
        for one in sessions:
            assert one.socket is not None
            await one.socket.close(code=4000)
        await around.until_heard("there", NEW)


async def test_a_server_that_is_down_was_not_left(server: Wire, tmp_path: Path) -> None:
    around = Everybody()
    server.gateway.guilds.append(guild(NEW))
    server.gateway.down = {NEW}
    async with bot(server, tmp_path, around):
        await server.gateway.send("GUILD_DELETE", {"id": SERVER, "unavailable": True})
        await around.until_heard("there", " ".join(sorted((SERVER, NEW))))


async def test_all_shards_are_waited_for(server: Wire, tmp_path: Path) -> None:
    around = Everybody()
    server.gateway.shards = 2
    async with bot(server, tmp_path, around):
        await around.until_heard("there", SERVER)
    assert around.heard == [("there", SERVER)]


async def test_a_server_that_is_left_while_the_bot_begins_stays_left(
    server: Wire, tmp_path: Path
) -> None:
    around = Everybody()
    async with bot(server, tmp_path, around):
        await server.gateway.send("GUILD_CREATE", joined())
        await server.gateway.send("GUILD_DELETE", {"id": NEW})
        await around.until_heard("left", NEW)
        await around.until_heard("there", SERVER)
    assert ("came", NEW) not in around.heard


class Slow(Everybody):
    """Takes its time to note where the bot came."""

    def __init__(self) -> None:
        super().__init__()
        self.is_begun, self.may_end = asyncio.Event(), asyncio.Event()

    async def came(self, guild: str) -> None:
        self.is_begun.set()
        await self.may_end.wait()
        await super().came(guild)


async def test_what_becomes_of_a_server_is_told_in_its_order(server: Wire, tmp_path: Path) -> None:
    around = Slow()
    async with bot(server, tmp_path, around):
        await around.until_heard("there", SERVER)
        await server.gateway.send("GUILD_CREATE", joined())
        await around.is_begun.wait()
        await server.gateway.send("GUILD_DELETE", {"id": NEW})
        id_ = await server.command("help")
        await server.until(lambda: server.answer_to(id_) is not None)
        around.may_end.set()
        await around.until_heard("left", NEW)
    assert around.heard[1:] == [("came", NEW), ("left", NEW)]
