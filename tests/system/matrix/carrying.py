"""A carrier of an account's own, as the bot's publishing has it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from system.matrix.person import Person

from community_bot.adapters.matrix.carrier import MatrixCarrier
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.encryption import Encryption
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.transport import Transport
from community_bot.domain.document import Paragraph, Reply, Text


@asynccontextmanager
async def carrying(account: Person) -> AsyncIterator[MatrixCarrier]:
    """Yield a carrier that knows of no encryption."""
    async with Transport(account.url, account.token) as transport:
        client = MatrixClient(transport, Identity(account.user, account.device))
        yield MatrixCarrier(Line(client))


@asynccontextmanager
async def carrying_secretly(account: Person, folder: Path) -> AsyncIterator[MatrixCarrier]:
    """Yield a carrier whose device's keys are in a folder."""
    identity = Identity(account.user, account.device)
    async with Transport(account.url, account.token) as transport:
        encryption = Encryption(transport, account.user, account.device, folder)
        with closing(encryption):
            client = MatrixClient(transport, identity, encryption)
            await client.keep_up()
            yield MatrixCarrier(Line(client))


def words(text: str) -> Reply:
    return Reply((Paragraph((Text(text),)),))
