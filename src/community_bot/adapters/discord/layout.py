"""Blocks as what stands in a message: text displays, set apart by headings and dividing lines.

Every block is written once, however often a page with it is tried for size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import dropwhile

from community_bot.adapters.discord.markup import DiscordWriter, sealed
from community_bot.adapters.discord.tokens import units
from community_bot.core.render.walk import write_blocks
from community_bot.domain.document import (
    Block,
    Blocks,
    Field,
    Fields,
    Heading,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Rule,
)

Json = dict[str, object]

MAX_TEXT = 4_000
"""Most characters of all text displays of a message together."""
MAX_COMPONENTS = 40
"""Most components of a message, those inside others counted too."""
MAX_PARTS = 20
"""Most components that the text of a page takes; the rest is for its frame, footer and buttons."""

_ROW, _TEXT, _SEPARATOR, _CONTAINER = 1, 10, 14, 17
_TROUBLE = 0xD9A441
_NOTHING = "—"

_BODY, _SMALL = DiscordWriter(), DiscordWriter(is_small=True)


class Scribe:
    """Writes blocks as the parts of a message: texts, and None for each dividing line.

    It is given all blocks of an answer at first, since a list looks the same on all its pages.
    """

    def __init__(self, blocks: Blocks) -> None:
        lists = (block for block in blocks if isinstance(block, Listing) and _is_sources(block))
        self._sources = {id(item) for block in lists for item in block.items}
        # What was written is kept, or another block could come to have its id.
        self._written: dict[tuple[int, int | None], tuple[object, str]] = {}

    def parts(self, blocks: Blocks) -> list[str | None]:
        """Return the parts in order. A heading begins one; a list of sources stands below a line.

        Texts without any words are left out.
        """
        parts: list[str | None] = []
        above: Block | None = None
        for position, block in enumerate(blocks):
            if isinstance(block, Rule):
                parts.append(None)
                above = None
                continue
            text = self._text(block)
            if not text.strip():
                continue
            if isinstance(block, Heading) and not isinstance(above, Heading):
                if above is not None and any(map(_is_sources, blocks[position + 1 : position + 2])):
                    parts.append(None)
                above = None
            if above is None or not isinstance(parts[-1], str):
                parts.append(text)
            else:
                parts[-1] += _BODY.gap(above) + text
            above = block
        return parts

    def cost(self, blocks: Blocks) -> int:
        """Return how many characters a page with these blocks takes up.

        What takes many components counts as a longer text, so that no page has too many.
        """
        parts = self.parts(blocks)
        characters = sum(units(part) for part in parts if part)
        return max(characters, len(parts) * MAX_TEXT // MAX_PARTS)

    def _text(self, block: Block) -> str:
        match block:
            case Listing(items, ordered, start):
                lines = (
                    self._item(item, number if ordered else None)
                    for number, item in enumerate(items, start)
                )
                return "\n".join(filter(None, lines))
            case Fields(fields):
                return "\n".join(self._once(field, Fields((field,))) for field in fields)
            case _:
                return self._once(block, block)

    def _item(self, item: Inlines, number: int | None) -> str:
        known = self._written.get((id(item), number))
        if known is not None:
            return known[1]
        writer = _SMALL if id(item) in self._sources else _BODY
        block = Listing((item,)) if number is None else Listing((item,), ordered=True, start=number)
        return self._once(item, block, number, writer)

    def _once(
        self, part: object, block: Block, number: int | None = None, writer: DiscordWriter = _BODY
    ) -> str:
        key = (id(part), number)
        if key not in self._written:
            self._written[key] = (part, write_blocks((_prepared(block),), writer))
        return self._written[key][1]


def small(blocks: Blocks) -> str:
    """Write what stands below an answer in small letters."""
    texts = (write_blocks((_prepared(block),), _SMALL) for block in blocks)
    return "\n".join(text for text in texts if text.strip())


def container(parts: Iterable[str | None], footer: str, *, is_trouble: bool) -> Json:
    """Frame the parts of a page, without lines at its edges; trouble has a colour of its own."""
    inner = list(parts)
    while inner and inner[-1] is None:
        del inner[-1]
    inner = list(dropwhile(lambda part: part is None, inner))
    components = [separator() if part is None else display(part) for part in inner]
    if footer:
        components += [separator()] if components else []
        components.append(display(footer))
    if not any(texts_of(components)):
        components.append(display(_NOTHING))
    frame: Json = {"type": _CONTAINER, "components": components}
    return {**frame, "accent_color": _TROUBLE} if is_trouble else frame


def display(text: str) -> Json:
    """Return a text display."""
    return {"type": _TEXT, "content": text}


def separator() -> Json:
    """Return a dividing line."""
    return {"type": _SEPARATOR, "divider": True, "spacing": 1}


def row(components: Iterable[Json]) -> Json:
    """Return a row of buttons, or of one select."""
    return {"type": _ROW, "components": list(components)}


def texts_of(components: Iterable[Json]) -> Iterator[str]:
    """Yield the content of each text display, in reading order."""
    for component in components:
        content = component.get("content")
        if component.get("type") == _TEXT and isinstance(content, str):
            yield content
        inner = component.get("components")
        if isinstance(inner, list):
            yield from texts_of(inner)


def _is_sources(block: Block) -> bool:
    """Tell whether a block is a list of sources: numbered, with a link in each line."""
    return (
        isinstance(block, Listing)
        and block.ordered
        and all(any(isinstance(part, Link) for part in item) for item in block.items)
    )


def _prepared(block: Block) -> Block:
    """Keep the marks of emphasis in a block from touching each other."""
    match block:
        case Heading(content) | Paragraph(content):
            return replace(block, content=sealed(content))
        case Listing(items):
            return Listing(tuple(map(sealed, items)), block.ordered, block.start)
        case Fields(fields):
            return Fields(tuple(Field(field.label, _value(field)) for field in fields))
        case Quotation(citation=citation):
            return replace(block, citation=sealed(citation))
        case _:
            return block


def _value(field: Field) -> Inlines:
    return sealed(field.value)
