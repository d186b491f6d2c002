"""Sources that an edit names: one that is known, or an address, which becomes a source of its own.

What an address alone cannot tell is inferred, for somebody to fill in. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from anyascii import anyascii

from community_bot.domain.entities import Source
from community_bot.domain.errors import UserError
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.reading.links import link_fault
from community_bot.knowledge.reading.tree import Tree

_LONGEST = 48
_UNKNOWN_LANGUAGE = "und"
"""ISO 639-2 for a language that nobody has determined."""


@dataclass(frozen=True, slots=True)
class Cited:
    """The id of a source, and what its file is to say if there is none yet."""

    id: str
    tree: dict[str, Tree] | None = None


def cited(base: KnowledgeBase, source: str, today: str) -> Cited:
    """Return the source that was named; raise UserError if there is none and none can be made."""
    given = source.strip()
    if "://" not in given:
        if not isinstance(base.entries.get(given.casefold()), Source):
            raise UserError("draft-source-unknown", source=given)
        return Cited(given.casefold())
    if not given.startswith("https://"):
        raise UserError("draft-source-insecure", source=given)
    if not given.isprintable() or " " in given:
        raise UserError("problem-link")
    if fault := link_fault(given):
        raise UserError(fault)
    known = next((it.id for it in base.of_kind(Source) if given in (it.url, it.archive_url)), None)
    if known is not None:
        return Cited(known)
    id_ = id_for(given, lambda one: one in base.entries)
    host = (urlsplit(given).hostname or "").removeprefix("www.")
    return Cited(
        id_,
        {
            "id": id_,
            "kind": "source",
            "title": _title(given) or host,
            "title_inferred": "true",
            "publisher": host,
            "url": given,
            "language": _UNKNOWN_LANGUAGE,
            "type": "media",
            "reviewed": today,
        },
    )


def id_for(url: str, is_taken: Callable[[str], bool]) -> str:
    """Return an id for the source at an address that no entry has."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").rpartition(".")[0]
    words = re.findall(r"[a-z0-9]+", anyascii(f"{host} {_title(url)}").casefold())
    stem = "source"
    for count in range(len(words), 0, -1):
        if len(joined := "-".join(words[:count])) <= _LONGEST:
            stem = joined
            break
    numbers = iter(range(2, 10_000))
    id_ = stem
    while is_taken(id_):
        id_ = f"{stem}-{next(numbers)}"
    return id_


def _title(url: str) -> str:
    """Return the words at the end of an address."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    words = re.findall(r"[^\W_]+", last.rpartition(".")[0] or last)
    return " ".join(words)
