from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from press import Press, press_at

from community_bot.adapters.matrix.carrier import pages_of
from community_bot.domain.address import Platform
from community_bot.publishing.notice import Particulars, notice_line

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
    assert await press.notices.can_tell()


async def test_nobody_to_tell_is_no_error(press: Press, caplog: pytest.LogCaptureFixture) -> None:
    await press.open("far", is_moderators=True, platform=Platform.DISCORD)
    await press.open("news")
    await tell(press)
    assert press.host.book.entries == []
    assert "was not made: Its hour was missed" in caplog.text
    assert not await press.notices.can_tell()
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


ROWS = [("status.value", "in-colony", "released"), ("about.text.en", "", "A *writer*.")]
OFFERS = [("action-right", "kb right ann-lee"), ("action-due", "kb due")]


async def test_a_notice_may_show_warnings_differences_and_what_to_do(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    await press.open("stil", is_moderators=True, language="uk")
    await press.notices.tell_with(
        "notice-duty",
        rows=ROWS,
        actions=OFFERS,
        warnings=["risk-status"],
        count=1,
        names="ann-lee",
    )
    await press.delivery.drain()
    (english,), (ukrainian,) = press.read("desk"), press.read("stil")
    assert english.splitlines()[2:] == [
        "Look closely: this turns round whether somebody is held, accused, free, cleared or dead.",
        "",
        "• `status.value`: `in-colony` → `released`",
        "• `about.text.en`: new: `A *writer*.`",
        "",
        "→ Still right: ann-lee: `kb right ann-lee`",
        "→ All that is due: `kb due`",
        "P1 r1",
    ]
    assert "`about.text.en`: нове: `A *writer*.`" in ukrainian
    assert "`kb right ann-lee`" in ukrainian


async def test_a_notice_that_differs_in_what_it_shows_is_another(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    for rows in (ROWS[:1], ROWS[1:], ROWS[:1]):
        await press.notices.tell_with("notice-duty", rows=rows, count=1, names="ann-lee")
    await press.delivery.drain()
    assert len(press.read("desk")) == 2


def test_on_matrix_a_notice_prints_its_commands_in_one_message_and_in_many(press: Press) -> None:
    for size in (10, 40_000):
        rows = (("about.text.en", "", "word " * size),)
        line = notice_line(
            "notice-destinations-mended", {"names": "news"}, Particulars(rows, OFFERS)
        )
        pages = pages_of(press.composer.notice(line, "en").reply, "P1 r1", "!")
        assert (len(pages) > 1) is (size > 10)
        last = json.loads(pages[-1])
        assert "`!kb right ann-lee`" in last["body"]
        assert "<code>!kb due</code>" in last["formatted_body"]
