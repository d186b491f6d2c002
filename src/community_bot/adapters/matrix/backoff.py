"""How long to wait before a request is repeated: ever longer, and never less than was asked for."""

from __future__ import annotations

import random

from community_bot.adapters.matrix.errors import MatrixError, RateLimitedError


class Backoff:
    """The pauses of one request that is repeated; they double, up to a longest."""

    def __init__(self, first: float, longest: float) -> None:
        self._next = first
        self._longest = longest

    def after(self, error: MatrixError) -> float:
        """Return for how many seconds to wait after one more attempt that failed.

        A server that limits us may ask for no wait at all: what it says is a lower bound only.
        """
        asked = error.retry_after if isinstance(error, RateLimitedError) else 0.0
        own = self._next * random.uniform(0.5, 1.5)  # noqa: S311 - only to spread out
        self._next = min(self._next * 2, self._longest)
        return max(asked, own)
