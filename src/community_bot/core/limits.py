"""How much one actor may ask: a token bucket each, in memory only, forgotten once it is full."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from community_bot.core.ports import Clock
from community_bot.domain.address import Actor, Platform


@dataclass(frozen=True, slots=True)
class Rate:
    """``burst`` questions at once, then ``per_second`` on average."""

    burst: int = 20
    per_second: float = 1.0


class Allowance(Enum):
    """What becomes of a question."""

    GRANTED = "granted"
    NOTICE = "notice"
    SILENCE = "silence"


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float
    noticed_at: float = float("-inf")


class Limiter:
    """Counts the questions of each actor, whoever they are, and forgets the quiet ones."""

    NOTICE_EVERY = 60.0

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[tuple[Platform, str], _Bucket] = {}
        self._swept_at = clock.monotonic()

    def ask(self, actor: Actor) -> Allowance:
        """Take one token; beyond the limit give one notice a minute, then silence."""
        now = self._clock.monotonic()
        if now - self._swept_at >= self.NOTICE_EVERY:
            self._sweep(now)
        who = (actor.platform, actor.id)
        bucket = self._buckets.setdefault(who, _Bucket(self._rate.burst, now))
        self._fill(bucket, now)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return Allowance.GRANTED
        if now - bucket.noticed_at >= self.NOTICE_EVERY:
            bucket.noticed_at = now
            return Allowance.NOTICE
        return Allowance.SILENCE

    @property
    def remembered(self) -> int:
        """How many actors are remembered now."""
        return len(self._buckets)

    def _fill(self, bucket: _Bucket, now: float) -> None:
        gained = (now - bucket.filled_at) * self._rate.per_second
        bucket.tokens = min(self._rate.burst, bucket.tokens + gained)
        bucket.filled_at = now

    def _sweep(self, now: float) -> None:
        self._swept_at = now
        for who, bucket in list(self._buckets.items()):
            self._fill(bucket, now)
            is_full = bucket.tokens >= self._rate.burst
            if is_full and now - bucket.noticed_at >= self.NOTICE_EVERY:
                del self._buckets[who]
