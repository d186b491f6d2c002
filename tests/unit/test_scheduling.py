"""Schedules kept: once each, on time, a little late or not at all, whatever the clock does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from newsdesk import CHIEF, SERVER, ask, newsdesk
from terminal import Terminal

from community_bot.adapters.terminal.carrier import TerminalCarrier
from community_bot.domain.address import Platform
from community_bot.publishing.post import Post, PostKind, PostState
from community_bot.publishing.publisher import Publisher
from community_bot.publishing.rights import anybody
from community_bot.publishing.scheduling import Scheduler

NINE = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""Nine o'clock in Paris."""


async def posts(at: Terminal, kind: PostKind = PostKind.ANSWER) -> list[Post]:
    """Return what was posted, the oldest first."""
    async with at.bot.newsroom.store.read() as kept:
        found = await kept.posts.list(states=set(PostState), limit=10_000)
    return [one for one in reversed(found) if one.kind is kind]


async def notices(at: Terminal) -> list[str]:
    """Return what the moderators were told."""
    return [one.line for one in await posts(at, PostKind.NOTICE)]


async def tick(at: Terminal, moment: datetime) -> int:
    """Let it become a moment; return how many posts there are then."""
    at.clock.moment = moment
    await at.bot.newsroom.scheduler.tick()
    return len(await posts(at))


async def next_run_at(at: Terminal) -> datetime:
    async with at.bot.newsroom.store.read() as kept:
        return min(run.next_at for run in await kept.schedules.runs(1))


async def daily(at: Terminal, *, to: str = "paris", options: str = "") -> None:
    await at.ask(f'schedule add "0 9 * * *" summary to={to} {options}')


async def test_a_run_is_made_at_its_moment_and_not_before() -> None:
    async with newsdesk() as at:
        await daily(at)
        assert await tick(at, NINE - timedelta(seconds=1)) == 0
        assert await tick(at, NINE) == 1
        assert await tick(at, NINE) == 1
        assert await tick(at, NINE + timedelta(hours=23)) == 1
        assert await tick(at, NINE + timedelta(days=1)) == 2


async def test_destinations_due_at_one_moment_share_a_post_and_others_do_not() -> None:
    async with newsdesk() as at:
        await daily(at, to="paris,staff,kyiv")
        at.clock.moment = NINE - timedelta(hours=1)
        await at.bot.newsroom.scheduler.tick()
        await ask(at, "channel add name=berlin zone=Europe/Berlin", CHIEF, SERVER)
        assert await tick(at, NINE) == 2
        async with at.bot.newsroom.store.read() as kept:
            counts = [len(await kept.posts.placements(one)) for one in (1, 2)]
        assert counts == [1, 1]
    async with newsdesk() as at:
        await at.ask('schedule add "0 * * * *" summary to=paris,staff,kyiv')
        assert await tick(at, NINE) == 1
        async with at.bot.newsroom.store.read() as kept:
            assert len(await kept.posts.placements(1)) == 3


async def test_a_run_missed_within_its_grace_is_made_up_for_once() -> None:
    async with newsdesk() as at:
        await daily(at)
        assert await tick(at, NINE + timedelta(days=3, hours=6)) == 1
        assert await notices(at) == []
        assert await next_run_at(at) == NINE + timedelta(days=4)


async def test_a_run_missed_for_longer_is_left_out_and_the_moderators_are_told() -> None:
    async with newsdesk() as at:
        await daily(at)
        assert await tick(at, NINE + timedelta(days=3, hours=6, seconds=1)) == 0
        (notice,) = await notices(at)
        assert "schedule-missed" in notice
        assert await next_run_at(at) == NINE + timedelta(days=4)
        shown = await at.posted()
        assert [one.splitlines()[0] for one in shown] == ["── staff ──"]
        assert "S1 was due 23 November 2026, 09:00 (Europe/Paris) for paris" in shown[0]


@pytest.mark.parametrize(("late", "made"), [(timedelta(minutes=30), 1), (timedelta(hours=1), 0)])
async def test_a_schedule_may_have_a_grace_of_its_own(late: timedelta, made: int) -> None:
    async with newsdesk() as at:
        await daily(at, options="grace=30m")
        assert await tick(at, NINE + late) == made


async def test_a_frequent_schedule_makes_up_for_its_newest_run_only() -> None:
    async with newsdesk() as at:
        await at.ask('schedule add "*/5 * * * *" summary to=paris')
        assert await tick(at, NINE + timedelta(days=300, minutes=7)) == 1
        assert await next_run_at(at) == NINE + timedelta(days=300, minutes=10)


async def test_a_clock_that_is_set_back_repeats_nothing() -> None:
    async with newsdesk() as at:
        await daily(at)
        assert await tick(at, NINE) == 1
        for hours in (24, 12, 1, 0):
            assert await tick(at, NINE - timedelta(hours=hours)) == 1
        assert await tick(at, NINE + timedelta(hours=1)) == 1


async def test_a_clock_that_was_a_day_ahead_has_posted_that_day_already() -> None:
    async with newsdesk() as at:
        await daily(at)
        assert await tick(at, NINE + timedelta(days=1)) == 1
        assert await tick(at, NINE) == 1
        assert await tick(at, NINE + timedelta(days=1)) == 1
        assert await tick(at, NINE + timedelta(days=2)) == 2


