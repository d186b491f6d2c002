from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from ledger.host import Fault
from press import Press, press_at

from community_bot.publishing.post import PostKind, PostState

DAY = timedelta(days=1).total_seconds()


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    async with press_at(tmp_path) as made:
        yield made


async def test_a_draft_is_forgotten_when_it_can_be_confirmed_no_more(press: Press) -> None:
    place = await press.open("news")
    draft = await press.publisher.draft(PostKind.ANSWER, "summary", [place], author=1)
    press.clock.step(DAY)
    await press.sweeper.sweep()
    assert [post.id for post in await press.posts()] == [draft.post.id]
    press.clock.step(1)
    await press.sweeper.sweep()
    assert await press.posts() == ()


async def test_a_cancelled_post_is_forgotten_and_a_scheduled_one_is_not(press: Press) -> None:
    place = await press.open("news")
    for is_kept in (True, False):
        preview = await press.publisher.draft(
            PostKind.ANSWER, "summary", [place], author=1, at=press.clock.now()
        )
        if is_kept:
            await press.publisher.confirm(preview.post.id, 1)
        else:
            await press.publisher.cancel(preview.post.id, 1)
    press.clock.step(DAY + 1)
    await press.sweeper.sweep()
    assert [post.state for post in await press.posts()] == [PostState.SCHEDULED]


async def test_rows_that_are_done_are_kept_for_a_month_and_others_until_they_are(
    press: Press,
) -> None:
    sent = await press.publish("summary", await press.open("news"))
    failed = await press.publish("summary", await press.open("wrong"))
    waiting = await press.publish("summary", await press.open("shut"))
    press.host.faults["wrong"] = Fault.NEVER
    press.host.closed_rooms.add("shut")
    await press.delivery.drain()
    press.clock.step(30 * DAY)
    await press.sweeper.sweep()
    assert len(await press.rows(sent)) == 1
    press.clock.step(1)
    await press.sweeper.sweep()
    rows = [len(await press.rows(post)) for post in (sent, failed, waiting)]
    assert rows == [0, 1, 1]
    assert len(press.read("news")) == 1


async def test_a_place_is_forgotten_a_month_after_the_bot_left_it(press: Press) -> None:
    place = await press.open("news")
    await press.publish("summary", place)
    async with press.database.publishing.begin() as tx:
        await tx.departures.note(place.address, press.clock.now())
    press.clock.step(30 * DAY)
    await press.sweeper.sweep()
    assert len(await press.posts()) == 1
    press.clock.step(1)
    await press.sweeper.sweep()
    async with press.database.publishing.read() as tx:
        assert await tx.destinations.all() == ()
    assert await press.posts() == ()
