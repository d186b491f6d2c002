"""What becomes of an answer when its question is edited or taken away, against a real server."""

from __future__ import annotations

from pathlib import Path

from system.matrix.bot import Talk, talk
from system.matrix.homeserver import Synapse
from system.matrix.person import Json
from system.matrix.test_rooms import PRIVATE, messages_in


async def test_editing_a_command_edits_the_answer(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, "!persn umerov")
        answer = await here.ann.answer_to(here.room, question)
        await here.ann.edit(here.room, question, "!person umerov")
        change = await here.ann.change_of(here.room, answer["event_id"])
    content = change["content"]
    assert content["m.new_content"]["body"].startswith("Ilmi")
    assert "m.relates_to" not in content["m.new_content"]
    assert content["m.new_content"]["m.mentions"] == content["m.mentions"] == {}
    assert content["body"].startswith("* Ilmi")


async def test_what_becomes_a_question_for_all_is_answered_to_all_and_its_answer_edited_then(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        direct = await here.ann.create_room(
            here.account.user, preset="private_chat", is_direct=True
        )
        await here.surroundings.until_heard("came", direct)
        await here.asks("!ping")
        question = await here.ann.say(here.room, PRIVATE)
        await here.ann.until(lambda: messages_in(here, direct))
        await here.ann.edit(here.room, question, "!person umerov")
        answer = await here.ann.answer_to(here.room, question)
        assert answer["content"]["body"].startswith("Ilmi")
        await here.ann.edit(here.room, question, "!ping")
        await here.ann.change_of(here.room, answer["event_id"])


async def test_after_a_restart_the_answer_is_found_in_the_room(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        async with here.bot():
            question = await here.ann.say(here.room, "!ping")
            answer = await here.ann.answer_to(here.room, question)
            other = await here.ann.say(here.room, "!ping again")
            gone = await here.ann.answer_to(here.room, other)
        async with here.bot():
            await here.ann.edit(here.room, question, "!person umerov")
            await here.ann.change_of(here.room, answer["event_id"])
            await here.ann.redact(here.room, other)
            await here.ann.change_of(here.room, gone["event_id"])
            assert [is_redacted(one) for one in await answers(here)] == [False, True]


async def test_what_was_no_command_stays_none(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        words = await here.ann.say(here.room, "hello")
        await here.ann.edit(here.room, words, "!ping")
        assert await here.said() == []


async def test_an_edit_never_runs_a_command_of_the_team(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here:
        here.surroundings.team.add(here.ann.user)
        async with here.bot():
            harmless = await here.ann.say(here.room, "!ping")
            await here.ann.answer_to(here.room, harmless)
            await here.ann.edit(here.room, harmless, "!reload")
            await here.ann.edit(here.room, harmless, "!language tr")
            serious = await here.ann.say(here.room, "!reload")
            await here.ann.answer_to(here.room, serious)
            await here.ann.edit(here.room, serious, "!ping")
            assert len(await here.said()) == 2  # two answers, no edit of them


async def test_nobody_edits_somebody_elses_question(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, "!ping")
        await here.ann.answer_to(here.room, question)
        await here.bob.edit(here.room, question, "!person umerov")
        assert len(await here.said()) == 1


async def test_deleting_a_command_deletes_the_answer(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, "!ping")
        answer = await here.ann.answer_to(here.room, question)
        await here.ann.redact(here.room, question)
        await here.ann.change_of(here.room, answer["event_id"])
        assert is_redacted(await here.ann.event(here.room, answer["event_id"]))


async def test_a_command_that_is_edited_away_takes_its_answer_along(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, "!ping")
        answer = await here.ann.answer_to(here.room, question)
        await here.ann.edit(here.room, question, "never mind")
        await here.ann.change_of(here.room, answer["event_id"])
        assert is_redacted(await here.ann.event(here.room, answer["event_id"]))


async def test_whoever_asked_bins_the_answer_and_a_moderator_does(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        first = await here.asks("!ping")
        second = await here.asks("!ping")
        third = await here.asks("!ping")
        here.surroundings.team.add(here.account.user)
        await here.bob.react(here.room, first["event_id"], "🗑️")
        await here.ann.react(here.room, second["event_id"], "🗑️")
        await here.ann.change_of(here.room, second["event_id"])
        here.surroundings.team.add(here.bob.user)
        await here.bob.react(here.room, third["event_id"], "🗑")
        await here.ann.change_of(here.room, third["event_id"])
        assert [is_redacted(one) for one in await answers(here)] == [False, True, True]


def is_redacted(event: Json) -> bool:
    return "redacted_because" in event.get("unsigned", {})


async def answers(here: Talk) -> list[Json]:
    """Return the bot's messages but its edits."""
    said = await here.said()
    kinds = [one["content"].get("m.relates_to", {}).get("rel_type") for one in said]
    return [one for one, kind in zip(said, kinds, strict=True) if kind != "m.replace"]
