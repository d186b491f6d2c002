"""Connections that do not end by themselves, and a token that discord.py finds refused."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
from ledger.discord import OWN, SERVER
from ledger.world import SteppedClock
from system.discord.answering_bot import Scene
from system.discord.surroundings import Everybody, running, session
from system.discord.wire import SOMEBODY, Wire, wire

from community_bot.adapters.discord import adapter, watch
from community_bot.adapters.discord.errors import UnauthorisedError


@pytest.fixture
async def server() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made


async def test_dumb_connections_are_cut_together_and_not_waited_for(
    server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_CUTTING", 0.05)
    server.gateway.shards = 2
    clock, around = SteppedClock(), Everybody()
    async with session(server, tmp_path, clock=clock, around=around) as one, running(one):
        await around.until_heard("there", SERVER)
        assert one.heard_at == 0.0
        server.gateway.freeze()
        clock.step(76)
        await one.watch.check()


async def test_a_session_ends_by_one_deadline_whatever_does_not_end(
    server: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "_CLOSING", 2.0)
    waits: list[float | None] = []
    wait = asyncio.wait

    async def noted(tasks: Any, *, timeout: float | None = None, **more: Any) -> Any:  # noqa: ANN401, ASYNC109
        waits.append(timeout)
        return await wait(tasks, timeout=timeout, **more)

    async with session(server, tmp_path) as one:
        task = asyncio.create_task(one.run())
        await server.gateway.joined()
        await one.joined()
        monkeypatch.setattr(asyncio, "wait", noted)
        with monkeypatch.context() as stuck:
            stuck.setattr(one.client, "close", asyncio.Event().wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    # Saying good-bye took all of its half.
    (left,) = [one for one in waits if one is not None]
    assert left <= 1.0


async def test_a_token_that_discord_py_finds_refused_is_shown_no_more(
    server: Wire, tmp_path: Path
) -> None:
    around = Everybody()
    async with session(server, tmp_path, around=around) as one, running(one) as task:
        await server.gateway.joined()
        await around.until_heard("there", SERVER)
        made = len(server.requests)
        server.revoke()
        for number in range(20):
            await server.gateway.send("MESSAGE_CREATE", mention(number))
        with pytest.raises(UnauthorisedError):
            await task
        with pytest.raises(UnauthorisedError):
            await one.account.rest.request("GET", "/channels/1")
    assert 1 <= len(server.requests) - made <= 3


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize("failure", [discord.RateLimited(60.0), discord.LoginFailure("no")])
async def test_an_answer_that_discord_takes_later_or_never_is_one_line_in_the_log(
    it: Scene, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    assert it.env.bot.user is not None
    it.dispatcher.failure = failure
    with caplog.at_level(logging.INFO, logger="community_bot"):
        await it.ann.send(it.channel, f"<@{it.env.bot.user.id}> mejlis")
        await it.ask("ping")
    assert [one.levelno for one in caplog.records] == [logging.WARNING] * 2
    assert all("\n" not in one.getMessage() for one in caplog.records)


def mention(number: int) -> dict[str, Any]:
    return {
        "id": str(3_000_000_000_000_000_000 + number),
        "channel_id": "1000000000000000001",
        "guild_id": SERVER,
        "author": SOMEBODY,
        "content": f"<@{OWN}> mejlis",
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
