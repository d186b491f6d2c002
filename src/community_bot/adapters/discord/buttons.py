"""Buttons and menus: commands that stand in the ids of components, alive after every restart.

Whoever presses asks by that, and the core decides what they may. Who asked first turns the pages of
an answer in place; anybody else is answered apart, and only they see it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Self

import aiohttp
import discord

from community_bot.adapters.discord.answering import Answering
from community_bot.adapters.discord.exchange import Exchange, Manner
from community_bot.adapters.discord.origin import Interaction, is_between_two
from community_bot.adapters.discord.ports import Parts
from community_bot.adapters.discord.render import Asked
from community_bot.adapters.discord.tokens import BIN, PICK, read_token
from community_bot.core.invocation import first_words
from community_bot.domain.address import Role

_BACK = "◀"
_PATIENCE = 1.0
"""Seconds for Discord to say who wrote a question, before anything else is said of a press."""
DECISIONS = frozenset({("post", "confirm"), ("post", "cancel")})
"""Commands that settle something: their outcome takes the place of the question."""

AnyItem = discord.ui.Item[Any]
Press = Callable[[Interaction, AnyItem], Awaitable[None]]


def item_for(press: Press) -> type[discord.ui.DynamicItem[AnyItem]]:
    """Return what discord.py makes of a component of ours that was pressed, whatever its id."""

    class Pressed(discord.ui.DynamicItem[AnyItem], template=r"(?s).*"):
        """A button or menu of any message of ours, however old."""

        @classmethod
        async def from_custom_id(
            cls, interaction: Interaction, item: AnyItem, match: re.Match[str], /
        ) -> Self:
            """Return the component as it was pressed."""
            del interaction, match
            return cls(item)

        async def callback(self, interaction: Interaction) -> None:
            """Do what the component is for."""
            await press(interaction, self.item)

    return Pressed


class Buttons:
    """Does what a pressed component says."""

    def __init__(self, parts: Parts, answering: Answering) -> None:
        self._surroundings = parts.surroundings
        self._clock = parts.clock
        self._answering = answering

    async def press(self, interaction: Interaction, item: AnyItem) -> None:
        """Do what was pressed, for whoever pressed it."""
        await self._answering.guarded(interaction, self._press(interaction, item))

    async def _press(self, interaction: Interaction, item: AnyItem) -> None:
        data: Mapping[str, Any] = interaction.data or {}
        custom_id = str(data.get("custom_id", ""))
        if custom_id == BIN:
            await self._throw_away(interaction)
            return
        values = data.get("values") or [""]
        token = str(values[0]) if custom_id == PICK else custom_id
        asked = read_token(token)
        if asked is None:
            exchange = self._answering.exchange(interaction)
            await self._answering.say(exchange, "discord-button-outdated")
            return
        line, page = asked
        is_theirs = await is_asker(interaction)
        is_choice = custom_id == PICK or first_words(line, 2) in DECISIONS
        is_turn = page > 1 or _sign(item) == _BACK
        manner = Manner.IN_PLACE if is_theirs and (is_choice or is_turn) else Manner.ANEW
        private = not is_theirs or is_ephemeral(interaction)
        private = private or self._answering.is_private(line, private=False)
        await self._answering.answer(interaction, Asked(line, page), private=private, manner=manner)

    async def _throw_away(self, interaction: Interaction) -> None:
        exchange = Exchange(interaction, self._clock, private=True, manner=Manner.IN_PLACE)
        await exchange.defer()
        if await self._may_remove(interaction):
            await exchange.remove()
        else:
            await self._answering.say(exchange, "discord-bin-not-yours")

    async def _may_remove(self, interaction: Interaction) -> bool:
        """Tell whether somebody may take an answer away: who asked, and who keeps order there."""
        if interaction.permissions.manage_messages or await is_asker(interaction):
            return True
        return await self._surroundings.role(str(interaction.user.id)) >= Role.MODERATOR


def is_ephemeral(interaction: Interaction) -> bool:
    """Tell whether only who pressed sees the message with the component."""
    return interaction.message is not None and interaction.message.flags.ephemeral


async def is_asker(interaction: Interaction) -> bool:
    """Tell whether somebody pressed a component of the answer to their own question.

    Discord says who caused a message by an interaction; whose message another one is a reply to it
    has to be asked.
    """
    message = interaction.message
    if message is None:
        return False
    if is_ephemeral(interaction) or is_between_two(interaction):
        return True
    if message.interaction_metadata is not None:
        return message.interaction_metadata.user.id == interaction.user.id
    return await _wrote_question(interaction, message)


async def _wrote_question(interaction: Interaction, answer: discord.Message) -> bool:
    channel, reference = interaction.channel, answer.reference
    if reference is None or reference.message_id is None:
        return False
    if not isinstance(channel, discord.abc.Messageable):
        return False
    try:
        async with asyncio.timeout(_PATIENCE):
            question = await channel.fetch_message(reference.message_id)
    except (discord.DiscordException, aiohttp.ClientError, OSError):
        return False  # it is gone, or cannot be read: then nobody is known to have asked
    return question.author.id == interaction.user.id


def _sign(item: AnyItem) -> str:
    """Return what stands on a button: its sign, or its words if it has none."""
    return str(item.emoji or item.label or "") if isinstance(item, discord.ui.Button) else ""
