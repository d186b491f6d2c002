"""Matrix and Discord in one process: what happens to the one does not touch the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from system.discord.service import Service, read_until, stop
from system.discord.wire import wire
from system.matrix.homeserver import Synapse
from system.matrix.person import Person, somebody


@pytest.fixture
async def both(synapse: Synapse, tmp_path: Path) -> AsyncIterator[tuple[Service, Person, str]]:
    """Yield a service with both platforms, somebody who may do everything, and the bot's user."""
    async with AsyncExitStack() as stack:
        ann, account = [
            await stack.enter_async_context(somebody(synapse.url, name)) for name in ("ann", "bot")
        ]
        server = await stack.enter_async_context(wire())
        more = {
            "COMMUNITY_BOT_ADMINS": f"matrix:{ann.user}",
            "COMMUNITY_BOT_MATRIX__HOMESERVER": account.url,
            "COMMUNITY_BOT_MATRIX__USER_ID": account.user,
            "COMMUNITY_BOT_MATRIX__ACCESS_TOKEN": account.token,
        }
        yield Service(server, tmp_path / "state", 0, more), ann, account.user


async def room_with(ann: Person, bot: str) -> str:
    """Make a room that the bot has come to."""
    room = await ann.create_room(bot)
    await ann.until(
        lambda: any(
            event["type"] == "m.room.member"
            and event["state_key"] == bot
            and event["content"]["membership"] == "join"
            for event in ann.heard.get(room, ())
        )
    )
    return room


async def asked(ann: Person, room: str, words: str) -> str:
    answer = await ann.answer_to(room, await ann.say(room, words))
    return str(answer["content"]["body"])


def told(ann: Person, room: str, words: str) -> bool:
    """Tell whether somebody else has said these words in a room."""
    return any(
        event["sender"] != ann.user and words in str(event["content"].get("body", ""))
        for event in ann.heard.get(room, ())
    )


async def test_a_token_revoked_on_discord_is_told_to_the_moderators_on_matrix_which_goes_on(
    both: tuple[Service, Person, str],
) -> None:
    service, ann, bot = both
    async with service.running() as process:
        room = await room_with(ann, bot)
        await asked(ann, room, "!channel add name=mods moderators=yes")
        service.server.revoke()
        await service.server.gateway.hang_up(1001)
        await read_until(process, "Discord does not take what the bot signs in with")
        await ann.until(lambda: told(ann, room, "does not accept my token any more"))
        assert "Umerov" in await asked(ann, room, "!person umerov")
        assert await stop(process) == 0


async def test_a_gateway_that_is_refused_at_start_keeps_nothing_from_matrix(
    both: tuple[Service, Person, str],
) -> None:
    service, ann, bot = both
    service.server.gateway.refused = 1_000_000
    async with service.running("Connected to Matrix") as process:
        room = await room_with(ann, bot)
        assert "Umerov" in await asked(ann, room, "!person umerov")
        service.server.gateway.refused = 0
        await read_until(process, "Connected to Discord")
        assert "Umerov" in await service.asks("person", name="umerov")
        assert await stop(process) == 0


async def test_a_discord_that_is_not_there_at_all_keeps_nothing_from_matrix(
    both: tuple[Service, Person, str],
) -> None:
    service, ann, bot = both
    service.more["COMMUNITY_BOT_DISCORD__API_URL"] = "http://127.0.0.1:1/api/v10"
    async with service.running("Connected to Matrix") as process:
        room = await room_with(ann, bot)
        assert "Umerov" in await asked(ann, room, "!person umerov")
        assert await stop(process) == 0
