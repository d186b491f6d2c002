"""discord.py's client as this bot wants it: few events, small caches, and nothing ends it."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
from collections import deque
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Protocol

import discord
from aiohttp import (
    ClientSession,
    ClientWebSocketResponse,
    TraceConfig,
    TraceRequestEndParams,
    TraceRequestStartParams,
)
from discord.gateway import DiscordWebSocket
from yarl import URL

from community_bot.adapters.discord.addresses import is_default_gateway
from community_bot.core.trails import trail

_log = logging.getLogger(__name__)

_HEARTBEAT_TIMEOUT = 60.0
_CONNECT_TIMEOUT = 30.0
_IN_A_ROW = 3
_RATE_LIMIT_TIMEOUT = 30.0
"""The least that discord.py takes. Nobody waits longer than that for an answer."""


def intents() -> discord.Intents:
    """Return the kinds of event that are needed: servers, and the messages that mention the bot.

    None is privileged. Discord leaves the words out of messages that neither mention the bot nor
    are sent to it directly.
    """
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    return wanted


class Listener(Protocol):
    """Who is told what comes besides commands and buttons; raises nothing."""

    async def take_form(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Take in a form that was handed in."""

    async def hear(self, message: discord.Message, own: int) -> None:
        """Take in a message that may be meant for the bot, whose user id is ``own``."""

    async def came(self, guild: discord.Guild) -> None:
        """Take in that the bot is in a server, perhaps as before."""

    async def left(self, guild: discord.Guild) -> None:
        """Take in that the bot is not in a server any more."""

    async def compare(self, guilds: Sequence[discord.Guild]) -> None:
        """Take in that the bot is in these servers, and in no others."""


class BotClient(discord.AutoShardedClient):
    """A client without caches of messages and members; an event that it cannot read is one line.

    ``joined`` holds the shards that have a session now. ``refused`` is set once the token is not
    valid any more; it is not shown again then. Sessions begin ``between_identifies``
    seconds apart, as Discord wants; a shard that is cut off waits up to ``longest_pause``.
    """

    between_identifies = 5.0
    longest_pause = 5.0

    def __init__(self, listener: Listener | None = None) -> None:
        self.refused = asyncio.Event()
        super().__init__(
            http_trace=_trace(self.refused),
            intents=intents(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=_RATE_LIMIT_TIMEOUT,
            heartbeat_timeout=_HEARTBEAT_TIMEOUT,
            shard_connect_timeout=_CONNECT_TIMEOUT,
        )
        self.joined: set[int] = set()
        self._told: set[int] = set()
        self._moving = asyncio.Lock()
        self._listener = listener
        self._identified_at = float("-inf")
        self._connected_at: deque[float] = deque()
        self._connect = self.http.ws_connect
        setattr(self.http, "ws_connect", self._connect_in_time)  # noqa: B010 - no attribute to mypy
        parsers = self._connection.parsers
        parsers["READY"] = self._parse_ready(parsers["READY"])
        for name, parse in parsers.items():
            parsers[name] = _guarded(name, parse)

    async def launch_shard(self, gateway: URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect a shard to the gateway of the settings, and have it come back soon if cut off."""
        if not is_default_gateway():
            gateway = DiscordWebSocket.DEFAULT_GATEWAY
        await super().launch_shard(gateway, shard_id, initial=initial)
        shard = self.get_shard(shard_id)
        if shard is not None:
            # discord.py's own pauses grow to a quarter of an hour.
            shard._parent._backoff = _Soon(self.longest_pause)  # type: ignore[assignment]  # noqa: SLF001

    async def _connect_in_time(self, url: str, *, compress: int = 0) -> ClientWebSocketResponse:
        """Open a connection to the gateway, a few in a row at once.

        From a gateway that hangs up before a word, discord.py comes back without any pause.
        """
        now = self.loop.time()
        while self._connected_at and self._connected_at[0] < now - 3 * self.longest_pause:
            self._connected_at.popleft()
        if len(self._connected_at) >= _IN_A_ROW * max(1, self.shard_count or 1):
            await asyncio.sleep(self.longest_pause)
        self._connected_at.append(self.loop.time())
        return await self._connect(url, compress=compress)

    def _parse_ready(self, parse: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return a parser that forgets servers left meanwhile; those that are down are told too."""

        def parsed(event: Any) -> None:  # noqa: ANN401 - whatever came
            shard, there = event["shard"][0], {int(one["id"]) for one in event["guilds"]}
            parse(event)
            for guild in self.guilds:
                if guild.shard_id == shard and guild.id not in there:
                    self._connection._remove_guild(guild)  # noqa: SLF001 - only it may

        return parsed

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait until another session may begin: one in five seconds."""
        del shard_id, initial
        now = self.loop.time()
        moment = max(now, self._identified_at + self.between_identifies)
        self._identified_at = moment
        await asyncio.sleep(moment - now)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Note that a shard has a new session."""
        self.joined.add(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Note that a shard's session goes on."""
        self.joined.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Note that a shard is cut off."""
        self.joined.discard(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        """Tell in which servers the bot is, once all shards know: it may have moved unheard."""
        self._told.add(shard_id)
        if self._listener is not None and len(self._told) >= (self.shard_count or 1):
            async with self._moving:
                await self._listener.compare(self.guilds)

    async def on_interaction(self, interaction: discord.Interaction[discord.Client]) -> None:
        """Pass on a form: discord.py knows none but those that were opened since it started."""
        is_form = interaction.type is discord.InteractionType.modal_submit
        if self._listener is not None and is_form:
            await self._listener.take_form(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Pass on a message."""
        if self._listener is not None and self.user is not None:
            await self._listener.hear(message, self.user.id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Pass on that the bot came to a server."""
        await self._tell(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Pass on that the bot left a server."""
        await self._tell(guild)

    async def _tell(self, guild: discord.Guild) -> None:
        """Tell whether the bot is in a server by now: events may be late, and wait for others."""
        if self._listener is None:
            return
        async with self._moving:
            if self.get_guild(guild.id) is None:
                await self._listener.left(guild)
            else:
                await self._listener.came(guild)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """Log where the handling of an event failed, and nothing of the event."""
        del args, kwargs
        _log.error("%s failed\n%s", event_method, trail(sys.exception()))


def _trace(refused: asyncio.Event) -> TraceConfig:
    """Return what sees that the token is refused, and does not let it be shown after that."""

    async def begin(_: ClientSession, __: object, request: TraceRequestStartParams) -> None:
        if refused.is_set() and "Authorization" in request.headers:
            raise discord.LoginFailure("the token is not valid")

    async def end(_: ClientSession, __: object, request: TraceRequestEndParams) -> None:
        is_refusal = request.response.status == HTTPStatus.UNAUTHORIZED
        if is_refusal and "Authorization" in request.headers:
            refused.set()

    trace = TraceConfig()
    trace.on_request_start.append(begin)
    trace.on_request_end.append(end)
    return trace


class _Soon:
    """Pauses of up to a few seconds, however often a shard was cut off."""

    def __init__(self, longest: float) -> None:
        self._longest = longest

    def delay(self) -> float:
        """Return how many seconds to wait before connecting again."""
        return random.uniform(0.0, self._longest)  # noqa: S311 - nobody must guess it


def _guarded(name: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return a parser that logs what it cannot read; discord.py would end the connection."""

    def parsed(event: Any) -> None:  # noqa: ANN401 - whatever came
        try:
            parse(event)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever came, events go on
            _log.warning("a malformed %s event was ignored: %s", name, type(error).__name__)

    return parsed
