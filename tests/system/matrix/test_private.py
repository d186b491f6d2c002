"""Answers for one person alone, where no direct chat can be had."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import web
from system.matrix.bot import talk
from system.matrix.faults import hang, status
from system.matrix.homeserver import Synapse
from system.matrix.proxy import proxy_to

from community_bot.core.i18n import Texts

FORBIDDEN = status(403, {"errcode": "M_FORBIDDEN", "error": "no"})


@pytest.mark.parametrize(
    "refused", ["PUT .*/state/m.room.member/", "POST .*/createRoom"], ids=["invite", "create"]
)
async def test_where_no_direct_chat_can_be_had_whoever_asked_is_told_and_nothing_is_shown(
    synapse: Synapse, tmp_path: Path, refused: str
) -> None:
    async with talk(synapse, tmp_path) as here, proxy_to(synapse.url) as proxy:
        proxy.faults[refused] = FORBIDDEN
        here.account.url = proxy.url
        async with here.bot():
            for _ in range(2):
                answer = await here.asks("!language")
                assert answer["content"]["body"] == Texts("en")("matrix-open-direct")
            here.account.url = synapse.url
            rooms = (await here.account.call("GET", "/v3/joined_rooms"))["joined_rooms"]
            assert rooms == [here.room]
            # As it says: a chat that is opened with the bot does.
            direct = await here.ann.create_room(
                here.account.user, preset="private_chat", is_direct=True
            )
            await here.surroundings.until_heard("came", direct)
            await here.ann.say(here.room, "!language")
            said = await here.ann.until(
                lambda: next(
                    (
                        one
                        for one in here.ann.heard.get(direct, ())
                        if one["type"] == "m.room.message"
                    ),
                    None,
                )
            )
            assert "English" in said["content"]["body"]


async def test_a_server_that_takes_its_time_with_an_invitation_holds_up_nobody_else(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, proxy_to(synapse.url) as proxy:
        is_asked = asyncio.Event()

        async def never(request: web.Request) -> web.StreamResponse:
            is_asked.set()
            return await hang(request)

        proxy.faults[f"PUT .*/state/m.room.member/{here.ann.user}"] = never
        here.account.url = proxy.url
        async with here.bot():
            await here.ann.say(here.room, "!language")
            await is_asked.wait()
            question = await here.bob.say(here.room, "!language")
            answer = await here.ann.answer_to(here.room, question, patience=10.0)
            assert answer["content"]["body"] == Texts("en")("matrix-answered-directly")
