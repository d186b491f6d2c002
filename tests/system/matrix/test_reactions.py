"""Choices as reactions, against a real server."""

from __future__ import annotations

from pathlib import Path

from system.matrix.bot import Talk, talk
from system.matrix.homeserver import Synapse
from system.matrix.person import Json, Person, answers, replied_to
from system.matrix.secret_person import ENCRYPTED, SecretPerson, secretly

UNSURE = "!person oleh"
ONE, TWO = "1\ufe0f\u20e3", "2\ufe0f\u20e3"
PLAIN_ONE = "1\u20e3"


async def test_a_choice_of_whoever_asked_is_made_once_and_nobody_else_s_counts(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, UNSURE)
        answer = await here.ann.answer_to(here.room, question)
        await offered(here.ann, here.room, answer["event_id"], ONE)
        assert f"{ONE} " in answer["content"]["body"]
        assert "!person " in answer["content"]["body"]
        await here.bob.react(here.room, answer["event_id"], ONE)
        await here.ann.react(here.room, question, ONE)  # no answer of the bot's
        await here.ann.react(here.room, answer["event_id"], TWO)
        assert len(await here.said()) == 1
        first = await here.ann.react(here.room, answer["event_id"], PLAIN_ONE)
        assert len(await two_answers(here, question)) == 2
        await here.ann.redact(here.room, first)
        await here.ann.react(here.room, answer["event_id"], ONE)
        assert len(await here.said()) == 3  # with what told that Bob's did nothing
        await here.ann.redact(here.room, question)
        for one in answers(here.ann.heard, here.room, question):
            await here.ann.change_of(here.room, one["event_id"])


async def test_a_choice_outlives_a_restart_and_follows_an_edit(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        async with here.bot():
            question = await here.ann.say(here.room, "!ping")
            answer = await here.ann.answer_to(here.room, question)
            await here.ann.edit(here.room, question, UNSURE)
            await here.ann.change_of(here.room, answer["event_id"])
        async with here.bot():
            await here.ann.react(here.room, answer["event_id"], ONE)
            chosen = (await two_answers(here, question))[-1]
            assert replied_to(chosen) == question
            assert "Sentsov" in chosen["content"]["body"]


async def test_in_an_encrypted_room_a_choice_is_made_and_its_answer_is_a_secret(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with (
        talk(synapse, tmp_path / "bot", **ENCRYPTED) as here,
        here.bot(),
        secretly(here.ann, tmp_path / "ann") as ann,
    ):
        question = await ann.say(here.room, UNSURE)
        answer = await ann.answer_to(here.room, question)
        await offered(here.ann, here.room, answer["event_id"], ONE)
        await here.bob.react(here.room, answer["event_id"], ONE)
        await here.ann.react(here.room, answer["event_id"], PLAIN_ONE)
        _, chosen = await ann.until(lambda: two_of(ann, question))
        raw = await here.ann.event(here.room, chosen["event_id"])
    assert "Sentsov" in chosen["content"]["body"]
    assert raw["type"] == "m.room.encrypted"
    assert "community-bot.choices" not in raw["content"]


async def test_suggestions_that_are_no_choice_get_no_reactions(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        answer = await here.asks("!person umerov")
        assert "community-bot.choices" not in answer["content"]
        await here.ann.react(here.room, answer["event_id"], ONE)
        assert len(await here.said()) == 1
        assert signs_of(here.ann.heard[here.room], here.account.user) == []


async def test_what_somebody_else_offers_in_the_bot_s_way_is_no_choice(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, "!ping")
        await here.ann.answer_to(here.room, question)
        trap = await here.bob.send(
            here.room,
            {
                "msgtype": "m.notice",
                "body": "choose",
                "community-bot.choices": ["person umerov"],
                "m.relates_to": {"m.in_reply_to": {"event_id": question}},
            },
        )
        await here.ann.react(here.room, trap, ONE)
        assert len(await here.said()) == 1


async def offered(person: Person, room: str, answer: str, sign: str) -> None:
    def is_there() -> bool:
        return any(
            one["content"]["m.relates_to"].get("key") == sign
            for one in person.heard.get(room, ())
            if one["type"] == "m.reaction"
            and one["content"].get("m.relates_to", {}).get("event_id") == answer
        )

    assert await person.until(is_there)


async def two_answers(here: Talk, question: str) -> list[Json]:
    found: list[Json] = await here.ann.until(
        lambda: (
            len(answers(here.ann.heard, here.room, question)) > 1
            and answers(here.ann.heard, here.room, question)
        )
    )
    return found


def two_of(person: SecretPerson, question: str) -> list[Json]:
    """Return the two answers to a question, once they are read."""
    found = [one for one in person.heard if replied_to(one) == question]
    return found if len(found) == 2 else []


def signs_of(events: list[Json], user: str) -> list[str]:
    return [
        one["content"]["m.relates_to"]["key"]
        for one in events
        if one["type"] == "m.reaction" and one["sender"] == user
    ]
