"""A bot with a team kept in a real database, asked by anybody from anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from terminal import UNLIMITED, StillClock, base_of

from community_bot.adapters.matrix.power import power_level, room_version
from community_bot.commands import COMMANDS
from community_bot.commands.explaining import explain_error
from community_bot.commands.preferences import preference_commands
from community_bot.commands.team import team_commands
from community_bot.core.authority import Authority
from community_bot.core.command import Command, CommandTable
from community_bot.core.dispatch import Dispatcher
from community_bot.core.invocation import Invocation
from community_bot.core.ports import Standings
from community_bot.core.preferences import Preferences
from community_bot.core.render.text import render_text
from community_bot.domain.address import Account, Actor, Address, Platform
from community_bot.domain.document import Reply
from community_bot.domain.grants import PowerLevel, ServerRole, Standing
from community_bot.storage.database import Database

ADMIN = Actor(Platform.MATRIX, "@root:example.org")
OLENA = Actor(Platform.MATRIX, "@olena:example.org")
OLENA_THERE = Actor(Platform.DISCORD, "1001")
IVAN = Actor(Platform.DISCORD, "2002")
NOBODY = Actor(Platform.DISCORD, "3003")
STAFF = ServerRole(Platform.DISCORD, "50", "51")
COUNCIL = PowerLevel(Platform.MATRIX, "!council:example.org", 50)


@dataclass(slots=True)
class Rooms:
    """What Matrix says: the levels of those who are in each room, by its state."""

    states: dict[str, tuple[Mapping[str, object], Mapping[str, object] | None]]
    joined: dict[str, set[str]]
    asked: list[tuple[Account, Standing]] = field(default_factory=list)

    async def holds(self, account: Account, standing: Standing) -> bool:
        self.asked.append((account, standing))
        assert isinstance(standing, PowerLevel)
        state = self.states.get(standing.room)
        if state is None or account.id not in self.joined.get(standing.room, set()):
            return False
        create, power = state
        return power_level(create, power, account.id, room_version(create)) >= standing.level


@dataclass(slots=True)
class Servers:
    """What Discord says: who holds a role. It answers while ``answers`` is set, some always."""

    held: set[tuple[str, Standing]] = field(default_factory=set)
    asked: list[tuple[Account, Standing]] = field(default_factory=list)
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    questioned: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: set[str] = field(default_factory=set)
    broken: bool = False

    def __post_init__(self) -> None:
        self.answers.set()

    async def holds(self, account: Account, standing: Standing) -> bool:
        self.asked.append((account, standing))
        self.questioned.set()
        if account.id not in self.at_once:
            await self.answers.wait()
        if self.broken:
            raise ConnectionError("the platform is not there")
        return (account.id, standing) in self.held


@dataclass(frozen=True, slots=True)
class Office:
    """The parts, and how to ask."""

    database: Database
    authority: Authority
    preferences: Preferences
    dispatcher: Dispatcher
    clock: StillClock
    told: list[tuple[str, dict[str, str | int]]]

    async def ask(
        self, line: str, actor: Actor = ADMIN, *, room: str = "!any:example.org"
    ) -> Reply:
        address = Address(actor.platform, room=room)
        reply = await self.dispatcher.dispatch(Invocation(line, actor, address))
        assert reply is not None, "the bot kept silent"
        return reply

    async def say(self, line: str, actor: Actor = ADMIN) -> str:
        return render_text(await self.ask(line, actor))

    async def error(self, line: str, actor: Actor = ADMIN) -> str:
        """Ask, and return the key of the error; empty if there is none."""
        reply = await self.ask(line, actor)
        return reply.error.key if reply.error else ""


@asynccontextmanager
async def open_office(  # noqa: PLR0913 - a keyword for each part that a test may set
    *,
    file: Path | None = None,
    admins: Iterable[Account] = (ADMIN.account,),
    standings: Mapping[Platform, Standings] | None = None,
    places: Collection[str] = ("news", "matrix-news"),
    commands: Iterable[Command] = (),
    tells: bool = True,
) -> AsyncIterator[Office]:
    """Open an office; what it keeps is in memory if not in a file."""
    database = await (Database.open(file) if file else Database.in_memory())
    clock = StillClock()
    told: list[tuple[str, dict[str, str | int]]] = []

    async def tell(key: str, /, **arguments: str | int) -> None:
        if not tells:
            raise ConnectionError("nobody hears")
        told.append((key, arguments))

    async def names() -> Collection[str]:
        return places

    authority = Authority(database.team, admins, standings or {}, clock)
    preferences = Preferences(database.preferences)
    table = CommandTable(
        (
            *COMMANDS,
            *team_commands(database.team, authority, tell=tell, places=names),
            *preference_commands(preferences, database.team, authority),
            *commands,
        )
    )
    dispatcher = Dispatcher(
        table,
        base_of("dreyfus"),
        explain_error,
        clock,
        UNLIMITED,
        authority=authority,
        preferences=preferences,
    )
    try:
        yield Office(database, authority, preferences, dispatcher, clock, told)
    finally:
        await database.close()
