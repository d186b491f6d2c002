"""How many requests run at once on one platform, so that neither it nor those who wait suffer."""

from __future__ import annotations

from asyncio import Semaphore
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_UNTRIED = 2
"""One would hold up all the others when the first place happens to be a black hole."""


class Slots:
    """A number of slots, and a quarter as many apart for places that failed last time.

    So places that let every request run into its time-out leave the others theirs. Until the
    platform has answered once only two requests run: a token that is refused is not refused often.
    """

    def __init__(self, most: int) -> None:
        self._sound = Semaphore(most - most // 4)
        self._doubtful = Semaphore(max(1, most // 4))
        self._untried = Semaphore(_UNTRIED)
        self._has_answered = False

    @asynccontextmanager
    async def taken(self, *, is_doubtful: bool) -> AsyncIterator[None]:
        """Wait for a slot and hold it."""
        async with self._doubtful if is_doubtful else self._sound:
            if self._has_answered:
                yield
                return
            async with self._untried:
                yield

    def answered(self) -> None:
        """Note that the platform takes our token."""
        self._has_answered = True
