"""The whole adapter on the small Discord: logged in, connected, with everybody alike."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ledger.discord import TOKEN
from system.discord.wire import Wire
from terminal import UNLIMITED, base_of

from community_bot.adapters.discord.adapter import Needs, Session, discord_adapter
from community_bot.app.questions import SystemClock
from community_bot.app.wiring import wire as wired
from community_bot.core.ports import Clock
from community_bot.domain.address import Role


@dataclass(slots=True)
class Everybody:
    """Surroundings in which everybody is alike; they note where the bot was."""

    heard: list[tuple[str, str]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def language(self, guild: str, channel: str, locale: str) -> str:
        del guild, channel, locale
        return "en"

    def is_private(self) -> bool:
        return False

    async def role(self, user: str) -> Role:
        del user
        return Role.EVERYONE

    async def left(self, guild: str) -> None:
        self._hear("left", guild)

    async def came(self, guild: str) -> None:
        self._hear("came", guild)

    async def compare(self, guilds: frozenset[str]) -> None:
        self._hear("there", " ".join(sorted(guilds)))

    def _hear(self, what: str, guild: str) -> None:
        self.heard.append((what, guild))
        self.news.set()

    async def until_heard(self, what: str, guild: str) -> None:
        while (what, guild) not in self.heard:
            self.news.clear()
            await self.news.wait()


@asynccontextmanager
async def session(
    server: Wire,
    folder: Path,
    *,
    clock: Clock | None = None,
    around: Everybody | None = None,
    token: str = TOKEN,
) -> AsyncIterator[Session]:
    """Yield the adapter logged in to the small Discord."""
    clock, around = clock or SystemClock(), around or Everybody()
    made = wired(base_of("shipped"), clock=clock, limits=UNLIMITED)
    needs = Needs(
        token=token,
        folder=folder,
        dispatcher=made.dispatcher,
        surroundings=around,
        clock=clock,
        moves=around,
        api_url=server.api,
        gateway_url=server.gateway.url,
    )
    async with discord_adapter(needs) as one:
        # Nobody bans the test for hurrying.
        one.client.between_identifies = one.client.longest_pause = 0.0
        yield one


@asynccontextmanager
async def running(one: Session) -> AsyncIterator[asyncio.Task[None]]:
    """Have a session run for a block."""
    task = asyncio.create_task(one.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
