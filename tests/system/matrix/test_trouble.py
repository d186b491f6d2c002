"""What the server may do to the bot: go away, refuse its token, slow it down."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from system.matrix.bot import Everybody, talk, wired
from system.matrix.faults import faulty_server, status
from system.matrix.homeserver import Synapse, synapse_in
from system.matrix.person import PASSWORD, somebody

from community_bot.adapters.matrix.account import Credentials, sign_in
from community_bot.adapters.matrix.addressing import Self
from community_bot.adapters.matrix.bridge import Bridge
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.errors import RefusedError, UnauthorisedError
from community_bot.adapters.matrix.outbound import Outbound
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.sync import Sync
from community_bot.adapters.matrix.transport import Transport
from community_bot.app.questions import SystemClock


async def test_a_server_that_was_away_is_found_again(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here, here.bot():
        await here.asks("!ping")
        await asyncio.to_thread(synapse.stop)
        await asyncio.to_thread(synapse.start)
        await here.asks("!ping")
        assert len(await here.said()) == 2


async def test_a_revoked_token_ends_the_run(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path) as here:
        with pytest.RaisesGroup(UnauthorisedError, flatten_subgroups=True):
            async with here.bot():
                await here.asks("!ping")
                await here.account.call("POST", "/v3/logout", {})
                await asyncio.Event().wait()


@pytest.mark.timeout(180)
async def test_under_a_server_s_own_limits_each_question_is_answered_once(tmp_path: Path) -> None:
    server = synapse_in(tmp_path, relaxed=False)
    await asyncio.to_thread(server.start)
    try:
        async with talk(server, tmp_path / "bot") as here, here.bot():
            questions = [await here.ann.say_patiently(here.room, "!ping") for _ in range(12)]
            for question in questions:
                await here.ann.answer_to(here.room, question, patience=120.0)
            events = await here.ann.history(here.room)
            own = [one for one in events if one["sender"] == here.account.user]
            assert sum(one["type"] == "m.room.message" for one in own) == len(questions)
    finally:
        server.stop()


async def test_a_password_is_needed_once_and_the_device_stays(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with somebody(synapse.url) as account, Transport(synapse.url) as transport:
        first = await sign_in(
            transport, Credentials(synapse.url, account.user, password=PASSWORD), tmp_path
        )
        token = transport.access_token
        again = await sign_in(transport, Credentials(synapse.url, account.user), tmp_path)
        assert (again, transport.access_token) == (first, token)
        assert (tmp_path / "session.json").stat().st_mode & 0o077 == 0
        with pytest.raises(RefusedError):
            await sign_in(transport, Credentials(synapse.url, "@other:x", token), tmp_path)


async def test_whatever_a_sync_brings_is_a_line_in_the_log_at_most(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        syncs = server.plans["/sync"] = [status(200, {"next_batch": "s0"})]
        events = [*(event(number, one) for number, one in enumerate(MALFORMED)), *ODD]
        syncs += [status(200, batch(f"s{number}", one)) for number, one in enumerate(events)]
        client = MatrixClient(transport, Identity(OWN, "DEVICE"))
        outbound = Outbound(client, SystemClock())
        parts = Parts(client, outbound, wired().dispatcher, Everybody(), SystemClock(), Self(OWN))
        loop = Sync(client, NoPlace(), Bridge(parts), SystemClock(), wait=0.05)
        with caplog.at_level(logging.WARNING):
            running = asyncio.create_task(loop.run())
            while syncs:
                assert not running.done()
                await asyncio.sleep(0.01)
        assert not running.done()
        running.cancel()
        await outbound.close()
    assert len(caplog.records) <= len(events)
    assert all("\n" not in one.getMessage() for one in caplog.records)


OWN = "@bot:x.example"
LONG = "!" + "x" * 65_000
_DEEP: object = "x"
for _ in range(500):
    _DEEP = [_DEEP]
MALFORMED: tuple[object, ...] = (
    None,
    5,
    [],
    _DEEP,
    {"msgtype": "m.text", "body": LONG},
    {"msgtype": "m.text", "body": "!ping", "formatted_body": "<b>" * 20_000},
    {"msgtype": "m.text", "body": _DEEP},
    {"msgtype": "m.text", "body": "x", "m.relates_to": {"m.in_reply_to": {"event_id": "$4"}}},
    {
        "msgtype": "m.text",
        "body": "x",
        "m.new_content": {"msgtype": "m.text", "body": "!ping"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$8"},
    },
    {"m.relates_to": {"rel_type": "m.thread", "event_id": _DEEP}},
)
ODD: tuple[object, ...] = (
    None,
    "event",
    {"type": 5},
    {"type": "m.room.message", "event_id": "$e", "sender": OWN, "content": {}},
    {"type": "m.reaction", "event_id": "$r", "sender": "@ann:x", "content": {"m.relates_to": []}},
    {"type": "m.room.tombstone", "state_key": "", "event_id": "$t", "sender": "@ann:x"},
)


def event(number: int, content: object) -> dict[str, object]:
    return {
        "type": "m.room.message",
        "event_id": f"${number}",
        "sender": "@ann:x.example",
        "origin_server_ts": int(SystemClock().now().timestamp() * 1000),
        "content": content,
    }


def batch(token: str, one: object) -> dict[str, object]:
    timeline = {"events": [one], "limited": "yes", "prev_batch": 5}
    return {"next_batch": token, "rooms": {"join": {"!room:x": {"timeline": timeline}, "!": 5}}}


class NoPlace:
    def load(self) -> str:
        return ""

    def save(self, token: str) -> None:
        del token
