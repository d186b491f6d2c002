"""From a question to its answer on Discord, by way of the dispatcher, in the time there is.

Nothing of what people ask is kept: not the question, not who asked it, not past the answer.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable
from dataclasses import replace

import aiohttp
import discord

from community_bot.adapters.discord.exchange import (
    ALREADY_ACKNOWLEDGED,
    NOBODY,
    UNKNOWN_INTERACTION,
    Exchange,
    Manner,
)
from community_bot.adapters.discord.modals import modal_of
from community_bot.adapters.discord.origin import Interaction, invocation_of, language_of
from community_bot.adapters.discord.ports import Parts
from community_bot.adapters.discord.render import Asked, render, shown
from community_bot.adapters.discord.turns import Turns
from community_bot.core.i18n import Texts
from community_bot.core.trails import trail
from community_bot.domain.address import Role
from community_bot.domain.document import CodeBlock, Inline, Paragraph, Reply

_log = logging.getLogger(__name__)

PATIENCE = 1.0
"""Seconds that an answer may take before Discord is asked to wait; it waits for 3 by itself."""
_NO_ACCESS = {50001, 50013}


def words_of(language: str, key: str, /, **arguments: str | int | Inline) -> Reply:
    """Return a sentence of the catalogue as a reply that only who asked sees."""
    texts = Texts(language)
    words = Paragraph(texts.inlines(key, **arguments))
    return Reply((words,), language=texts.language, private=True)


class Answering:
    """Asks the dispatcher on behalf of people, and sends what it says."""

    def __init__(self, parts: Parts) -> None:
        self._dispatcher = parts.dispatcher
        self._surroundings = parts.surroundings
        self._clock = parts.clock
        self._turns = Turns()

    def is_private(self, line: str, *, private: bool | None) -> bool:
        """Tell whether only who asks will see the answer, as far as that is known beforehand.

        What the team does is for nobody else, whatever the setting.
        """
        command = self._dispatcher.table.meant(line)
        if command is not None and (command.role > Role.EVERYONE or command.writes):
            return True
        return self._surroundings.is_private() if private is None else private

    async def answer(
        self,
        interaction: Interaction,
        asked: Asked,
        *,
        private: bool,
        manner: Manner = Manner.ANEW,
        written: tuple[str, ...] = (),
    ) -> None:
        """Answer a line for whoever caused the interaction. Raises discord.HTTPException.

        What was ``written`` in a form is shown again with an error, since it is nowhere else.
        """
        exchange = Exchange(interaction, self._clock, private=private, manner=manner)
        reply = await self._reply(exchange, asked)
        if reply is not None and reply.error is not None and written:
            reply = _with_written(reply, written)
        modal = modal_of(reply.form) if reply is not None and reply.form is not None else None
        if modal is not None and await exchange.open(modal):
            return
        if reply is not None:
            await exchange.give(render(reply, asked), private=is_for_one(reply))
        elif manner is Manner.IN_PLACE:
            await exchange.withhold()
        else:
            await self.say(exchange, "slow-down")

    async def say(self, exchange: Exchange, key: str) -> None:
        """Say a sentence of the catalogue to whoever caused the interaction, and nobody else."""
        reply = words_of(language_of(exchange.interaction, self._surroundings), key)
        await exchange.give(render(reply, Asked("")), private=True)

    def exchange(self, interaction: Interaction) -> Exchange:
        """Return how to say something to whoever caused an interaction, and nobody else."""
        return Exchange(interaction, self._clock, private=True)

    async def guarded(self, interaction: Interaction, work: Awaitable[None]) -> None:
        """Do what an interaction asks for: nothing in it can harm anything but its own answer."""
        try:
            await work
        except discord.HTTPException as error:
            _log.warning("Discord refused part of an answer: %d %d", error.status, error.code)
            if error.code in _NO_ACCESS:
                await self._apologise(interaction, "discord-no-access")
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
            _log.warning("Discord was not reached with an answer: %s", type(error).__qualname__)
        except (discord.RateLimited, discord.LoginFailure) as error:
            _log.warning("Discord takes no answer now: %s", type(error).__qualname__)
        except Exception as error:  # noqa: BLE001 - the one boundary: it is logged with its reference
            reference = secrets.token_hex(4)
            _log.error("an answer failed; reference %s\n%s", reference, trail(error))
            await self._apologise(interaction, "internal-error", reference=reference)

    async def _reply(self, exchange: Exchange, asked: Asked) -> Reply | None:
        invocation = invocation_of(
            exchange.interaction, asked.line, self._surroundings, private=exchange.private
        )
        exchange.defer_after(PATIENCE)
        try:
            await self._turns.take()
            return await self._dispatcher.dispatch(invocation)
        finally:
            await exchange.settle()

    async def _apologise(self, interaction: Interaction, key: str, /, **arguments: str) -> None:
        """Say what went wrong, if it can be said, in the plainest way there is."""
        words = Texts(language_of(interaction, self._surroundings))(key, **arguments)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(words, ephemeral=True, allowed_mentions=NOBODY)
            else:
                await interaction.response.send_message(
                    words, ephemeral=True, allowed_mentions=NOBODY
                )
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            code = getattr(error, "code", 0)
            if code not in {ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION}:
                _log.warning("Discord refused an apology: %s", type(error).__qualname__)


def _with_written(reply: Reply, written: tuple[str, ...]) -> Reply:
    texts = Texts(reply.language)
    words = Paragraph(texts.inlines("form-written"))
    return replace(reply, blocks=(*shown(reply), words, *map(CodeBlock, written)))


def is_for_one(reply: Reply) -> bool:
    """Tell whether only who asked is to see a reply: mistakes need no audience.

    Where something is to be chosen it goes on, so that is as public as the question was.
    """
    return reply.private or (reply.error is not None and not reply.candidates)
