"""What a reader of a rendered reply should find: its blocks in order, and how each word looks.

A parser of the output must come to the same outline as the document, so nothing in the content can
have become markup and nothing of it can have got lost.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, assert_never

from community_bot.core.render.clean import cleaned
from community_bot.domain.document import (
    Blocks,
    Code,
    CodeBlock,
    Emphasis,
    Field,
    Fields,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Reply,
    Rule,
    Strong,
    Text,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Styled = tuple[str, str]
"""A look, which is ``""``, ``strong``, ``em``, ``code`` or ``a`` and an address, and its words."""

Part = tuple[str, tuple[Styled, ...]]
"""A kind of block, by its HTML tag and what else makes it out, with its words."""


def styled(runs: Iterable[Styled]) -> tuple[Styled, ...]:
    """Join neighbours of one look; how a blank looks and how far lines are apart tells nothing."""
    characters: list[Styled] = []
    for look, words in runs:
        for character in words:
            if character == "\n":
                if characters and characters[-1][1] != "\n":
                    characters.append(("", character))
            else:
                is_plain = character.isspace() and not look.startswith("a ")
                characters.append(("" if is_plain else look, character))
    if characters and characters[-1][1] == "\n":
        del characters[-1]
    return tuple(
        (look, "".join(character for _, character in group))
        for look, group in groupby(characters, key=itemgetter(0))
    )


def outline(reply: Reply) -> list[Part]:
    """Return the outline of a reply, with ``fields`` of ``field`` each, for formats to name."""
    reply = cleaned(reply)
    actions = tuple(
        # A label that only repeats the line is not said twice.
        (Code(one.line),)
        if one.label in {"", one.line}
        else (Text(f"{one.label}: "), Code(one.line))
        for one in reply.actions
    )
    listed = (Listing(actions),) if actions else ()
    return list(_parts(reply.blocks + listed + reply.footer))


def _parts(blocks: Blocks) -> Iterator[Part]:
    for block in blocks:
        match block:
            case Heading(content, level):
                yield f"h{level}", _runs(content)
            case Paragraph(content):
                yield "p", _runs(content)
            case Listing(items, ordered, start):
                yield (f"ol {start}" if ordered else "ul"), ()
                yield from (("li", _runs(item)) for item in items)
            case Fields(fields):
                yield "fields", ()
                yield from (("field", _runs(_row(field))) for field in fields)
            case Quotation(text, citation):
                yield "blockquote", _runs((Text(text),))
                yield from [("p", _runs((Text("— "), *citation)))] if citation else []
            case CodeBlock(text, language):
                yield f"pre {language}", (("", text),) if text else ()
            case Rule():
                yield "hr", ()
            case _:
                assert_never(block)


def _row(field: Field) -> Inlines:
    label = (Strong(f"{field.label}:"), Text(" ")) if field.label else ()
    return (*label, *field.value)


def _runs(content: Inlines) -> tuple[Styled, ...]:
    return styled(map(_look, content))


def _look(inline: Inline) -> Styled:
    match inline:
        case Text(text) | Time(text=text):
            return "", text
        case Strong(text):
            return "strong", text
        case Emphasis(text):
            return "em", text
        case Code(text):
            return "code", text
        case Link(label, url):
            return f"a {url}", label
        case _:
            assert_never(inline)
