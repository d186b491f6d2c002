"""New entries from the little that one can type in a chat; all else is edited in afterwards.

Makes trees; whether they may stand beside the others is not asked here.
"""

from __future__ import annotations

from collections.abc import Mapping

from community_bot.domain.values import EventType, Kind, SourceKind, StatusValue
from community_bot.knowledge.reading.tree import Tree
from community_bot.moderation.statuses import EVENT_OF, in_order
from community_bot.moderation.typed_values import tidy


def new_person(  # noqa: PLR0913 - what a person cannot be without
    entry_id: str, name: str, status: StatusValue, *, date: str, source: str, today: str
) -> dict[str, Tree]:
    """Return a person of whom a name and a status are known, and how it came to that."""
    tree: dict[str, Tree] = {
        "id": entry_id,
        "kind": Kind.PERSON.value,
        "names": {"en": {"text": tidy(name), "cite": [source]}},
    }
    event = EVENT_OF[status]
    since: dict[str, Tree] = {}
    if event is not None:
        tree["events"] = [{"type": event.value, "date": date, "cite": [source]}]
        since = {"since": date}
    tree["status"] = {"value": status.value, **since, "as_of": date, "cite": [source]}
    return {**tree, "reviewed": today}


def new_resolution(  # noqa: PLR0913 - what a resolution cannot be without
    entry_id: str, title: str, body: str, *, date: str, symbol: str, source: str, today: str
) -> dict[str, Tree]:
    """Return a resolution with its official title in English; ``symbol`` may be empty."""
    tree: dict[str, Tree] = {
        "id": entry_id,
        "kind": Kind.RESOLUTION.value,
        "title": {"text": {"en": tidy(title)}, "cite": [source]},
        "body": body,
        "date": {"value": date, "cite": [source]},
    }
    if symbol:
        tree["symbols"] = [{"text": tidy(symbol), "cite": [source]}]
    return {**tree, "reviewed": today}


def new_source(  # noqa: PLR0913 - what a source cannot be without
    entry_id: str,
    url: str,
    *,
    title: str,
    publisher: str,
    language: str,
    type_: SourceKind,
    date: str,
    today: str,
) -> dict[str, Tree]:
    """Return a source; ``date``, when it was published, may be empty."""
    dated: dict[str, Tree] = {"date": date} if date else {}
    return {
        "id": entry_id,
        "kind": Kind.SOURCE.value,
        "title": tidy(title),
        "publisher": tidy(publisher),
        **dated,
        "url": url,
        "language": language,
        "type": type_.value,
        "reviewed": today,
    }


def more_events(
    events: Tree, type_: EventType, date: str, source: str, others: Mapping[str, Tree]
) -> Tree:
    """Return events with one more in its place in time; ``others`` are further fields of it."""
    new: dict[str, Tree] = {"type": type_.value, "date": date, **others, "cite": [source]}
    return in_order([*(events if isinstance(events, list) else []), new])
