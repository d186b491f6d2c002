"""What is edited or taken away and was no question costs little, however much of it there is."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from system.matrix.bot import talk
from system.matrix.homeserver import Synapse
from system.matrix.proxy import proxy_to


async def test_words_that_were_no_question_are_looked_at_once_when_they_are_edited(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, proxy_to(synapse.url) as proxy:
        sought: list[str] = []

        async def note(request: web.Request) -> web.StreamResponse:
            sought.append(request.path)
            return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)

        proxy.faults["GET .*/context/"] = note
        here.account.url = proxy.url
        async with here.bot():
            words = [await here.ann.say(here.room, f"hello {number}") for number in range(5)]
            for one in words:
                await here.ann.edit(here.room, one, "hello all")
            await here.asks("!ping")
        assert sought == []
