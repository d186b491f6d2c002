"""When a status was confirmed too long ago to be told without a warning."""

from __future__ import annotations

from datetime import datetime

from community_bot.domain.entities import Status
from community_bot.domain.values import StatusValue

_MONTHS_A_YEAR = 12

Day = tuple[int, int, int]
"""A year, a month from 1 and a day, to be compared; not every one of them is a date."""


def day_of(date: str) -> Day:
    """Return the first day of a date that may be only a year or a month."""
    year, month, day = (*(int(part) for part in date.split("-")), 1, 1)[:3]
    return year, month, day


def last_fresh_day(status: Status, months: int) -> Day | None:
    """Return the last day on which a status needs no warning; None where it never needs one.

    A death stays what it was. A date that is only a year or a month counts from its first day.
    """
    if status.value is StatusValue.DIED:
        return None
    year, month, day = day_of(status.as_of)
    years, month = divmod(year * _MONTHS_A_YEAR + month - 1 + months, _MONTHS_A_YEAR)
    return years, month + 1, day


def is_stale(status: Status, now: datetime, months: int) -> bool:
    """Whether a status was last confirmed more than ``months`` months before ``now``."""
    last = last_fresh_day(status, months)
    return last is not None and (now.year, now.month, now.day) > last
