"""The real bot over a copy of a base, with its moderators in a channel of a simulated Discord."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import simcord
from ledger.discord import Recorded
from system.discord.answering_bot import Around, SimulatedBot, SimulatedClock, Unhurried, unhurried
from system.discord.openapi import problems
from terminal import BASES, UNLIMITED

from community_bot.adapters.discord.bridge import Bridge
from community_bot.adapters.discord.carrier import DiscordCarrier
from community_bot.adapters.discord.line import Line
from community_bot.adapters.discord.ports import Parts
from community_bot.adapters.discord.views import view_of
from community_bot.app.wiring import Bot, wire
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Address, Platform

ZOLA = "people/emile-zola.yaml"


class SimulatedCarrier(DiscordCarrier):
    """The carrier, which brings what it rendered to the simulated Discord."""

    env: simcord.Env

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        del key, reply_to
        posted = await self._channel(address).send(view=view_of(_components(payload)))
        return str(posted.id)

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        del key
        posted = await self._channel(address).fetch_message(int(message))
        await posted.edit(view=view_of(_components(payload)))

    def _channel(self, address: Address) -> discord.TextChannel:
        channel = self.env.bot.get_channel(int(address.room))
        assert isinstance(channel, discord.TextChannel)
        return channel


def _components(payload: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(payload)["components"]
    return found


@dataclass(slots=True)
class Office:
    """Ann and Mod, moderators; Kim, an editor; Bob, who is nobody; and the team's channel."""

    env: simcord.Env
    bot: Bot
    bridge: Bridge
    dispatcher: Unhurried
    root: Path
    folder: Path
    channel: simcord.ChannelHandle
    ann: simcord.MemberActor
    mod: simcord.MemberActor
    kim: simcord.MemberActor
    bob: simcord.MemberActor

    def said(self, path: str = ZOLA) -> str:
        return (self.root / path).read_text(encoding="utf-8")

    async def notice(self) -> discord.Message:
        """Let be posted what is to be; return what came last into the channel."""
        await self.bot.settle()
        return self.channel.history()[-1]

    async def restart(self) -> None:
        """Let another process take over: nothing but what Discord keeps is left."""
        await self.env.restart_bot(SimulatedBot(self.bridge, self.dispatcher, self.folder))


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[Office]:
    root = Path(shutil.copytree(BASES["dreyfus"], folder / "knowledge"))
    clock, around, carrier = SimulatedClock(), Around(), SimulatedCarrier(Line())
    bot = wire(load_snapshot(root), clock=clock, limits=UNLIMITED, carriers=[carrier])
    dispatcher = unhurried(bot)
    bridge = Bridge(Parts(dispatcher, around, clock, around))
    env = simcord.Env(SimulatedBot(bridge, dispatcher, folder), shard_count=1)
    await env.start()
    try:
        clock.env = env
        object.__setattr__(carrier, "env", env)
        guild = env.create_guild()
        channel = guild.create_text_channel("team")
        people = [guild.add_member(env.create_user(name)) for name in ("ann", "mod", "kim", "bob")]
        one = Office(env, bot, bridge, dispatcher, root, folder, channel, *people)
        bot.authority.admins = frozenset({Account(Platform.DISCORD, str(one.ann.id))})
        await one.ann.slash(channel, "channel add", name="team", moderators="yes")
        for role, who in (("moderator", one.ann), ("moderator", one.mod), ("editor", one.kim)):
            options = {"role": role, "who": f"discord:{who.id}", "name": who.name.title()}
            await one.ann.slash(channel, "role grant", **options)
        await bot.settle()
        await env.settle()
        yield one
        env.raise_errors()
        made = (Recorded(one.method, one.path, one.json, one.params) for one in env.http_requests)
        found = problems(made)
        assert not found, found
    finally:
        await env.shutdown()
        await bot.close()
