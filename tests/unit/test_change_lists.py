"""Lists of changes say so where there are more than they show."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from terminal import BASES, Terminal

from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Role

NAMES, ABOUT = "names.de.text", "about.text.de"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Terminal]:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    async with Terminal.at(load_snapshot(root), role=Role.MODERATOR) as opened:
        yield opened


async def edit(at: Terminal, field: str, count: int) -> None:
    """Let somebody change something again and again, in no hurry."""
    for number in range(count):
        at.clock.moment += timedelta(minutes=1)
        reply = await at.ask(f'kb edit emile-zola {field} "Zola {number}" source=wikipedia-zola')
        assert reply.error is None, reply.error


async def test_what_waits_beyond_the_list_is_not_passed_over(at: Terminal) -> None:
    await at.say("/as moderator ann")
    await edit(at, NAMES, 20)
    await at.say("/as moderator ben")
    await edit(at, NAMES, 5)
    assert "there are more" not in await at.say("kb changes")
    await edit(at, NAMES, 1)
    said = await at.say("kb changes")
    assert "Only the newest 25 are shown; there are more." in said
    assert "`C2`" in said
    assert "`C1`" not in said


async def test_a_history_says_that_it_goes_further_back(at: Terminal) -> None:
    await edit(at, ABOUT, 20)
    assert "there are more" not in await at.say("kb history emile-zola")
    await edit(at, ABOUT, 1)
    said = await at.say("kb history emile-zola")
    assert "Only the newest 20 are shown; there are more." in said
    assert "`C1`" not in said
