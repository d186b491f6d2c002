"""How much may be asked by one actor, in one room and by all: token buckets, in memory only.

A bucket is forgotten once it is full again.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum

from community_bot.core.ports import Clock
from community_bot.domain.address import Actor, Address


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` questions at once, then ``per_second`` on average."""

    burst: int = 20
    per_second: float = 1.0


@dataclass(frozen=True, slots=True)
class Rates:
    """What is granted to each actor, in each room, and to everybody together."""

    per_actor: Rate = field(default_factory=Rate)
    per_room: Rate = field(default_factory=lambda: Rate(100, 10.0))
    overall: Rate = field(default_factory=lambda: Rate(1_000, 100.0))

    @classmethod
    def alike(cls, rate: Rate) -> Rates:
        """Return rates of which the narrowest is this one."""
        return cls(rate, rate, rate)


class Allowance(Enum):
    """What becomes of a question."""

    GRANTED = "granted"
    NOTICE = "notice"
    SILENCE = "silence"


@dataclass(slots=True)
class _Bucket:
    rate: Rate
    tokens: float
    filled_at: float
    noticed_at: float = float("-inf")

    def fill(self, now: float) -> None:
        gained = (now - self.filled_at) * self.rate.per_second
        self.tokens = min(self.rate.burst, self.tokens + gained)
        self.filled_at = now


class Limiter:
    """Counts questions, and forgets who and where it is quiet.

    A question takes a token from its actor, its room and all, or from none of them: whoever asks
    too much uses up nothing that others may ask.
    """

    NOTICE_EVERY = 60.0

    def __init__(self, rates: Rates, clock: Clock) -> None:
        self._rates = rates
        self._clock = clock
        self._buckets: dict[Hashable, _Bucket] = {}
        self._swept_at = clock.monotonic()

    def ask(self, actor: Actor, address: Address) -> Allowance:
        """Take a token; beyond a limit give one notice a minute, then silence."""
        now = self._clock.monotonic()
        if now - self._swept_at >= self.NOTICE_EVERY:
            self._sweep(now)
        buckets = (
            self._bucket(actor.account, self._rates.per_actor, now),
            self._bucket((address.platform, address.room), self._rates.per_room, now),
            self._bucket(None, self._rates.overall, now),
        )
        empty = next((one for one in buckets if one.tokens < 1), None)
        if empty is None:
            for one in buckets:
                one.tokens -= 1
            return Allowance.GRANTED
        if now - empty.noticed_at >= self.NOTICE_EVERY:
            empty.noticed_at = now
            return Allowance.NOTICE
        return Allowance.SILENCE

    @property
    def remembered(self) -> int:
        """How many actors and rooms are remembered now, besides the count of all."""
        return len(self._buckets.keys() - {None})

    def _bucket(self, what: Hashable, rate: Rate, now: float) -> _Bucket:
        bucket = self._buckets.get(what)
        if bucket is None:
            bucket = self._buckets[what] = _Bucket(rate, rate.burst, now)
        bucket.fill(now)
        return bucket

    def _sweep(self, now: float) -> None:
        self._swept_at = now
        for what, bucket in list(self._buckets.items()):
            bucket.fill(now)
            is_full = bucket.tokens >= bucket.rate.burst
            if is_full and now - bucket.noticed_at >= self.NOTICE_EVERY:
                del self._buckets[what]
