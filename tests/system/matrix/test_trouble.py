"""What the server may do to the bot: go away, refuse its token, slow it down."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from system.matrix.bot import talk
from system.matrix.homeserver import Synapse, synapse_in
from system.matrix.person import PASSWORD, somebody

from community_bot.adapters.matrix.account import Credentials, sign_in
from community_bot.adapters.matrix.errors import RefusedError, UnauthorisedError
from community_bot.adapters.matrix.transport import Transport


async def test_a_server_that_was_away_is_found_again(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot() as loop:
        await here.asks("!ping")
        await asyncio.to_thread(synapse.stop)
        await asyncio.to_thread(synapse.start)
        await here.asks("!ping")
        assert len(await here.said()) == 2
        assert loop.health.is_token_valid


async def test_a_revoked_token_ends_the_run(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here:
        with pytest.RaisesGroup(UnauthorisedError, flatten_subgroups=True):
            async with here.bot():
                await here.asks("!ping")
                await here.account.call("POST", "/v3/logout", {})
                await asyncio.Event().wait()


@pytest.mark.timeout(180)
async def test_under_a_server_s_own_limits_each_question_is_answered_once(tmp_path: Path) -> None:
    server = synapse_in(tmp_path, relaxed=False)
    await asyncio.to_thread(server.start)
    try:
        async with talk(server, tmp_path / "bot") as here, here.bot():
            questions = [await here.ann.say_patiently(here.room, "!ping") for _ in range(12)]
            for question in questions:
                await here.ann.answer_to(here.room, question, patience=120.0)
            events = await here.ann.history(here.room)
            own = [one for one in events if one["sender"] == here.account.user]
            assert sum(one["type"] == "m.room.message" for one in own) == len(questions)
    finally:
        server.stop()


async def test_a_password_is_needed_once_and_the_device_stays(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with somebody(synapse.url) as account, Transport(synapse.url) as transport:
        first = await sign_in(
            transport, Credentials(synapse.url, account.user, password=PASSWORD), tmp_path
        )
        token = transport.access_token
        again = await sign_in(transport, Credentials(synapse.url, account.user), tmp_path)
        assert (again, transport.access_token) == (first, token)
        assert (tmp_path / "session.json").stat().st_mode & 0o077 == 0
        with pytest.raises(RefusedError):
            await sign_in(transport, Credentials(synapse.url, "@other:x", token), tmp_path)
