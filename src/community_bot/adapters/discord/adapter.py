"""The Discord adapter put together: logged in, commands in place, ready to hear and answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import discord

from community_bot.adapters.discord.addresses import API, use_addresses
from community_bot.adapters.discord.bridge import Bridge
from community_bot.adapters.discord.client import BotClient
from community_bot.adapters.discord.errors import (
    DiscordError,
    GatewayLostError,
    IntentsRefusedError,
    UnauthorisedError,
)
from community_bot.adapters.discord.line import Account
from community_bot.adapters.discord.ports import Moves, Parts, Surroundings
from community_bot.adapters.discord.quiet import be_brief
from community_bot.adapters.discord.rest import Rest
from community_bot.adapters.discord.syncing import sync_commands
from community_bot.adapters.discord.tree import build_tree
from community_bot.adapters.discord.watch import Watch
from community_bot.core.dispatch import Dispatcher
from community_bot.core.ports import Clock

_UNAUTHORISED = 401
_INVALID_TOKEN = 4004
_INTENTS = {4013, 4014}
_CLOSING = 5.0
"""Seconds that an end may take: half of them for saying good-bye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What the adapter is given. ``folder`` is its own, and no gateway means the API's.

    ``deaf_after`` is how many seconds may pass without a word from the gateway, whose heart beats
    every 41, before the connection is taken for dead.
    """

    token: str
    folder: Path
    dispatcher: Dispatcher
    surroundings: Surroundings
    clock: Clock
    moves: Moves
    api_url: str = API
    gateway_url: str = ""
    deaf_after: float = 75.0


@dataclass(slots=True)
class Session:
    """The bot logged in. ``account`` is for those who post and ask."""

    client: BotClient
    account: Account
    watch: Watch

    @property
    def heard_at(self) -> float | None:
        """When the gateway last gave a sign, by the clock's seconds; None before it ever did."""
        return self.watch.heard_at

    async def joined(self) -> None:
        """Wait until all shards hear what happens."""
        await self.client.wait_until_ready()

    async def run(self) -> None:
        """Hear and answer, once, until cancelled; a connection that is cut off comes back.

        Raises UnauthorisedError, IntentsRefusedError; another DiscordError where only a new
        session may help.
        """
        ends = (self.client.connect(), self.watch.run(), self._until_refused())
        tasks = [asyncio.ensure_future(one) for one in ends]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # discord.py swallows a cancellation while it reconnects: what is closed does end.
            end = asyncio.get_running_loop().time() + _CLOSING
            await _close(self.client)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=end - asyncio.get_running_loop().time())
        for task in done:
            if error := task.exception():
                raise _meaning(error) from error
        raise GatewayLostError

    async def _until_refused(self) -> None:
        await self.account.rest.refused.wait()
        raise UnauthorisedError


@asynccontextmanager
async def discord_adapter(needs: Needs) -> AsyncIterator[Session]:
    """Log in; yield the session to be run. Raises DiscordError."""
    be_brief()
    use_addresses(needs.api_url, needs.gateway_url)
    needs.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    bridge = Bridge(Parts(needs.dispatcher, needs.surroundings, needs.clock, needs.moves))
    client = BotClient(bridge)
    client.add_dynamic_items(bridge.item)
    tree = build_tree(client, needs.dispatcher.table, bridge)
    try:
        own = await _log_in(client, needs.token)
        await sync_commands(tree, needs.folder)
        async with Rest(needs.api_url, needs.token, refused=client.refused) as rest:
            watch = Watch(client, needs.clock, needs.deaf_after)
            yield Session(client, Account.of(rest, own), watch)
    finally:
        await _close(client)


async def _log_in(client: BotClient, token: str) -> str:
    try:
        await client.login(token)
    except (discord.DiscordException, OSError) as error:
        raise _meaning(error) from error
    if client.user is None:
        raise GatewayLostError
    return str(client.user.id)


async def _close(client: BotClient) -> None:
    """Say good-bye to the gateway, but not for long: one that is gone does not answer."""
    try:
        async with asyncio.timeout(_CLOSING / 2):
            # What was given up once stays cancelled: that is not to end whoever closes again.
            await asyncio.gather(client.close(), return_exceptions=True)
    except TimeoutError:
        await client.http.close()


def _meaning(error: BaseException) -> BaseException:
    """Return what an end of the connection means for those who would begin another."""
    match error:
        case DiscordError():
            return error
        case discord.LoginFailure():
            return UnauthorisedError()
        case discord.PrivilegedIntentsRequired():
            return IntentsRefusedError()
        case discord.ConnectionClosed():
            if error.code == _INVALID_TOKEN:
                return UnauthorisedError()
            return IntentsRefusedError() if error.code in _INTENTS else GatewayLostError()
        case discord.HTTPException() if error.status == _UNAUTHORISED:
            return UnauthorisedError()
        case discord.GatewayNotFound() if isinstance(error.__cause__, discord.HTTPException):
            return _meaning(error.__cause__)
        case _:
            return GatewayLostError()
