"""The service as a process of its own, with nothing but variables, at the small Discord."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from ledger.discord import ROOMS, SERVER, TOKEN
from processes import ROOT, without_settings
from system.discord.wire import SOMEBODY, Wire

Json = dict[str, Any]
ADMIN = {"COMMUNITY_BOT_ADMINS": f"discord:{SOMEBODY['id']}"}
_LOOK = 0.05
_STRING, _SUBCOMMAND = 3, 1


@dataclass(slots=True)
class Service:
    """The bot's settings: ``more`` are variables beyond what it needs."""

    server: Wire
    state: Path
    port: int
    more: dict[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        return {
            **without_settings(),
            "COMMUNITY_BOT_KNOWLEDGE": str(ROOT / "knowledge"),
            "COMMUNITY_BOT_STATE_DIR": str(self.state),
            "COMMUNITY_BOT_DISCORD__TOKEN": TOKEN,
            "COMMUNITY_BOT_DISCORD__API_URL": self.server.api,
            "COMMUNITY_BOT_DISCORD__GATEWAY_URL": self.server.gateway.url,
            **({"COMMUNITY_BOT_HEALTH": f"127.0.0.1:{self.port}"} if self.port else {}),
            **self.more,
        }

    @asynccontextmanager
    async def running(self, words: str = "Connected to Discord") -> AsyncIterator[Process]:
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

    async def asks(self, words: str, *, thread: str = "", **options: str) -> str:
        """Have somebody use a slash command; return all that the answer says, as JSON text."""
        name, _, subcommand = words.partition(" ")
        given: list[Json] = [
            {"name": key, "type": _STRING, "value": value} for key, value in options.items()
        ]
        if subcommand:
            given = [{"name": subcommand, "type": _SUBCOMMAND, "options": given}]
        data = {"id": "1", "name": name, "type": 1, "options": given}
        place = {"channel_id": thread, "channel": thread_of(thread)} if thread else {}
        begun = await self.server.interact(2, data, **place)
        await self.server.until(lambda: self.server.answer_to(begun) is not None)
        return str(self.server.answer_to(begun))

    async def readiness(self) -> tuple[int, Json]:
        url = f"http://127.0.0.1:{self.port}/readyz"
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return answer.status, await answer.json()

    async def until_ready(self, *, is_ready: bool) -> Json:
        """Ask until the bot is or is not ready; return what it tells then."""
        while True:
            status, report = await self.readiness()
            if (status == 200) is is_ready:
                return report
            await asyncio.sleep(_LOOK)


def thread_of(id_: str) -> Json:
    """Return a thread of the channel for news, as Discord describes it in an interaction."""
    asleep = {"archived": False, "auto_archive_duration": 1440, "locked": False}
    since = {"archive_timestamp": "2026-01-01T00:00:00+00:00"}
    of = {"guild_id": SERVER, "parent_id": ROOMS["news"], "owner_id": SOMEBODY["id"]}
    counts = {"message_count": 1, "member_count": 1, "rate_limit_per_user": 0, "flags": 0}
    named = {"id": id_, "type": 11, "name": "a thread", "permissions": "0"}
    return {**named, **of, **counts, "thread_metadata": {**asleep, **since}}


async def read_until(process: Process, words: str) -> str:
    assert process.stderr is not None
    seen = ""
    async for line in process.stderr:
        seen += line.decode()
        if words in seen:
            return seen
    raise AssertionError(f"the log ended without {words!r}:\n{seen}")


async def stop(process: Process) -> int:
    """Tell it to stop, and give it the ten seconds that it has."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(10):
        await process.communicate()
    assert process.returncode is not None
    return process.returncode
