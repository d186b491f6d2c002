"""A person's status, which changes only as a whole: the event it follows from, its date and source.

Works on the tree of an entry; the rules of the files judge the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping

from community_bot.domain.errors import UserError
from community_bot.domain.values import EventType, Kind, StatusValue
from community_bot.knowledge.ordering import chronological
from community_bot.knowledge.reading.tree import Tree
from community_bot.moderation.fields import Spot, put

EVENT_OF: Mapping[StatusValue, EventType | None] = {
    StatusValue.IN_COLONY: EventType.TRANSFERRED,
    StatusValue.PRE_TRIAL_DETENTION: EventType.CUSTODY_ORDERED,
    StatusValue.HOUSE_ARREST: EventType.HOUSE_ARREST,
    StatusValue.SUSPENDED_SENTENCE: EventType.VERDICT,
    StatusValue.UNDER_PROSECUTION: EventType.CHARGED,
    StatusValue.RELEASED: EventType.RELEASED,
    StatusValue.EXCHANGED: EventType.EXCHANGED,
    StatusValue.SENTENCE_ENDED_EARLY: EventType.SENTENCE_ENDED_EARLY,
    StatusValue.RECORD_LIFTED: EventType.RECORD_LIFTED,
    StatusValue.ACQUITTED: EventType.ACQUITTED,
    StatusValue.DIED: EventType.DIED,
    StatusValue.UNKNOWN: None,
}
"""What happened when somebody came to stand so; nothing happens for nothing to be known."""

TOGETHER = frozenset({"value", "since", "as_of", "cite"})
"""The fields of a status that change only together."""


def with_status(
    tree: dict[str, Tree], value: StatusValue, date: str, source: str
) -> dict[str, Tree]:
    """Return an entry that says that somebody stands so since a date.

    What was said of another status goes with it: its words, its doubts, its other readings. Where
    the status is the same already it is only known for longer, by one more source.
    """
    old = tree.get("status")
    before = old if isinstance(old, dict) else {}
    if before.get("value") == value:
        return {**tree, "status": _confirmed(before, date, source)}
    status: dict[str, Tree] = {"value": value.value, "since": date, "as_of": date, "cite": [source]}
    type_ = EVENT_OF[value]
    if type_ is None:
        del status["since"]
        return {**tree, "status": status}
    events = with_event(tree.get("events"), type_, date, source)
    whole = put(Spot.top(Kind.PERSON), tree, ("events",), events)
    return {**whole, "status": status} if isinstance(whole, dict) else tree


def with_event(events: Tree, type_: EventType, date: str, source: str) -> Tree:
    """Return events with one more in its place in time; one that is there gets the source."""
    items = list(events) if isinstance(events, list) else []
    for index, item in enumerate(items):
        if isinstance(item, dict) and (item.get("type"), item.get("date")) == (type_, date):
            items[index] = {**item, "cite": cites(item.get("cite"), source)}
            return items
    return in_order([*items, {"type": type_.value, "date": date, "cite": [source]}])


def in_order(events: list[Tree]) -> list[Tree]:
    """Return events whose last is new, with that one in its place in time."""
    *others, new = events
    moment = _moment(new)
    behind = (index for index, it in enumerate(others) if _moment(it) > moment)
    at = next(behind, len(others))
    return [*others[:at], new, *others[at:]]


def cites(old: Tree, source: str) -> Tree:
    """Return citations with one more source, if it is not there."""
    known = list(old) if isinstance(old, list) else []
    return known if source in known else [*known, source]


def is_before(first: str, second: str) -> bool:
    """Say whether a date is earlier than another, as far as both go."""
    shared = min(len(first), len(second))
    return first[:shared] < second[:shared]


def _confirmed(status: dict[str, Tree], date: str, source: str) -> Tree:
    known = str(status.get("as_of", ""))
    if is_before(date, known):
        raise UserError("draft-status-known", date=date, known=known)
    return {**status, "as_of": max(known, date), "cite": cites(status.get("cite"), source)}


def _moment(event: Tree) -> str:
    date = event.get("date") if isinstance(event, dict) else None
    return chronological(str(date or ""))
