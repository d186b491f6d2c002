"""``@bot WORDS``, and anything in a direct chat: answered like ``find WORDS``, as a reply.

Discord delivers what a message says only where the bot is mentioned or alone with somebody, unless
the bot asks to read everything, which it does not. What is edited or deleted later keeps its
answer, since nothing is remembered of who asked what; who asked can throw it away.
"""

from __future__ import annotations

import logging
import re

import aiohttp
import discord

from community_bot.adapters.discord.exchange import NOBODY
from community_bot.adapters.discord.origin import address_of, key_of
from community_bot.adapters.discord.ports import Parts
from community_bot.adapters.discord.render import Asked, render
from community_bot.adapters.discord.views import view_of
from community_bot.core.i18n import Texts
from community_bot.core.invocation import Invocation, write_line
from community_bot.core.trails import trail
from community_bot.domain.address import Actor, Platform
from community_bot.domain.document import Paragraph, Reply, Text

_log = logging.getLogger(__name__)

_MENTION = re.compile(r"\s*<@!?([0-9]{1,20})>\s*")


class Mentions:
    """Answers messages that are meant for the bot."""

    def __init__(self, parts: Parts) -> None:
        self._dispatcher = parts.dispatcher
        self._surroundings = parts.surroundings

    async def hear(self, message: discord.Message, own: int) -> None:
        """Answer a message that is meant for the bot, whose user id is ``own``."""
        line = line_in(message, own)
        if line is None:
            return
        try:
            await self._answer(message, line)
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
            _log.warning("Discord was not reached with a reply: %s", type(error).__qualname__)
        except discord.HTTPException as error:
            # Where the bot may not write it cannot say so either.
            _log.warning("Discord refused a reply: %d %d", error.status, error.code)
        except (discord.RateLimited, discord.LoginFailure) as error:
            _log.warning("Discord takes no reply now: %s", type(error).__qualname__)
        except Exception as error:  # noqa: BLE001 - the one boundary: nothing that is sent ends the bot
            _log.error("a message was not answered\n%s", trail(error))

    async def _answer(self, message: discord.Message, line: str) -> None:
        place = address_of(message.guild.id if message.guild else None, message.channel)
        locale = _locale_of(message.guild) if message.guild else ""
        invocation = Invocation(
            line,
            Actor(Platform.DISCORD, str(message.author.id)),
            place,
            self._surroundings.language(place.space, place.room, locale),
            key=key_of(message.id),
        )
        reply = await self._dispatcher.dispatch(invocation)
        if reply is None:
            return
        if message.guild is not None and (reply.private or self._surroundings.is_private()):
            # Only a slash command can be answered for one person's eyes.
            reply = _elsewhere(reply.language)
        await message.channel.send(
            view=view_of(render(reply, Asked(line))),
            reference=message.to_reference(fail_if_not_exists=False),
            mention_author=False,
            allowed_mentions=NOBODY,
            suppress_embeds=True,
            nonce=str(message.id),  # a repeated request, or event, makes no second answer
        )


def _elsewhere(language: str) -> Reply:
    words = Text(Texts(language)("discord-private-here"))
    return Reply((Paragraph((words,)),), language=language)


def _locale_of(guild: discord.Guild) -> str:
    """Return the locale that somebody chose for a server; nothing if nobody could.

    Only a community's can be chosen. Any other's is English, whatever is spoken there.
    """
    return guild.preferred_locale.value if "COMMUNITY" in guild.features else ""


def line_in(message: discord.Message, own: int) -> str | None:
    """Return the line that a message means; None where the bot is not meant."""
    if message.author.bot or message.webhook_id or message.type not in _SAID:
        return None
    words = message.content
    mention = _MENTION.match(words)
    if mention is not None and mention[1] == str(own):
        words = words[mention.end() :]
    elif message.guild is not None:
        return None
    words = words.strip()
    if not words:
        return "help" if mention is not None else None
    return write_line("find", words=words)


_SAID = {discord.MessageType.default, discord.MessageType.reply}
