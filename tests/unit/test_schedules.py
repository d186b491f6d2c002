from __future__ import annotations

from datetime import timedelta

import pytest
from newsdesk import OLENA, ask, error, grant, newsdesk

from community_bot.core.render.text import render_text
from community_bot.domain.address import Role


async def test_a_schedule_shows_its_next_three_runs_by_the_clocks_of_each_zone() -> None:
    async with newsdesk() as at:
        said = await at.say('schedule add "0 9 * * mon" summary to=kyiv,paris')
        assert "• kyiv: 23 November 2026, 09:00 (Europe/Kyiv); 30 November 2026" in said
        assert "• paris: 23 November 2026, 09:00 (Europe/Paris); 30 November 2026" in said
        assert said.count("(Europe/Kyiv)") == 3
        listed = await at.say("schedule list")
        assert "`S1` `0 9 * * mon` `summary` – kyiv, paris; next 23 November 2026, 09:00" in listed


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("schedule add summary to=paris", "cron-missing"),
        ("schedule add 0 9 * * mon summary to=paris", "cron-missing"),
        ('schedule add "0 9 * * mon" to=paris', "argument-missing"),
        ('schedule add "0 9 * *" summary to=paris', "cron-unreadable"),
        ('schedule add "61 9 * * *" summary to=paris', "cron-unreadable"),
        ('schedule add "0 0 30 2 *" summary to=paris', "cron-unreadable"),
        ('schedule add "0 9 * * *" summary to=nowhere', "destination-unknown"),
        ('schedule add "0 9 * * *" good morning to=paris', "schedule-what"),
        ('schedule add "0 9 * * *" person dreyfus to=paris', "name-ambiguous"),
        ('schedule add "0 9 * * *" statement 99 to=paris', "post-no-answer"),
        ('schedule add "0 9 * * *" summary to=paris grace=1w', "grace-unreadable"),
        ("schedule run S9", "schedule-unknown"),
        ("schedule pause S9", "schedule-unknown"),
        ("schedule resume S9", "schedule-unknown"),
        ("schedule remove S9", "schedule-unknown"),
    ],
)
async def test_what_cannot_be_scheduled_is_said_by_its_own_sentence(line: str, key: str) -> None:
    async with newsdesk() as at:
        assert await error(at, line) == key


async def test_names_are_kept_as_ids_and_what_is_left_open_stays_open() -> None:
    async with newsdesk() as at:
        await at.ask('schedule add "0 9 * * *" person Émile Zola to=paris')
        await at.ask('schedule add "0 9 * * *" Summary to=paris')
        async with at.bot.newsroom.store.read() as kept:
            lines = [one.line for one in await kept.schedules.all()]
        assert lines == ["person name=emile-zola", "summary"]


async def test_a_paused_schedule_posts_nothing_and_makes_up_for_nothing() -> None:
    async with newsdesk() as at:
        await at.ask('schedule add "0 9 * * *" summary to=paris')
        await at.ask("schedule pause S1")
        assert "paused" in await at.say("schedule list")
        at.clock.moment += timedelta(days=1)
        assert await at.posted() == ()
        said = await at.say("schedule resume S1")
        assert "24 November 2026, 09:00" in said
        assert await at.posted() == ()
        at.clock.moment += timedelta(days=1)
        assert len(await at.posted()) == 1


async def test_a_run_out_of_turn_leaves_the_turn_as_it_is() -> None:
    async with newsdesk() as at:
        await at.ask('schedule add "0 9 * * *" summary to=paris')
        assert "posted now as `P1`" in await at.say("schedule run S1")
        assert len(await at.posted()) == 1
        assert "next 23 November 2026, 09:00" in await at.say("schedule list")
        at.clock.moment += timedelta(days=1)
        assert len(await at.posted()) == 1


async def test_a_run_out_of_turn_that_has_nothing_to_say_says_so_to_whoever_asked() -> None:
    async with newsdesk() as at:
        await at.ask('schedule add "0 9 * * *" anniversaries to=kyiv')
        said = await at.say("schedule run S1")
        assert "I know of no detention, verdict or release on 22 November" in said


async def test_a_removed_schedule_is_gone_and_its_posts_stay() -> None:
    async with newsdesk() as at:
        await at.ask('schedule add "0 9 * * *" summary to=paris')
        await at.ask("schedule run S1")
        await at.ask("schedule remove S1")
        assert "S1" not in await at.say("schedule list")
        assert "P1" in await at.say("post list")


async def test_a_schedule_elsewhere_is_neither_listed_nor_touched() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris")
        await at.ask('schedule add "0 9 * * *" summary to=paris,kyiv')
        assert "S1" not in render_text(await ask(at, "schedule list", OLENA))
        for verb in ("run", "pause", "resume", "remove"):
            forbidden = await ask(at, f"schedule {verb} S1", OLENA)
            unknown = await ask(at, f"schedule {verb} S9", OLENA)
            assert forbidden.error is not None
            assert unknown.error is not None
            assert forbidden.error.message == unknown.error.message.replace("S9", "S1")
        assert "next" in await at.say("schedule list")
