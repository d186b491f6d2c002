"""The ways to change an entry, onto a worksheet: what may be changed, and with what.

A function returns what the change is called, in the form of a command. Judging the outcome as a
whole is the worksheet's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args

from community_bot.domain.errors import UserError
from community_bot.domain.values import Date, EventType, Kind, StatusValue
from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.rules import is_date
from community_bot.knowledge.reading.tree import Tree
from community_bot.moderation.adding import more_events
from community_bot.moderation.differences import field_text
from community_bot.moderation.fields import (
    FIXED,
    Field,
    Spot,
    find_field,
    put,
    taken,
    value_in,
)
from community_bot.moderation.statuses import TOGETHER, with_status
from community_bot.moderation.typed_values import with_value
from community_bot.moderation.worksheet import Page, Worksheet

_WORDS_OF_STATEMENTS = frozenset({"paragraphs", "versions"})
_WITH_EVENTS = (Kind.PERSON, Kind.ORGANISATION, Kind.CASE)
_DATE = re.compile(get_args(Date)[1].regex)


def unset(sheet: Worksheet, entry: str, field: str) -> str:
    """Have an entry say nothing at a field, or one thing less in a list."""
    page = sheet.page(entry)
    found = editable(page, field)
    name = field_text(found.route)
    if value_in(page.tree, found.route) is None:
        raise UserError("draft-nothing")
    sheet.change(page, taken(page.tree, found.route), name)
    return f"kb unset {entry} {name}"


def set_status(sheet: Worksheet, person: str, value: StatusValue, date: str, source: str) -> str:
    """Have a person stand otherwise, or known to stand so on a later day."""
    page = sheet.page(person)
    if page.kind is not Kind.PERSON:
        raise UserError("draft-not-person", entry=person)
    day = past_date(date, sheet.today)
    tree = with_status(page.tree, value, day, sheet.cite(source))
    if day > str(tree.get("reviewed", "")):
        # Nobody can have confirmed it for a day after the review.
        tree = {**tree, "reviewed": sheet.today}
    sheet.change(page, tree, "status")
    return f"kb status {person} {value}"


def add_event(  # noqa: PLR0913 - what an event cannot be without
    sheet: Worksheet,
    entry: str,
    type_: EventType,
    *,
    date: str,
    source: str,
    others: Mapping[str, str],
) -> str:
    """Have something more happen in an entry; ``others`` are further fields of it, as typed."""
    page = sheet.page(entry)
    if page.kind not in _WITH_EVENTS:
        raise UserError("draft-no-events", entry=entry)
    top = Spot.top(page.kind)
    tree: Tree = {}
    for name, text in others.items():
        tree = with_value(top, tree, find_field(page.kind, f"events.+.{name}", {}), text)
    new = value_in(tree, ("events", 0))
    further = new if isinstance(new, dict) else {}
    known = sheet.cite(source)
    day = past_date(date, sheet.today)
    events = more_events(page.tree.get("events"), type_, day, known, further)
    sheet.change(page, put(top, page.tree, ("events",), events), "events")
    return f"kb add event {entry} {type_}"


def touch(sheet: Worksheet, entry: str) -> str:
    """Have an entry say that it was found right today."""
    page = sheet.page(entry)
    if page.tree.get("reviewed") == sheet.today:
        raise UserError("right-already", entry=entry)
    sheet.change(page, {**page.tree, "reviewed": sheet.today}, "reviewed")
    return f"kb right {entry}"


def withdraw(sheet: Worksheet, entry: str) -> str:
    """Have an entry go."""
    sheet.remove(sheet.page(entry))
    return f"kb withdraw {entry}"


def past_date(text: str, today: str) -> str:
    """Return a date that was typed; raise UserError for none, or for one to come."""
    date = text.strip()
    if not _DATE.fullmatch(date) or not is_date(date):
        raise UserError("draft-date", value=date)
    if date > today[: len(date)]:
        raise UserError("draft-date-ahead", value=date)
    return date


def editable(page: Page, field: str) -> Field:
    """Return a field of an entry; raise UserError for none, and for what nobody may edit."""
    found = find_field(page.kind, field, page.tree)
    _refuse_fixed(page, found.route)
    if is_of_status(page.kind, found.route):
        raise UserError("draft-status-together", entry=page.entry.id)
    return found


def is_fixed(kind: Kind, route: Route) -> bool:
    """Say whether nobody may edit what is at a route: ids, kinds, the words of statements."""
    is_of_words = kind is Kind.STATEMENT and route[0] in _WORDS_OF_STATEMENTS
    return route[0] in FIXED or is_of_words


def is_of_status(kind: Kind, route: Route) -> bool:
    """Say whether it changes only together with where a person stands."""
    name, *rest = route
    return kind is Kind.PERSON and name == "status" and (not rest or rest[0] in TOGETHER)


def _refuse_fixed(page: Page, route: Route) -> None:
    if is_fixed(page.kind, route):
        raise UserError("draft-fixed", field=field_text(route))
