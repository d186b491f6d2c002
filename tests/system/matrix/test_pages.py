"""An answer of several pages: each is asked for by the command that the one before prints."""

from __future__ import annotations

import re
from pathlib import Path

from system.matrix.bot import talk
from system.matrix.homeserver import Synapse
from system.matrix.person import Json
from terminal import base_of

from community_bot.domain.entities import Statement

ONE = "1\ufe0f\u20e3"
ALL = "statement paragraphs=all"


async def test_all_of_a_long_statement_is_read_page_by_page(
    synapse: Synapse, tmp_path: Path
) -> None:
    pages: list[Json] = []
    line = ALL
    async with talk(synapse, tmp_path) as here, here.bot():
        while line:
            pages.append((await here.asks(f"!{line}"))["content"])
            found = re.search(rf"`!(page {len(pages) + 1} {ALL})`", pages[-1]["body"])
            line = found[1] if found else ""
        beyond = await here.asks(f"!page 99 {ALL}")
    assert len(pages) > 2
    (statement,) = [
        one
        for one in base_of("shipped").current.entries.values()
        if isinstance(one, Statement) and one.id == "new-york-2017"
    ]
    said = "\n".join(page["body"] for page in pages)
    assert [said.count(one.text) for one in statement.paragraphs] == [1] * len(statement.paragraphs)
    assert f"{statement.id}@" in pages[-1]["body"]
    assert not any(f"{statement.id}@" in page["body"] for page in pages[:-1])
    assert beyond["content"]["body"] == pages[-1]["body"]


async def test_a_long_preview_is_shown_whole_and_drafted_once(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path, alone=True) as here:
        here.surroundings.team.add(here.ann.user)
        async with here.bot():
            await here.asks("channel add name=news zone=Europe/Kyiv language=ru")
            question = await here.ann.say(here.room, "post send person umerov to=news")
            preview = await here.ann.answers_to(here.room, question, until="post confirm P1")
            assert len(preview) > 1
            assert "page 2" not in "".join(one["content"]["body"] for one in preview)
            chosen = ["post confirm P1", "post cancel P1"]
            offered = [one["content"].get("community-bot.choices") for one in preview]
            assert offered == [*[None] * (len(preview) - 1), chosen]
            await here.ann.react(here.room, preview[-1]["event_id"], ONE)
            await here.ann.answers_to(here.room, question, until="on its way to news")
            assert "P2" not in (await here.asks("post list"))["content"]["body"]
            await here.ann.redact(here.room, question)
            for page in preview:
                await here.ann.change_of(here.room, page["event_id"])
