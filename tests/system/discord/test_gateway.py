"""The adapter and a gateway that fails in every way: it comes back, or says why it cannot."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import discord
import pytest
from ledger.discord import OWN, SERVER
from ledger.world import SteppedClock
from system.discord.gateway import guild
from system.discord.openapi import problems
from system.discord.surroundings import Everybody, running, session
from system.discord.wire import Wire, wire

from community_bot.adapters.discord import adapter
from community_bot.adapters.discord.adapter import Session
from community_bot.adapters.discord.errors import (
    GatewayLostError,
    IntentsRefusedError,
    UnauthorisedError,
)

DEAF = 75.0


@pytest.fixture
async def server() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made
        assert not problems(made.requests)


class At:
    """A session that runs and is connected."""

    def __init__(self, one: Session, task: asyncio.Task[None], around: Everybody) -> None:
        self.session = one
        self.task = task
        self.around = around
        self.clock = SteppedClock()


@pytest.fixture
async def at(server: Wire, tmp_path: Path) -> AsyncIterator[At]:
    async with AsyncExitStack() as stack:
        clock, around = SteppedClock(), Everybody()
        one = await stack.enter_async_context(session(server, tmp_path, clock=clock, around=around))
        task = await stack.enter_async_context(running(one))
        await server.gateway.joined()
        await ask(server)
        made = At(one, task, around)
        made.clock = clock
        yield made


async def ask(server: Wire) -> Any:  # noqa: ANN401 - JSON
    """Ask for help, and return what was answered."""
    id_ = await server.command("help")
    await server.until(lambda: server.answer_to(id_) is not None)
    return server.answer_to(id_)


async def test_a_command_is_answered_over_the_wire(server: Wire, at: At) -> None:
    del at
    answer = await ask(server)
    assert answer["type"] == 4
    assert answer["data"]["flags"] & 1 << 15
    assert answer["data"]["allowed_mentions"]["parse"] == []


async def test_it_asks_for_no_privileged_events(server: Wire, at: At) -> None:
    del at
    asked = discord.Intents._from_value(server.gateway.identify["intents"])  # noqa: SLF001
    assert not any([asked.members, asked.presences, asked.message_content])
    assert asked.guilds
    assert asked.guild_messages


async def test_it_keeps_no_messages_and_no_members(server: Wire, at: At) -> None:
    for number in range(50):
        await server.gateway.send("MESSAGE_CREATE", message(number))
    await ask(server)
    (one,) = at.session.client.guilds
    assert not at.session.client.cached_messages
    assert [each.id for each in one.members] == [int(OWN)]


async def test_a_gateway_that_refuses_the_first_connection_is_tried_again(
    server: Wire, tmp_path: Path
) -> None:
    server.gateway.refused = 1
    async with session(server, tmp_path) as one, running(one):
        await server.gateway.joined()
        assert await ask(server)


@pytest.mark.parametrize("words", [{"op": 7}, {"op": 9, "d": True}])
async def test_told_to_come_back_it_resumes(server: Wire, at: At, words: dict[str, object]) -> None:
    del at
    await server.gateway.say(words)
    await server.gateway.until(lambda: server.gateway.resumed == 1)
    assert server.gateway.identified == 1
    assert await ask(server)


async def test_told_that_its_session_is_over_it_begins_another(server: Wire, at: At) -> None:
    del at
    await server.gateway.say({"op": 9, "d": False})
    await server.gateway.until(lambda: server.gateway.identified == 2)
    assert await ask(server)


async def test_what_was_asked_while_it_was_cut_off_is_answered_after(server: Wire, at: At) -> None:
    del at
    await server.gateway.drop()
    assert await ask(server)
    assert server.gateway.resumed == 1


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4007, 4009])
async def test_sent_away_for_a_reason_that_passes_it_comes_back(
    server: Wire, at: At, code: int
) -> None:
    del at
    await server.gateway.hang_up(code)
    await server.gateway.joined()
    assert await ask(server)


async def test_a_session_that_cannot_be_resumed_is_begun_anew(server: Wire, at: At) -> None:
    del at
    sessions = server.gateway.sessions.copy()
    server.gateway.forget()
    for one in sessions.values():
        assert one.socket is not None
        await one.socket.close(code=4000)
    await server.gateway.until(lambda: server.gateway.identified == 2)
    assert await ask(server)


async def test_a_gateway_that_is_away_for_a_while_is_found_again(server: Wire, at: At) -> None:
    server.gateway.refused = 3
    await server.gateway.hang_up(1001)
    await server.gateway.joined()
    assert server.gateway.refused == 0
    assert await ask(server)
    assert not at.task.done()


async def test_a_gateway_that_hangs_up_before_a_word_is_not_stormed_and_found_again(
    server: Wire, at: At
) -> None:
    at.session.client.longest_pause = 0.01
    server.gateway.is_hanging_up = True
    await server.gateway.hang_up(1001)
    await server.gateway.until(lambda: server.gateway.connections > 8)
    server.gateway.is_hanging_up = False
    assert await ask(server)


async def test_it_can_be_stopped_while_it_reconnects(server: Wire, at: At) -> None:
    server.gateway.is_hanging_up = True
    await server.gateway.hang_up(1001)
    await server.gateway.until(lambda: server.gateway.connections > 3)
    at.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await at.task


async def test_a_gateway_that_answers_no_heartbeat_is_left_for_a_fresh_connection(
    server: Wire, at: At
) -> None:
    assert at.session.heard_at == 0.0
    at.clock.step(DEAF - 1)
    await at.session.watch.check()
    assert server.gateway.is_joined
    at.clock.step(2)
    await at.session.watch.check()
    await server.gateway.until(lambda: server.gateway.resumed == 1)
    assert await ask(server)
    assert at.session.heard_at == DEAF + 1


async def test_while_it_is_deaf_it_says_since_when(server: Wire, at: At) -> None:
    assert at.session.heard_at == 0.0
    at.clock.step(10)
    server.gateway.refused = 1_000_000
    await server.gateway.hang_up(1001)
    await server.gateway.until(lambda: server.gateway.connections > 3)
    assert at.session.heard_at == 0.0


async def test_deaf_for_long_it_asks_for_a_new_login(server: Wire, at: At) -> None:
    assert at.session.heard_at == 0.0
    server.gateway.refused = 1_000_000
    await server.gateway.hang_up(1001)
    at.clock.step(8 * DEAF + 1)
    with pytest.raises(GatewayLostError):
        await at.session.watch.check()


async def test_heartbeats_are_signs_of_life(server: Wire, tmp_path: Path) -> None:
    server.gateway.beat = 0.02
    clock = SteppedClock()
    async with session(server, tmp_path, clock=clock) as one, running(one):
        await server.gateway.joined()
        clock.step(50)
        beats = server.gateway.heartbeats
        await server.gateway.until(lambda: server.gateway.heartbeats > beats + 2)
        assert one.heard_at == 50


async def test_why_it_ended_is_told_although_good_bye_takes_too_long(
    server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_CLOSING", 0.0)

    async def life() -> None:
        async with session(server, tmp_path) as one:
            ends = asyncio.create_task(one.run())
            await server.gateway.joined()
            server.refusals.append(401)
            with pytest.raises(UnauthorisedError):
                await one.account.rest.request("GET", "/channels/1")
            await ends

    with pytest.raises(UnauthorisedError):
        await life()


async def test_a_token_that_is_not_valid_is_shown_once(server: Wire, tmp_path: Path) -> None:
    with pytest.raises(UnauthorisedError):
        async with session(server, tmp_path, token="revoked"):  # noqa: S106 - the point of it
            pass
    assert len(server.requests) == 1
    assert server.gateway.connections == 0


async def test_a_token_revoked_while_it_runs_ends_it_at_once(server: Wire, at: At) -> None:
    made = len(server.requests)
    server.gateway.closes_with = 4004
    await server.gateway.hang_up(1001)
    with pytest.raises(UnauthorisedError):
        await at.task
    assert len(server.requests) - made <= 3


async def test_a_token_that_the_api_refuses_ends_it_as_well(server: Wire, at: At) -> None:
    server.refusals.append(401)
    with pytest.raises(UnauthorisedError):
        await at.session.account.rest.request("GET", "/channels/1")
    with pytest.raises(UnauthorisedError):
        await at.task


async def test_events_that_it_may_not_have_end_it(server: Wire, at: At) -> None:
    server.gateway.closes_with = 4014
    await server.gateway.hang_up(1001)
    with pytest.raises(IntentsRefusedError):
        await at.task


async def test_a_failure_of_the_api_at_login_may_pass(server: Wire, tmp_path: Path) -> None:
    server.refusals.append(503)
    with pytest.raises(GatewayLostError):
        async with session(server, tmp_path):
            pass


MALFORMED: list[tuple[str, object]] = [
    ("INTERACTION_CREATE", {}),
    ("INTERACTION_CREATE", None),
    ("INTERACTION_CREATE", {"id": "x", "type": 2}),
    ("INTERACTION_CREATE", {"id": "1", "type": 2, "data": [], "user": 5}),
    ("MESSAGE_CREATE", {"content": 5}),
    ("MESSAGE_CREATE", []),
    ("GUILD_CREATE", {"id": None}),
    ("GUILD_DELETE", "gone"),
    ("CHANNEL_UPDATE", {"guild_id": SERVER, "type": "news"}),
    ("GUILD_MEMBER_REMOVE", {}),
]


@pytest.mark.parametrize(("name", "event"), MALFORMED)
async def test_a_malformed_event_is_one_line_in_the_log(
    server: Wire, at: At, caplog: pytest.LogCaptureFixture, name: str, event: object
) -> None:
    with caplog.at_level(logging.INFO):
        await server.gateway.send(name, event)
        assert await ask(server)
    lines = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert len(lines) <= 1
    assert all(json.dumps(event) not in line for line in lines)
    assert not at.task.done()


async def test_it_tells_to_which_servers_it_comes_and_which_it_leaves(server: Wire, at: At) -> None:
    await at.around.until_heard("there", SERVER)
    new = guild("900000000000000010")
    del new["unavailable"]  # which only servers have that it was in before
    await server.gateway.send("GUILD_CREATE", new)
    await at.around.until_heard("came", "900000000000000010")
    await server.gateway.send("GUILD_DELETE", {"id": SERVER})
    await at.around.until_heard("left", SERVER)


async def test_a_server_that_is_only_down_was_not_left(server: Wire, at: At) -> None:
    await server.gateway.send("GUILD_DELETE", {"id": SERVER, "unavailable": True})
    await ask(server)
    assert ("left", SERVER) not in at.around.heard


async def test_all_shards_are_watched(server: Wire, tmp_path: Path) -> None:
    server.gateway.shards = 2
    async with session(server, tmp_path) as one, running(one):
        await server.gateway.joined()
        assert sorted(each.shard for each in server.gateway.sessions.values()) == [0, 1]


def message(number: int) -> dict[str, Any]:
    author = {"id": "5", "username": "ann", "discriminator": "0", "avatar": None}
    return {
        "id": str(number + 1),
        "channel_id": "1000000000000000001",
        "guild_id": SERVER,
        "author": author,
        "content": "",
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "type": 0,
        "pinned": False,
        "tts": False,
        "mention_everyone": False,
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "mention_roles": [],
    }
