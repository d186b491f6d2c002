"""Posts over the wire: sent once, found again, changed and taken away, on a real server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from system.matrix.carrying import carrying, carrying_secretly, words
from system.matrix.homeserver import Synapse
from system.matrix.person import Json, Person, replied_to, somebody
from system.matrix.secret_person import ENCRYPTED, secretly

from community_bot.adapters.matrix.carrier import KEY
from community_bot.adapters.matrix.events import as_object
from community_bot.domain.address import Address, Platform
from community_bot.publishing.errors import (
    DestinationRefusedError,
    HistoryUnreadableError,
    MessageGoneError,
    MessageRefusedError,
    TokenRefusedError,
)


@dataclass(slots=True)
class Newsroom:
    """Ann's room, in which the bot is; nobody reads what is said there but by its history."""

    ann: Person
    account: Person
    address: Address

    @property
    def room(self) -> str:
        return self.address.room

    async def messages(self) -> list[Json]:
        history = await self.ann.history(self.room)
        kinds = {"m.room.message", "m.room.encrypted"}
        return [one for one in history if one["type"] in kinds and one["content"]]


@asynccontextmanager
async def newsroom(synapse: Synapse, **room: object) -> AsyncIterator[Newsroom]:
    async with AsyncExitStack() as stack:
        ann, account = [
            await stack.enter_async_context(somebody(synapse.url, name)) for name in ("ann", "bot")
        ]
        id = await ann.create_room(**room)
        await account.join(id)
        yield Newsroom(ann, account, Address(Platform.MATRIX, room=id))


def lately() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


async def test_a_post_is_sent_once_however_often_it_is_tried(synapse: Synapse) -> None:
    async with newsroom(synapse) as here, carrying(here.account) as carrier:
        (payload,) = carrier.pages(words("<News> of @room & others"), "P1 r1")
        sent = {await carrier.send(here.address, payload, "onekey") for _ in range(3)}
        (message,) = await here.messages()
    assert sent == {message["event_id"]}
    content = message["content"]
    assert content["body"] == "<News> of @room & others\n\nP1 r1"
    html = "<p>&lt;News&gt; of @room &amp; others</p>\n<p>P1 r1</p>"
    assert content["formatted_body"] == html
    assert content[KEY] == "onekey"
    assert content["msgtype"] == "m.notice"
    assert content["m.mentions"] == {}
    assert "m.relates_to" not in content


async def test_a_post_goes_to_a_thread_and_answers_another(synapse: Synapse) -> None:
    async with newsroom(synapse) as here, carrying(here.account) as carrier:
        root = await here.ann.say(here.room, "begin here")
        thread = Address(Platform.MATRIX, room=here.room, thread=root)
        (payload,) = carrier.pages(words("news"), "P1 r1")
        first = await carrier.send(thread, payload, "first")
        await carrier.send(thread, payload, "second", reply_to=first)
        await carrier.send(here.address, payload, "third", reply_to=first)
        relations = [one["content"].get("m.relates_to") for one in await here.messages()]
        assert await carrier.find(thread, payload, "second", lately()) is not None
    in_thread = {"rel_type": "m.thread", "event_id": root}
    assert relations == [
        None,
        {**in_thread, "is_falling_back": True, "m.in_reply_to": {"event_id": root}},
        {**in_thread, "is_falling_back": False, "m.in_reply_to": {"event_id": first}},
        {"m.in_reply_to": {"event_id": first}},
    ]


async def test_a_correction_edits_once_what_stands(synapse: Synapse) -> None:
    async with newsroom(synapse) as here, carrying(here.account) as carrier:
        (payload,) = carrier.pages(words("old"), "P1 r1")
        sent = await carrier.send(here.address, payload, "send")
        (new,) = carrier.pages(words("new"), "P1 r2")
        for _ in range(2):
            await carrier.edit(here.address, sent, new, "edit")
        _, edit = await here.messages()
    assert edit["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": sent}
    assert edit["content"]["m.new_content"]["body"] == "new\n\nP1 r2"


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_what_is_gone_is_not_edited_and_is_gone_when_deleted(
    synapse: Synapse, version: str
) -> None:
    async with newsroom(synapse, room_version=version) as here, carrying(here.account) as carrier:
        (payload,) = carrier.pages(words("news"), "P1 r1")
        sent = await carrier.send(here.address, payload, "send")
        await here.ann.redact(here.room, sent)
        for gone in (sent, f"${'A' * 43}"):
            with pytest.raises(MessageGoneError):
                await carrier.edit(here.address, gone, payload, "edit")
        await carrier.delete(here.address, sent, "delete")
        assert await here.messages() == []


async def test_all_messages_of_a_page_are_taken_away_under_one_key(synapse: Synapse) -> None:
    async with newsroom(synapse) as here, carrying(here.account) as carrier:
        (payload,) = carrier.pages(words("news"), "P1 r1")
        sent = [await carrier.send(here.address, payload, key) for key in ("one", "two")]
        for message in sent * 2:
            await carrier.delete(here.address, message, "delete")
        assert await here.messages() == []


async def test_a_post_is_found_by_its_key_behind_many_others(synapse: Synapse) -> None:
    async with newsroom(synapse) as here, carrying(here.account) as carrier:
        (payload,) = carrier.pages(words("news"), "P1 r1")
        sent = await carrier.send(here.address, payload, "sought")
        for number in range(60):
            await carrier.send(here.address, payload, f"other{number}")
        copied = {**json.loads(payload), KEY: "stolen"}
        await here.ann.send(here.room, copied)
        assert await carrier.find(here.address, payload, "sought", lately()) == sent
        assert await carrier.find(here.address, payload, "never", lately()) is None
        assert await carrier.find(here.address, payload, "stolen", lately()) is None


