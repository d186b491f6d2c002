"""A command that changes something is carried out once, whenever the bot is killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from system.matrix.bot import Talk, talk
from system.matrix.driver import CRASHES, WHO
from system.matrix.homeserver import Synapse
from system.matrix.person import Json, answers

TESTS = Path(__file__).resolve().parents[2]
ADD = "!channel add name=news zone=Europe/Kyiv language=en"
LATE = "written while the bot was away"
PERHAPS = "may be done already"


async def killed(here: Talk, folder: Path, crash: str, words: str) -> str:
    """Ask a bot that is killed at a point; return the question."""
    account = json.dumps([getattr(here.account, name) for name in WHO])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "system.matrix.driver", account, str(folder), crash),
        cwd=TESTS,
        env={
            **os.environ,
            "PYTHONPATH": str(TESTS),
            "TEAM": json.dumps(sorted(here.surroundings.team)),
        },
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"listening\n"
    question = await here.ann.say(here.room, words)
    assert await process.stdout.readline() == b"here\n"
    process.send_signal(signal.SIGKILL)
    await process.wait()
    return question


@pytest.mark.parametrize("crash", CRASHES)
async def test_a_command_of_the_team_is_not_carried_out_again_after_a_crash(
    synapse: Synapse, tmp_path: Path, crash: str
) -> None:
    async with talk(synapse, tmp_path) as here:
        here.surroundings.team.add(here.ann.user)
        async with here.bot():
            await here.asks("!ping")
        question = await killed(here, tmp_path, crash, ADD)
        async with here.bot():
            answer = await here.ann.answer_to(here.room, question)
            expected = {CRASHES[0]: LATE, CRASHES[1]: PERHAPS, CRASHES[2]: "news"}
            assert expected[crash] in words_of(answer)
            await here.said()
            assert len(answers(here.ann.heard, here.room, question)) == 1
            now = await here.asks(ADD)
            is_there = "already" in words_of(now)
            assert is_there == (crash != CRASHES[0]), words_of(now)


async def test_a_language_that_is_chosen_is_not_made_again_after_a_crash(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path, alone=True) as here:
        async with here.bot():
            await here.asks("!ping")
        question = await killed(here, tmp_path, CRASHES[1], "!language tr")
        async with here.bot():
            answer = await here.ann.answer_to(here.room, question)
            assert words_of(answer).startswith("Bot bunu yaparken yeniden başlatıldı")


async def test_what_the_team_asked_while_the_bot_was_away_is_answered_but_not_done(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        here.surroundings.team.add(here.ann.user)
        async with here.bot():
            await here.asks("!ping")
        question = await here.ann.say(here.room, ADD)
        stranger = await here.bob.say(here.room, ADD)
        async with here.bot():
            assert LATE in words_of(await here.ann.answer_to(here.room, question))
            refused = words_of(await here.ann.answer_to(here.room, stranger))
            assert LATE not in refused
            assert "already" not in words_of(await here.asks(ADD))


def words_of(event: Json) -> str:
    return str(event["content"]["body"])
