"""What an entry must satisfy by itself to be believed: dates, citations, reasons, spellings, links.

The schema was applied before, so types hold. What needs other entries is in `relations`, what only
statements need in `statements`. Knows no file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from functools import cache, lru_cache, partial

from community_bot.domain.entities import (
    About,
    Alias,
    Conflict,
    Entry,
    Event,
    Name,
    Namesake,
    Person,
    Statement,
)
from community_bot.domain.values import Check, Date, Localised, Url
from community_bot.knowledge.problems import Arguments, Finding, Route
from community_bot.knowledge.reading.links import link_fault
from community_bot.knowledge.reading.scripts import has_mixed_scripts
from community_bot.knowledge.reading.shapes import AnyPart, Holds, Shape, parts, shapes
from community_bot.knowledge.reading.statements import check_statement

_Rule = Callable[[AnyPart, Route], Iterator[Finding]]
# Of each pair of dates the second may not be earlier than the first.
_PERIODS = (("date", "until"), ("since", "until"), ("since", "as_of"))
# Fields that say how a fact is known: no source differs on them.
_NOT_IN_CONFLICT = frozenset({"id", "kind", "cite", "check", "conflicts", "note", "reviewed"})


def check_entry(entry: Entry | About) -> list[Finding]:
    """Return what is wrong with an entry, as far as it alone can tell."""
    found = [
        finding
        for route, part in parts(entry)
        for rule in _rules(part.__class__)
        for finding in rule(part, route)
    ]
    if isinstance(entry, Statement):
        found += check_statement(entry)
    return found


@cache
def _rules(part: type) -> tuple[_Rule, ...]:
    """Choose the rules that the fields of a class call for."""
    fields = shapes(part)
    rules = list(_rules_of_values(fields.values()))
    rules += [partial(_is_in_order, *it) for it in _PERIODS if fields.keys() >= set(it)]
    if "cite" in fields and fields["cite"].is_required:
        rules.append(_has_source)
    if {"check", "note"} <= fields.keys():
        rules.append(_has_reason)
    if "conflicts" in fields:
        rules.append(_conflicts_fit)
    if "names" in fields:
        rules += [_has_english_name, _has_spelt_aliases]
    if part is Person:
        rules.append(_is_known_by_then)
    if part in (Name, Alias, Namesake):
        rules.append(_is_spelt)
    return tuple(rules)


def _rules_of_values(fields: Iterable[Shape]) -> Iterator[_Rule]:
    for shape in fields:
        if shape.value == Date:
            yield partial(_is_real_date, shape.name)
        elif shape.value == Localised:
            yield partial(_has_english, shape)
        elif shape.value == Url:
            yield partial(_leads_where_it_seems, shape)


def _is_real_date(name: str, part: AnyPart, route: Route) -> Iterator[Finding]:
    value = getattr(part, name)
    if value is not None and not is_date(value):
        yield Finding((*route, name), "problem-date", (("value", value),))


@lru_cache(maxsize=8192)
def is_date(text: str) -> bool:
    """Say whether ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` is in the calendar."""
    year, month, day = (*text.split("-"), "01", "01")[:3]
    try:
        dt.date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_in_order(first: str, second: str, part: AnyPart, route: Route) -> Iterator[Finding]:
    """Compare as far as both dates go: 2017 and 2017-05 may be in any order."""
    early, late = getattr(part, first), getattr(part, second)
    if early and late and early[: len(late)] > late[: len(early)]:
        names = (("first", first), ("second", second), ("early", early), ("late", late))
        yield Finding((*route, second), "problem-period", names)


def _is_known_by_then(part: AnyPart, route: Route) -> Iterator[Finding]:
    """Expect nobody to confirm a status for a day after the review: it would never look old."""
    as_of, reviewed = part.status.as_of, part.reviewed
    if as_of > reviewed:
        dates = (("as_of", as_of), ("reviewed", reviewed))
        yield Finding((*route, "status", "as_of"), "problem-as-of", dates)


def _has_english(shape: Shape, part: AnyPart, route: Route) -> Iterator[Finding]:
    value = getattr(part, shape.name)
    if value is None:
        return
    if shape.holds is Holds.ONE:
        if "en" not in value:
            yield Finding((*route, shape.name), "problem-no-english", (("name", shape.name),))
    else:
        for step, text in value.items():
            if "en" not in text:
                yield Finding((*route, shape.name, step), "problem-no-english", (("name", step),))


def _has_english_name(part: AnyPart, route: Route) -> Iterator[Finding]:
    if "en" not in part.names:
        yield Finding((*route, "names"), "problem-no-english", (("name", "names"),))


def _has_source(part: AnyPart, route: Route) -> Iterator[Finding]:
    if not part.cite:
        yield Finding((*route, "cite"), "problem-no-source")


def _has_reason(part: AnyPart, route: Route) -> Iterator[Finding]:
    """Ask what is inferred for its reasoning; what an event says in words may hold it."""
    is_told = part.note or (isinstance(part, Event) and part.text)
    if part.check is Check.INFERRED and not is_told:
        yield Finding((*route, "check"), "problem-no-reason")


def _leads_where_it_seems(shape: Shape, part: AnyPart, route: Route) -> Iterator[Finding]:
    value = getattr(part, shape.name)
    if value is None:
        return
    for step, url in [((), value)] if shape.holds is Holds.ONE else enumerate(value):
        if (key := link_fault(url)) is not None:
            steps = (step,) if isinstance(step, int) else ()
            yield Finding((*route, shape.name, *steps), key)


def _is_spelt(part: AnyPart, route: Route) -> Iterator[Finding]:
    yield from _spelling(part.text, (*route, "text"))
    for index, text in enumerate(getattr(part, "also", ())):
        yield from _spelling(text, (*route, "also", index))


def _has_spelt_aliases(part: AnyPart, route: Route) -> Iterator[Finding]:
    for index, text in enumerate(part.weak_aliases):
        yield from _spelling(text, (*route, "weak_aliases", index))


def _spelling(text: str, route: Route) -> Iterator[Finding]:
    if has_mixed_scripts(text):
        yield Finding(route, "problem-mixed-scripts", (("value", text),))


def _conflicts_fit(part: AnyPart, route: Route) -> Iterator[Finding]:
    for index, conflict in enumerate(part.conflicts):
        for step, key, arguments in _conflict_faults(part.__class__, conflict):
            yield Finding((*route, "conflicts", index, *step), key, arguments)


def _conflict_faults(part: type, conflict: Conflict) -> Iterator[tuple[Route, str, Arguments]]:
    known = [name for name in shapes(part) if name not in _NOT_IN_CONFLICT]
    shape = _field(part, conflict.field)
    if shape is None or conflict.field.split(".")[0] not in known:
        listed = (("value", conflict.field), ("known", ", ".join(known)))
        yield ("field",), "problem-conflict-field", listed
    elif conflict.value is None:
        if conflict.text is None:
            yield (), "problem-conflict-empty", ()
    elif shape.part or shape.value == Localised:
        yield ("value",), "problem-conflict-words", (("name", conflict.field),)
    elif not _fits(shape, conflict.value):
        named = (("value", conflict.value), ("name", conflict.field))
        yield ("value",), "problem-conflict-value", named


def _field(part: type, name: str) -> Shape | None:
    """Find a field by name; ``sentence.years`` is a field of a part of the part."""
    first, _, rest = name.partition(".")
    shape = shapes(part).get(first)
    if rest and shape and shape.part and shape.holds is Holds.ONE:
        return _field(shape.part, rest)
    return None if rest else shape


def _fits(shape: Shape, text: str) -> bool:
    """Say whether ``text`` could stand in a file as the field's own value."""
    if isinstance(shape.value, type) and issubclass(shape.value, Enum):
        return text in shape.value._value2member_map_
    patterns = [it.regex for it in getattr(shape.value, "__metadata__", ())]
    return all(re.search(it, text) for it in patterns) and (shape.value != Date or is_date(text))
