"""Every way of asking, against a real server."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from system.matrix.bot import Talk, talk
from system.matrix.homeserver import Synapse
from system.matrix.person import replied_to

from community_bot.adapters.matrix.bridge import Bridge
from community_bot.app.questions import SystemClock
from community_bot.core.i18n import Texts
from community_bot.core.invocation import MAX_LINE


async def test_a_command_is_answered_in_reply_and_mentions_nobody(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, "!person umerov")
        answer = await here.ann.answer_to(here.room, question)
    content = answer["content"]
    assert answer["sender"] == here.account.user
    assert content["msgtype"] == "m.notice"
    assert content["format"] == "org.matrix.custom.html"
    assert "Umerov" in content["body"]
    assert "Umerov" in content["formatted_body"]
    assert content["m.mentions"] == {}
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": question}}


async def test_a_room_may_have_its_own_prefix(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        here.surroundings.prefixes[here.room] = "?b "
        await here.ann.say(here.room, "!person umerov")
        answer = await here.asks("?b persn umerov")
        assert "?b person umerov" in answer["content"]["body"]
        here.surroundings.prefixes.clear()
        assert [one["event_id"] for one in await here.said()] == [answer["event_id"]]


@pytest.mark.parametrize(
    "words",
    [
        "{name}: person umerov",
        "@{name} person umerov",
        "{user} person umerov",
        "could you please, {name}, person umerov",
        "person umerov {name}",
        "{name}, !person umerov",
    ],
)
async def test_a_mention_asks(synapse: Synapse, tmp_path: Path, words: str) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        answer = await here.asks(named(here, words), **mentioning(here))
    assert "Umerov" in answer["content"]["body"]
    assert answer["content"]["m.mentions"] == {}


async def test_clients_that_do_not_say_whom_they_mention_are_understood(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        await here.ann.say(here.room, named(here, "{name} is a nice bot"))
        answer = await here.asks(named(here, "{user}: person umerov"))
        assert "Umerov" in answer["content"]["body"]
        assert len(await here.said()) == 1


async def test_a_reply_to_an_answer_asks_without_a_prefix_but_thanks_do_not(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        first = await here.asks("!ping")
        await here.ann.say(here.room, "thank you", **replying(first["event_id"]))
        question = await here.ann.say(here.room, "!ping")
        await here.ann.say(here.room, "help", **replying(question))  # to Ann, not to the bot
        second = await here.asks("person umerov", **replying(first["event_id"]))
        assert "Umerov" in second["content"]["body"]
        assert len(await here.said()) == 3


async def test_in_a_chat_of_two_no_prefix_is_needed(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path, alone=True) as here, here.bot():
        answer = await here.asks("person umerov")
        assert "Umerov" in answer["content"]["body"]
        assert "`find what" in (await here.asks("what can you do"))["content"]["body"]
        await here.ann.invite(here.room, here.bob.user)
        await here.ann.say(here.room, "person umerov")
        assert len(await here.said()) == 2
        await here.bob.join(here.room)
        await here.ann.say(here.room, "person umerov")
        assert len(await here.said()) == 3  # with what told that the first was left alone


async def test_a_room_that_anybody_may_enter_is_no_chat_of_two(
    synapse: Synapse, tmp_path: Path
) -> None:
    rules = "m.room.join_rules"
    async with talk(synapse, tmp_path, alone=True, preset="public_chat") as here:
        async with here.bot():
            await here.ann.say(here.room, "hello")
            assert await here.said() == []
        async with here.bot():
            await here.ann.say(here.room, "hello")
            assert len(await here.said()) == 1  # what told that the first was left alone
            path = f"/v3/rooms/{here.room}/state/{rules}"
            await here.ann.call("PUT", path, {"join_rule": "invite"})
            assert "Umerov" in (await here.asks("person umerov"))["content"]["body"]
            await here.ann.call("PUT", path, {"join_rule": "public"})
            await here.ann.say(here.room, "hello")
            assert len(await here.said()) == 3


@pytest.mark.parametrize("letters", [3_000, 30_000])
async def test_a_question_that_is_too_long_is_refused_each_time(
    synapse: Synapse, tmp_path: Path, letters: int
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        for _ in range(2):
            answer = await here.asks("!person " + "я" * letters)
            assert answer["content"]["body"] == Texts("en")(
                "line-too-long", length=letters + len("person "), limit=MAX_LINE
            )


async def test_words_of_other_bots_are_left_alone_and_a_slip_is_explained_once(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        for words in ("!weather", "!!!", "! person umerov", "!", "hello", "person umerov"):
            await here.ann.say(here.room, words)
        answer = await here.asks("!persn umerov")
        assert "!person umerov" in answer["content"]["body"]
        await here.ann.say(here.room, "!persn umerov")
        assert len(await here.said()) == 1


async def test_half_a_command_of_the_team_is_explained_to_whoever_slipped(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        for slip in ("!kb", "!kb aprove C1", "!kb foo"):
            assert "I do not know" in (await here.asks(slip))["content"]["body"]
        await here.ann.say(here.room, "!KB Aprove C2")
        assert len(await here.said()) == 3


async def test_a_question_in_a_thread_is_answered_there(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        root = await here.ann.say(here.room, "let us talk")
        thread = {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": root},
        }
        question = await here.ann.say(here.room, "!ping", **{"m.relates_to": thread})
        answer = await here.ann.answer_to(here.room, question)
    assert answer["content"]["m.relates_to"] == {
        "rel_type": "m.thread",
        "event_id": root,
        "is_falling_back": False,
        "m.in_reply_to": {"event_id": question},
    }


async def test_notices_and_the_bot_itself_are_not_answered(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        await here.ann.send(here.room, {"msgtype": "m.notice", "body": "!ping"})
        await here.account.say(here.room, "!ping")
        assert [one["content"]["body"] for one in await here.said()] == ["!ping"]


async def test_an_invitation_from_a_stranger_is_refused(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        here.surroundings.strangers.add(here.bob.user)
        refused = await here.bob.create_room(here.account.user)

        def left() -> bool:
            return any(
                event["content"].get("membership") == "leave"
                for event in here.bob.heard.get(refused, ())
                if event.get("state_key") == here.account.user
            )

        assert await here.bob.until(left)


async def test_what_was_read_is_marked_once_it_is_answered(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, "!ping")

        def is_read() -> bool:
            return any(question in event["content"] for event in here.ann.ephemeral)

        assert await here.ann.until(is_read)


def named(here: Talk, words: str) -> str:
    user = here.account.user
    return words.format(user=user, name=user[1:].partition(":")[0])


def mentioning(here: Talk) -> dict[str, object]:
    return {"m.mentions": {"user_ids": [here.account.user]}}


def replying(event: str) -> dict[str, object]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": event}}}


async def test_what_was_said_before_the_bot_came_is_not_answered(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        here.room = await here.ann.create_room()
        await here.bob.join(here.room)
        early = await here.ann.say(here.room, "!ping")
        invitation = {"user_id": here.account.user}
        await here.ann.call("POST", f"/v3/rooms/{here.room}/invite", invitation)
        await here.ann.until(lambda: here.has_joined(here.account.user))
        assert await here.said() == []
        assert [replied_to(one) for one in here.ann.heard[here.room]].count(early) == 0


class Later(SystemClock):
    """A clock of eleven minutes from now."""

    def now(self) -> datetime:
        return super().now() + timedelta(minutes=11)


async def test_what_is_older_than_ten_minutes_is_not_answered_and_of_the_team_not_done(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        here.surroundings.clock = Later()
        async with here.bot():
            question = await here.ann.say(here.room, "!ping")
            serious = await here.ann.say(here.room, "!reload")
            answer = await here.ann.answer_to(here.room, serious)
            assert [one for one in here.ann.heard[here.room] if replied_to(one) == question] == []
    assert "may not use" in answer["content"]["body"]


async def test_typing_is_shown_while_an_answer_takes_long_and_then_no_more(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot() as loop:
        bridge = loop.worker
        assert isinstance(bridge, Bridge)
        async with bridge.outbound.answering(here.room, ""):
            assert await here.ann.until(lambda: typing(here) == [here.account.user])
        assert await here.ann.until(lambda: typing(here) == [])


def typing(here: Talk) -> list[str] | None:
    shown = [one["content"]["user_ids"] for one in here.ann.ephemeral if one["type"] == "m.typing"]
    return shown[-1] if shown else None
