"""A carrier to the small Discord, as the bot's publishing has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ledger.discord import OWN, ROOMS, SERVER, TOKEN
from system.discord.wire import Wire

from community_bot.adapters.discord.carrier import DiscordCarrier
from community_bot.adapters.discord.line import Account, Line
from community_bot.adapters.discord.rest import Rest
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Heading, Paragraph, Reply, Text

NEWS = Address(Platform.DISCORD, SERVER, ROOMS["news"])


@asynccontextmanager
async def posting(wire: Wire, *, token: str = TOKEN) -> AsyncIterator[DiscordCarrier]:
    """Yield a carrier of a session that just began."""
    async with Rest(wire.api, token, deadline=5) as rest:
        yield DiscordCarrier(Line(Account.of(rest, OWN)))


def place(channel: str, *, thread: str = "") -> Address:
    """Return an address in the server."""
    return Address(Platform.DISCORD, SERVER, channel, thread)


def payload(carrier: DiscordCarrier, text: str = "Words", mark: str = "P1 r1") -> str:
    """Return a message of one page."""
    (rendered,) = carrier.pages(words(text), mark)
    return rendered


def words(text: str) -> Reply:
    """Return a reply with a heading."""
    return Reply((Heading((Text("Title"),)), Paragraph((Text(text),))))
