"""The bot, running against a real server: the shipped base, real parts, the machine's clock."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from system.matrix.homeserver import Synapse
from system.matrix.person import PATIENCE, Json, Person, somebody
from terminal import UNLIMITED, base_of

from community_bot.adapters.matrix.account import Credentials
from community_bot.adapters.matrix.adapter import Needs, matrix_adapter
from community_bot.adapters.matrix.carrier import MatrixCarrier
from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.sync import Sync
from community_bot.adapters.matrix.sync_token import TokenFile
from community_bot.app.questions import SystemClock
from community_bot.app.wiring import Bot, wire
from community_bot.core.ports import Clock
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Platform, Role
from community_bot.storage.database import Database


@dataclass(slots=True)
class Everybody:
    """Surroundings in which everybody is alike, but for the team; they note where the bot was."""

    prefixes: dict[str, str] = field(default_factory=dict)
    team: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    is_forgetful: bool = False
    strangers: set[str] = field(default_factory=set)
    tag: str = "en"
    key_patience: float = 60.0
    heard: list[tuple[str, ...]] = field(default_factory=list)
    levels: dict[str, int | None] = field(default_factory=dict)
    has_heard: asyncio.Event = field(default_factory=asyncio.Event)
    clock: Clock = field(default_factory=SystemClock)

    def prefix(self, room: str) -> str:
        return self.prefixes.get(room, "!")

    def language(self, room: str, user: str) -> str:
        del room, user
        return self.tag

    async def role(self, user: str) -> Role:
        return Role.ADMIN if user in self.team else Role.EVERYONE

    async def is_moderators(self, room: str) -> bool:
        del room
        return True

    def may_invite(self, room: str, user: str) -> bool:
        del room
        return user not in self.strangers

    async def left(self, room: str) -> None:
        self._hear("left", room)

    async def came(self, room: str) -> None:
        self._hear("came", room)

    async def moved(self, old: str, new: str, level: int | None) -> None:
        self.levels[new] = level
        self._hear("moved", old, new)

    async def compare(self, joined: frozenset[str]) -> frozenset[str]:
        self._hear("compared", *sorted(self.places & joined))
        return frozenset(self.places)

    def _hear(self, *what: str) -> None:
        if self.is_forgetful:
            raise OSError(errno.ENOSPC, "no space is left")
        self.heard.append(what)
        self.has_heard.set()

    async def until_heard(self, *what: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while what not in self.heard:
                self.has_heard.clear()
                await self.has_heard.wait()


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


def wired(
    database: Database | None = None, team: Iterable[str] = (), knowledge: Path | None = None
) -> Bot:
    """Put a bot together; the accounts of the team are admins. A base of its own may be changed."""
    return wire(
        load_snapshot(knowledge) if knowledge else base_of("shipped"),
        clock=SystemClock(),
        limits=UNLIMITED,
        database=database,
        carriers=[MatrixCarrier(Line())],
        admins=[Account(Platform.MATRIX, user) for user in team],
    )


@asynccontextmanager
async def running_bot(
    account: Person,
    folder: Path,
    surroundings: Everybody | None = None,
    knowledge: Path | None = None,
) -> AsyncIterator[Sync]:
    """Run the bot as an account; it has read what there is when this begins."""
    around = surroundings or Everybody(key_patience=0.0)
    tokens = Watched(TokenFile(folder / "place.json", Identity(account.user, account.device)))
    folder.mkdir(exist_ok=True)
    database = await Database.open(folder / "bot.sqlite3")
    bot = wired(database, around.team, knowledge)
    needs = Needs(
        Credentials(account.url, account.user, account.token),
        folder,
        bot.dispatcher,
        around,
        around.clock,
        tokens,
        key_patience=around.key_patience,
        moves=around,
    )
    try:
        async with matrix_adapter(needs) as loop, asyncio.TaskGroup() as group:
            is_new = not tokens.load()
            running = group.create_task(loop.run())
            if is_new:
                await tokens.saved.wait()  # what is said before is not said to the bot
            yield loop
            running.cancel()
    finally:
        await bot.close()


@dataclass(slots=True)
class Talk:
    """Ann and the bot in a room, with Bob beside them unless they are to be alone."""

    ann: Person
    bob: Person
    account: Person
    room: str
    folder: Path
    surroundings: Everybody
    knowledge: Path | None = None

    async def asks(self, body: str, **more: object) -> Json:
        """Let Ann say something and return what answers it."""
        return await self.ann.answer_to(self.room, await self.ann.say(self.room, body, **more))

    async def said(self, *, patience: float = PATIENCE) -> list[Json]:
        """Return all messages of the bot, after it has certainly seen what was said before."""
        question = await self.ann.say(self.room, "!ping")
        last = await self.ann.answer_to(self.room, question, patience=patience)
        events = await self.ann.history(self.room)
        return [
            event
            for event in events
            if event["sender"] == self.account.user
            and event["type"] == "m.room.message"
            and event["event_id"] != last["event_id"]
        ]

    def has_joined(self, user: str) -> bool:
        """Tell whether Ann has seen somebody join."""
        return any(
            event["content"].get("membership") == "join"
            for event in self.ann.heard.get(self.room, ())
            if event["type"] == "m.room.member" and event["state_key"] == user
        )

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[Sync]:
        """Run the bot for a while, in the room once it has been asked in."""
        given = self.surroundings, self.knowledge
        async with running_bot(self.account, self.folder, *given) as loop:
            await self.ann.until(lambda: self.has_joined(self.account.user))
            yield loop


@asynccontextmanager
async def talk(
    synapse: Synapse, folder: Path, *, alone: bool = False, **room: object
) -> AsyncIterator[Talk]:
    """Make accounts and a room to which the bot is invited; it is not running yet."""
    async with AsyncExitStack() as stack:
        ann, bob, account = [
            await stack.enter_async_context(somebody(synapse.url, name))
            for name in ("ann", "bob", "bot")
        ]
        if alone:
            room = {"preset": "private_chat", **room}
        id = await ann.create_room(account.user, **room)
        if not alone:
            await bob.join(id)
        yield Talk(ann, bob, account, id, folder, Everybody())
