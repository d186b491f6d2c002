"""Moderators on Matrix: a room where they are told of changes, and a chat of two for each."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from system.matrix.homeserver import Synapse
from system.matrix.person import Json, Person, somebody
from terminal import BASES, UNLIMITED

from community_bot.app.matrix import MatrixPlatform
from community_bot.app.questions import SystemClock
from community_bot.app.settings import Settings
from community_bot.app.settings_matrix import MatrixSettings
from community_bot.app.supervising import Service, supervise
from community_bot.app.wiring import Bot, wire
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Platform
from community_bot.storage.database import Database

APPROVE, REJECT, DISCUSS, LOOK, UNDO = (
    "\N{WHITE HEAVY CHECK MARK}",
    "\N{CROSS MARK}",
    "\N{SPEECH BALLOON}",
    "\N{EYES}",
    "\N{LEFTWARDS ARROW WITH HOOK}\ufe0f",
)
NAME = 'kb edit emile-zola names.de.text "Emil Zola" source=wikipedia-zola'
"""What a second person must look at."""


@dataclass(frozen=True, slots=True)
class Ahead(SystemClock):
    """The machine's clock, but so much later."""

    by: timedelta

    def now(self) -> datetime:
        return super(Ahead, self).now() + self.by


@dataclass(slots=True)
class Newsdesk:
    """Ann, an admin, Ben, a moderator, and Eve, who is neither; ``chats`` are theirs by user."""

    ann: Person
    ben: Person
    eve: Person
    account: Person
    folder: Path
    url: str = ""
    room: str = ""
    chats: dict[str, str] = field(default_factory=dict)

    @property
    def zola(self) -> str:
        """What Zola's file says."""
        return (self.folder / "knowledge" / "people" / "emile-zola.yaml").read_text("utf-8")

    @asynccontextmanager
    async def running(self, *, ahead: timedelta = timedelta()) -> AsyncIterator[Bot]:
        """Run the bot as the service does; by a clock that is ahead, all was said long ago."""
        settings = Settings(
            state_dir=self.folder / "state",
            matrix=MatrixSettings(
                homeserver=self.url or self.account.url,
                user_id=self.account.user,
                access_token=SecretStr(self.account.token),
                invite_from=("*",),
            ),
        )
        platform = MatrixPlatform(settings, Ahead(ahead))
        bot = wire(
            load_snapshot(self.folder / "knowledge"),
            limits=UNLIMITED,
            database=await Database.open(self.folder / "bot.sqlite3"),
            carriers=platform.carriers,
            admins=[Account(Platform.MATRIX, self.ann.user)],
        )
        await bot.editorial.recover()
        services = [*platform.services(bot), Service("bot", bot.run)]
        try:
            async with asyncio.TaskGroup() as group:
                running = group.create_task(supervise(services))
                if self.chats and not ahead:  # what is said before it listens again is too late
                    await self.says(self.ann, "ping", "pong")
                yield bot
                running.cancel()
        finally:
            await bot.close()

    async def settle_in(self, **room: object) -> None:
        """Make the room and the chats, and have the team granted; the bot must run."""
        for person in (self.ann, self.ben, self.eve):
            more = {"preset": "private_chat", "is_direct": True}
            self.chats[person.user] = await person.create_room(self.account.user, **more)
            await self._is_in(person, self.chats[person.user])
        self.room = await self.ann.create_room(self.account.user, **room)
        for person in (self.ben, self.eve):
            await person.join(self.room)
        await self._is_in(self.ann, self.room)
        question = await self.ann.say(self.room, "!channel add name=team moderators=yes")
        await self.ann.answer_to(self.room, question)
        await self.says(self.ann, f"role grant moderator matrix:{self.ben.user} name=Ben", "now")

    async def _is_in(self, person: Person, room: str) -> None:
        await person.until(
            lambda: any(
                event["type"] == "m.room.member"
                and event["state_key"] == self.account.user
                and event["content"]["membership"] == "join"
                for event in person.heard.get(room, ())
            )
        )

    async def says(self, person: Person, body: str, words: str) -> Json:
        """Let somebody say something in their chat, and wait for an answer with some words."""
        since = len(self.answers(person))
        await person.say(self.chats[person.user], body)
        return await self.told(person, words, since=since)

    async def presses(self, person: Person, notice: str, sign: str, words: str) -> str:
        """Let somebody put a sign to a notice, and wait for the answer; return the reaction."""
        since = len(self.answers(person))
        reaction = await person.react(self.room, notice, sign)
        await self.told(person, words, since=since)
        return reaction

    async def told(self, person: Person, words: str, *, since: int = 0) -> Json:
        """Wait until the bot says some words to one person in their chat."""

        def found() -> Json | None:
            news = self.answers(person)[since:]
            return next((one for one in news if words in one["content"]["body"]), None)

        try:
            return dict(await person.until(found, 15.0))
        except TimeoutError as error:
            said = [one["content"]["body"] for one in self.answers(person)[since:]]
            raise AssertionError(f"{words!r} is not in {said}") from error

    def answers(self, person: Person) -> list[Json]:
        """Return what the bot has said to somebody in their chat, as far as they have heard."""
        return self.messages(person, self.chats[person.user])

    def messages(self, person: Person, room: str) -> list[Json]:
        return [
            event
            for event in person.heard.get(room, ())
            if event["sender"] == self.account.user and event["type"] == "m.room.message"
        ]

    async def notice(self, words: str) -> str:
        """Wait until the room is told something; return the message that does."""

        def found() -> Json | None:
            all_ = self.messages(self.ann, self.room)
            return next((one for one in all_ if words in one["content"]["body"]), None)

        return str((await self.ann.until(found))["event_id"])

    def signs(self, message: str) -> list[str]:
        """Return the signs that the bot has put to a message in the room."""
        return [
            event["content"]["m.relates_to"]["key"]
            for event in self.ann.heard.get(self.room, ())
            if event["type"] == "m.reaction"
            and event["sender"] == self.account.user
            and event["content"].get("m.relates_to", {}).get("event_id") == message
        ]


@asynccontextmanager
async def newsdesk(synapse: Synapse, folder: Path) -> AsyncIterator[Newsdesk]:
    """Make accounts, and a base to be changed; the bot is not running yet."""
    async with AsyncExitStack() as stack:
        ann, ben, eve, account = [
            await stack.enter_async_context(somebody(synapse.url, name))
            for name in ("ann", "ben", "eve", "bot")
        ]
        shutil.copytree(BASES["dreyfus"], folder / "knowledge")
        yield Newsdesk(ann, ben, eve, account, folder)
