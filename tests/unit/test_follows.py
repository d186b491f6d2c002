from __future__ import annotations

import pytest
from newsdesk import OLENA, ask, error, grant, newsdesk

from community_bot.core.render.text import render_text
from community_bot.domain.address import Role
from community_bot.domain.topic import Topic


async def test_each_destination_follows_on_its_own() -> None:
    async with newsdesk() as at:
        reply = await at.ask("follow add people to=kyiv,paris")
        assert [action.line for action in reply.actions] == [
            "follow remove F1",
            "follow remove F2",
        ]
        await at.ask("follow add émile zola to=paris")
        said = await at.say("follow list")
        assert "`F1` kyiv – people" in said
        assert "`F2` paris – people" in said
        assert "`F3` paris – Émile Zola" in said
        await at.ask("follow remove f2")
        assert "F2" not in await at.say("follow list")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("follow add to=paris", "argument-missing-listed"),
        ("follow add people", "argument-missing"),
        ("follow add nemo to=paris", "topic-unknown"),
        ("follow add dreyfus to=paris", "name-ambiguous"),
        ("follow add person to=paris", "choice-unknown"),
        ("follow add people to=nowhere", "destination-unknown"),
        ("follow remove F9", "follow-unknown"),
    ],
)
async def test_what_cannot_be_followed_is_said_by_its_own_sentence(line: str, key: str) -> None:
    async with newsdesk() as at:
        assert await error(at, line) == key


async def test_nothing_is_followed_twice_and_half_of_a_list_is_not_followed() -> None:
    async with newsdesk() as at:
        await at.ask("follow add people to=paris")
        assert await error(at, "follow add people to=kyiv,paris") == "follow-there-already"
        assert "kyiv" not in await at.say("follow list")


async def test_anniversaries_come_by_the_clock_on_days_that_have_any() -> None:
    async with newsdesk() as at:
        await at.ask("follow add anniversaries to=kyiv,paris")
        assert await error(at, "follow add anniversaries to=paris") == "follow-there-already"
        assert "`S1` kyiv, paris – anniversaries" in await at.say("follow list")
        async with at.bot.newsroom.store.read() as kept:
            (schedule,) = await kept.schedules.all()
        assert (schedule.cron, schedule.topic) == ("0 9 * * *", Topic.ANNIVERSARIES)
        at.clock.moment = at.clock.moment.replace(month=12, day=22, hour=7)
        (first,) = await at.posted()
        assert first.startswith("── kyiv ──\n22 грудня в попередні роки")
        at.clock.moment = at.clock.moment.replace(hour=8)
        (second,) = await at.posted()
        assert second.startswith("── paris ──\nOn 22 December in earlier years")
        at.clock.moment = at.clock.moment.replace(day=23)
        assert await at.posted() == ()


async def test_anniversaries_are_followed_no_more_by_the_id_that_the_list_shows() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris")
        await at.ask("follow add anniversaries to=kyiv,paris")
        await at.ask('schedule add "0 9 * * *" summary to=paris')
        assert "`S1` kyiv, paris – anniversaries" in await at.say("follow list")
        for line in ("follow remove S2", "follow remove S9", "follow remove F1"):
            assert await error(at, line) == "follow-unknown"
        forbidden = await ask(at, "follow remove S1", OLENA)
        assert forbidden.error is not None
        assert forbidden.error.key == "follow-unknown"
        said = await at.say("follow remove S1")
        assert said == "kyiv, paris will no longer be told of: anniversaries."
        assert "S1" not in await at.say("schedule list")


async def test_what_follows_elsewhere_is_neither_listed_nor_touched() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris")
        await at.ask("follow add people to=kyiv,paris")
        await at.ask("follow add anniversaries to=kyiv,paris")
        said = render_text(await ask(at, "follow list", OLENA))
        assert "`F2` paris" in said
        assert "kyiv" not in said
        forbidden = await ask(at, "follow remove F1", OLENA)
        unknown = await ask(at, "follow remove F9", OLENA)
        assert forbidden.error is not None
        assert unknown.error is not None
        assert forbidden.error.message == unknown.error.message.replace("F9", "F1")
        assert (await ask(at, "follow remove F2", OLENA)).error is None
