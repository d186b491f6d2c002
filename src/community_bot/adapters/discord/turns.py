"""Taking turns: what arrives together is answered one after another, not all at the end.

Left alone, the event loop would look up the answers to all questions that came together before it
sent any, and everybody would wait for the slowest. In turns, an answer is on its way before the
next question is looked at, often over the connection that the one before it has left.
"""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """Lets one piece of work begin in each round of the event loop, first come, first served.

    Only the beginning is in turns: work that waits for something keeps nobody waiting.
    """

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_taken = False

    async def take(self) -> None:
        """Wait for a turn; there is one at once where nobody has begun in this round."""
        loop = asyncio.get_running_loop()
        if self._is_taken:
            turn = loop.create_future()
            self._waiting.append(turn)
            await turn
        else:
            self._is_taken = True
            loop.call_soon(self._pass_on)

    def _pass_on(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # else whoever waited was cancelled
                turn.set_result(None)
                asyncio.get_running_loop().call_soon(self._pass_on)
                return
        self._is_taken = False
