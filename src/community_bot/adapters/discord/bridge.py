"""Between Discord and the dispatcher: what each event asks for, none able to harm another."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import discord

from community_bot.adapters.discord.answering import Answering
from community_bot.adapters.discord.buttons import Buttons, item_for
from community_bot.adapters.discord.mentions import Mentions
from community_bot.adapters.discord.menus import Menus
from community_bot.adapters.discord.modals import read_form
from community_bot.adapters.discord.origin import Interaction, invocation_of
from community_bot.adapters.discord.ports import Parts
from community_bot.adapters.discord.render import Asked
from community_bot.core.trails import trail

_log = logging.getLogger(__name__)


class Bridge:
    """Answers what is asked by commands, buttons, forms, menus of messages, and mentions."""

    def __init__(self, parts: Parts) -> None:
        self._dispatcher = parts.dispatcher
        self._surroundings = parts.surroundings
        self._moves = parts.moves
        self._answering = Answering(parts)
        self._buttons = Buttons(parts, self._answering)
        self._menus = Menus(self._answering)
        self._mentions = Mentions(parts)
        self.item: type[discord.ui.DynamicItem[discord.ui.Item[Any]]] = item_for(
            self._buttons.press
        )
        """What ``Client.add_dynamic_items`` is to be given, once."""

    async def ask(
        self, interaction: Interaction, line: str, *, private: bool | None = None
    ) -> None:
        """Answer a command line; ``private`` is what was chosen of who sees it, if anything."""
        for_one = self._answering.is_private(line, private=private)
        work = self._answering.answer(interaction, Asked(line), private=for_one)
        await self._answering.guarded(interaction, work)

    async def take_form(self, interaction: Interaction) -> None:
        """Answer what was handed in with a form, as the line that it means."""
        filled = read_form(interaction.data or {})
        if filled is None:
            exchange = self._answering.exchange(interaction)
            work = self._answering.say(exchange, "discord-button-outdated")
        else:
            asked = Asked(filled.line)
            for_one = self._answering.is_private(filled.line, private=None)
            work = self._answering.answer(
                interaction, asked, private=for_one, written=filled.written
            )
        await self._answering.guarded(interaction, work)

    async def verify(self, interaction: Interaction, message: discord.Message) -> None:
        """Tell whether an answer of ours is what the base says now."""
        work = self._menus.verify(interaction, message)
        await self._answering.guarded(interaction, work)

    async def explain(self, interaction: Interaction, message: discord.Message) -> None:
        """Tell whom and which resolutions a message names."""
        work = self._menus.explain(interaction, message)
        await self._answering.guarded(interaction, work)

    async def suggest(
        self, interaction: Interaction, line: str, param: str
    ) -> list[tuple[str, str]]:
        """Return what could be meant by a half-typed value, best first."""
        invocation = invocation_of(interaction, line, self._surroundings, private=True)
        return list(await self._dispatcher.suggest_value(invocation, param))

    async def hear(self, message: discord.Message, own: int) -> None:
        """Answer a message if it is meant for the bot, whose user id is ``own``."""
        await self._mentions.hear(message, own)

    async def came(self, guild: discord.Guild) -> None:
        """Take in that the bot is in a server."""
        try:
            await self._moves.came(str(guild.id))
        except Exception as error:  # noqa: BLE001 - one event must not end the others
            _log.error("a server that was joined was not noted\n%s", trail(error))

    async def compare(self, guilds: Sequence[discord.Guild]) -> None:
        """Take in that the bot is in these servers, and in no others."""
        try:
            await self._moves.compare(frozenset(str(one.id) for one in guilds))
        except Exception as error:  # noqa: BLE001 - one event must not end the others
            _log.error("where the bot is was not noted\n%s", trail(error))

    async def left(self, guild: discord.Guild) -> None:
        """Take in that the bot is not in a server any more."""
        try:
            await self._moves.left(str(guild.id))
        except Exception as error:  # noqa: BLE001 - one event must not end the others
            _log.error("a server that was left was not noted\n%s", trail(error))
