from __future__ import annotations

from dataclasses import replace

import pytest
from newsdesk import CHIEF, OLENA, SERVER, ask, error, grant, newsdesk

from community_bot.core.render.text import render_text
from community_bot.domain.address import Actor, Address, Platform, Role

MATRIX_ROOM = Address(Platform.MATRIX, room="!news:example.org")


async def test_a_destination_is_the_place_where_it_was_typed() -> None:
    async with newsdesk() as at:
        line = "channel add name=matrix-news zone=europe/kyiv language=Ukrainian moderators=yes"
        assert (await ask(at, line, CHIEF, MATRIX_ROOM)).error is None
        async with at.bot.newsroom.store.read() as kept:
            found = {one.name: one for one in await kept.destinations.all()}["matrix-news"]
        assert found.address == MATRIX_ROOM
        assert (found.zone, found.language, found.is_moderators) == ("Europe/Kyiv", "uk", True)


async def test_a_thread_is_a_place_of_its_own() -> None:
    async with newsdesk() as at:
        await ask(at, "channel add name=whole", CHIEF, SERVER)
        thread = replace(SERVER, thread="61")
        assert (await ask(at, "channel add name=thread", CHIEF, thread)).error is None


async def test_a_conversation_with_one_person_is_no_destination() -> None:
    async with newsdesk() as at:
        reply = await ask(at, "channel add name=me", CHIEF, Address(Platform.MATRIX))
        assert reply.error is not None
        assert reply.error.key == "channel-nowhere"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("channel add", "argument-missing"),
        ("channel add name=all", "place-name-unreadable"),
        ("channel add name=new zone=Kyiv", "zone-unknown"),
        ("channel add name=new language=xx", "language-unknown"),
        ("channel add name=new moderators=perhaps", "choice-unknown"),
        ("channel add name=paris", "destination-name-taken"),
        ("channel remove nowhere", "destination-unknown"),
        ("channel resume nowhere", "destination-unknown"),
    ],
)
async def test_what_cannot_be_is_said_by_its_own_sentence(line: str, key: str) -> None:
    async with newsdesk() as at:
        assert await error(at, line) == key


async def test_a_place_has_one_name() -> None:
    async with newsdesk() as at:
        await at.ask("/join paris")
        assert await error(at, "channel add name=lutetia") == "destination-place-taken"


async def test_only_moderators_register_and_the_place_itself_gives_no_right() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="all")
        for actor in (OLENA, Actor(Platform.MATRIX, "@anybody:evil.example")):
            for line in ("channel add name=mine", "channel remove paris", "channel resume paris"):
                reply = await ask(at, line, actor, Address(actor.platform, room="!own:evil"))
                assert reply.error is not None
                assert reply.error.key == "not-allowed"


async def test_a_poster_sees_the_destinations_they_may_post_to_and_no_others() -> None:
    async with newsdesk() as at:
        await grant(at, Role.POSTER, OLENA, on="paris")
        said = render_text(await ask(at, "channel list", OLENA))
        assert "paris – terminal; Europe/Paris; English" in said
        assert "kyiv" not in said
        assert "staff" not in said
        assert "the moderators’ own" in await at.say("channel list")


async def test_removing_asks_first_and_says_how_much_is_forgotten() -> None:
    async with newsdesk() as at:
        for number in (1, 2):
            await at.ask(f"post send hello {number} to=paris")
            await at.ask(f"post confirm {number}")
        await at.ask("post send a draft to=paris")
        reply = await at.ask("channel remove paris")
        assert "I would forget 2 posts there." in render_text(reply)
        assert "paris" in await at.say("channel list")
        assert [action.line for action in reply.actions] == ["channel remove paris confirm=yes"]
        await at.ask(reply.actions[0].line)
        assert "paris" not in await at.say("channel list")
        assert await error(at, "post withdraw P1") == "post-unknown"


async def test_a_destination_stays_when_the_question_is_answered_with_no() -> None:
    async with newsdesk() as at:
        assert "paris` stays" in await at.say("channel remove paris confirm=no")
        assert "paris" in await at.say("channel list")
        assert "posts there" not in await at.say("channel remove paris")


async def test_with_a_destination_go_its_schedules_and_what_it_follows() -> None:
    async with newsdesk() as at:
        await at.ask('schedule add "0 9 * * *" summary to=paris')
        await at.ask('schedule add "0 9 * * *" summary to=paris,kyiv')
        await at.ask("follow add people to=paris")
        await at.ask("channel remove paris confirm=yes")
        assert "S1" not in await at.say("schedule list")
        assert "– kyiv; next" in await at.say("schedule list")
        assert "F1" not in await at.say("follow list")
        async with at.bot.newsroom.store.read() as kept:
            assert [one.id for one in await kept.schedules.all()] == [2]


async def test_a_stopped_destination_says_why_and_goes_on_when_told() -> None:
    async with newsdesk() as at:
        async with at.bot.newsroom.store.begin() as kept:
            paris = {one.name: one for one in await kept.destinations.all()}["paris"]
            await kept.destinations.change(replace(paris, stopped="not-a-key"))
        await at.ask("post send hello to=paris")
        await at.ask("post confirm 1")
        assert await at.posted() == ()
        reply = await at.ask("channel list")
        assert "stopped: not-a-key" in render_text(reply)
        assert "paris stopped" in await at.say("post list")
        assert [action.line for action in reply.actions] == ["channel resume paris"]
        await at.ask("channel resume paris")
        assert len(await at.posted()) == 1
        assert "stopped" not in await at.say("channel list")
        assert await at.say("channel resume paris") == (
            "Nothing holds `paris` up: posts go there as usual."
        )
