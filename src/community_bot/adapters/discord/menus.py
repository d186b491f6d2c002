"""What can be done with a message by its menu: verify an answer, explain the names in a text."""

from __future__ import annotations

import re
from typing import Any

import discord

from community_bot.adapters.discord.answering import Answering
from community_bot.adapters.discord.origin import Interaction
from community_bot.adapters.discord.render import Asked
from community_bot.adapters.discord.views import text_of
from community_bot.core.invocation import MAX_TEXT, write_line

_REFERENCE = re.compile(r"(?<![a-z0-9@-])[a-z0-9][a-z0-9-]{0,63}@[a-z2-7]{4,52}(?![a-z0-9@-])")
_MOST_REFERENCES = 25
_BACKSLASHES = re.compile(r"\\(?=[^\w\s])")
_ESCAPED = re.compile(r'["\\]')


class Menus:
    """Answers what a message's menu asks; only who asks sees it."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering

    async def verify(self, interaction: Interaction, message: discord.Message) -> None:
        """Tell whether an answer of ours is what the base says now."""
        own = interaction.client.user
        found = references_in(message) if own and message.author.id == own.id else ()
        if not found:
            is_ours = own is not None and message.author.id == own.id
            key = "discord-verify-nothing" if is_ours else "discord-verify-foreign"
            await self._answering.say(self._answering.exchange(interaction), key)
            return
        await self._ask(interaction, write_line("verify", *found))

    async def explain(self, interaction: Interaction, message: discord.Message) -> None:
        """Tell whom and which resolutions a message names."""
        words = said_in(message)
        if not words:
            exchange = self._answering.exchange(interaction)
            await self._answering.say(exchange, "discord-explain-empty")
            return
        # A quotation mark tells nothing of a name, and each would take two characters of the line.
        words = _ESCAPED.sub(" ", words)[:MAX_TEXT]
        await self._ask(interaction, write_line("explain", text=words))

    async def _ask(self, interaction: Interaction, line: str) -> None:
        await self._answering.answer(interaction, Asked(line), private=True)


def said_in(message: discord.Message) -> str:
    """Return all that can be read in a message: its own words, its components', its embeds'."""
    components: list[Any] = [one.to_dict() for one in message.components]
    pieces = [message.content, _BACKSLASHES.sub("", text_of(components))]
    for embed in message.embeds:
        pieces += [embed.title or "", embed.description or ""]
    return "\n".join(piece for piece in pieces if piece.strip()).strip()


def references_in(message: discord.Message) -> tuple[str, ...]:
    """Return the ``id@revision`` that stand in a message, each once."""
    found = dict.fromkeys(_REFERENCE.findall(said_in(message)))
    return tuple(found)[:_MOST_REFERENCES]
