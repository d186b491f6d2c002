"""The bot, running against a real server: the shipped base, real parts, the machine's clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from community_bot.adapters.matrix.account import Credentials
from community_bot.adapters.matrix.adapter import Needs, matrix_adapter
from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.sync import Sync
from community_bot.adapters.matrix.sync_token import TokenFile
from community_bot.app.wiring import SystemClock, wire
from community_bot.core.dispatch import Dispatcher
from community_bot.domain.address import Role
from system.matrix.person import Person
from terminal import UNLIMITED, base_of


@dataclass(slots=True)
class Everybody:
    """Surroundings in which everybody is alike, but for the moderators."""

    prefixes: dict[str, str] = field(default_factory=dict)
    moderators: set[str] = field(default_factory=set)
    tag: str = "en"

    def prefix(self, room: str) -> str:
        return self.prefixes.get(room, "!")

    def language(self, room: str, user: str) -> str:
        del room, user
        return self.tag

    async def role(self, room: str, user: str) -> Role:
        del room
        return Role.MODERATOR if user in self.moderators else Role.EVERYONE

    def may_invite(self, room: str, user: str) -> bool:
        del room
        return not user.startswith("@stranger")


@dataclass(slots=True)
class Watched:
    """A token file that tells when it was first written."""

    file: TokenFile
    saved: asyncio.Event = field(default_factory=asyncio.Event)

    def load(self) -> str:
        return self.file.load()

    def save(self, token: str) -> None:
        self.file.save(token)
        self.saved.set()


def dispatcher() -> Dispatcher:
    return wire(base_of("shipped"), clock=SystemClock(), limits=UNLIMITED).dispatcher


@asynccontextmanager
async def running_bot(
    account: Person, folder: Path, surroundings: Everybody | None = None
) -> AsyncIterator[Sync]:
    """Run the bot as an account; it has read what there is when this begins."""
    tokens = Watched(TokenFile(folder / "place.json", Identity(account.user, account.device)))
    needs = Needs(
        Credentials(account.url, account.user, account.token),
        folder,
        dispatcher(),
        surroundings or Everybody(),
        SystemClock(),
        tokens,
    )
    async with matrix_adapter(needs) as loop, asyncio.TaskGroup() as group:
        running = group.create_task(loop.run())
        saved = group.create_task(tokens.saved.wait())
        await asyncio.wait([running, saved], return_when=asyncio.FIRST_COMPLETED)
        saved.cancel()
        yield loop
        running.cancel()
