"""The commands as Discord has them: groups, options, context menus; what comes is handed on.

Nobody is kept from a command by Discord's permissions (``default_member_permissions`` stays unset):
who may do what is granted here, to accounts and roles, and is checked with each question. A
permission of Discord's beside that would lock out a moderator of ours who has none on the server,
and hide nothing, since everybody may read which commands there are.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Protocol, cast

import aiohttp
import discord
from discord import app_commands

from community_bot.adapters.discord.completing import fitted
from community_bot.adapters.discord.localising import command_name, group_name, text
from community_bot.adapters.discord.options import descriptions_of, names_of, signature_of
from community_bot.adapters.discord.typed import Typed, read_typed
from community_bot.core.command import Command, CommandTable
from community_bot.core.trails import trail

_log = logging.getLogger(__name__)

Interaction = discord.Interaction[discord.Client]

PATIENCE = 2.0
"""Seconds for a completion: what comes later than three after a key, Discord does not show."""

_EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
_FOR_ALL = app_commands.AppInstallationType(guild=True, user=True)


class Desk(Protocol):
    """Who answers what is asked through Discord's commands."""

    async def ask(self, interaction: Interaction, line: str, *, private: bool | None) -> None:
        """Answer a line; ``private`` is what the asker chose, if they chose."""

    async def suggest(
        self, interaction: Interaction, line: str, param: str
    ) -> list[tuple[str, str]]:
        """Return values, each with its label, for the option ``param`` that a line begins."""

    async def verify(self, interaction: Interaction, message: discord.Message) -> None:
        """Tell whether a message of ours is current."""

    async def explain(self, interaction: Interaction, message: discord.Message) -> None:
        """Tell whom and what a message names."""


class BotTree(app_commands.CommandTree[discord.Client]):
    """Hands each interaction to the desk, as a line of text; knows commands of old as well."""

    def __init__(self, client: discord.Client, table: CommandTable, desk: Desk) -> None:
        super().__init__(client, allowed_contexts=_EVERYWHERE, allowed_installs=_FOR_ALL)
        self._table = table
        self._desk = desk

    async def ask(self, interaction: Interaction) -> None:
        """Have the desk answer the command of an interaction."""
        typed = read_typed(interaction.data)
        await self._desk.ask(interaction, typed.line(self._table), private=typed.private)

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Tell whether discord.py may go on; completions end here.

        It would log who typed when anything about a completion fails, and most failures are only
        late ones or options of an older version.
        """
        try:
            typed = read_typed(interaction.data)
        except ValueError:
            _log.warning("Discord sent a command that cannot be read")
            return False
        if interaction.type is not discord.InteractionType.autocomplete:
            return True
        await self._complete(interaction, typed)
        return False

    async def on_error(
        self, interaction: Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Answer what an older list of commands led to; log anything else, without who asked.

        A command or an option that is no more is explained like a mistyped one, with what is like
        it; a name that we keep as an alias is answered.
        """
        outdated = app_commands.CommandNotFound | app_commands.CommandSignatureMismatch
        if not isinstance(error, outdated):
            _log.error("a command of Discord's failed\n%s", trail(error))
            return
        try:
            await self.ask(interaction)
        except Exception as failure:  # noqa: BLE001 - nothing above would catch it
            _log.error("a command of Discord's failed\n%s", trail(failure))

    async def _complete(self, interaction: Interaction, typed: Typed) -> None:
        line = typed.line(self._table)
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self._desk.suggest(interaction, line, typed.begun)
            choices = fitted(found, is_number=typed.is_number)
        except Exception as error:  # noqa: BLE001 - whoever types gets no choices, and that is all
            _log.error("a completion failed\n%s", trail(error))
            choices = []
        try:
            await interaction.response.autocomplete(choices)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            # Most often the next key was pressed before, and nobody waits for this one.
            _log.debug("a completion was not taken: %s", type(error).__qualname__)


def build_tree(
    client: discord.Client, table: CommandTable, desk: Desk
) -> app_commands.CommandTree[discord.Client]:
    """Make the commands of a table, with our context menus, and let a client receive them.

    What help does not list nobody needs to type: buttons and posts run it all the same.
    """
    tree = BotTree(client, table, desk)
    groups: dict[str, app_commands.Group] = {}
    for command in filter(lambda one: one.is_listed, table.commands):
        _parent(command.name, tree, groups).add_command(_slash(command, tree))
    _add_menus(tree, desk)
    return tree


def _parent(
    name: str, tree: BotTree, groups: dict[str, app_commands.Group]
) -> BotTree | app_commands.Group:
    """Return what a command or a group belongs to: made now if it is the first there."""
    group, _, _ = name.rpartition(" ")
    if not group:
        return tree
    if group not in groups:
        slug = group.replace(" ", "-")
        groups[group] = app_commands.Group(
            name=group_name(group), description=text(f"about-{slug}")
        )
        _parent(group, tree, groups).add_command(groups[group])
    return groups[group]


def _slash(command: Command, tree: BotTree) -> app_commands.Command[Any, ..., None]:
    async def run(interaction: Interaction, **options: object) -> None:
        del options  # discord.py has checked them; they are read from what Discord sent
        await tree.ask(interaction)

    cast("Any", run).__signature__ = signature_of(command)
    app_commands.describe(**descriptions_of(command))(run)
    app_commands.rename(**names_of(command))(run)
    return app_commands.Command(
        name=command_name(command), description=text(f"about-{command.slug}"), callback=run
    )


def _add_menus(tree: BotTree, desk: Desk) -> None:
    async def verify(interaction: Interaction, message: discord.Message) -> None:
        await desk.verify(interaction, message)

    async def explain(interaction: Interaction, message: discord.Message) -> None:
        await desk.explain(interaction, message)

    tree.add_command(app_commands.ContextMenu(name=text("menu-verify"), callback=verify))
    tree.add_command(app_commands.ContextMenu(name=text("menu-explain"), callback=explain))
