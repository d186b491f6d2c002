# ruff: noqa: RUF001, RUF003 - a file about words of several scripts
"""Dates as people write them in several languages: ``YYYY-MM-DD``, ``YYYY-MM`` or ``--MM-DD``.

Knows calendars and month names, not what happened on a date. The names are a table of our own: they
are needed at run time in languages that the catalogues of texts need not have, and the library that
has most of them (Babel) weighs thirty megabytes and has no Crimean Tatar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from community_bot.knowledge.searching.folding import fold

# Twelve months a language, parted by commas, each in the forms that stand in dates. To add a
# language is to add a line.
_MONTHS = {
    "en": "january, february, march, april, may, june,"
    " july, august, september, october, november, december",
    "uk": "січень січня, лютий лютого, березень березня, квітень квітня, травень травня,"
    " червень червня, липень липня, серпень серпня, вересень вересня, жовтень жовтня,"
    " листопад листопада, грудень грудня",
    "ru": "январь января, февраль февраля, март марта, апрель апреля, май мая, июнь июня,"
    " июль июля, август августа, сентябрь сентября, октябрь октября, ноябрь ноября,"
    " декабрь декабря",
    "tr": "ocak, şubat, mart, nisan, mayıs, haziran, temmuz, ağustos, eylül, ekim, kasım, aralık",
    "fr": "janvier, février, mars, avril, mai, juin,"
    " juillet, août, septembre, octobre, novembre, décembre",
    "crh": "yanvar, fevral, mart, aprel, mayıs, iyün,"
    " iyül, avgust, sentâbr, oktâbr, noyabr, dekabr",
}
_MIN_ABBREVIATION = 3
_CENTURY = "20"  # that a year in two digits is of
_LEAP_YEAR = "2000"  # has every day there is
YEARLESS = "--"
"""What a day of no year begins with: ``--05-12``."""

_LETTER = r"[^\W\d_]"
_MONTH = rf"({_LETTER}{{3,}})"
# 12th, 1st, 1er, 12-го, 12-те, 12-й (whose mark is folded away)
_DAY = rf"(?<![\w./-])(\d{{1,2}})(?:-?(?:st|nd|rd|th|er|го|те|е|и)(?!{_LETTER}))?"
_YEAR = r"(\d{4})(?!\d)"
_END = r"(?!\w|[./-]\w)"
_GAP = r"[\s.,/-]*"
_DASHES = re.compile("[‐‑‒–—−]")  # phones put these into dates

_NUMERIC = re.compile(r"(?<![\w./-])(\d{1,4})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{1,4})(?![\d/-])")
_DAY_FIRST = re.compile(rf"{_DAY}{_GAP}(?:(?:of|de)\s)?{_MONTH}{_GAP}{_YEAR}")
_MONTH_FIRST = re.compile(rf"(?<!{_LETTER}){_MONTH}{_GAP}{_DAY}[\s.,]+{_YEAR}")
_NO_DAY = re.compile(rf"(?<!{_LETTER}){_MONTH}{_GAP}{_YEAR}")
# 2016-05 and 05.2016; with a slash it is a number and a year more often than not.
_NUMERIC_NO_DAY = re.compile(rf"(?<![\w./-])(?:(\d{{4}})-(\d\d)|(\d\d?)\.(\d{{4}})){_END}")
_DAY_NO_YEAR = re.compile(rf"{_DAY}{_GAP}(?:(?:of|de)\s)?{_MONTH}")
_NO_YEAR = re.compile(rf"(?<!{_LETTER}){_MONTH}{_GAP}{_DAY}{_END}")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date in a text, from ``start`` to ``end``; ``values`` are the days or months it may mean.

    There are two where days and months cannot be told apart: 05/12/2016. A date is ``loose`` when
    it lacks so much that its digits may as well be a number: 12 May, 5/12/16, 2016-05.
    """

    values: tuple[str, ...]
    start: int
    end: int
    loose: bool = False


def dates_in(text: str) -> tuple[Dated, ...]:
    """Return the dates in a text that `folding.fold` has folded; a year alone is none."""
    found: list[Dated] = []
    for one in _all_dates(_DASHES.sub("-", text)):
        if all(one.end <= other.start or other.end <= one.start for other in found):
            found.append(one)
    return tuple(sorted((one for one in found if one.values), key=lambda one: one.start))


def _all_dates(text: str) -> Iterator[Dated]:
    """Yield what is written like a date, with no values when there is no such day."""
    for match in _NUMERIC.finditer(text):
        is_loose = max(len(match[1]), len(match[4])) < len("YYYY")
        yield Dated(_numeric(match), *match.span(), is_loose)
    for match in _DAY_FIRST.finditer(text):
        day, name, year = match.groups()
        if month := _months().get(name):
            yield Dated(_days(year, month, day), *match.span())
    for match in _MONTH_FIRST.finditer(text):
        name, day, year = match.groups()
        if month := _months().get(name):
            yield Dated(_days(year, month, day), *match.span())
    for match in _NO_DAY.finditer(text):
        if month := _months().get(match[1]):
            yield Dated((f"{int(match[2]):04}-{month:02}",), *match.span())
    for match in _NUMERIC_NO_DAY.finditer(text):
        first = _days(match[1] or match[4], match[2] or match[3], "1")
        yield Dated(tuple(day[:-3] for day in first), *match.span(), loose=True)
    yield from _yearless(text)


def _yearless(text: str) -> Iterator[Dated]:
    """Yield the days that lack a year, 29 February among them."""
    written = [(match, match[1], match[2]) for match in _DAY_NO_YEAR.finditer(text)]
    written += [(match, match[2], match[1]) for match in _NO_YEAR.finditer(text)]
    for match, day, name in written:
        if month := _months().get(name):
            values = tuple(YEARLESS + one[5:] for one in _days(_LEAP_YEAR, month, day))
            yield Dated(values, *match.span(), loose=True)


def _numeric(match: re.Match[str]) -> tuple[str, ...]:
    first, sign, second, third = match.groups()
    match len(first), len(third):
        case 4, 1 | 2:
            return _days(first, second, third)
        case 1 | 2, 2 | 4:
            year = third if len(third) > len("YY") else _CENTURY + third
            days = _days(year, second, first)
            # With dots the day comes first everywhere; with other signs Americans begin with the
            # month.
            other = () if sign == "." else _days(year, first, second)
            return tuple(dict.fromkeys((*days, *other)))
        case _:
            return ()


def _days(year: str, month: str | int, day: str) -> tuple[str, ...]:
    """Return the day in a tuple, or nothing when there is no such day."""
    try:
        return (date(int(year), int(month), int(day)).isoformat(),)
    except ValueError:
        return ()


@cache
def _months() -> dict[str, int]:
    """Return the month for each folded name, and for each beginning of one that has but one."""
    whole: dict[str, int] = {}
    begun: dict[str, set[int]] = {}
    for months in _MONTHS.values():
        for number, forms in enumerate(months.split(","), 1):
            for form in fold(forms).split():
                whole[form] = number
                for length in range(_MIN_ABBREVIATION, len(form)):
                    begun.setdefault(form[:length], set()).add(number)
    short = {name: numbers.pop() for name, numbers in begun.items() if len(numbers) == 1}
    return short | whole
