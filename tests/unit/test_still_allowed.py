"""What somebody left to the clock is posted only where they may still post when it is due."""

from __future__ import annotations

from datetime import UTC, datetime

from newsdesk import CHIEF, OLENA, ask, error, grant, newsdesk
from office import IVAN, STAFF, Servers, open_office
from terminal import Terminal

from community_bot.domain.address import Account, Platform, Role
from community_bot.publishing.post import PostState

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
STAFF_ROLE = "discord-role:50/51"


async def at_nine(at: Terminal) -> list[str]:
    """Let it become nine; return the rooms that something appeared in, with what it says."""
    at.clock.moment, at.clock.seconds = NINE, at.clock.seconds + 60
    return list(await at.posted())


async def revoke(at: Terminal, on: str = "") -> None:
    where = f" role=poster on={on}" if on else ""
    reply = await ask(at, f"role revoke who={OLENA.account}{where}", CHIEF)
    assert reply.error is None, reply.error
    await at.posted()


async def for_nine(at: Terminal, to: str) -> None:
    """Let Olena leave a post to the clock."""
    for line in (f'post send "We meet." to={to} at=2026-11-23T09:00Z', "post confirm P2"):
        reply = await ask(at, line, OLENA)
        assert reply.error is None, reply.error


async def state_of(at: Terminal, id: int) -> PostState:
    async with at.bot.newsroom.store.read() as kept:
        post = await kept.posts.get(id)
    assert post is not None
    return post.state


async def test_a_post_left_to_the_clock_is_made_while_its_author_may_post_there() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, "paris")
        await for_nine(at, "paris")
        (said,) = await at_nine(at)
        assert said.startswith("── paris ──\nWe meet.")


async def test_a_post_whose_author_lost_the_right_is_not_made_and_the_moderators_are_told() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, "paris")
        await for_nine(at, "paris")
        await revoke(at)
        (said,) = await at_nine(at)
        assert said.startswith("── staff ──\nThe scheduled post P2 was not made: ")
        assert await state_of(at, 2) is PostState.FAILED


async def test_a_post_is_left_out_only_where_the_right_was_lost() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, "paris,kyiv")
        await for_nine(at, "paris,kyiv")
        await revoke(at, "kyiv")
        said = await at_nine(at)
        assert [one.splitlines()[0] for one in said] == ["── paris ──", "── staff ──"]
        assert "P2" in said[1]
        assert "kyiv" in said[1]
        assert "paris 1/1" in await at.say("post list to=paris")
        assert await error(at, "post withdraw P2") == ""
        assert [one.splitlines()[0] for one in await at.posted()] == ["── paris: deleted ──"]


async def test_a_schedule_runs_only_where_its_author_may_still_post() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, "paris,kyiv")
        await ask(at, 'schedule add "0 * * * *" statement 1 to=paris,kyiv', OLENA)
        await revoke(at, "kyiv")
        said = await at_nine(at)
        assert [one.splitlines()[0] for one in said] == ["── paris ──", "── staff ──"]
        assert "schedule resume S1" in said[1]
        await revoke(at)
        at.clock.moment = NINE.replace(hour=11)
        assert [one.splitlines()[0] for one in await at.posted()] == ["── staff ──"]


async def test_whoever_resumes_a_schedule_answers_for_it_from_then_on() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, "paris")
        await ask(at, 'schedule add "0 * * * *" statement 1 to=paris', OLENA)
        await revoke(at)
        assert (await ask(at, "schedule resume S1", OLENA)).error is not None
        assert (await ask(at, "schedule resume S1", CHIEF)).error is None
        (said,) = await at_nine(at)
        assert said.startswith("── paris ──\n")


async def test_anybody_who_sat_at_the_terminal_and_the_bot_itself_may_always() -> None:
    async with open_office() as office:
        number = await office.database.team.number_of(Account(Platform.TERMINAL, "somebody"))
        assert await office.authority.may_still_post(number, "news")
        assert await office.authority.may_still_post(None, "news")
        assert not await office.authority.may_still_post(number + 1, "news")


async def test_a_right_by_what_is_held_on_a_platform_is_asked_for_anew() -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.ask(f"role grant poster {STAFF_ROLE} on=news")
        number = await office.authority.number_of(IVAN)
        assert await office.authority.may_still_post(number, "news")
        assert not await office.authority.may_still_post(number, "matrix-news")
        servers.held.clear()
        office.clock.seconds += 60
        assert not await office.authority.may_still_post(number, "news")
        await office.ask(f"role grant poster {IVAN.account} on=news")
        await office.database.team.forget(IVAN.account)
        office.authority.invalidate()
        assert not await office.authority.may_still_post(number, "news")
