"""The service on Matrix, a process with nothing but variables: its start, its end, its health."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from processes import ROOT, without_settings
from pydantic import SecretStr
from system.matrix.homeserver import Synapse
from system.matrix.person import PASSWORD, Json, Person, answers, somebody
from terminal import base_of

from community_bot.adapters.terminal.carrier import Shown, TerminalCarrier
from community_bot.app.health import Link
from community_bot.app.matrix import MatrixPlatform
from community_bot.app.questions import SystemClock
from community_bot.app.settings import Settings
from community_bot.app.settings_matrix import MatrixSettings
from community_bot.app.wiring import wire
from community_bot.domain.address import Address, Platform
from community_bot.publishing.destination import Destination

KNOWLEDGE = ROOT / "knowledge"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f00050001ff56c72f0d0000000049454e44ae426082"
)


@dataclass(slots=True)
class Service:
    """The bot's account, its settings, and the process while it runs."""

    ann: Person
    account: Person
    state: Path
    port: int
    more: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        return {
            **without_settings(),
            "COMMUNITY_BOT_KNOWLEDGE": str(KNOWLEDGE),
            "COMMUNITY_BOT_STATE_DIR": str(self.state),
            "COMMUNITY_BOT_ADMINS": f"matrix:{self.ann.user}",
            "COMMUNITY_BOT_HEALTH": f"127.0.0.1:{self.port}",
            "COMMUNITY_BOT_MATRIX__HOMESERVER": self.account.url,
            "COMMUNITY_BOT_MATRIX__USER_ID": self.account.user,
            "COMMUNITY_BOT_MATRIX__ACCESS_TOKEN": self.account.token,
            **self.more,
        }

    @asynccontextmanager
    async def running(self, words: str = "Connected to Matrix") -> AsyncIterator[Process]:
        """Run it, from when its log has said some words."""
        process = await self.call("run", stderr=PIPE)
        try:
            await read_until(process, words)
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def call(self, command: str, **streams: int) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "community_bot", command),
            cwd=self.state.parent,
            env=self.variables,
            **streams,  # type: ignore[arg-type]  # standard streams only
        )

    async def is_in(self, room: str) -> None:
        """Wait until the bot has come into a room."""
        await self.ann.until(
            lambda: any(
                event["type"] == "m.room.member"
                and event["state_key"] == self.account.user
                and event["content"]["membership"] == "join"
                for event in self.ann.heard.get(room, ())
            )
        )

    async def room(self) -> str:
        """Make a room for Ann and the bot alone."""
        room = await self.ann.create_room(self.account.user, preset="private_chat")
        await self.is_in(room)
        return room

    async def asks(self, room: str, body: str) -> Json:
        return await self.ann.answer_to(room, await self.ann.say(room, body))

    async def readiness(self) -> tuple[int, Json]:
        url = f"http://127.0.0.1:{self.port}/readyz"
        async with self.ann.session.get(url) as answer:
            return answer.status, await answer.json()

    async def until_ready(self, *, is_ready: bool) -> Json:
        """Wait until the bot is or is not ready; return what it tells then."""
        while True:
            status, report = await self.readiness()
            if (status == 200) is is_ready:
                return report
            await self.ann.sync()


async def read_until(process: Process, words: str) -> str:
    assert process.stderr is not None
    seen = ""
    async for line in process.stderr:
        seen += line.decode()
        if words in seen:
            return seen
    raise AssertionError(f"the log ended without {words!r}:\n{seen}")


async def stop(process: Process) -> int:
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        await process.communicate()
    assert process.returncode is not None
    return process.returncode


@pytest.fixture
async def service(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Service]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with AsyncExitStack() as stack:
        ann, account = [
            await stack.enter_async_context(somebody(synapse.url, name)) for name in ("ann", "bot")
        ]
        yield Service(ann, account, tmp_path / "state", port)


def private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


