"""The service on Discord, a process with nothing but variables: its start, its end, its health."""

from __future__ import annotations

import json
import os
import re
import socket
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from ledger.discord import ROOMS, TOKEN
from system.discord.service import ADMIN, Service, read_until, stop
from system.discord.wire import SOMEBODY, wire

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with wire() as server:
        yield Service(server, tmp_path / "state", port)


def made(service: Service, method: str, ending: str) -> int:
    """Count the requests of a method whose path ends so."""
    return len(service.server.channels.bodies(method, ending))


def authorised(service: Service) -> list[str]:
    """Return the paths of requests made with the token."""
    paths = [one.path for one in service.server.requests]
    return [one for one in paths if not one.startswith("/interactions/")]


def draft_in(preview: str) -> str:
    found = re.search(r"post confirm (?:id=)?(P\d+)", preview)
    assert found, preview
    return found[1]


async def test_with_five_variables_it_connects_answers_stops_and_gives_its_commands_once(
    service: Service,
) -> None:
    service.port = 0  # where it tells how it is, is not set either
    async with service.running() as process:
        answer = await service.asks("person", name="umerov")
        assert await stop(process) == 0
    assert "Ilmi Umerov" in answer
    assert made(service, "PUT", "/commands") == 1
    assert (service.state / "discord").stat().st_mode & 0o077 == 0
    async with service.running() as process:
        assert "Umerov" in await service.asks("person", name="умеров")
        assert await stop(process) == 0
    assert made(service, "PUT", "/commands") == 1


async def test_what_is_confirmed_just_before_the_end_is_posted_once_all_the_same(
    service: Service,
) -> None:
    service.more = ADMIN
    async with service.running() as process:
        await service.asks("channel add", name="news", zone="Europe/Kyiv", language="uk")
        draft = draft_in(await service.asks("post send", text="The library is open.", to="news"))
        await service.asks("post confirm", id=draft)
        assert await stop(process) == 0
    channels = service.server.channels

    def posted() -> list[str]:
        return [text for text in channels.texts("news") if text.endswith(f"{draft} r1")]

    async with service.running() as process:
        await channels.until(lambda: bool(posted()))
        assert draft in await service.asks("post list")
        assert await stop(process) == 0
    async with service.running() as process:
        assert await stop(process) == 0
    assert [text.split("\n")[0] for text in posted()] == ["The library is open."]


async def test_in_a_thread_one_asks_and_posts_as_in_a_channel(service: Service) -> None:
    service.more = ADMIN
    channels = service.server.channels
    thread = channels.add("1000000000000000077", kind=11, parent_id=ROOMS["news"])
    async with service.running() as process:
        assert "Umerov" in await service.asks("person", thread=thread, name="umerov")
        await service.asks("channel add", thread=thread, name="deep", zone="Europe/Kyiv")
        draft = draft_in(await service.asks("post send", text="Only here.", to="deep"))
        await service.asks("post confirm", id=draft)
        await channels.until(lambda: bool(channels.texts(thread)))
        assert await stop(process) == 0
    assert [text.split("\n")[0] for text in channels.texts(thread)] == ["Only here."]


async def test_its_health_says_how_it_is_and_names_nobody(service: Service) -> None:
    async with service.running() as process:
        report = await service.until_ready(is_ready=True)
        asked = await service.call("health", stdout=PIPE)
        said, _ = await asked.communicate()
        assert await stop(process) == 0
    assert report["platforms"]["discord"]["state"] == "connected"
    assert asked.returncode == 0
    assert said.decode().startswith("discord: connected")
    for secret in (TOKEN, SOMEBODY["id"]):
        assert str(secret) not in json.dumps(report) + said.decode()


@pytest.mark.parametrize("how", ["the gateway", "the API"])
async def test_a_revoked_token_is_shown_three_times_at_most_and_the_process_lives(
    service: Service, how: str
) -> None:
    service.more = ADMIN
    async with service.running() as process:
        await service.until_ready(is_ready=True)
        await service.asks("channel add", name="news", zone="Europe/Kyiv")
        draft = draft_in(await service.asks("post send", what="person umerov", to="news"))
        before = len(authorised(service))
        service.server.revoke()
        if how == "the gateway":
            await service.server.gateway.hang_up(1001)
        else:
            await service.asks("post confirm", id=draft)
        log = await read_until(process, "does not take what the bot signs in with")
        report = await service.until_ready(is_ready=False)
        asked = await service.call("health", stdout=PIPE)
        said, _ = await asked.communicate()
        assert process.returncode is None
        assert await stop(process) == 0
    assert len(authorised(service)) - before <= 3
    assert report["platforms"]["discord"] == {
        "state": "refused",
        "heard_seconds_ago": None,
        "token_valid": False,
    }
    assert asked.returncode == 1
    assert "the token or password is not valid" in said.decode()
    assert TOKEN not in log


async def test_a_wrong_token_is_shown_once_at_start(service: Service) -> None:
    service.more = {"COMMUNITY_BOT_DISCORD__TOKEN": "wrong"}
    async with service.running("does not take what the bot signs in with") as process:
        assert (await service.readiness())[0] == 503
        assert await stop(process) == 0
    assert len(service.server.requests) == 1


async def test_a_discord_that_is_not_there_yet_is_waited_for(service: Service) -> None:
    service.more = {"COMMUNITY_BOT_DISCORD__API_URL": "http://127.0.0.1:1/api/v10"}
    async with service.running("“discord” failed") as process:
        status, report = await service.readiness()
        assert await stop(process) == 0
    assert (status, report["platforms"]["discord"]["state"]) == (503, "connecting")


async def test_it_stops_in_time_while_the_gateway_refuses_it_or_says_nothing(
    service: Service,
) -> None:
    service.server.gateway.refused = 1_000_000
    async with service.running("Serving") as process:
        await service.server.gateway.until(lambda: service.server.gateway.connections > 0)
        status, report = await service.readiness()
        assert await stop(process) == 0
    assert (status, report["platforms"]["discord"]["state"]) == (503, "connecting")
    service.server.gateway.refused = 0
    async with service.running() as process:
        service.server.gateway.is_dumb = True
        assert await stop(process) == 0
