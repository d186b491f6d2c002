"""What kind of place an address is: a channel, a thread, a forum, or nothing that we may post to.

Asked of Discord itself, which answers only for servers that the app is installed in, and believed
for a few minutes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from community_bot.adapters.discord.errors import AnswerLostError, RefusedError
from community_bot.adapters.discord.rest import Json, Rest
from community_bot.domain.address import Address
from community_bot.publishing.errors import DestinationRefusedError, NotAcceptedError

_ANNOUNCEMENT = 5
_FORUMS = {15, 16}
_NO_MESSAGES = {4, 14}
"""A category, and a directory of servers."""
_BELIEVED = 300.0
_MOST = 512


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or thread by its id; ``last`` is the newest message there, as was said of it."""

    id: str
    server: str
    kind: int
    last: str = ""

    @property
    def is_forum(self) -> bool:
        """Whether a post there is a thread of its own."""
        return self.kind in _FORUMS

    @property
    def is_announcing(self) -> bool:
        """Whether other servers follow what is published there."""
        return self.kind == _ANNOUNCEMENT


class Places:
    """Looks places up; forgets each after a while, and the oldest when there are many.

    ``threads`` remembers which thread of a forum a post of several pages began.
    """

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._known: dict[str, tuple[Place, float]] = {}
        self._threads: dict[str, str] = {}

    async def of(self, address: Address) -> Place:
        """Return the place of an address.

        Raises DestinationRefusedError for what is in no server that the app is installed in;
        DiscordError.
        """
        channel = address.thread or address.room
        now = asyncio.get_running_loop().time()
        known, until = self._known.get(channel, (None, 0.0))
        if known is None or until <= now:
            known = await self.fresh(channel)
            self._known.pop(channel, None)
            self._known[channel] = known, now + _BELIEVED
            if len(self._known) > _MOST:
                del self._known[next(iter(self._known))]
        if not known.server or known.server != address.space:
            raise DestinationRefusedError("delivery-not-installed")
        if known.kind in _NO_MESSAGES:
            raise DestinationRefusedError("delivery-channel-kind")
        return known

    async def fresh(self, channel: str) -> Place:
        """Ask what a channel is now. Nothing was sent yet if it is not known whether it answers."""
        try:
            said = await self._rest.request("GET", f"/channels/{channel}")
        except AnswerLostError as error:
            raise NotAcceptedError("delivery-interrupted") from error
        except RefusedError as error:
            if error.status >= 500:  # noqa: PLR2004 - a status of HTTP
                raise NotAcceptedError("delivery-platform-failed") from error
            raise
        return _place(channel, said)

    def thread_of(self, beginning: str) -> str:
        """Return the thread that a first page began, if that is remembered."""
        return self._threads.get(beginning, "")

    def remember(self, beginning: str, thread: str) -> None:
        """Remember the thread that a first page began."""
        self._threads[beginning] = thread
        if len(self._threads) > _MOST:
            del self._threads[next(iter(self._threads))]


def _place(channel: str, said: Any) -> Place:  # noqa: ANN401 - whatever JSON was answered
    body: Json = said if isinstance(said, dict) else {}
    kind = body.get("type")
    return Place(
        channel,
        str(body.get("guild_id") or ""),
        kind if isinstance(kind, int) else -1,
        str(body.get("last_message_id") or ""),
    )
