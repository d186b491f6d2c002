"""What goes out: one queue a room, each request repeated until it is known to be done or hopeless.

Rooms do not wait for one another. Typing and receipts are courtesies: they are tried once, and
nothing depends on them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from community_bot.adapters.matrix.backoff import Backoff
from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import (
    MatrixError,
    OutcomeUnknownError,
    RateLimitedError,
    UnauthorisedError,
    UnreachableError,
)
from community_bot.core.ports import Clock

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

PATIENCE = 600.0
"""Seconds after which an answer would come too late to be of use."""
TYPING_AFTER = 0.5
_RECEIPT_AFTER = 1.0
_MOST_WAITS = 10
_MOST_MADE = 8
"""Most answers that are made at once in a room: made earlier, they would only wait in memory."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0


@dataclass(slots=True)
class _Room:
    """What is going on in one room; forgotten once nothing is."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    making: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MOST_MADE))
    busy: int = 0
    read: str = ""
    typing: asyncio.TimerHandle | None = None
    is_typing: bool = False
    is_left: bool = False


class Outbound:
    """Sends, in the order asked for within a room."""

    def __init__(self, client: MatrixClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._rooms: dict[str, _Room] = {}
        self._read: dict[str, str] = {}
        self._courtesies: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Give up the courtesies that are still to be paid."""
        for task in self._courtesies:
            task.cancel()
        await asyncio.gather(*self._courtesies, return_exceptions=True)

    async def deliver(self, room: str, send: Callable[[], Awaitable[_T]]) -> _T | None:
        """Do one thing in a room, after what was asked for before; nothing if it cannot be done.

        ``send`` must be such that doing it twice is the same as once. Raises UnauthorisedError:
        then it is not done, and may be later.
        """
        async with self._entered(room) as state, state.lock:
            return None if state.is_left else await self.patiently(send)

    def leave(self, room: str) -> None:
        """Drop what waits to be sent to a room that the bot is not in any more."""
        state = self._rooms.get(room)
        if state is not None:
            state.is_left = True
            state.read = ""

    @asynccontextmanager
    async def answering(self, room: str, question: str) -> AsyncIterator[None]:
        """Show in a room that an answer is being made, if it takes long, and that it was read."""
        async with self._entered(room) as state:
            if state.typing is None and not state.is_typing:
                loop = asyncio.get_running_loop()
                state.typing = loop.call_later(TYPING_AFTER, self._show_typing, room, state)
            async with state.making:
                yield
            state.read = question

    @asynccontextmanager
    async def _entered(self, room: str) -> AsyncIterator[_Room]:
        state = self._rooms.setdefault(room, _Room())
        state.busy += 1
        try:
            yield state
        finally:
            state.busy -= 1
            if state.busy == 0:
                self._rest(room, state)

    def _rest(self, room: str, state: _Room) -> None:
        """Leave a room in which nothing is going on: tell it so, and forget it."""
        del self._rooms[room]
        if state.typing is not None:
            state.typing.cancel()
        if state.is_typing and not state.is_left:
            self.courteously(self._client.set_typing(room, is_typing=False))
        if state.read and not state.is_left:
            is_first = room not in self._read
            self._read[room] = state.read
            if is_first:
                self.courteously(self._mark_read(room))

    def _show_typing(self, room: str, state: _Room) -> None:
        state.typing = None
        state.is_typing = True
        self.courteously(self._client.set_typing(room, is_typing=True))

    async def _mark_read(self, room: str) -> None:
        """Send one receipt for many questions, once it is in nobody's way."""
        for _ in range(_MOST_WAITS):
            event = self._read[room]
            await asyncio.sleep(_RECEIPT_AFTER)
            if self._read[room] == event:
                break
        await self._client.mark_read(room, self._read.pop(room))

    def courteously(self, request: Awaitable[None]) -> None:
        """Try something once, on the side, that nothing depends on."""
        task = asyncio.create_task(_tried(request))
        self._courtesies.add(task)
        task.add_done_callback(self._courtesies.discard)

    async def patiently(self, send: Callable[[], Awaitable[_T]]) -> _T | None:
        """Repeat a request until it succeeds; nothing if it is refused, or not taken in time.

        Raises UnauthorisedError.
        """
        began = self._clock.monotonic()
        backoff = Backoff(_FIRST_WAIT, _LONGEST_WAIT)
        while True:
            try:
                return await send()
            except UnauthorisedError:
                raise
            except (RateLimitedError, UnreachableError, OutcomeUnknownError) as error:
                pause = backoff.after(error)
            except MatrixError as error:
                _log.warning("something was not taken: %s", error)
                return None
            if self._clock.monotonic() + pause - began > PATIENCE:
                _log.warning("something was not sent: the server did not take it in time")
                return None
            await asyncio.sleep(pause)


async def _tried(request: Awaitable[None]) -> None:
    try:
        await request
    except MatrixError as error:
        _log.debug("a courtesy was not taken: %s", error)