async def test_a_post_is_found_by_a_device_that_did_not_send_it(synapse: Synapse) -> None:
    async with newsroom(synapse) as here:
        async with carrying(here.account) as carrier:
            (payload,) = carrier.pages(words("news"), "P1 r1")
            sent = await carrier.send(here.address, payload, "sought")
        await log_in_again(here.account)
        async with carrying(here.account) as carrier:
            assert await carrier.find(here.address, payload, "sought", lately()) == sent
            assert await carrier.find(here.address, payload, "never", lately()) is None
            await here.ann.redact(here.room, sent)
            with pytest.raises(HistoryUnreadableError):
                await carrier.find(here.address, payload, "sought", lately())


async def test_what_we_took_away_ourselves_hinders_no_search(synapse: Synapse) -> None:
    async with newsroom(synapse) as here:
        async with carrying(here.account) as carrier:
            (payload,) = carrier.pages(words("news"), "P1 r1")
            sent = await carrier.send(here.address, payload, "withdrawn")
            await carrier.delete(here.address, sent, "delete")
        await log_in_again(here.account)
        async with carrying(here.account) as carrier:
            assert await carrier.find(here.address, payload, "never", lately()) is None


async def test_a_post_that_a_moderator_took_away_is_not_sent_again(synapse: Synapse) -> None:
    async with newsroom(synapse) as here, carrying(here.account) as carrier:
        (payload,) = carrier.pages(words("news"), "P1 r1")
        sent = await carrier.send(here.address, payload, "sought")
        await here.ann.redact(here.room, sent)
        assert await carrier.find(here.address, payload, "sought", lately()) == sent


async def test_where_the_bot_is_not_nothing_is_posted(synapse: Synapse) -> None:
    async with newsroom(synapse) as here, carrying(here.account) as carrier:
        (payload,) = carrier.pages(words("news"), "P1 r1")
        sent = await carrier.send(here.address, payload, "before")
        kicked = {"user_id": here.account.user}
        await here.ann.call("POST", f"/v3/rooms/{here.room}/kick", kicked)
        nowhere = Address(Platform.MATRIX, room="!nowhere:test.example")
        for address in (here.address, nowhere):
            with pytest.raises(DestinationRefusedError):
                await carrier.send(address, payload, "after")
            with pytest.raises(DestinationRefusedError):
                await carrier.edit(address, f"${'A' * 43}", payload, "edit")
            with pytest.raises(DestinationRefusedError):
                await carrier.delete(address, sent, "delete")


async def test_what_the_room_does_not_let_us_say_stops_the_destination(synapse: Synapse) -> None:
    quiet = {"events_default": 50}
    async with (
        newsroom(synapse, power_level_content_override=quiet) as here,
        carrying(here.account) as carrier,
    ):
        (payload,) = carrier.pages(words("news"), "P1 r1")
        with pytest.raises(DestinationRefusedError):
            await carrier.send(here.address, payload, "key")


async def test_a_message_that_is_too_large_and_a_token_that_ended_are_told_apart(
    synapse: Synapse,
) -> None:
    async with newsroom(synapse) as here, carrying(here.account) as carrier:
        (payload,) = carrier.pages(words("news"), "P1 r1")
        huge = json.dumps({**json.loads(payload), "body": "x" * 70_000})
        with pytest.raises(MessageRefusedError):
            await carrier.send(here.address, huge, "huge")
        await here.account.call("POST", "/v3/logout", {})
        with pytest.raises(TokenRefusedError):
            await carrier.send(here.address, payload, "late")
        with pytest.raises(TokenRefusedError):
            await carrier.find(here.address, payload, "late", lately())


async def test_in_an_encrypted_room_the_key_is_a_secret_and_is_found(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsroom(synapse, **ENCRYPTED) as here, secretly(here.ann, tmp_path / "a") as ann:
        async with carrying_secretly(here.account, tmp_path / "bot") as carrier:
            (payload,) = carrier.pages(words("news"), "P1 r1")
            sent = await carrier.send(here.address, payload, "sought")
            (new,) = carrier.pages(words("mended"), "P1 r2")
            await carrier.edit(here.address, sent, new, "edit")
        edit = await ann.edit_of(sent)
        raw = await here.ann.event(here.room, sent)
        (first,) = [one for one in ann.heard if one["event_id"] == sent]
        # As after a restart; and what the server tells of transactions is not asked.
        async with carrying_secretly(here.account, tmp_path / "bot") as carrier:
            assert carrier.line.client
            own = await carrier.line.client.own_messages(here.room)
            assert await carrier.find(here.address, payload, "sought", lately()) == sent
            assert await carrier.find(here.address, payload, "never", lately()) is None
    assert [as_object(one["content"])[KEY] for one in own.events] == ["edit", "sought"]
    assert KEY not in raw["content"]
    assert first["content"][KEY] == "sought"
    assert edit["content"]["m.new_content"]["body"] == "mended\n\nP1 r2"
    assert replied_to(first) == ""


async def test_what_a_new_device_cannot_read_is_not_taken_for_nothing(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with newsroom(synapse, **ENCRYPTED) as here:
        async with carrying_secretly(here.account, tmp_path / "bot") as carrier:
            (payload,) = carrier.pages(words("news"), "P1 r1")
            await carrier.send(here.address, payload, "sought")
        await log_in_again(here.account)
        async with carrying_secretly(here.account, tmp_path / "new") as carrier:
            with pytest.raises(HistoryUnreadableError):
                await carrier.find(here.address, payload, "sought", lately())


async def log_in_again(account: Person) -> None:
    """Let an account be another device from now on."""
    answer = await account.call(
        "POST",
        "/v3/login",
        {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": account.user},
            "password": "pass",
        },
    )
    account.token, account.device = answer["access_token"], answer["device_id"]
