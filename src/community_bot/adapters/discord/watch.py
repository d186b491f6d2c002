"""Watching the gateway: a connection that is open but dumb is cut, so that another comes about.

discord.py notices a gateway that says nothing at all, but not one that sends events and answers no
heartbeat.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import discord

from community_bot.adapters.discord.client import BotClient
from community_bot.adapters.discord.errors import GatewayLostError
from community_bot.core.ports import Clock

_ZOMBIE = 4000
"""The code to close with that lets the session be resumed."""
_HOPELESS = 8
"""After how many times the patience a new login is tried."""

_CUTTING = 2.0
"""Seconds for a dumb connection to say good-bye, which it hardly does."""

_log = logging.getLogger(__name__)


class Watch:
    """Knows when the gateway last gave a sign."""

    def __init__(self, client: BotClient, clock: Clock, deaf_after: float) -> None:
        self._client = client
        self._clock = clock
        self._deaf_after = deaf_after
        self._began = clock.monotonic()
        self._heard: dict[int, float] = {}
        self._signs: dict[int, float | None] = {}

    @property
    def heard_at(self) -> float | None:
        """When the shard that has been silent longest last gave a sign; None before all did."""
        self._look()
        is_whole = self._client.shard_count is not None
        if not is_whole or len(self._heard) < (self._client.shard_count or 1):
            return None
        return min(self._heard.values())

    async def run(self) -> None:
        """Look again and again until cancelled. Raises GatewayLostError when nothing helps."""
        while True:
            await asyncio.sleep(min(self._deaf_after / 8, 10))
            await self.check()

    async def check(self) -> None:
        """Cut connections that are dumb. Raises GatewayLostError."""
        now = self._clock.monotonic()
        heard = self.heard_at
        if now - max(heard or 0.0, self._began) > _HOPELESS * self._deaf_after:
            raise GatewayLostError
        dumb = []
        for id_, shard in self._client.shards.items():
            silent = now - self._heard.get(id_, now)
            if silent > self._deaf_after and id_ in self._client.joined:
                _log.warning("the gateway has been silent for %.0f s: connecting anew", silent)
                self._client.joined.discard(id_)
                dumb.append(shard)
        await asyncio.gather(*(_cut(one) for one in dumb))

    def _look(self) -> None:
        for id_, shard in self._client.shards.items():
            sign = _last_sign(shard)
            if id_ in self._client.joined and sign not in (None, self._signs.get(id_)):
                self._signs[id_] = sign
                self._heard[id_] = self._clock.monotonic()


def _last_sign(shard: discord.ShardInfo) -> float | None:
    """Return when a heartbeat was last answered; discord.py does not tell otherwise."""
    keep_alive = shard._parent.ws._keep_alive  # noqa: SLF001
    return None if keep_alive is None else keep_alive._last_ack  # noqa: SLF001


async def _cut(shard: discord.ShardInfo) -> None:
    with suppress(OSError):  # a time-out is one
        async with asyncio.timeout(_CUTTING):
            await shard._parent.ws.close(_ZOMBIE)  # noqa: SLF001 - its own way ends the session
