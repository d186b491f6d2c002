"""Direct chats, upgrades, departures and invitations, against a real server."""

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from system.matrix.bot import Talk, talk
from system.matrix.driver import CRASHES
from system.matrix.homeserver import Synapse
from system.matrix.person import Json, Person, answers
from system.matrix.test_exactly_once import killed

from community_bot.core.i18n import Texts

PRIVATE = "!language"
TOLD = Texts("en")("matrix-answered-directly")
ONE = "1\ufe0f\u20e3"
ADD = "!channel add name=news zone=Europe/Kyiv language=en"


async def invitation_to(person: Person) -> str:
    """Wait until somebody is invited, and go there."""
    async with asyncio.timeout(30):
        for wait in count(500):
            # A server gives the same answer to the same request for a while.
            query: dict[str, Any] = {"timeout": str(wait)}
            news = await person.call("GET", "/v3/sync", **query)
            for room in news.get("rooms", {}).get("invite", {}):
                await person.join(room)
                return str(room)
    raise AssertionError("nobody was invited")


async def own_said(person: Person, room: str, user: str) -> list[Json]:
    return [
        one
        for one in await person.history(room)
        if one["sender"] == user and one["type"] == "m.room.message"
    ]


def messages_in(here: Talk, room: str) -> list[Json]:
    return [one for one in here.ann.heard.get(room, ()) if one["type"] == "m.room.message"]


def texts_of(events: list[Json]) -> list[str]:
    return [one["content"]["body"] for one in events]


def signed(here: Talk) -> list[str]:
    """Return the messages that the bot has put the sign of a private answer to."""
    return [
        one["content"]["m.relates_to"]["event_id"]
        for one in here.ann.heard[here.room]
        if one["type"] == "m.reaction"
        and one["sender"] == here.account.user
        and one["content"]["m.relates_to"]["key"] == "\N{ENVELOPE}\ufe0f"
    ]


async def rooms_of(here: Talk) -> set[str]:
    return set((await here.account.call("GET", "/v3/joined_rooms"))["joined_rooms"])


