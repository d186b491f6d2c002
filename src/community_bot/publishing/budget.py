"""How many invalid requests a platform was sent lately: past a number it bans the address."""

from __future__ import annotations

from collections import deque
from datetime import datetime

from community_bot.publishing.patience import Patience


class InvalidRequests:
    """Counts them within a sliding window."""

    def __init__(self, patience: Patience) -> None:
        # Those in flight when the last one is counted may turn out invalid as well.
        self._most = max(1, patience.invalid_most - patience.concurrency + 1)
        self._window = patience.invalid_window
        self._moments: deque[datetime] = deque(maxlen=self._most)

    def note(self, now: datetime) -> bool:
        """Count one; tell whether no more may be made until the window is over."""
        self._moments.append(now)
        lately = [moment for moment in self._moments if moment <= now < moment + self._window]
        return len(lately) >= self._most

    def clear(self) -> None:
        """Begin anew, after a whole window of silence."""
        self._moments.clear()
