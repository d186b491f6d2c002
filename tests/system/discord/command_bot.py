"""A bot with nothing but the commands, and a desk that writes down what it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import simcord
from discord import app_commands

from community_bot.adapters.discord.syncing import sync_commands
from community_bot.adapters.discord.tree import Interaction, build_tree
from community_bot.app.wiring import command_table
from community_bot.core.command import CommandTable


@dataclass
class Desk:
    """Answers everything alike; ``offers`` is what it suggests, or the error it fails with.

    ``fault`` is what goes wrong when anything is asked.
    """

    asked: list[tuple[str, bool | None]] = field(default_factory=list)
    begun: list[tuple[str, str]] = field(default_factory=list)
    menus: list[tuple[str, int]] = field(default_factory=list)
    offers: list[tuple[str, str]] | Exception = field(default_factory=list)
    fault: Exception | None = None

    async def ask(self, interaction: Interaction, line: str, *, private: bool | None) -> None:
        self.asked.append((line, private))
        if self.fault is not None:
            raise self.fault
        await interaction.response.send_message("heard", ephemeral=bool(private))

    async def suggest(
        self, interaction: Interaction, line: str, param: str
    ) -> list[tuple[str, str]]:
        assert not interaction.response.is_done()
        self.begun.append((line, param))
        if isinstance(self.offers, Exception):
            raise self.offers
        return self.offers

    async def verify(self, interaction: Interaction, message: discord.Message) -> None:
        self.menus.append(("verify", message.id))
        await interaction.response.send_message("heard", ephemeral=True)

    async def explain(self, interaction: Interaction, message: discord.Message) -> None:
        self.menus.append(("explain", message.id))
        await interaction.response.send_message("heard", ephemeral=True)


class CommandBot(discord.Client):
    """Gives Discord its commands at start, unless ``folder`` is left out."""

    def __init__(
        self,
        desk: Desk,
        table: CommandTable,
        folder: Path | None,
        *,
        application: int = 0,
    ) -> None:
        own: Any = {"application_id": application} if application else {}
        super().__init__(intents=discord.Intents(guilds=True), **own)
        self.tree = build_tree(self, table, desk)
        self._folder = folder

    async def setup_hook(self) -> None:
        if self._folder is not None:
            assert await sync_commands(self.tree, self._folder)


@dataclass
class World:
    """A server with a channel, and somebody there who has no permission beyond anybody's."""

    desk: Desk
    env: simcord.Env
    channel: simcord.ChannelHandle
    user: simcord.UserHandle
    alice: simcord.MemberActor

    async def slash(self, name: str, /, **options: object) -> simcord.InteractionResult:
        return await self.alice.slash(self.channel, name, **options)

    async def type(self, name: str, option: str, begun: str) -> list[dict[str, object]]:
        return await self.alice.autocomplete(self.channel, name, option, begun)

    async def update(self, table: CommandTable) -> CommandBot:
        """Let the bot start anew with other commands, while people's lists are as they were."""
        bot = CommandBot(self.desk, table, None)
        await self.env.restart_bot(bot)
        return bot

    def outdated(self) -> bool:
        """Tell whether all that went wrong since is that discord.py did not know a command."""
        kinds = (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)
        return all(isinstance(error, kinds) for error in self.env.errors)


@asynccontextmanager
async def world(folder: Path, table: CommandTable | None = None) -> AsyncIterator[World]:
    desk = Desk()
    bot = CommandBot(desk, table or command_table(), folder)
    async with simcord.run(bot) as env:
        guild = env.create_guild()
        user = env.create_user("alice")
        channel = guild.create_text_channel("general")
        yield World(desk, env, channel, user, guild.add_member(user))