async def test_pausing_and_resuming_repeats_nothing_even_when_the_clock_is_set_back() -> None:
    async with newsdesk() as at:
        await daily(at)
        assert await tick(at, NINE) == 1
        at.clock.moment = NINE - timedelta(minutes=5)
        await at.ask("schedule pause S1")
        await at.ask("schedule resume S1")
        assert await tick(at, NINE) == 1


async def test_two_who_look_at_once_post_once() -> None:
    async with newsdesk() as at:
        await daily(at)
        room = at.bot.newsroom
        other = Scheduler(
            room.store, room.publisher, room.composer, room.notices, at.clock, anybody
        )
        at.clock.moment = NINE
        await asyncio.gather(room.scheduler.tick(), other.tick())
        assert len(await posts(at)) == 1
        assert await next_run_at(at) == NINE + timedelta(days=1)


async def test_a_run_without_an_answer_is_left_out_and_the_moderators_are_told() -> None:
    async with newsdesk() as at:
        await daily(at)
        async with at.bot.newsroom.store.begin() as kept:
            (schedule,) = await kept.schedules.all()
            await kept.schedules.change(replace(schedule, line="statement paragraphs=99"))
        assert await tick(at, NINE) == 0
        (notice,) = await notices(at)
        assert "schedule-failed" in notice
        assert await next_run_at(at) == NINE + timedelta(days=1)
        assert await tick(at, NINE + timedelta(hours=1)) == 0
        assert len(await notices(at)) == 1


async def test_a_schedule_that_cannot_be_kept_any_more_is_paused_and_others_go_on() -> None:
    async with newsdesk() as at:
        await daily(at, to="kyiv")
        await daily(at, to="paris")
        async with at.bot.newsroom.store.begin() as kept:
            kyiv = {one.name: one for one in await kept.destinations.all()}["kyiv"]
            await kept.destinations.change(replace(kyiv, zone="Europe/Atlantis"))
        assert await tick(at, NINE) == 1
        (notice,) = await notices(at)
        assert "schedule-unkept" in notice
        assert "Europe/Atlantis" in notice
        async with at.bot.newsroom.store.read() as kept:
            assert [one.is_paused for one in await kept.schedules.all()] == [True, False]


async def test_a_platform_that_is_not_there_keeps_no_other_from_its_run() -> None:
    async with newsdesk() as at:
        await ask(at, "channel add name=server zone=Europe/Paris", CHIEF, SERVER)
        await daily(at, to="paris")
        async with at.bot.newsroom.store.begin() as kept:
            server = {one.name: one for one in await kept.destinations.all()}["server"]
            (run,) = await kept.schedules.runs(1)
            await kept.schedules.set_run(replace(run, destination=server.id))
        assert await tick(at, NINE) == 1
        (notice,) = await notices(at)
        assert "schedule-failed" in notice
        assert '"names": "server"' in notice


async def test_a_run_that_no_longer_fits_the_zone_is_set_anew_and_others_are_left_alone() -> None:
    async with newsdesk() as at:
        await daily(at, to="paris")
        async with at.bot.newsroom.store.begin() as kept:
            (run,) = await kept.schedules.runs(1)
            # As if Paris had been an hour further east when this was set.
            await kept.schedules.set_run(replace(run, next_at=run.next_at - timedelta(hours=1)))
        await at.bot.newsroom.scheduler.realign()
        assert await next_run_at(at) == NINE
        await at.bot.newsroom.scheduler.realign()
        assert await next_run_at(at) == NINE


async def test_a_missed_day_that_had_no_anniversaries_is_passed_over_in_silence() -> None:
    async with newsdesk() as at:
        await at.ask("follow add anniversaries to=paris")
        assert await tick(at, datetime(2026, 12, 21, 23, tzinfo=UTC)) == 0
        assert await notices(at) == []
        assert await tick(at, datetime(2026, 12, 22, 23, tzinfo=UTC)) == 0
        (notice,) = await notices(at)
        assert "schedule-missed" in notice


async def test_the_document_is_dated_by_the_day_of_its_run() -> None:
    async with newsdesk() as at:
        await at.ask('schedule add "0 22 * * *" anniversaries to=paris')
        assert await tick(at, datetime(2026, 12, 23, 1, tzinfo=UTC)) == 1
        (post,) = await posts(at)
        assert post.line == "anniversaries day=2026-12-22"
        assert post.schedule == 1


async def test_it_looks_again_when_it_is_woken() -> None:
    async with newsdesk() as at:
        await daily(at)
        room = at.bot.newsroom
        written = asyncio.Event()
        carriers = {Platform.TERMINAL: TerminalCarrier(lambda _: None)}
        publisher = Publisher(room.store, room.composer, carriers, at.clock, written.set)
        scheduler = Scheduler(room.store, publisher, room.composer, room.notices, at.clock, anybody)
        running = asyncio.create_task(scheduler.run())
        at.clock.moment = NINE
        scheduler.wake()
        await asyncio.wait_for(written.wait(), 30)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert len(await posts(at)) == 1
