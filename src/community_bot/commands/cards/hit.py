"""One hit of a search: what was found where, in its own words, with the source of just that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from community_bot.commands.cards.facts import event_date, status_mark
from community_bot.commands.cards.sheet import Cited, Sheet
from community_bot.core.titles import name_of
from community_bot.domain.document import Inline, Inlines, Strong, Text
from community_bot.domain.entities import (
    Case,
    Entry,
    Named,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)

if TYPE_CHECKING:
    from community_bot.knowledge.search import Hit


def hit_line(sheet: Sheet, hit: Hit, entry: Entry) -> Inlines:
    """Return a hit: its entry, where in it, the words around the match, how far to trust them."""
    texts = sheet.texts
    part, _, number = hit.part.partition(":")
    kind = texts(f"kind-{entry.KIND.value}")
    said: list[Inline] = [Strong(name_of(texts, entry)), Text(f" – {kind}")]
    where = _where(sheet, entry, part, number)
    if where:
        said.append(Text(f", {where}"))
    if isinstance(entry, Person) and not part:
        return (*said, Text(": "), *status_mark(sheet, entry.status))
    words = "".join(piece for piece, _ in hit.snippet)
    if words != name_of(texts, entry):
        said.append(Text(": "))
        said += [Strong(piece) if is_match else Text(piece) for piece, is_match in hit.snippet]
    fact = _fact(entry, part, number)
    if fact is not None:
        return sheet.fact(tuple(said), fact)
    return (*said, *sheet.cite(entry.cite if isinstance(entry, Statement) else ()))


def _where(sheet: Sheet, entry: Entry, part: str, number: str) -> str:
    texts = sheet.texts
    match entry:
        case Statement() if part == "paragraph":
            return texts("citation-paragraph", number=number)
        case Statement() if part == "annotation":
            return texts("found-annotation", number=number)
        case Statement() if part == "summary":
            return texts("found-summary")
        case Person() | Organisation() | Case() if part == "event":
            return event_date(texts, entry.events[int(number)])
        case Person() | Organisation() | Case() if part == "namesake":
            return texts("section-namesakes").lower()
        case _ if part == "note":
            return texts("found-note")
        case _:
            return ""


def _fact(entry: Entry, part: str, number: str) -> Cited | None:
    """Return the fact that a part of an entry states, if it is one that has its own sources."""
    match entry:
        case Person() | Organisation() | Case():
            return _fact_of_named(entry, part, number)
        case Resolution():
            return _fact_of_resolution(entry, part, number)
        case Statement():
            return entry.notes[int(number)] if part == "note" else None
        case Source():
            return None


def _fact_of_named(entry: Named, part: str, number: str) -> Cited | None:
    match part:
        case "event":
            return entry.events[int(number)]
        case "note":
            return entry.notes[int(number)]
        case "namesake":
            return entry.not_to_confuse[int(number)]
        case "post" if not isinstance(entry, Case):
            return entry.posts[int(number)]
        case "born" if isinstance(entry, Person):
            return entry.born
        case "status" if isinstance(entry, Person):
            return entry.status
        case _:
            return entry.about


def _fact_of_resolution(entry: Resolution, part: str, number: str) -> Cited | None:
    match part:
        case "point":
            return entry.points[int(number)]
        case "note":
            return entry.notes[int(number)]
        case "vote":
            return entry.vote
        case "vote_note":
            return entry.vote_note
        case "symbol":
            return next((one for one in entry.symbols if one.cite), entry.date)
        case _:
            return entry.date
