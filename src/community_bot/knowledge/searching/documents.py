"""What of an entry can be found by its words: one document for each name list, text and language.

Knows the entries. Knows nothing of how documents are indexed, ranked or shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from community_bot.domain.entities import (
    Alias,
    Case,
    Conflict,
    Entry,
    Event,
    Named,
    Organisation,
    Person,
    Remark,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.values import Localised

BETWEEN = " · "
"""What stands between the names, or the facts of one event, that make up one document."""


class Band(IntEnum):
    """How much a document weighs, the heaviest first."""

    NAME = 0
    PARAGRAPH = 1
    TEXT = 2
    SOURCE = 3


@dataclass(frozen=True, slots=True)
class Document:
    """One text of an entry, in one language.

    ``part`` is empty for names and titles, else a field (``about``, ``symbol``) or a field and a
    number: ``paragraph`` with its label, everything else (``event:0``, ``summary:2``) with its
    index. ``tag`` is empty where languages mix. ``context`` are words that the text leaves unsaid:
    whom or what it is about.
    """

    entry: str
    part: str
    tag: str
    text: str
    context: str = ""
    band: Band = Band.TEXT


class _Said(NamedTuple):
    """What one part of an entry says; ``kind`` is said by no text of it, in English."""

    part: str
    texts: tuple[Localised | None, ...]
    kind: str = ""


def documents_of(entry: Entry) -> Iterator[Document]:
    """Yield the documents of an entry, always the same ones in the same order."""
    match entry:
        case Person() | Organisation() | Case():
            yield from _of_named(entry)
        case Resolution():
            yield from _of_resolution(entry)
        case Statement():
            yield from _of_statement(entry)
        case Source():
            yield from _of_source(entry)


def _of_named(entry: Named) -> Iterator[Document]:
    aliases: tuple[Alias, ...] = entry.aliases
    texts = (name.text for name in entry.names.values())
    names = dict.fromkeys((*texts, *(alias.text for alias in aliases), *entry.weak_aliases))
    yield Document(entry.id, "", "", BETWEEN.join(names), band=Band.NAME)
    context = {tag: name.text for tag, name in entry.names.items()}
    for alias in aliases:
        if alias.tag is not None:
            context[alias.tag] = f"{context.get(alias.tag, '')} {alias.text}"
    yield from _spoken(entry.id, _named_parts(entry), context)


def _named_parts(entry: Named) -> Iterator[_Said]:
    if entry.about:
        yield _Said("about", (entry.about.text,))
    if isinstance(entry, Person):
        if entry.born:
            yield _Said("born", (entry.born.place, entry.born.note, *_told(entry.born.conflicts)))
        yield _Said("status", (entry.status.text, *_told(entry.status.conflicts)))
    if not isinstance(entry, Case):
        for index, post in enumerate(entry.posts):
            yield _Said(f"post:{index}", (post.title, post.note))
    for index, event in enumerate(entry.events):
        yield _Said(f"event:{index}", _event_texts(event), event.type.value)
    for index, other in enumerate(entry.not_to_confuse):
        spellings = {tag: BETWEEN.join((other.text, *other.also)) for tag in other.note}
        yield _Said(f"namesake:{index}", (spellings, other.note))
    yield from _notes(entry.notes)


def _event_texts(event: Event) -> tuple[Localised | None, ...]:
    articles = {"en": ", ".join(event.articles)} if event.articles else None
    sentence = event.sentence
    punishment = (sentence.regime, sentence.ban) if sentence else ()
    told = _told(event.conflicts)
    return (event.text, event.place, event.court, articles, *punishment, event.note, *told)


def _of_resolution(entry: Resolution) -> Iterator[Document]:
    title = entry.title.text
    for tag, text in title.items():
        yield Document(entry.id, "", tag, text, band=Band.NAME)
    symbols = BETWEEN.join(symbol.text for symbol in entry.symbols)
    if symbols:
        yield Document(entry.id, "symbol", "", symbols, band=Band.NAME)
    parts = [_Said(f"point:{index}", (one.text,)) for index, one in enumerate(entry.points)]
    if entry.vote:
        parts.append(_Said("vote", (entry.vote.about, entry.vote.note)))
    if entry.vote_note:
        parts.append(_Said("vote_note", (entry.vote_note.text,)))
    parts += (_Said(f"also_dated:{i}", (one.note,)) for i, one in enumerate(entry.also_dated))
    parts += _notes(entry.notes)
    yield from _spoken(entry.id, parts, {tag: f"{text} {symbols}" for tag, text in title.items()})


def _of_statement(entry: Statement) -> Iterator[Document]:
    context = dict(entry.title.text)
    for tag, text in context.items():
        yield Document(entry.id, "", tag, text, band=Band.NAME)
    if entry.aliases:
        aliases = BETWEEN.join(alias.text for alias in entry.aliases)
        yield Document(entry.id, "", "", aliases, band=Band.NAME)
    for version in entry.versions:
        if version.title:
            context[version.language] = version.title
            yield Document(entry.id, "", version.language, version.title, band=Band.NAME)
    for tag, label, text in _paragraphs(entry):
        about = context.get(tag, "")
        yield Document(entry.id, f"paragraph:{label}", tag, text, about, Band.PARAGRAPH)
    parts = [_Said("issuer", (entry.issuer,)), _Said("date", (entry.date.note,))]
    parts += (_Said(f"summary:{i}", (one.text,)) for i, one in enumerate(entry.summary))
    parts += (_Said(f"demand:{i}", (one.text,)) for i, one in enumerate(entry.demands))
    for paragraph in entry.paragraphs:
        parts += (_Said(f"annotation:{paragraph.label}", (one.note,)) for one in paragraph.notes)
    parts += _notes(entry.notes)
    yield from _spoken(entry.id, parts, context)


def _paragraphs(entry: Statement) -> Iterator[tuple[str, str, str]]:
    for paragraph in entry.paragraphs:
        yield entry.language, paragraph.label, paragraph.text
    for version in entry.versions:
        for translated in version.paragraphs:
            yield version.language, translated.label, translated.text


def _of_source(entry: Source) -> Iterator[Document]:
    yield Document(entry.id, "", entry.language, entry.title, entry.publisher, Band.SOURCE)
    yield Document(entry.id, "publisher", "", entry.publisher, entry.title, Band.SOURCE)
    for tag, text in (entry.note or {}).items():
        yield Document(entry.id, "note", tag, text, entry.title, Band.SOURCE)


def _notes(notes: tuple[Remark, ...]) -> Iterator[_Said]:
    return (_Said(f"note:{index}", (note.text,)) for index, note in enumerate(notes))


def _told(conflicts: tuple[Conflict, ...]) -> Iterator[Localised | None]:
    for conflict in conflicts:
        yield conflict.text
        yield conflict.note


def _spoken(entry: str, parts: Iterable[_Said], context: Mapping[str, str]) -> Iterator[Document]:
    """Yield a document for every language in which a part says something."""
    for part, texts, kind in parts:
        said: dict[str, str] = {}
        for localised in texts:
            for tag, text in (localised or {}).items():
                said[tag] = f"{said[tag]}{BETWEEN}{text}" if tag in said else text
        for tag, text in said.items():
            about = context.get(tag) or context.get("en", "")
            yield Document(entry, part, tag, text, f"{about} {kind}" if kind else about)
