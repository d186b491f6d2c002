"""What Discord said of its limits: until when which requests would surely be refused.

Times are seconds of the loop's clock.
"""

from __future__ import annotations

from collections.abc import Mapping

_MOST = 1024


class Limits:
    """Remembers limits that are used up, until they are over."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._all_until = 0.0

    def wait(self, bucket: str, now: float) -> float:
        """Return for how many seconds a request need not be tried; 0 when it may be."""
        return max(self._until.get(bucket, 0.0) - now, self._all_until - now, 0.0)

    def is_for_all(self, now: float) -> bool:
        """Tell whether every request would be refused."""
        return self._all_until > now

    def learn(self, bucket: str, headers: Mapping[str, str], now: float) -> None:
        """Read from an answer whether it was the last one for a while."""
        if headers.get("X-RateLimit-Remaining") != "0":
            return
        try:
            self.note(bucket, now + float(headers.get("X-RateLimit-Reset-After", "")))
        except ValueError:
            return

    def note(self, bucket: str, until: float, *, is_global: bool = False) -> None:
        """Remember that requests would be refused until a moment."""
        if is_global:
            self._all_until = max(self._all_until, until)
            return
        self._until.pop(bucket, None)
        self._until[bucket] = until  # the newest is last
        if len(self._until) > _MOST:
            del self._until[next(iter(self._until))]
