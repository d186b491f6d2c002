"""What a reviewer must be warned of: small changes that could make the bot lie of somebody.

A risk forbids nothing. Knows what differs, and the base that it would change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from anyascii import anyascii
from rapidfuzz.distance import Levenshtein

from community_bot.domain.entities import Case, Organisation, Person
from community_bot.domain.values import EventType, StatusValue
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.folder import Folder
from community_bot.knowledge.reading.record import id_of
from community_bot.knowledge.reading.scripts import skeleton
from community_bot.knowledge.reading.ties import spelling
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.moderation.change import FileChange
from community_bot.moderation.differences import Difference, differences
from community_bot.moderation.statuses import EVENT_OF, is_before

STATUS, NAME, NAMESAKE = "risk-status", "risk-name", "risk-namesake"
HOST, OLDER, EVENTS = "risk-host", "risk-older", "risk-events"

_ALIKE = 0.6
"""From which similarity on, of 1, a name may be another spelling of one that was there."""
_HELD, _ACCUSED, _FREE, _CLEARED, _DEAD, _UNKNOWN = range(6)
_STANDS: Mapping[str, int] = {
    StatusValue.IN_COLONY: _HELD,
    StatusValue.PRE_TRIAL_DETENTION: _HELD,
    StatusValue.HOUSE_ARREST: _HELD,
    StatusValue.SUSPENDED_SENTENCE: _ACCUSED,
    StatusValue.UNDER_PROSECUTION: _ACCUSED,
    StatusValue.RELEASED: _FREE,
    StatusValue.EXCHANGED: _FREE,
    StatusValue.SENTENCE_ENDED_EARLY: _FREE,
    StatusValue.RECORD_LIFTED: _FREE,
    StatusValue.ACQUITTED: _CLEARED,
    StatusValue.DIED: _DEAD,
    StatusValue.UNKNOWN: _UNKNOWN,
}
"""What a status comes to: who reads another of these for the true one is misled."""
_HAPPENED: Mapping[str, int] = {
    EventType.DETAINED: _HELD,
    EventType.CUSTODY_ORDERED: _HELD,
    EventType.CUSTODY_EXTENDED: _HELD,
    EventType.HELD: _HELD,
    **{it: stands for it, stands in _STANDS.items() if it in set(EventType)},
}
_EVENTS: Mapping[str, EventType | None] = {str(it): EVENT_OF[it] for it in EVENT_OF}
"""What each status follows from, by its name."""
_LINKS = frozenset({"url", "archive_url", "links"})


def risks_of(files: Iterable[FileChange], folder: Folder, base: KnowledgeBase) -> tuple[str, ...]:
    """Return the keys of what there is to warn of, each once."""
    found: dict[str, None] = {}
    for file in files:
        if file.after is None:
            continue
        for one in differences(file):
            found |= dict.fromkeys(_risks(one, id_of(file.path), folder, base))
        if file.before is not None and _tells_against(file.before, file.after):
            found[EVENTS] = None
    return tuple(found)


def _risks(one: Difference, entry: str, folder: Folder, base: KnowledgeBase) -> Iterable[str]:
    match one.route:
        case ("status", "value") if _is_flipped(_STANDS, one):
            yield STATUS
        case ("status", "as_of") if one.new and is_before(one.new, one.old):
            yield OLDER
        case ("events", _, "type") if _is_flipped(_HAPPENED, one):
            yield STATUS
        case ("names" | "aliases", _, "text") if one.new:
            if _is_far(one.new, _names(base, entry)):
                yield NAME
            if _is_of_another(one.new, entry, folder):
                yield NAMESAKE
        case ("weak_aliases", *_) if _is_any_of_another(one, entry, folder):
            yield NAMESAKE
        case (str(name), *_) if name in _LINKS and _hosts(one.old) and _hosts(one.new) > set():
            if not _hosts(one.new) <= _hosts(one.old):
                yield HOST


def _tells_against(before: bytes, after: bytes) -> bool:
    """Say whether the events tell of a person otherwise than the status, and did not before."""
    return bool(_against(after) - _against(before))


def _against(data: bytes) -> set[str]:
    """Return what happened to a person after which they would not stand as the status says.

    Where it is not told how they came to stand so, the day of that is part of it.
    """
    tree = read_tree(data, "")
    status, events = tree.get("status"), tree.get("events") or []
    if not isinstance(status, dict) or not isinstance(events, list):
        return set()
    stands, since = _STANDS.get(str(status.get("value"))), str(status.get("since", ""))
    sure = since or str(status.get("as_of", ""))
    if stands == _UNKNOWN:
        return set()
    told = [_told(it) for it in events if isinstance(it, dict)]
    found = {
        f"{type_} {date}"
        for type_, date in told
        if _HAPPENED.get(type_, stands) != stands and not is_before(date, sure)
    }
    follows_from = _EVENTS.get(str(status.get("value")))
    bearing_out = (type_ for type_, date in told if date == since)
    if since and not any(it == follows_from or _HAPPENED.get(it) == stands for it in bearing_out):
        found.add(since)
    return found


def _told(event: Mapping[str, Tree]) -> tuple[str, str]:
    return str(event.get("type")), str(event.get("date", ""))


def _is_flipped(groups: Mapping[str, int], one: Difference) -> bool:
    return bool(one.old and one.new) and groups.get(one.old) != groups.get(one.new)


def _names(base: KnowledgeBase, entry: str) -> tuple[str, ...]:
    known = base.entries.get(entry)
    if not isinstance(known, Person | Organisation | Case):
        return ()
    return (*(it.text for it in known.names.values()), *(it.text for it in known.aliases))


def _is_far(new: str, known: Iterable[str]) -> bool:
    """Say whether a name is like none that there were, in whatever script or order of its words."""
    words = _words(new)
    likeness = [
        max(_likeness(words, it), _likeness(sorted(words), sorted(it))) for it in map(_words, known)
    ]
    return bool(likeness) and max(likeness) < _ALIKE


def _likeness(some: list[str], others: list[str]) -> float:
    return Levenshtein.normalized_similarity(" ".join(some), " ".join(others))


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", anyascii(name).casefold())


def _is_any_of_another(one: Difference, entry: str, folder: Folder) -> bool:
    before = set(one.old.split(", "))
    added = (it for it in one.new.split(", ") if it and it not in before)
    return any(_is_of_another(it, entry, folder) for it in added)


def _is_of_another(name: str, entry: str, folder: Folder) -> bool:
    looks, written = skeleton(name), spelling(name)
    return any(
        looks in record.ties.skeletons or written in record.ties.spellings
        for path, record in folder.records.items()
        if isinstance(record.entry, Person) and id_of(path) != entry
    )


def _hosts(links: str) -> set[str]:
    """Return the hosts of addresses in a text, with their ports, as people tell them apart."""
    found = re.findall(r"https?://[^\s,;]+", links)
    return {urlsplit(it).netloc.casefold().removeprefix("www.") for it in found}
