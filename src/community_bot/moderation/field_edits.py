"""Setting fields of an entry to what was typed, borne out by a source, onto a worksheet.

Several fields are one change. Judging the outcome as a whole is the worksheet's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations, takewhile
from typing import get_args

from community_bot.domain.errors import UserError
from community_bot.domain.values import Date
from community_bot.knowledge.problems import Route
from community_bot.knowledge.reading.tree import Tree
from community_bot.moderation.differences import field_text, text_of
from community_bot.moderation.edits import editable, past_date
from community_bot.moderation.fields import ONE_MORE, Field, Form, Spot, find_field, put, value_in
from community_bot.moderation.sourcing import cited
from community_bot.moderation.statuses import cites, in_order
from community_bot.moderation.typed_values import tidy, with_value
from community_bot.moderation.worksheet import Page, Worksheet

# They say how something is known, so no further source bears them out.
_UNSOURCED = frozenset({"check", "cite", "note"})
_MARK = 8
_DATE = re.compile(get_args(Date)[1].regex)


@dataclass(frozen=True, slots=True)
class Said:
    """What stands at a field that is typed as one value; ``is_text`` says that it is in words.

    ``mark`` tells it from anything else there, for whoever edits it a while after.
    """

    field: str
    value: str
    is_text: bool
    mark: str


def edit(
    sheet: Worksheet, entry: str, values: Mapping[str, str], source: str, seen: str = ""
) -> str:
    """Have fields say something else, or lists something more, borne out by a source.

    What says the same already is left alone. ``seen`` is the mark of what the first of the fields
    said when somebody saw it: another value is not written over.
    """
    page = sheet.page(entry)
    top = Spot.top(page.kind)
    found = [(editable(page, name), value) for name, value in values.items()]
    _refuse_overlaps(dict(zip(values, (field.route for field, _ in found), strict=True)))
    if seen:
        _refuse_unseen(page, *found[0], seen)
    tree: Tree = page.tree
    changed: list[Field] = []
    for field, value in found:
        told = _told(top, tree, field, value)
        if told != tree:
            changed.append(field)
        tree = told
    if not changed and not source:
        raise UserError("draft-nothing")
    tree = _borne_out(sheet, page, changed or [field for field, _ in found], tree, source)
    tree = _with_events_in_order(top, page.tree, tree)
    _check_review(sheet, page, tree)
    name = ", ".join(_named(field, page) for field in changed or [found[0][0]])
    sheet.change(page, tree, name)
    return f"kb edit {entry} {name}"


def value_at(sheet: Worksheet, entry: str, field: str) -> Said | None:
    """Return what stands at a field that can be edited; None if it has further fields.

    Raises UserError where nothing can be edited.
    """
    page = sheet.page(entry)
    found = find_field(page.kind, field, page.tree)
    spot = found.spot
    if spot.form is not Form.VALUE and (spot.form is not Form.LIST or spot.is_of_parts):
        return None
    found = editable(page, field)
    above = Spot.top(page.kind)
    for step in found.route[:-1]:
        above = above.below(step)
    value = text_of(value_in(page.tree, found.route))
    is_text, mark = above.form is Form.WORDS, _mark_at(page.tree, found.route)
    return Said(_named(found, page), value, is_text, mark)


def _mark_at(tree: Tree, route: Route) -> str:
    """Return a short mark of what stands at a route.

    For what is in an item of a list it is that of the whole list: another item may have its number
    by now.
    """
    if value_in(tree, route) is not None:
        route = tuple(takewhile(lambda step: isinstance(step, str), route))
    return hashlib.sha256(text_of(value_in(tree, route)).encode()).hexdigest()[:_MARK]


def _named(field: Field, page: Page) -> str:
    """Write a field as it is typed; an item that is new has no number yet."""
    steps: list[str] = []
    for depth, step in enumerate(field.route, start=1):
        is_new = isinstance(step, int) and value_in(page.tree, field.route[:depth]) is None
        steps.append(ONE_MORE if is_new else field_text((step,)))
    return ".".join(steps)


def _told(top: Spot, tree: Tree, field: Field, value: str) -> Tree:
    """Return the tree that says a value at a field; nothing changes nothing where nothing is."""
    if not tidy(value) and value_in(tree, field.route) is None:
        return tree
    return with_value(top, tree, field, value)


def _refuse_overlaps(routes: Mapping[str, Route]) -> None:
    """Refuse two values for one place, of which one would be lost."""
    for (name, route), (other, beside) in combinations(routes.items(), 2):
        shared = min(len(route), len(beside))
        if route[:shared] == beside[:shared]:
            raise UserError("draft-field-twice", field=name, other=other)


def _refuse_unseen(page: Page, field: Field, value: str, seen: str) -> None:
    """Refuse to write over what somebody has not seen."""
    now = text_of(value_in(page.tree, field.route))
    if _mark_at(page.tree, field.route) != seen.strip().casefold() and tidy(value) != now:
        raise UserError("draft-changed-since", field=_named(field, page), now=now or "–")


def _with_events_in_order(top: Spot, before: Tree, tree: Tree) -> Tree:
    """Return a tree with an event that is new in its place in time."""
    old, new = value_in(before, ("events",)), value_in(tree, ("events",))
    if not isinstance(new, list) or len(new) == (len(old) if isinstance(old, list) else 0):
        return tree
    return put(top, tree, ("events",), in_order(new))


def _borne_out(
    sheet: Worksheet, page: Page, fields: Iterable[Field], tree: Tree, source: str
) -> Tree:
    """Return the tree with the source at each part that a field belongs to, if it cites any."""
    top = Spot.top(page.kind)
    parts: dict[Route, Field] = {}
    for field in fields:
        part = _citing_part(top, field.route)
        if part is not None and not _UNSOURCED & set(map(str, field.route[len(part) :])):
            parts.setdefault((*part, "cite"), field)
    if not source:
        for route, field in parts.items():
            _want_source(page, field, route, tree)
    elif parts:
        known = sheet.cite(source)
        for route in parts:
            tree = put(top, tree, route, cites(value_in(tree, route), known))
    else:
        cited(sheet.base, source, sheet.today)
    return tree


def _want_source(page: Page, field: Field, route: Route, tree: Tree) -> None:
    """Refuse what no source is given for; the sources at ``route`` were there before."""
    said = value_in(tree, route)
    if said == value_in(page.tree, route):
        known = ", ".join(map(str, said)) if isinstance(said, list) else ""
        key = "draft-source-wanted-known" if known else "draft-source-wanted"
        raise UserError(key, field=field_text(field.route), known=known)


def _citing_part(top: Spot, route: Route) -> Route | None:
    """Return the way to the innermost part around a field that cites sources for itself."""
    found = None
    spot = top
    for depth, step in enumerate(route, start=1):
        spot = spot.below(step)
        if "cite" in spot.names:
            found = route[:depth]
    return found


def _check_review(sheet: Worksheet, page: Page, tree: Tree) -> None:
    """Refuse a review to come: nobody would be asked to look again until then."""
    reviewed = value_in(tree, ("reviewed",))
    if reviewed == page.tree.get("reviewed"):
        return
    if isinstance(reviewed, str) and _DATE.fullmatch(reviewed):
        past_date(reviewed, sheet.today)
