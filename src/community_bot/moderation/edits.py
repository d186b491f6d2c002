"""Each way to change an entry that there is, onto a worksheet: what may be changed, and with what.

A function returns what the change is called, in the form of a command. Judging the outcome as a
whole is the worksheet's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import get_args

from community_bot.domain.errors import UserError
from community_bot.domain.values import Date, EventType, Kind, StatusValue
from community_bot.knowledge.problems import BrokenFileError, Route
from community_bot.knowledge.reading.rules import is_date
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.moderation.adding import more_events
from community_bot.moderation.differences import field_text
from community_bot.moderation.draft import UnfitError
from community_bot.moderation.fields import ONE_MORE, Field, Spot, find_field, put, taken, value_in
from community_bot.moderation.sourcing import cited
from community_bot.moderation.statuses import TOGETHER, cites, in_order, with_status
from community_bot.moderation.typed_values import with_value
from community_bot.moderation.worksheet import Page, Worksheet

_FIXED = frozenset({"id", "kind"})
_WORDS_OF_STATEMENTS = frozenset({"paragraphs", "versions"})
# They say how something is known, so no further source bears them out.
_UNSOURCED = frozenset({"check", "cite", "note"})
_WITH_EVENTS = (Kind.PERSON, Kind.ORGANISATION, Kind.CASE)
_DATE = re.compile(get_args(Date)[1].regex)


def edit(sheet: Worksheet, entry: str, field: str, value: str, source: str) -> str:
    """Have a field say something else, or a list something more, borne out by a source."""
    page = sheet.page(entry)
    found = _editable(page, field)
    top, name = Spot.top(page.kind), _named(found, page)
    tree = _borne_out(sheet, page, found, with_value(top, page.tree, found, value), source)
    events = value_in(tree, ("events",))
    if isinstance(events, list) and found.route == ("events", len(events) - 1):
        is_new = value_in(page.tree, found.route) is None
        tree = put(top, tree, ("events",), in_order(events) if is_new else events)
    _check_review(sheet, tree)
    sheet.change(page, tree, name)
    return f"kb edit {entry} {name}"


def unset(sheet: Worksheet, entry: str, field: str) -> str:
    """Have an entry say nothing at a field, or one thing less in a list."""
    page = sheet.page(entry)
    found = _editable(page, field)
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
        route = find_field(page.kind, f"events.+.{name}", {}).route
        tree = with_value(top, tree, Field(route, _spot(top, route)), text)
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
    sheet.change(page, {**page.tree, "reviewed": sheet.today}, "reviewed")
    return f"kb right {entry}"


def withdraw(sheet: Worksheet, entry: str) -> str:
    """Have an entry go."""
    sheet.remove(sheet.page(entry))
    return f"kb withdraw {entry}"


def replace(sheet: Worksheet, entry: str, block: str) -> str:
    """Have an entry say what a block of YAML says, for each of the keys at its top."""
    page = sheet.page(entry)
    try:
        said = read_tree(block.replace("\r\n", "\n").encode(errors="replace"), "")
    except BrokenFileError as error:
        raise UnfitError((f"{it.line}:{it.column}", it) for it in error.problems) from error
    top = Spot.top(page.kind)
    tree: Tree = page.tree
    for key, value in said.items():
        found = find_field(page.kind, key, page.tree)
        if value != value_in(tree, found.route):
            _refuse_fixed(page, found.route)
        tree = put(top, tree, found.route, value)
    if value_in(tree, ("status", "value")) != value_in(page.tree, ("status", "value")):
        raise UserError("draft-status-together", entry=entry)
    _check_review(sheet, tree)
    sheet.change(page, tree, entry)
    return f"kb edit {entry} {','.join(said)}"


def past_date(text: str, today: str) -> str:
    """Return a date that was typed; raise UserError for none, or for one to come."""
    date = text.strip()
    if not _DATE.fullmatch(date) or not is_date(date):
        raise UserError("draft-date", value=date)
    if date > today[: len(date)]:
        raise UserError("draft-date-ahead", value=date)
    return date


def _editable(page: Page, field: str) -> Field:
    found = find_field(page.kind, field, page.tree)
    _refuse_fixed(page, found.route)
    name, *rest = found.route
    if page.kind is Kind.PERSON and name == "status" and (not rest or rest[0] in TOGETHER):
        raise UserError("draft-status-together", entry=page.entry.id)
    return found


def _named(field: Field, page: Page) -> str:
    """Write a field as it is typed; an item that is new has no number yet."""
    steps: list[str] = []
    for depth, step in enumerate(field.route, start=1):
        is_new = isinstance(step, int) and value_in(page.tree, field.route[:depth]) is None
        steps.append(ONE_MORE if is_new else field_text((step,)))
    return ".".join(steps)


def _refuse_fixed(page: Page, route: Route) -> None:
    is_of_words = page.kind is Kind.STATEMENT and route[0] in _WORDS_OF_STATEMENTS
    if route[0] in _FIXED or is_of_words:
        raise UserError("draft-fixed", field=field_text(route))


def _borne_out(sheet: Worksheet, page: Page, field: Field, tree: Tree, source: str) -> Tree:
    """Return the tree with the source at the part that the field belongs to, if it cites any."""
    top = Spot.top(page.kind)
    part = _citing_part(top, field.route)
    if part is None or _UNSOURCED & set(map(str, field.route[len(part) :])):
        if source:
            cited(sheet.base, source, sheet.today)
        return tree
    route = (*part, "cite")
    said = value_in(tree, route)
    if source:
        return put(top, tree, route, cites(said, sheet.cite(source)))
    if said == value_in(page.tree, route):
        known = ", ".join(map(str, said)) if isinstance(said, list) else ""
        key = "draft-source-wanted-known" if known else "draft-source-wanted"
        raise UserError(key, field=field_text(field.route), known=known)
    return tree


def _citing_part(top: Spot, route: Route) -> Route | None:
    """Return the way to the innermost part around a field that cites sources for itself."""
    found = None
    spot = top
    for depth, step in enumerate(route, start=1):
        spot = spot.below(step)
        if "cite" in spot.names:
            found = route[:depth]
    return found


def _spot(top: Spot, route: Route) -> Spot:
    spot = top
    for step in route:
        spot = spot.below(step)
    return spot


def _check_review(sheet: Worksheet, tree: Tree) -> None:
    """Refuse a review to come: nobody would be asked to look again until then."""
    reviewed = value_in(tree, ("reviewed",))
    if isinstance(reviewed, str) and _DATE.fullmatch(reviewed):
        past_date(reviewed, sheet.today)