async def test_it_comes_when_asked_answers_and_stops_and_answers_nothing_twice(
    service: Service,
) -> None:
    async with service.running() as process:
        room = await service.room()
        first = await service.ann.say(room, "!person umerov")
        answer = await service.ann.answer_to(room, first)
        report = await service.until_ready(is_ready=True)
        asked = await service.call("health", stdout=PIPE)
        said, _ = await asked.communicate()
        assert await stop(process) == 0
    assert "Umerov" in answer["content"]["body"]
    assert report["platforms"]["matrix"]["state"] == "connected"
    assert report["platforms"]["matrix"]["device"] == "signed"
    assert asked.returncode == 0
    assert said.decode().startswith("matrix: connected")
    for secret in (room, service.account.user, service.ann.user, service.account.token):
        assert secret not in json.dumps(report) + said.decode()
    assert private(service.state / "matrix")
    async with service.running() as process:
        await service.asks(room, "!ping")
        assert await stop(process) == 0
    assert len(answers(service.ann.heard, room, first)) == 1


async def test_a_stranger_cannot_ask_it_in(service: Service) -> None:
    async with somebody(service.account.url, "eve") as eve, service.running():
        theirs = await eve.create_room(service.account.user)
        await eve.until(lambda: any(map(_has_left, eve.heard.get(theirs, ()))))
        assert await service.room()


def _has_left(event: Json) -> bool:
    is_membership = event["type"] == "m.room.member"
    return is_membership and bool(event["content"]["membership"] == "leave")


async def test_a_revoked_token_is_told_and_the_process_lives(service: Service) -> None:
    async with service.running() as process:
        await service.until_ready(is_ready=True)
        await service.account.call("POST", "/v3/logout", {})
        log = await read_until(process, "does not take what the bot signs in with")
        report = await service.until_ready(is_ready=False)
        asked = await service.call("health", stdout=PIPE)
        said, _ = await asked.communicate()
        assert process.returncode is None
        assert await stop(process) == 0
    assert report["platforms"]["matrix"] == {
        "state": "refused",
        "heard_seconds_ago": None,
        "token_valid": False,
        "device": "signed",
    }
    assert asked.returncode == 1
    assert "the token or password is not valid" in said.decode()
    assert service.account.token not in log


async def test_moderators_elsewhere_hear_of_a_revoked_token(service: Service) -> None:
    shown: list[Shown] = []
    settings = Settings(
        state_dir=service.state,
        matrix=MatrixSettings(
            homeserver=service.account.url,
            user_id=service.account.user,
            access_token=SecretStr(service.account.token),
        ),
    )
    platform = MatrixPlatform(settings, SystemClock())
    elsewhere = TerminalCarrier(shown.append)
    bot = wire(base_of("shipped"), carriers=[elsewhere, *platform.carriers])
    async with bot.newsroom.store.begin() as kept:
        await kept.destinations.add(
            Destination(
                name="mods", address=Address(Platform.TERMINAL, room="mods"), is_moderators=True
            )
        )
        here = Destination(name="here", address=Address(Platform.MATRIX, room="!a:b.example"))
        await kept.destinations.add(here)
    await service.account.call("POST", "/v3/logout", {})
    running, _ = platform.services(bot)
    await running.run()
    await bot.settle()
    await bot.close()
    assert platform.health().link is Link.REFUSED
    assert len(shown) == 1
    assert "The platform matrix does not accept my token any more" in shown[0].text


async def test_a_password_is_needed_once(service: Service) -> None:
    service.more = {
        "COMMUNITY_BOT_MATRIX__ACCESS_TOKEN": "",
        "COMMUNITY_BOT_MATRIX__PASSWORD": PASSWORD,
    }
    async with service.running() as process:
        room = await service.room()
        assert await stop(process) == 0
    session = service.state / "matrix" / "session.json"
    kept = session.read_text(encoding="utf-8")
    assert private(session)
    service.more = {"COMMUNITY_BOT_MATRIX__ACCESS_TOKEN": ""}
    async with service.running():
        await service.asks(room, "!ping")
    assert session.read_text(encoding="utf-8") == kept


