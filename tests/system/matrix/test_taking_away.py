"""What is taken away is gone with all its edits, which are messages of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from system.matrix.bot import talk
from system.matrix.carrying import carrying, carrying_secretly, words
from system.matrix.homeserver import Synapse
from system.matrix.person import Json, Person, somebody
from system.matrix.secret_person import ENCRYPTED

from community_bot.domain.address import Address, Platform


def readable(history: list[Json], user: str) -> list[str]:
    """Return the messages of somebody that still say something."""
    kinds = {"m.room.message", "m.room.encrypted"}
    return [
        one["event_id"]
        for one in history
        if one["sender"] == user and one["type"] in kinds and one["content"]
    ]


async def redactions(person: Person, room: str) -> int:
    return sum(one["type"] == "m.room.redaction" for one in await person.history(room))


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_a_post_that_was_corrected_goes_with_its_corrections_and_once(
    synapse: Synapse, version: str
) -> None:
    async with somebody(synapse.url, "ann") as ann, somebody(synapse.url, "bot") as account:
        room = await ann.create_room(room_version=version)
        await account.join(room)
        address = Address(Platform.MATRIX, room=room)
        async with carrying(account) as carrier:
            (payload,) = carrier.pages(words("wrong"), "P1 r1")
            sent = await carrier.send(address, payload, "send")
            other = await carrier.send(address, payload, "another")
            for number in range(3):
                (new,) = carrier.pages(words(f"mended {number}"), "P1 r2")
                await carrier.edit(address, sent, new, f"edit{number}")
            (unrelated,) = carrier.pages(words("stays"), "P2 r2")
            await carrier.edit(address, other, unrelated, "other edit")
            # Whoever else names the message: what they say is not ours to take away.
            theirs = await ann.edit(room, sent, "vandalised")
            for _ in range(2):
                await carrier.delete(address, sent, "delete")
        history = await ann.history(room)
        assert "mended" not in json.dumps(history)
        assert "stays" in json.dumps(history)
        assert len(readable(history, account.user)) == 2
        assert readable(history, ann.user) == [theirs]
        assert await redactions(ann, room) == 4


async def test_an_attempt_that_came_half_way_is_carried_on(synapse: Synapse) -> None:
    async with somebody(synapse.url, "ann") as ann, somebody(synapse.url, "bot") as account:
        room = await ann.create_room()
        await account.join(room)
        address = Address(Platform.MATRIX, room=room)
        async with carrying(account) as carrier:
            (payload,) = carrier.pages(words("wrong"), "P1 r1")
            sent = await carrier.send(address, payload, "send")
            for number in range(2):
                await carrier.edit(address, sent, payload, f"edit{number}")
            newest = readable(await ann.history(room), account.user)[-1]
            assert carrier.line.client
            await carrier.line.client.redact(room, newest, "as an earlier attempt did")
            await carrier.delete(address, sent, "delete")
        assert readable(await ann.history(room), account.user) == []


async def test_in_an_encrypted_room_corrections_go_too(synapse: Synapse, tmp_path: Path) -> None:
    async with somebody(synapse.url, "ann") as ann, somebody(synapse.url, "bot") as account:
        room = await ann.create_room(**ENCRYPTED)
        await account.join(room)
        address = Address(Platform.MATRIX, room=room)
        async with carrying_secretly(account, tmp_path / "bot") as carrier:
            (payload,) = carrier.pages(words("wrong"), "P1 r1")
            sent = await carrier.send(address, payload, "send")
            await carrier.edit(address, sent, payload, "edit")
            await carrier.delete(address, sent, "delete")
        assert readable(await ann.history(room), account.user) == []


async def test_an_answer_that_was_edited_goes_with_its_edits(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        question = await here.ann.say(here.room, "!person umerov")
        answer = await here.ann.answer_to(here.room, question)
        await here.ann.edit(here.room, question, "!person sentsov")
        await here.ann.change_of(here.room, answer["event_id"])
        await here.ann.redact(here.room, question)

        async def text() -> str:
            own = [
                one
                for one in await here.ann.history(here.room)
                if one["sender"] == here.account.user and one["type"] == "m.room.message"
            ]
            return json.dumps([one["content"] for one in own])

        await here.said()  # what was asked before this was begun before it
        while "Sentsov" in await text():
            await here.ann.sync()
        assert "Umerov" not in await text()
