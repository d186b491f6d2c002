"""Many at once: each is answered, none twice, whatever else stands in the room."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from system.matrix.bot import talk
from system.matrix.homeserver import Synapse
from system.matrix.person import Json, Person, replied_to, somebody
from system.test_kill_loop import IS_FULL

PEOPLE = 10
EACH = 100 if IS_FULL else 25

MALFORMED: tuple[Json, ...] = (
    {},
    {"body": 5, "msgtype": "m.text"},
    {"body": ["!ping"], "msgtype": ["m.text"]},
    {"body": None, "msgtype": "m.text", "m.mentions": 7},
    {"body": "!ping", "msgtype": "m.image"},
    {"body": "!" + "x" * 40_000, "msgtype": "m.text"},
    {"body": "x", "msgtype": "m.text", "formatted_body": "<b>" * 9_000},
    {"body": "x", "msgtype": "m.text", "m.mentions": {"user_ids": [5, {}, "@", "nobody"]}},
    {"body": "x", "msgtype": "m.text", "m.relates_to": "m.replace"},
    {"body": "x", "msgtype": "m.text", "m.relates_to": {"m.in_reply_to": {"event_id": 5}}},
    {"body": "x", "msgtype": "m.text", "m.relates_to": {"m.in_reply_to": {"event_id": "$no"}}},
    {"body": "help", "msgtype": "m.text", "m.relates_to": {"m.in_reply_to": {"event_id": "$no"}}},
    {"body": "x", "msgtype": "m.text", "m.new_content": [], "m.relates_to": {"rel_type": {}}},
)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_the_questions_of_ten_people_at_once_are_each_answered_once(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here, AsyncExitStack() as stack, here.bot():
        people = [await stack.enter_async_context(somebody(synapse.url)) for _ in range(PEOPLE)]
        for person in people:
            await person.join(here.room)
        asked = await asyncio.gather(*(_ask(person, here.room) for person in people))
        answered = Counter(map(replied_to, await here.said(patience=240.0)))
        assert answered == Counter(question for many in asked for question in many)


async def test_a_malformed_event_hinders_nothing(
    synapse: Synapse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        for content in MALFORMED:
            path = f"/v3/rooms/{here.room}/send/m.room.message/{uuid4().hex}"
            await here.ann.attempt("PUT", path, content)  # the server refuses some of them
        for kind in ("m.reaction", "m.room.encrypted", "m.room.member", "m.room.redaction"):
            await here.ann.attempt(
                "PUT", f"/v3/rooms/{here.room}/send/{kind}/{uuid4().hex}", {"x": [{}]}
            )
        with caplog.at_level(logging.WARNING):
            assert await here.said() == []
    assert all("Traceback" not in record.getMessage() for record in caplog.records)


async def _ask(person: Person, room: str) -> list[str]:
    return [await person.say(room, "!person umerov") for _ in range(EACH)]
