"""Encrypted rooms, in both directions, against a real server and nio's own client."""

from __future__ import annotations

import stat
from pathlib import Path
from uuid import uuid4

from system.matrix.bot import talk
from system.matrix.homeserver import Synapse
from system.matrix.person import replied_to
from system.matrix.secret_person import ENCRYPTED, MEGOLM, secretly

from community_bot.adapters.matrix.transport import encode

GARBAGE: tuple[object, ...] = ("", "x", 5, {}, ["x"], "\u0000", "A" * 5_000)


async def test_an_encrypted_room_is_answered_in_from_the_first_start(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with (
        talk(synapse, tmp_path / "bot", **ENCRYPTED) as here,
        here.bot(),
        secretly(here.ann, tmp_path / "ann") as ann,
    ):
        question = await ann.say(here.room, "!person umerov")
        answer = await ann.answer_to(here.room, question)
        raw = await here.ann.event(here.room, answer["event_id"])
    assert "Umerov" in answer["content"]["body"]
    assert answer["content"]["m.mentions"] == {}
    assert raw["type"] == "m.room.encrypted"
    assert set(raw["content"]) == {
        *("algorithm", "ciphertext", "device_id", "m.relates_to", "sender_key", "session_id")
    }


async def test_a_full_page_of_cyrillic_is_edited_in_an_encrypted_room(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path / "bot", **ENCRYPTED) as here, here.bot():
        here.surroundings.tag = "ru"
        async with secretly(here.ann, tmp_path / "ann") as ann:
            question = await ann.say(here.room, "!ping")
            answer = await ann.answer_to(here.room, question)
            await ann.say(
                here.room,
                "* !timeline",
                **{
                    "m.new_content": {"msgtype": "m.text", "body": "!timeline"},
                    "m.relates_to": {"rel_type": "m.replace", "event_id": question},
                },
            )
            edit = await ann.edit_of(answer["event_id"])
    assert len(encode(edit["content"]["m.new_content"])) > 14_000


async def test_after_a_restart_old_keys_are_still_there(synapse: Synapse, tmp_path: Path) -> None:
    async with (
        talk(synapse, tmp_path / "bot", **ENCRYPTED) as here,
        secretly(here.ann, tmp_path / "ann") as ann,
    ):
        async with here.bot():
            await ann.until(lambda: ann.knows(here.account.user))
            await ann.answer_to(here.room, await ann.say(here.room, "!ping"))
        question = await ann.say(here.room, "!ping meanwhile")
        async with here.bot():
            answer = await ann.answer_to(here.room, question)
            assert "meanwhile" in answer["content"]["body"]
        assert ann.unread == []
    assert stat.S_IMODE((tmp_path / "bot").stat().st_mode) == 0o700


async def test_who_comes_later_reads_what_is_answered_then(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with (
        talk(synapse, tmp_path / "bot", alone=True, **ENCRYPTED) as here,
        here.bot(),
        secretly(here.ann, tmp_path / "ann") as ann,
        secretly(here.bob, tmp_path / "bob") as bob,
    ):
        await ann.answer_to(here.room, await ann.say(here.room, "!ping"))
        await here.ann.invite(here.room, here.bob.user)
        await here.bob.join(here.room)
        await bob.until(lambda: bob.knows(here.account.user) and bob.knows(here.ann.user))
        question = await bob.say(here.room, "!ping from Bob")
        answer = await bob.answer_to(here.room, question)
        assert "from Bob" in answer["content"]["body"]
        assert (await ann.answer_to(here.room, question))["content"] == answer["content"]


async def test_a_room_that_becomes_encrypted_is_answered_in_secret(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path / "bot") as here, here.bot():
        await here.asks("!ping")
        state = f"/v3/rooms/{here.room}/state/m.room.encryption"
        await here.ann.call("PUT", state, MEGOLM)
        async with secretly(here.ann, tmp_path / "ann") as ann:
            question = await ann.say(here.room, "!ping")
            answer = await ann.answer_to(here.room, question)
            raw = await here.ann.event(here.room, answer["event_id"])
    assert raw["type"] == "m.room.encrypted"


async def test_a_key_that_comes_late_still_brings_an_answer(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with (
        talk(synapse, tmp_path / "bot", **ENCRYPTED) as here,
        here.bot(),
        secretly(here.ann, tmp_path / "ann") as ann,
    ):
        await ann.until(lambda: ann.knows(here.account.user))
        question, key = await ann.say_without_key(here.room, "!ping late")
        await here.bob.answer_to(here.room, await here.bob.say(here.room, "!ping"))
        await ann.give_key(here.account.user, key)
        answer = await ann.answer_to(here.room, question)
    assert "late" in answer["content"]["body"]


async def test_what_cannot_be_read_gets_one_hint(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path / "bot", **ENCRYPTED) as here:
        here.surroundings.key_patience = 0.0
        async with here.bot(), secretly(here.ann, tmp_path / "ann") as ann:
            await ann.until(lambda: ann.knows(here.account.user))
            question, _ = await ann.say_without_key(here.room, "!ping")
            hint = await ann.answer_to(here.room, question)
            assert "could not read" in hint["content"]["body"]
            second = await ann.say(here.room, "!ping")
            await here.bob.answer_to(here.room, await here.bob.say(here.room, "!ping"))
            heard = await here.ann.history(here.room)
            assert [replied_to(event) for event in heard].count(second) == 0


async def test_garbage_in_place_of_ciphertext_hinders_nothing(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path / "bot", **ENCRYPTED) as here, here.bot():
        fields = ("sender_key", "session_id", "device_id", "ciphertext")
        for value in GARBAGE:
            content = {**MEGOLM, **dict.fromkeys(fields, value)}
            await here.ann.send(here.room, content, "m.room.encrypted")
            message = {here.account.user: {here.account.device: {**content, "sender_key": value}}}
            path = f"/v3/sendToDevice/m.room.encrypted/{uuid4().hex}"
            await here.ann.call("PUT", path, {"messages": message})
        answer = await here.asks("!ping")
        assert answer["type"] == "m.room.encrypted"
