"""The parameter types of time: moments, cron expressions, zones, lengths and days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import TYPE_CHECKING, ClassVar, NewType

from community_bot.core.invocation import Word
from community_bot.core.params import (
    MAX_CHOICES,
    Choice,
    OptionType,
    ParamType,
    TextType,
    joined,
)
from community_bot.core.zones import instant_of, local_of, zone_names
from community_bot.domain.errors import UserError

if TYPE_CHECKING:
    from community_bot.core.command import Context

Cron = NewType("Cron", str)
"""Five fields that say when something is due."""

Zone = NewType("Zone", str)
"""The name of a time zone."""

Grace = NewType("Grace", timedelta)
"""How late something may still happen."""

Day = NewType("Day", date)


@dataclass(frozen=True, slots=True)
class When:
    """A moment as somebody writes it: without ``day`` the next such time, without ``offset`` there.

    *There* is the place that it is about: only its zone tells which moment is meant.
    """

    time: time
    day: date | None = None
    offset: timezone | None = None

    def __str__(self) -> str:
        day = f"{self.day.isoformat()} " if self.day else ""
        offset = str(self.offset).removeprefix("UTC") or "Z" if self.offset else ""
        return f"{day}{self.time:%H:%M}{offset}"

    def instant(self, zone: str, now: datetime) -> datetime:
        """Return the moment meant, in UTC."""
        if self.day is not None:
            return self._on(self.day, zone)
        here = now.astimezone(self.offset) if self.offset else local_of(now, zone)
        today = self._on(here.date(), zone)
        return today if today > now else self._on(here.date() + timedelta(days=1), zone)

    def _on(self, day: date, zone: str) -> datetime:
        local = datetime.combine(day, self.time)
        if self.offset is not None:
            return local.replace(tzinfo=self.offset).astimezone(UTC)
        return instant_of(local, zone)


class WhenType(OptionType):
    """A moment: ``2026-12-01 09:00``, ``09:00``, with ``Z`` or ``+02:00`` if need be."""

    _SHAPE = re.compile(
        r"(?:(\d{4}-\d{2}-\d{2})(?:\s+|T))?(\d{1,2}):(\d{2})\s*(Z|UTC|[+-]\d{2}:?\d{2})?",
        re.ASCII | re.IGNORECASE,
    )

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the moment as written; which one is meant depends on the place."""
        del context
        text = joined(words)
        match = self._SHAPE.fullmatch(text.strip())
        if match is None:
            raise UserError("when-unreadable", value=text)
        try:
            day = date.fromisoformat(match[1]) if match[1] else None
            return When(time(int(match[2]), int(match[3])), day, _offset(match[4]))
        except ValueError as error:
            raise UserError("when-unreadable", value=text) from error


def _offset(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text.upper() in {"Z", "UTC"}:
        return UTC
    size = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-size if text[0] == "-" else size)


class CronType(TextType):
    """Five fields in quotation marks: minute, hour, day, month, day of the week."""

    takes_any_word: ClassVar[bool] = False
    missing: ClassVar[str] = "cron-missing"

    def claims(self, word: Word, context: Context) -> bool:
        """Claim a quotation of several words that begins like a field."""
        del context
        return word.quoted and re.match(r"[0-9*]\S*\s+\S", word.text) is not None

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the fields; whether they ever come true depends on who keeps time."""
        del context
        return " ".join(joined(words).split())


class ZoneType(TextType):
    """A time zone by its name in the IANA database."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the name as the database writes it; raise UserError when there is none."""
        del context
        text = joined(words)
        wanted = text.strip().replace(" ", "_").casefold()
        for name in zone_names():
            if name.casefold() == wanted:
                return name
        raise UserError("zone-unknown", value=text)

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer zones by their name or by their city."""
        del context
        wanted = prefix.replace(" ", "_").casefold()
        begun = [name for name in zone_names() if name.casefold().startswith(wanted)]
        found = (name for name in zone_names() if f"/{wanted}" in name.casefold())
        return [(name, name) for name in dict.fromkeys((*begun, *found))][:MAX_CHOICES]


class GraceType(OptionType):
    """A length of time: ``30m``, ``6h``, ``2d``; from a minute to two days."""

    _SHAPE = re.compile(r"([0-9]{1,4})\s*([mhd])")
    _UNITS: ClassVar = {"m": "minutes", "h": "hours", "d": "days"}
    _LEAST, _MOST = timedelta(minutes=1), timedelta(days=2)

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the length."""
        del context
        text = joined(words)
        match = self._SHAPE.fullmatch(text.strip().casefold())
        length = timedelta(**{self._UNITS[match[2]]: int(match[1])}) if match else None
        if length is None or not self._LEAST <= length <= self._MOST:
            raise UserError("grace-unreadable", value=text)
        return length


class DayType(TextType):
    """A day: ``2026-12-01``, or ``12-01`` in this year."""

    _SHAPE = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})")

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the day."""
        text = joined(words)
        match = self._SHAPE.fullmatch(text.strip())
        try:
            if match is not None:
                year = int(match[1]) if match[1] else context.now.year
                return date(year, int(match[2]), int(match[3]))
        except ValueError:
            pass
        raise UserError("day-unreadable", value=text)


TIME_TYPES: Mapping[object, ParamType] = {
    When: WhenType(),
    Cron: CronType(),
    Zone: ZoneType(),
    Grace: GraceType(),
    Day: DayType(),
}
