"""Time zones by name, and moments as the clocks of a place show them.

Where clocks are put forward, a time that they skip means the first minute after; where they are put
back, a time that they show twice means the first. Knows nothing of the zone of the machine.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from community_bot.domain.errors import UserError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from community_bot.core.i18n import Texts

_MINUTE = timedelta(minutes=1)
_NO_PLACES = frozenset({"Factory", "localtime"})
"""Names that stand for no zone, or for whatever zone the machine is in."""


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names of all zones, such as ``Europe/Kyiv``."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - most questions need no zone

    return tuple(sorted(available_timezones() - _NO_PLACES))


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return a zone; raise UserError when no zone is called so."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - most questions need no zone

    if name not in zone_names():
        raise UserError("zone-unknown", value=name)
    return ZoneInfo(name)


def local_of(moment: datetime, zone: str) -> datetime:
    """Return an aware moment as the clocks of a zone show it, aware."""
    return moment.astimezone(zone_of(zone))


def in_words(texts: Texts, moment: datetime, zone: str) -> str:
    """Return a moment as the clocks of a zone show it, with the zone's name."""
    here = local_of(moment, zone)
    date = texts.date(here.date().isoformat())
    return texts("moment", date=date, time=f"{here:%H:%M}", zone=zone)


def instant_of(local: datetime, zone: str) -> datetime:
    """Return the moment, in UTC, at which the clocks of a zone show ``local``, which is naive."""
    place = zone_of(zone)
    while True:
        moment = local.replace(tzinfo=place).astimezone(UTC)
        if moment.astimezone(place).replace(tzinfo=None) == local:
            return moment
        local = (local + _MINUTE).replace(second=0, microsecond=0)
