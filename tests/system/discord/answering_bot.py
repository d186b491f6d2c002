"""The real bot over the shipped base, on a server of a simulated Discord, with people there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import simcord
from ledger.discord import Recorded
from system.discord.openapi import problems
from terminal import UNLIMITED, base_of

from community_bot.adapters.discord.bridge import Bridge
from community_bot.adapters.discord.carrier import DiscordCarrier
from community_bot.adapters.discord.client import BotClient
from community_bot.adapters.discord.line import Line
from community_bot.adapters.discord.ports import Parts
from community_bot.adapters.discord.syncing import sync_commands
from community_bot.adapters.discord.tree import build_tree
from community_bot.adapters.discord.views import text_of
from community_bot.app.wiring import Bot, wire
from community_bot.core.dispatch import Dispatcher, Limits
from community_bot.core.invocation import Invocation
from community_bot.domain.address import Account, Platform, Role
from community_bot.domain.document import Reply
from community_bot.knowledge.base import KnowledgeBase

Message = discord.Message | simcord.ResponseMessage
Who = simcord.MemberActor | simcord.UserHandle

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class Unhurried(Dispatcher):
    """The bot's dispatcher, which may take its time; it notes what it was asked."""

    takes: float = 0.0
    is_secret = False
    failure: Exception | None = None
    asked: list[Invocation]

    async def dispatch(self, invocation: Invocation) -> Reply | None:
        self.asked.append(invocation)
        if self.takes:
            await asyncio.sleep(self.takes)  # of simulated time
        if self.failure is not None:
            raise self.failure
        reply = await super().dispatch(invocation)
        return replace(reply, private=True) if reply and self.is_secret else reply


@dataclass(slots=True)
class SimulatedClock:
    """The time of the simulated Discord."""

    env: simcord.Env | None = None

    def now(self) -> datetime:
        return self.env.now() if self.env else _BEGINNING

    def monotonic(self) -> float:
        return self.now().timestamp()


@dataclass(slots=True)
class Around:
    """Surroundings and moves: the language of whoever reads, and a note of where the bot was."""

    moderators: set[str] = field(default_factory=set)
    private: bool = False
    heard: list[tuple[str, str]] = field(default_factory=list)
    locales: list[str] = field(default_factory=list)
    tag: str = ""
    failure: Exception | None = None

    def language(self, guild: str, channel: str, locale: str) -> str:
        del guild, channel
        self.locales.append(locale)
        return self.tag or locale or "en-US"

    def is_private(self) -> bool:
        return self.private

    async def role(self, user: str) -> Role:
        return Role.MODERATOR if user in self.moderators else Role.EVERYONE

    async def came(self, guild: str) -> None:
        self._note("came", guild)

    async def left(self, guild: str) -> None:
        self._note("left", guild)

    async def compare(self, guilds: frozenset[str]) -> None:
        self._note("there", " ".join(sorted(guilds)))

    def _note(self, *what: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.heard.append((what[0], what[1]))


class SimulatedBot(BotClient):
    """The client, with its commands given to the simulated Discord at start."""

    def __init__(self, bridge: Bridge, dispatcher: Dispatcher, folder: Path) -> None:
        super().__init__(bridge)
        self.add_dynamic_items(bridge.item)
        self.tree = build_tree(self, dispatcher.table, bridge)
        self._folder = folder
        parsers = self._connection.parsers
        parse = parsers["INTERACTION_CREATE"]

        def as_discord_says(event: Any) -> None:  # noqa: ANN401 - JSON
            # simcord hands over the question with a reply that was pressed, Discord does not.
            event.get("message", {}).pop("referenced_message", None)
            parse(event)

        parsers["INTERACTION_CREATE"] = as_discord_says

    async def setup_hook(self) -> None:
        await sync_commands(self.tree, self._folder)


@dataclass(slots=True)
class Scene:
    """Ann, who asks; Bob, who does not; Mod, who may manage messages; a channel of a server."""

    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    ann: simcord.MemberActor
    bob: simcord.MemberActor
    mod: simcord.MemberActor
    around: Around
    dispatcher: Unhurried
    bridge: Bridge
    folder: Path

    @property
    def base(self) -> KnowledgeBase:
        return base_of("shipped").current

    async def ask(self, name: str, /, **options: object) -> simcord.InteractionResult:
        """Let Ann use a command."""
        return await self.ann.slash(self.channel, name, **options)

    async def restart(self) -> None:
        """Let another process take over: nothing but what Discord keeps is left."""
        await self.env.restart_bot(SimulatedBot(self.bridge, self.dispatcher, self.folder))

    def messages(self, *, of: Who | None = None) -> list[discord.Message]:
        """Return what stands in the channel: for all to see, or for one of them."""
        return self.channel.history(viewer=of)


def text(message: Message | None) -> str:
    """Return all that can be read in a message, without the signs of markdown."""
    assert message is not None, "there is no answer"
    raw = message.message if isinstance(message, simcord.ResponseMessage) else message
    shown = text_of([dict(one.to_dict()) for one in raw.components])
    return f"{raw.content}{shown}".replace("\\", "")


def answer(result: simcord.InteractionResult) -> simcord.ResponseMessage:
    """Return the first answer to an interaction."""
    assert result.response is not None, result
    return result.response


def buttons(message: simcord.ResponseMessage) -> dict[str, str]:
    """Return the ids of the buttons of an answer, by what stands on them."""
    found: dict[str, str] = {}

    def walk(components: Iterable[dict[str, object]]) -> None:
        for one in components:
            if one.get("type") == discord.ComponentType.button.value:
                emoji = one.get("emoji")
                sign = emoji.get("name") if isinstance(emoji, dict) else None
                found[str(sign or one.get("label"))] = str(one.get("custom_id"))
            inner = one.get("components")
            if isinstance(inner, list):
                walk(inner)

    walk(message.components)
    return found


def unhurried(bot: Bot) -> Unhurried:
    """Return a bot's dispatcher, which notes what it is asked from now on."""
    dispatcher = bot.dispatcher
    dispatcher.__class__ = Unhurried
    assert isinstance(dispatcher, Unhurried)
    dispatcher.asked = []
    return dispatcher


@asynccontextmanager
async def scene(folder: Path, *, limits: Limits = UNLIMITED) -> AsyncIterator[Scene]:
    """Let the bot join a server where Mod is an admin of the bot as well.

    What a test does there belongs into ``env.time_context()``; the fixtures see to that.
    """
    clock, around = SimulatedClock(), Around()
    carriers = [DiscordCarrier(Line())]
    bot = wire(base_of("shipped"), clock=clock, limits=limits, carriers=carriers)
    dispatcher = unhurried(bot)
    bridge = Bridge(Parts(dispatcher, around, clock, around))
    env = simcord.Env(SimulatedBot(bridge, dispatcher, folder), shard_count=1)
    await env.start()
    try:
        clock.env = env
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        keeper = guild.create_role("keeper", permissions=discord.Permissions(manage_messages=True))
        ann, bob = (guild.add_member(env.create_user(name)) for name in ("ann", "bob"))
        mod = guild.add_member(env.create_user("mod"), roles=[keeper])
        bot.authority.admins = frozenset({Account(Platform.DISCORD, str(mod.id))})
        await env.settle()
        yield Scene(env, guild, channel, ann, bob, mod, around, dispatcher, bridge, folder)
        env.raise_errors()
        made = (Recorded(one.method, one.path, one.json, one.params) for one in env.http_requests)
        found = problems(made)
        assert not found, found
    finally:
        await env.shutdown()
        await bot.close()
