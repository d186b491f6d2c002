"""What each kind of answer looks like as components of a message, in files one can read.

To renew the files after a change that is meant, run this with ``RENEW=1`` in the environment and
look at what ``git diff`` shows.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from terminal import Terminal

from community_bot.adapters.discord.layout import Json
from community_bot.adapters.discord.render import Asked, pages_of, render
from community_bot.domain.address import Role

FOLDER = Path(__file__).parent / "golden"
ANSWERS = {
    "person": ("person picquart",),
    "people": ("people",),
    "statement": ("statement j-accuse 1-2",),
    "resolution": ("resolution 12 July 1906",),
    "find": ("find innocent",),
    "timeline": ("timeline dreyfus",),
    "verify": ("verify alfred-dreyfus@aaaa",),
    "help": ("help person",),
    "candidates": ("person dreyfus",),
    "unknown-command": ("<@everyone> @here",),
    "preview": ("channel add name=news", 'post send "The library is open again." to=news'),
}


def as_file(components: tuple[Json, ...]) -> str:
    return json.dumps(components, ensure_ascii=False, indent=1) + "\n"


def assert_stands(path: Path, rendered: str) -> None:
    if os.environ.get("RENEW"):
        path.write_text(rendered, encoding="utf-8")
    assert rendered == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_looks_as_it_did(name: str) -> None:
    *before, line = ANSWERS[name]
    async with Terminal.at("dreyfus", role=Role.MODERATOR) as at:
        for one in before:
            await at.ask(one)
        reply = await at.ask(line)
    assert_stands(FOLDER / f"{name}.json", as_file(render(reply, Asked(line))))


async def test_a_post_looks_as_it_did() -> None:
    async with Terminal.at("dreyfus") as at:
        reply = await at.ask("statement j-accuse 1-2")
    posts = tuple(json.loads(one) for one in pages_of(reply, "P1 r1"))
    assert_stands(FOLDER / "post.json", as_file(posts))
