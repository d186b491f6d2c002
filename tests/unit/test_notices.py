from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from press import Press, press_at

from community_bot.domain.address import Platform

KEY = "notice-post-failed"
HOUR = 3600


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    async with press_at(tmp_path) as made:
        yield made


async def tell(press: Press, post: str = "P1", *, avoid: Platform | None = None) -> None:
    await press.notices.tell(KEY, avoid=avoid, post=post, reason="post-too-late")
    await press.delivery.drain()


async def test_all_the_moderators_channels_hear_it_each_in_its_language(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    await press.open("stil", is_moderators=True, language="uk")
    await press.open("news")
    await tell(press)
    assert "was not made: Its hour was missed" in press.read("desk")[0]
    assert "не опубліковано: Його час минув" in press.read("stil")[0]
    assert press.read("news") == []


async def test_nobody_to_tell_is_no_error(press: Press, caplog: pytest.LogCaptureFixture) -> None:
    await press.open("far", is_moderators=True, platform=Platform.DISCORD)
    await press.open("news")
    await tell(press)
    assert press.host.book.entries == []
    assert "was not made: Its hour was missed" in caplog.text
    assert KEY not in caplog.text


async def test_a_platform_that_is_in_trouble_is_avoided(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    await tell(press, avoid=Platform.TERMINAL)
    assert press.read("desk") == []
    await tell(press, avoid=Platform.MATRIX)
    assert len(press.read("desk")) == 1


async def test_the_same_is_told_once_an_hour_even_after_a_restart(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    await asyncio.gather(tell(press), tell(press))
    press.restart()
    press.clock.step(HOUR - 1)
    await tell(press)
    assert len(press.read("desk")) == 1
    await tell(press, "P2")
    assert len(press.read("desk")) == 2
    press.clock.step(1)
    await tell(press)
    assert len(press.read("desk")) == 3


async def test_a_channel_that_was_not_told_is_told_though_another_was(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    await tell(press)
    await press.open("other", is_moderators=True)
    await tell(press)
    assert (len(press.read("desk")), len(press.read("other"))) == (1, 1)


async def test_a_clock_that_was_set_back_silences_nothing(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    await tell(press)
    press.clock.step(-24 * HOUR)
    await tell(press)
    await tell(press)
    assert len(press.read("desk")) == 2
