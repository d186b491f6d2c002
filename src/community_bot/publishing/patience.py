"""How long delivery waits for what, and the chance in it. Knows no rows and no carriers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from community_bot.publishing.errors import NotAcceptedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """All that can be set.

    ``concurrency`` is how many requests may run at once on one platform, ``timeout`` how many
    seconds each may take, ``grace`` how many those in flight have when the bot stops, ``poll`` how
    many pass at most between two looks at the store. Retries begin ``first`` apart and grow to
    ``most``; ``unasked`` is the least when a platform says "not now" but not when. No more than
    ``invalid_most`` invalid requests are made within ``invalid_window``: a hundredth of those after
    which Discord bans an address.
    """

    concurrency: int = 32
    timeout: float = 20
    grace: float = 10
    poll: float = 60
    first: timedelta = timedelta(seconds=1)
    most: timedelta = timedelta(minutes=5)
    unasked: timedelta = timedelta(seconds=5)
    failing_after: timedelta = timedelta(minutes=15)
    invalid_most: int = 100
    invalid_window: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits that double with each failure, with full jitter: any moment up to the longest."""

    patience: Patience
    chance: Random

    def after(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures in a row, at least one."""
        doublings = min(failures - 1, 40)  # more would be too large for a timedelta
        longest = min(self.patience.first * 2.0**doublings, self.patience.most)
        return longest * self.chance.random()

    def after_refusal(self, failures: int, error: NotAcceptedError) -> timedelta:
        """Return how long to wait when the platform said "not now": never less than it asks."""
        asked = self.patience.unasked if error.retry_after is None else error.retry_after
        return max(asked, timedelta()) + self.after(failures)


@dataclass(frozen=True, slots=True)
class Pause:
    """A while in which nothing is sent. ``reason`` is a message key."""

    until: datetime
    length: timedelta
    reason: str

    def is_over(self, now: datetime) -> bool:
        """Tell whether it is over, which it also is when the clock was set back before it."""
        return not timedelta() < self.until - now <= self.length
