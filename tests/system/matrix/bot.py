"""The bot, running against a real server: the shipped base, real parts, the machine's clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from system.matrix.homeserver import Synapse
from system.matrix.person import PATIENCE, Json, Person, somebody
from terminal import UNLIMITED, base_of

from community_bot.adapters.matrix.account import Credentials
from community_bot.adapters.matrix.adapter import Needs, matrix_adapter
from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.sync import Sync
from community_bot.adapters.matrix.sync_token import TokenFile
from community_bot.app.questions import SystemClock
from community_bot.app.wiring import wire
from community_bot.core.dispatch import Dispatcher
from community_bot.domain.address import Role


@dataclass(slots=True)
class Everybody:
    """Surroundings in which everybody is alike, but for the moderators."""

    prefixes: dict[str, str] = field(default_factory=dict)
    moderators: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)
    tag: str = "en"
    key_patience: float = 60.0

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
        return user not in self.strangers


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
        key_patience=0.0 if surroundings is None else surroundings.key_patience,
    )
    async with matrix_adapter(needs) as loop, asyncio.TaskGroup() as group:
        is_new = not tokens.load()
        running = group.create_task(loop.run())
        if is_new:
            await tokens.saved.wait()  # what is said before is not said to the bot
        yield loop
        running.cancel()


@dataclass(slots=True)
class Talk:
    """Ann and the bot in a room, with Bob beside them unless they are to be alone."""

    ann: Person
    bob: Person
    account: Person
    room: str
    folder: Path
    surroundings: Everybody

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
        async with running_bot(self.account, self.folder, self.surroundings) as loop:
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
        id = await ann.create_room(account.user, **room)
        if not alone:
            await bob.join(id)
        yield Talk(ann, bob, account, id, folder, Everybody())
