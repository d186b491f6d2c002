"""A YAML file as its author wrote it: values in their styles, and whose each comment is.

For rewriting files that `read_tree` accepts; nothing else should need it. Knows no entries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import yaml
from yaml.events import CollectionEndEvent, MappingStartEvent, NodeEvent, ScalarEvent

from community_bot.knowledge.reading.tree import LOADER, Event


@dataclass(slots=True)
class Node:
    """A value: the ``text`` of a scalar, or the ``items`` of a list or a map.

    ``style`` is a scalar's quote or block indicator, or the bracket of a collection in one line;
    empty for a plain scalar and a collection in lines. ``lines`` are a block scalar's own, as its
    author broke them. ``comment`` stands behind the value on its line, ``tail`` below the items.
    """

    kind: Literal["text", "list", "map"] = "text"
    text: str = ""
    items: list[Item] = field(default_factory=list)
    style: str = ""
    lines: list[str] = field(default_factory=list)
    comment: str = ""
    tail: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """One value of a collection, with its key if that is a mapping.

    ``before`` are the lines above it: comments, and an empty one for each blank line. ``comment``
    stands behind the key where the value only starts on the next line.
    """

    node: Node
    key: str = ""
    before: list[str] = field(default_factory=list)
    comment: str = ""


def read_nodes(text: str) -> tuple[Node, list[str]]:
    """Return a file's top mapping, and the comments below everything.

    ``text`` is a file that `read_tree` accepts, its lines ended by LF alone.
    """
    reader = _Reader(text)
    return reader.node(), reader.take()


def comments_of(node: Node, lines: list[str]) -> list[str]:
    """Return all comments in and behind a value, and among the lines above or below it."""
    found = [*lines, node.comment, *node.tail]
    for item in node.items:
        found += [item.comment, *comments_of(item.node, item.before)]
    return [it for it in found if it]


class _Reader:
    """Goes through the events of a file, and through the gaps between them for the comments."""

    def __init__(self, text: str) -> None:
        self._text = text
        kept = (NodeEvent, CollectionEndEvent)
        events = yaml.parse(text.encode(), Loader=LOADER)
        self._events = iter([it for it in events if isinstance(it, kept)])
        self._end = 0
        # What a comment on the rest of the line belongs to.
        self._last: Node | Item | None = None
        # Lines that await what they stand above, each with its column.
        self._above: list[tuple[int, str]] = []
        self._event: Event = None
        self._advance()

    def node(self) -> Node:
        """Read one value with all that it holds."""
        event = self._event
        if isinstance(event, ScalarEvent):
            return self._scalar()
        node = Node("map" if isinstance(event, MappingStartEvent) else "list")
        if event.flow_style:
            node.style = "{" if node.kind == "map" else "["
            self._last = node
        self._advance()
        while not isinstance(self._event, CollectionEndEvent):
            node.items.append(self._item(has_key=node.kind == "map"))
        node.tail = self._tail(-1 if node.style else event.start_mark.column)
        if node.style:
            self._last = node
        self._advance()
        return node

    def take(self) -> list[str]:
        """Return the lines above what comes next."""
        lines = [line for _, line in self._above]
        self._above.clear()
        return lines

    def _scalar(self) -> Node:
        event = self._event
        node = Node(text=event.value, style=event.style or "")
        if node.style in ("|", ">"):
            source = self._text[event.start_mark.index : event.end_mark.index]
            header, *lines = source.split("\n")
            node.comment = "".join(header.partition("#")[1:]).rstrip()
            node.lines = [line.strip() for line in lines if line.strip()]
        self._last = node
        self._advance()
        return node

    def _item(self, *, has_key: bool) -> Item:
        item = Item(Node(), before=self.take())
        if has_key:
            item.key = self._event.value
            self._last = item
            self._advance()
            if isinstance(self._event, ScalarEvent):
                item.before += self.take()
        item.node = self.node()
        return item

    def _tail(self, column: int) -> list[str]:
        """Take the comments that are indented like a collection, not like what follows it."""
        following = self._event.start_mark.column
        count = 0
        for index, (at, line) in enumerate(self._above, start=1):
            if line and at < column:
                break
            if line and (at > following or column < 0):
                count = index
        tail = [line for _, line in self._above[:count]]
        del self._above[:count]
        return tail

    def _advance(self) -> None:
        """Go to the next event and give the comments before it to whom they belong."""
        self._event = next(self._events, None)
        start = self._event.start_mark.index if self._event else len(self._text)
        gap = self._text[self._end : start]
        is_rest = self._end > 0 and self._text[self._end - 1] != "\n"
        # A collection in lines starts with what it holds, but the parser may count its first dash.
        has_length = self._event and getattr(self._event, "flow_style", None) is not False
        self._end = self._event.end_mark.index if has_length else start
        first, *lines = gap.split("\n")
        if is_rest:
            between, hash_sign, words = first.partition("#")
            comment = f"{hash_sign}{words}".rstrip()
            # What stands behind a dash is about what the dash announces.
            if comment and self._last and not self._last.comment and "-" not in between:
                self._last.comment = comment
            elif comment:
                self._above.append((len(between), comment))
        else:
            lines = [first, *lines]
        for line in lines[:-1] if self._event else lines:
            if "#" in line:
                self._above.append((line.index("#"), line[line.index("#") :].rstrip()))
            elif not line.strip():
                self._above.append((0, ""))
