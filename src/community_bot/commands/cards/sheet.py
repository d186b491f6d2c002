"""A sheet that an answer is written on: blocks in order, numbered sources, the entries it shows.

Every fact goes through ``fact``, which adds how far it was checked and where it is from; so no fact
can be written down without its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from community_bot.core.command import Context
from community_bot.domain.document import (
    Action,
    Block,
    Blocks,
    Emphasis,
    Field,
    Fields,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Reply,
    Text,
)
from community_bot.domain.entities import Conflict, Entry, Remark, Source
from community_bot.domain.values import Check, EventType, StatusValue


class Cited(Protocol):
    """A fact with its sources and how far it was checked."""

    @property
    def cite(self) -> tuple[str, ...]:
        """Ids of sources."""

    @property
    def check(self) -> Check:
        """How far it was checked."""


class Sheet:
    """Collects an answer. One sheet is one reply; nothing is shared between sheets."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.texts = context.texts
        self._blocks: list[Block] = []
        self._entries: dict[str, None] = {}
        self._sources: dict[str, int] = {}

    def show(self, *entries: Entry) -> None:
        """Note that the answer shows these entries: their revisions stand under it."""
        self._entries.update(
            dict.fromkeys(self.context.knowledge.reference(entry.id) for entry in entries)
        )

    def title(self, text: str) -> None:
        """Begin the answer."""
        self._blocks.append(Heading((Text(text),)))

    def section(self, key: str) -> None:
        """Begin a section, named by a message."""
        self._blocks.append(Heading((Text(self.texts(key)),), level=2))

    def paragraph(self, *content: Inline) -> None:
        """Add running text."""
        self._blocks.append(Paragraph(content))

    def message(self, key: str, /, **arguments: str | int | Inline | Inlines) -> None:
        """Add a paragraph worded by the catalogue."""
        self._blocks.append(Paragraph(self.texts.inlines(key, **arguments)))

    def items(self, items: Iterable[Inlines], *, ordered: bool = False) -> None:
        """Add a list, unless there is nothing in it."""
        listed = tuple(items)
        if listed:
            self._blocks.append(Listing(listed, ordered=ordered))

    def fields(self, fields: Iterable[tuple[str, Inlines]]) -> None:
        """Add labelled values; a label is a message key."""
        found = tuple(Field(self.texts(key), value) for key, value in fields if value)
        if found:
            self._blocks.append(Fields(found))

    def add(self, *blocks: Block) -> None:
        """Add blocks as they are."""
        self._blocks.extend(blocks)

    def fact(self, content: Inlines | str, cited: Cited) -> Inlines:
        """Return the words of a fact with how far it was checked and the numbers of its sources."""
        words = (Text(content),) if isinstance(content, str) else content
        return (*words, *self.checked(cited.check), *self.cite(cited.cite))

    def checked(self, check: Check) -> Inlines:
        """Return how far a fact was checked, unless its source itself was read."""
        if check is Check.SEEN:
            return ()
        return (Text(" "), Emphasis(f"({self.texts(f'check-{check.value}')})"))

    def cite(self, sources: Sequence[str]) -> Inlines:
        """Return the numbers of sources, such as `` [1][4]``, and list these sources at the end."""
        if not sources:
            return ()
        numbers = (self._sources.setdefault(id_, len(self._sources) + 1) for id_ in sources)
        return (Text(" " + "".join(f"[{number}]" for number in numbers)),)

    def note(self, note: Mapping[str, str] | None) -> Inlines:
        """Return an editor's note to a fact, set apart."""
        return (Text(" – "), Emphasis(self.texts.pick(note))) if note else ()

    def remarks(self, remarks: Sequence[Remark]) -> None:
        """Add a section of notes, unless there are none."""
        if remarks:
            self.section("section-notes")
            self.items(self.fact(self.texts.pick(one.text), one) for one in remarks)

    def conflicts(self, conflicts: Iterable[Conflict]) -> Inlines:
        """Return the other readings of a fact: both are shown, since sources differ."""
        found: list[Inline] = []
        for conflict in conflicts:
            reading = (Text(self._reading(conflict)), *self.cite(conflict.cite))
            said = self.texts.inlines("conflict", reading=reading)
            found += [Text(" "), *said, *self.note(conflict.note)]
        return tuple(found)

    def reply(self, *, actions: Iterable[Action] = (), candidates: tuple[str, ...] = ()) -> Reply:
        """Return the answer, with the list of sources that its facts refer to."""
        return Reply(
            (*self._blocks, *self._source_list()),
            actions=tuple(actions),
            entries=tuple(self._entries),
            candidates=candidates,
        )

    def action(self, key: str, line: str, /, **arguments: str | int) -> Action:
        """Return something to do next, labelled by a message."""
        return Action(self.texts(key, **arguments), line)

    def source_line(self, source: Source) -> Inlines:
        """Return a source as it stands in a list: publisher, date, title, address."""
        texts = self.texts
        origin = source.publisher
        if source.date:
            origin = f"{origin}, {texts.date(source.date)}"
        said: list[Inline] = [Text(f"{origin}: "), Link(source.title, source.url)]
        if source.title_inferred:
            said.append(Text(f" ({texts('source-title-inferred')})"))
        return tuple(said)

    def _source_list(self) -> Blocks:
        if not self._sources:
            return ()
        base = self.context.knowledge
        lines = tuple(self.source_line(base.get(Source, id_)) for id_ in self._sources)
        heading = Heading((Text(self.texts("section-sources")),), level=2)
        return (heading, Listing(lines, ordered=True))

    def _reading(self, conflict: Conflict) -> str:
        if conflict.text is not None:
            return self.texts.pick(conflict.text)
        value = conflict.value or ""
        if conflict.field in {"in_favour", "against", "abstentions"}:
            return self.texts(f"vote-{conflict.field.replace('_', '-')}", count=value)
        if conflict.field in {"date", "until", "since", "as_of"} or value[:4].isdigit():
            return self.texts.date(value)
        if conflict.field == "type" and value in set(EventType):
            return self.texts(f"event-{value}")
        if conflict.field == "value" and value in set(StatusValue):
            return self.texts(f"status-{value}")
        return value
