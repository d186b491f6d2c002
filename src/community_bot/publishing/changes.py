"""What is news: the difference between the base and what followers were told of it last.

Sources are how something is known, not what is known: they make no news.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from community_bot.core.invocation import MAX_LINE, write_line
from community_bot.domain.entities import Entry, Person, Source
from community_bot.domain.values import Kind
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.ordering import sort_key
from community_bot.publishing.schedule import Follow, Seen, Topic

_MOST_ENTRIES = 8


class Sort(StrEnum):
    """The sorts of news, in the order in which they are told; options of ``digest``."""

    STATUSES = "statuses"
    PEOPLE = "people"
    STATEMENTS = "statements"
    RESOLUTIONS = "resolutions"
    CORRECTED = "corrected"


_ADDED = {
    Kind.PERSON: Sort.PEOPLE,
    Kind.STATEMENT: Sort.STATEMENTS,
    Kind.RESOLUTION: Sort.RESOLUTIONS,
}
_SORTS: Mapping[Topic, Collection[Sort]] = {
    Topic.PEOPLE: {Sort.PEOPLE, Sort.STATUSES},
    Topic.PERSON: {Sort.PEOPLE, Sort.STATUSES},
    Topic.STATEMENTS: {Sort.STATEMENTS},
    Topic.RESOLUTIONS: {Sort.RESOLUTIONS},
    Topic.CORRECTIONS: {Sort.CORRECTED},
}


@dataclass(frozen=True, slots=True)
class News:
    """One entry that followers have not heard of as it is now."""

    sort: Sort
    id: str


@dataclass(frozen=True, slots=True)
class Changes:
    """All that differs: the news, and what is to be noted as told of."""

    news: Sequence[News]
    seen: Sequence[Seen]
    removed: Sequence[str]


def changes(base: KnowledgeBase, seen: Mapping[str, Seen]) -> Changes:
    """Compare the base with what followers were told of it."""
    now = {id_: _seen(base, entry) for id_, entry in base.entries.items()}
    differing = [one for id_, one in now.items() if seen.get(id_) != one]
    entries = sorted((base.entries[one.id] for one in differing), key=sort_key)
    news = (
        News(sort, entry.id)
        for entry in entries
        if (sort := _sort(entry, now[entry.id], seen.get(entry.id))) is not None
    )
    removed = tuple(id_ for id_ in seen if id_ not in now)
    return Changes(tuple(news), tuple(differing), removed)


def interesting(news: Iterable[News], follows: Iterable[Follow]) -> tuple[News, ...]:
    """Return the news that whoever follows all this wants to hear, each once."""
    wanted = tuple(follows)
    return tuple(one for one in news if any(_concerns(one, follow) for follow in wanted))


def digest_line(news: Sequence[News]) -> str:
    """Write the command that tells the news: as many as fit, and how many more there are."""
    order = tuple(Sort)
    ranked = sorted(news, key=lambda one: order.index(one.sort))
    return next(
        line
        for count in range(min(len(ranked), _MOST_ENTRIES), 0, -1)
        if len(line := _line(ranked[:count], len(ranked) - count)) <= MAX_LINE
    )


def _seen(base: KnowledgeBase, entry: Entry) -> Seen:
    status = entry.status.value.value if isinstance(entry, Person) else ""
    return Seen(id=entry.id, revision=base.revision(entry.id), kind=entry.KIND.value, status=status)


def _sort(entry: Entry, now: Seen, before: Seen | None) -> Sort | None:
    if isinstance(entry, Source):
        return None
    if before is None or before.kind != now.kind:
        return _ADDED.get(entry.KIND)
    return Sort.STATUSES if before.status != now.status else Sort.CORRECTED


def _concerns(one: News, follow: Follow) -> bool:
    if one.sort not in _SORTS.get(follow.topic, ()):
        return False
    return follow.topic is not Topic.PERSON or follow.subject == one.id


def _line(shown: Iterable[News], more: int) -> str:
    listed: dict[str, list[str]] = {}
    for one in shown:
        listed.setdefault(one.sort, []).append(one.id)
    options: dict[str, str] = {sort: ",".join(ids) for sort, ids in listed.items()}
    if more:
        options["more"] = str(more)
    return write_line("digest", **options)
