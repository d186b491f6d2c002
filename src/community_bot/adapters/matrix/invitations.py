"""Invitations: a few a minute are looked at, so that a flood of them holds up no answer.

Nothing of what an invitation says is ever shown or logged. One that is neither accepted nor refused
stays with the server, and does no harm there.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import MatrixError, UnauthorisedError
from community_bot.core.ports import Clock

_log = logging.getLogger(__name__)

PER_MINUTE = 20
_MINUTE = 60.0


class Pace:
    """Lets so many things happen in any minute."""

    def __init__(self, clock: Clock, limit: int = PER_MINUTE) -> None:
        self._clock = clock
        self._limit = limit
        self._last: deque[float] = deque()

    def takes(self) -> bool:
        """Tell whether one more may happen now; then it counts."""
        now = self._clock.monotonic()
        while self._last and now - self._last[0] >= _MINUTE:
            self._last.popleft()
        if len(self._last) >= self._limit:
            return False
        self._last.append(now)
        return True


class Invitations:
    """Accepts and refuses. What is over the limit is left alone: it can be sent again."""

    def __init__(self, client: MatrixClient, clock: Clock) -> None:
        self._client = client
        self._welcome = Pace(clock)
        self._unwelcome = Pace(clock)

    def refusal(self, room: str) -> Callable[[], Awaitable[None]] | None:
        """Return what refuses an invitation; nothing when too many came in this minute."""

        async def refuse() -> None:
            try:
                await self._client.leave(room)
            except UnauthorisedError:
                raise
            except MatrixError as error:
                _log.debug("an invitation could not be refused: %s", error)

        return refuse if self._unwelcome.takes() else None

    def may_accept(self) -> bool:
        """Tell whether one more may be accepted in this minute; then it counts."""
        return self._welcome.takes()
