"""When a cron expression is due: in the local time of a zone, as a moment in UTC.

A run that falls where clocks skip is due in the first minute after; one that falls where they show
an hour twice is due once, the first time. Whatever the machine's own zone is does not matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from community_bot.core.zones import instant_of, local_of
from community_bot.domain.errors import UserError

_FIELDS = 5


def next_run(cron: str, zone: str, after: datetime) -> datetime:
    """Return the first moment strictly after ``after`` at which a cron expression is due.

    Raises UserError for no zone, and for what is no expression of five fields or never comes.
    """
    found = next(runs(cron, zone, after), None)
    if found is None:
        raise UserError("cron-unreadable", value=cron)
    return found


def newest_run(
    cron: str, zone: str, first: datetime, now: datetime, *, earliest: datetime
) -> datetime:
    """Return the newest run up to ``now``, beginning with the one that is due at ``first``.

    Those before ``earliest`` need not be told apart: if all are, one of them is returned.
    """
    found = first
    for run in runs(cron, zone, max(first, earliest - timedelta(microseconds=1))):
        if run > now:
            break
        found = run
    return found


def runs(cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """Yield the moments after ``after`` at which a cron expression is due, in order, each once.

    Raises UserError for what is no expression of five fields, or no zone.
    """
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - only schedules need it

    if len(cron.split()) != _FIELDS:
        raise UserError("cron-unreadable", value=cron)
    begin = local_of(after, zone).replace(tzinfo=None)
    try:
        # Naive: cronsim's own rules for clock changes depend on how the expression is written.
        times = CronSim(cron, begin)
    except CronSimError as error:
        raise UserError("cron-unreadable", value=cron) from error
    for local in times:
        moment = instant_of(local, zone)
        if moment > after:
            after = moment
            yield moment