async def test_with_a_password_a_session_that_is_over_begins_anew(service: Service) -> None:
    service.more = {
        "COMMUNITY_BOT_MATRIX__ACCESS_TOKEN": "",
        "COMMUNITY_BOT_MATRIX__PASSWORD": PASSWORD,
    }
    async with service.running() as process:
        room = await service.room()
        await service.account.call("POST", "/v3/logout/all", {})
        await read_until(process, "Connected to Matrix")
        await service.asks(room, "!ping")


async def test_without_anything_to_sign_in_with_it_does_not_begin(service: Service) -> None:
    service.more = {"COMMUNITY_BOT_MATRIX__ACCESS_TOKEN": ""}
    process = await service.call("run", stderr=PIPE)
    _, log = await process.communicate()
    assert process.returncode == 78
    assert b"COMMUNITY_BOT_MATRIX__PASSWORD" in log


async def test_a_wrong_password_stops_the_platform_only(service: Service) -> None:
    service.more = {
        "COMMUNITY_BOT_MATRIX__ACCESS_TOKEN": "",
        "COMMUNITY_BOT_MATRIX__PASSWORD": "wrong",
    }
    async with service.running("does not take what the bot signs in with") as process:
        assert (await service.readiness())[0] == 503
        assert await stop(process) == 0


async def test_what_an_admin_posts_stands_in_the_room(service: Service) -> None:
    async with service.running():
        room = await service.room()
        await service.asks(room, "!channel add name=news zone=Europe/Kyiv language=uk")
        drafted = await service.ann.say(room, "!post send person umerov to=news")
        preview = await service.ann.answers_to(room, drafted, until="post confirm")
        await service.asks(room, _confirming(preview[-1]))
        posted = await service.ann.until(lambda: _posted(service, room))
        assert "Умеров" in posted["content"]["body"]
        localised = await service.asks(room, "!person umerov")
    assert "Умеров" in localised["content"]["body"]


def _confirming(preview: Json) -> str:
    """Return the command that confirms a draft, as its preview prints it."""
    found = re.search(r"!?post confirm P\d+", preview["content"]["body"])
    assert found
    return found[0]


def _posted(service: Service, room: str) -> Json | None:
    """Return a message of the bot that answers nothing."""
    for event in service.ann.heard.get(room, ()):
        is_own = event["sender"] == service.account.user and event["type"] == "m.room.message"
        if is_own and "m.relates_to" not in event["content"]:
            return event
    return None


async def test_its_profile_is_set_and_only_when_it_is_other(
    service: Service, tmp_path: Path
) -> None:
    picture = tmp_path / "face.png"
    picture.write_bytes(PICTURE)
    service.more = {
        "COMMUNITY_BOT_MATRIX__NAME": "Library",
        "COMMUNITY_BOT_MATRIX__AVATAR": str(picture),
    }
    async with service.running() as process:
        before = await service.ann.call("GET", f"/v3/profile/{service.account.user}")
        room = await service.room()
        await service.asks(room, "Library: ping")
        assert await stop(process) == 0
    async with service.running():
        after = await service.ann.call("GET", f"/v3/profile/{service.account.user}")
        changes = [
            event
            for event in await service.ann.history(room)
            if event["type"] == "m.room.member" and event["state_key"] == service.account.user
        ]
    assert before == after
    assert before["displayname"] == "Library"
    assert before["avatar_url"].startswith("mxc://")
    assert [event["content"]["membership"] for event in changes].count("join") == 1


async def test_a_server_that_is_not_there_yet_is_waited_for(service: Service) -> None:
    service.more = {"COMMUNITY_BOT_MATRIX__HOMESERVER": "http://127.0.0.1:1"}
    async with service.running("“matrix” failed") as process:
        status, report = await service.readiness()
        assert await stop(process) == 0
    assert (status, report["platforms"]["matrix"]["state"]) == (503, "connecting")


async def test_a_bot_that_is_not_there_is_not_well(service: Service) -> None:
    asked = await service.call("health", stdout=PIPE, stderr=PIPE)
    _, said = await asked.communicate()
    assert asked.returncode == 1
    assert str(service.port) in said.decode()
    with pytest.raises(aiohttp.ClientConnectorError):
        await service.readiness()
