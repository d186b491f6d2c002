"""What a restart, a crash and a long absence leave: each question answered once, none too late."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from system.matrix.bot import talk
from system.matrix.driver import CRASHES
from system.matrix.homeserver import Synapse
from system.matrix.person import answers
from system.matrix.test_exactly_once import killed


async def test_what_was_asked_meanwhile_is_answered_and_nothing_twice(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        before = await here.ann.say(here.room, "!ping before the bot was there")
        async with here.bot():
            early = await here.ann.say(here.room, "!ping early")
            await here.ann.answer_to(here.room, early)
        meanwhile = [await here.ann.say(here.room, f"!ping {n}") for n in range(5)]
        async with here.bot():
            await here.ann.answer_to(here.room, meanwhile[-1])
            said = await here.said()
    assert len(said) == 6
    assert [len(answers(here.ann.heard, here.room, one)) for one in (before, early)] == [0, 1]


async def test_without_its_place_the_bot_does_not_answer_what_is_old(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        async with here.bot():
            await here.asks("!ping")
        (tmp_path / "place.json").unlink()
        async with here.bot():
            assert len(await here.said()) == 1


async def test_a_gap_in_the_timeline_is_filled(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here:
        async with here.bot():
            await here.asks("!ping")
        for _ in range(3):
            await here.ann.say(here.room, "!ping")
        # A server gives at most 100 events of a room at once.
        await asyncio.gather(*(here.ann.say(here.room, "chatter") for _ in range(120)))
        async with here.bot():
            assert len(await here.said()) == 4


@pytest.mark.parametrize("crash", CRASHES)
async def test_a_kill_between_question_and_answer_leaves_one_answer(
    synapse: Synapse, tmp_path: Path, crash: str
) -> None:
    async with talk(synapse, tmp_path) as here:
        async with here.bot():
            await here.asks("!ping")
        question = await killed(here, tmp_path, crash, "!person umerov")
        async with here.bot():
            answer = await here.ann.answer_to(here.room, question)
            said = await here.said()
    assert "Umerov" in answer["content"]["body"]
    assert len(said) == 2