async def test_a_private_answer_goes_to_one_direct_chat_even_after_a_restart(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        async with here.bot():
            asked = await here.ann.say(here.room, PRIVATE)
            direct = await invitation_to(here.ann)
            await here.ann.answer_to(here.room, asked)
            assert texts_of(await here.said()) == [TOLD]
        async with here.bot():
            await here.ann.say(here.room, PRIVATE)
            await here.ann.until(lambda: len(messages_in(here, direct)) == 2)
            assert await rooms_of(here) == {here.room, direct}
            assert len(await own_said(here.ann, direct, here.account.user)) == 2


@pytest.mark.parametrize("crash", CRASHES)
async def test_a_kill_leaves_one_private_answer_one_sign_and_one_word_of_it(
    synapse: Synapse, tmp_path: Path, crash: str
) -> None:
    async with talk(synapse, tmp_path) as here:
        async with here.bot():
            await here.asks("!ping")
        asked = await killed(here, tmp_path, crash, PRIVATE)
        async with here.bot():
            await here.ann.answer_to(here.room, asked)
            said = texts_of(await here.said())
            # What may have been carried out is not again, and so has no private answer to show.
            is_first = crash != CRASHES[1]
            assert said.count(TOLD) == is_first
            assert signed(here) == [asked] * is_first
            assert len(await rooms_of(here)) == 1 + is_first


async def test_a_chat_that_somebody_opened_with_the_bot_is_used(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        direct = await here.ann.create_room(
            here.account.user, preset="private_chat", is_direct=True
        )
        await here.surroundings.until_heard("came", direct)
        question = await here.ann.say(direct, "ping")
        await here.ann.answer_to(direct, question)
        asked = await here.ann.say(here.room, PRIVATE)
        assert await here.said() == []
        assert await here.ann.until(lambda: signed(here) == [asked])
        assert await rooms_of(here) == {here.room, direct}
        assert len(await own_said(here.ann, direct, here.account.user)) == 2


async def test_a_chat_of_two_that_everybody_may_look_into_is_none(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        visible = {
            "type": "m.room.history_visibility",
            "content": {"history_visibility": "world_readable"},
        }
        seen = await here.ann.create_room(
            here.account.user, preset="private_chat", is_direct=True, initial_state=[visible]
        )
        await here.surroundings.until_heard("came", seen)
        await here.ann.say(seen, PRIVATE)
        direct = await invitation_to(here.ann)
        assert direct not in {seen, here.room}
        await here.ann.until(lambda: messages_in(here, direct))
        said = texts_of(await own_said(here.ann, seen, here.account.user))
        assert said in ([], [TOLD])


async def test_who_left_the_direct_chat_is_asked_in_again(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        first = await here.ann.say(here.room, PRIVATE)
        direct = await invitation_to(here.ann)
        await here.ann.answer_to(here.room, first)
        await here.ann.call("POST", f"/v3/rooms/{direct}/leave", {})
        second = await here.ann.say(here.room, PRIVATE)
        assert await invitation_to(here.ann) == direct
        assert await here.ann.until(lambda: signed(here) == [first, second])
        assert texts_of(await here.said()) == [TOLD]


async def test_a_question_that_is_answered_in_private_is_signed_and_whoever_must_come_told_once(
    synapse: Synapse, tmp_path: Path
) -> None:
    root = {"rel_type": "m.thread", "is_falling_back": True}
    async with talk(synapse, tmp_path) as here, here.bot():
        start = await here.ann.say(here.room, "let us talk")
        root |= {"event_id": start, "m.in_reply_to": {"event_id": start}}
        first = await here.ann.say(here.room, PRIVATE, **{"m.relates_to": root})
        told = await here.ann.answer_to(here.room, first)
        second = await here.ann.say(here.room, PRIVATE)
        assert await here.ann.until(lambda: signed(here) == [first, second])
        assert texts_of(await here.said()) == [TOLD]
        assert told["content"]["m.relates_to"]["event_id"] == start
        await here.ann.redact(here.room, first)
        await here.ann.change_of(here.room, told["event_id"])


async def test_a_moderator_previews_in_private_and_posts_there(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        here.surroundings.team.add(here.ann.user)
        async with here.bot():
            added = await here.ann.say(here.room, ADD)
            await here.ann.until(lambda: bool(answers(here.ann.heard, here.room, added)))
            await here.ann.say(here.room, "!post send person umerov to=news")
            direct = await invitation_to(here.ann)
            preview = await message(here.ann, direct, "post confirm P1")
            assert preview["content"]["community-bot.choices"] == [
                "post confirm P1",
                "post cancel P1",
            ]
            question = await here.ann.say(direct, "post confirm P1")
            assert "P1" in (await here.ann.answer_to(direct, question))["content"]["body"]
            await here.ann.say(here.room, "!post send person sentsov to=news")
            second = await message(here.ann, direct, "post confirm P2")
            await here.ann.react(direct, second["event_id"], ONE)
            await message(here.ann, direct, "post withdraw P2")


async def message(person: Person, room: str, words: str) -> Json:
    found: Json = await person.until(
        lambda: next(
            (
                one
                for one in person.heard.get(room, ())
                if words in str(one["content"].get("body", ""))
            ),
            None,
        )
    )
    return found


@pytest.mark.parametrize("version", ["11", "12"])
async def test_a_room_that_is_upgraded_is_followed(
    synapse: Synapse, tmp_path: Path, version: str
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        upgrade = await here.ann.call(
            "POST", f"/v3/rooms/{here.room}/upgrade", {"new_version": version}
        )
        new = upgrade["replacement_room"]
        await here.surroundings.until_heard("moved", here.room, new)
        assert (here.surroundings.levels[new] or 0) >= 100
        question = await here.ann.say(new, "!ping")
        await here.ann.answer_to(new, question)


async def test_a_room_that_only_calls_itself_one_is_not_followed(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        other = await here.ann.create_room()
        await tombstone(here.ann, here.room, other)

        def left() -> bool:
            return any(
                one["content"].get("membership") == "leave"
                for one in here.ann.heard.get(other, ())
                if one.get("state_key") == here.account.user
            )

        await here.ann.until(left)
        assert ("moved", here.room, other) not in here.surroundings.heard
        assert await rooms_of(here) == {here.room}


async def test_a_successor_for_those_who_are_asked_is_entered_when_the_bot_is(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        here.surroundings.places.add(here.room)
        here.surroundings.strangers.add(here.ann.user)
        before: dict[str, Any] = {"predecessor": {"room_id": here.room}}
        new = await here.ann.create_room(preset="private_chat", creation_content=before)
        await tombstone(here.ann, here.room, new)
        here.room, old = await here.ann.create_room(), here.room
        await here.account.join(here.room)
        await here.said()
        await here.ann.call("POST", f"/v3/rooms/{new}/invite", {"user_id": here.account.user})
        await here.surroundings.until_heard("moved", old, new)


async def tombstone(person: Person, room: str, successor: str) -> None:
    await person.call(
        "PUT",
        f"/v3/rooms/{room}/state/m.room.tombstone/",
        {"body": "on we go", "replacement_room": successor},
    )


async def test_who_moves_a_room_takes_along_what_is_granted_to_nobody_above_them(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        powers = f"/v3/rooms/{here.room}/state/m.room.power_levels/"
        levels = await here.ann.call("GET", powers)
        levels["users"][here.bob.user] = 60
        levels["events"]["m.room.tombstone"] = 50
        await here.ann.call("PUT", powers, levels)
        before: dict[str, Any] = {"predecessor": {"room_id": here.room}}
        # In a room of his own Bob has every level; here he could give none to anybody.
        first = await here.bob.create_room(creation_content=before)
        await tombstone(here.bob, here.room, first)
        await here.surroundings.until_heard("moved", here.room, first)
        levels["events"]["m.room.power_levels"] = 60
        await here.ann.call("PUT", powers, levels)
        second = await here.bob.create_room(creation_content=before)
        await tombstone(here.bob, here.room, second)
        await here.surroundings.until_heard("moved", here.room, second)
    assert here.surroundings.levels == {first: None, second: 60}


async def test_a_room_that_the_bot_is_in_is_not_left_because_another_names_it(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        other = await here.ann.create_room(here.account.user)
        await here.surroundings.until_heard("came", other)
        await tombstone(here.ann, here.room, other)
        # The second is worked on after the first: so much is done when it is followed.
        upgrade = f"/v3/rooms/{other}/upgrade"
        new = (await here.ann.call("POST", upgrade, {"new_version": "11"}))["replacement_room"]
        await here.surroundings.until_heard("moved", other, new)
        await here.said()
        assert await rooms_of(here) == {here.room, other, new}


@pytest.mark.parametrize("act", ["kick", "ban"])
async def test_a_room_that_the_bot_is_put_out_of_is_told_and_so_is_its_return(
    synapse: Synapse, tmp_path: Path, act: str
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        await here.surroundings.until_heard("came", here.room)
        here.surroundings.heard.clear()
        who = {"user_id": here.account.user}
        await here.ann.call("POST", f"/v3/rooms/{here.room}/{act}", who)
        await here.surroundings.until_heard("left", here.room)
        if act == "ban":
            await here.ann.call("POST", f"/v3/rooms/{here.room}/unban", who)
        await here.ann.call("POST", f"/v3/rooms/{here.room}/invite", who)
        await here.surroundings.until_heard("came", here.room)


async def test_a_flood_of_invitations_holds_up_no_answer(
    synapse: Synapse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with talk(synapse, tmp_path) as here:
        async with here.bot():
            await here.asks("!ping")
        here.surroundings.strangers.add(here.bob.user)
        flood = 30
        for _ in range(flood):
            await here.bob.create_room(here.account.user, name="BUY THINGS")
        async with here.bot():
            await here.asks("!ping")
            await here.said()
        news = await here.account.call("GET", "/v3/sync", timeout="0")
        # Some were refused, most are left alone, and none was entered or is told of.
        assert 0 < flood - len(news["rooms"]["invite"]) <= 20
        assert await rooms_of(here) == {here.room}
        assert [one for one in here.surroundings.heard if one[0] == "left"] == []
        assert "BUY THINGS" not in caplog.text
