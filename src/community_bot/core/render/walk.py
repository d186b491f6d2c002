"""The walk over a reply that formats share: which part comes when, whatever each is written as.

A format is a ``Writer``. It gets parts that ``clean`` has gone over and inner parts that are
already written, and it escapes; the walk itself knows no format.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Protocol, assert_never

from community_bot.core.render.clean import cleaned_blocks
from community_bot.domain.document import (
    Action,
    Block,
    Blocks,
    Code,
    CodeBlock,
    Emphasis,
    Fields,
    Heading,
    Inline,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Rule,
    Strong,
    Text,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from community_bot.core.render.clean import Clean


class Writer(Protocol):
    """How one format writes each part. ``text`` and ``label`` are raw, other parts are written."""

    def text(self, text: str) -> str:
        """Write plain words."""

    def strong(self, content: str) -> str:
        """Write words that carry the answer."""

    def emphasis(self, content: str) -> str:
        """Write words set apart."""

    def code(self, text: str) -> str:
        """Write something to type to the letter."""

    def time(self, timestamp: int, text: str) -> str:
        """Write a moment; ``text`` says it in words."""

    def link(self, label: str, url: str) -> str:
        """Write a link; ``url`` is as in the document and safe to lead to."""

    def heading(self, content: str, level: int) -> str:
        """Write a title."""

    def paragraph(self, content: str) -> str:
        """Write running text."""

    def listing(self, items: Sequence[str], start: int | None) -> str:
        """Write a list, numbered from ``start`` if that is given."""

    def fields(self, fields: Sequence[tuple[str, str]]) -> str:
        """Write labels, which may be empty, with their values."""

    def quotation(self, content: str, citation: str) -> str:
        """Write somebody's words and, if it is not empty, whose they are."""

    def code_block(self, text: str, language: str) -> str:
        """Write lines that keep their spacing."""

    def rule(self) -> str:
        """Write a dividing line."""

    def actions(self, actions: Sequence[tuple[str, str]]) -> str:
        """Write labels, which may be empty, with the commands to type, written as codes."""

    def gap(self, above: Block | None) -> str:
        """Return what stands between a block, or the actions, and what follows."""


def write(reply: Clean, writer: Writer, write_one: Callable[[Block], str] | None = None) -> str:
    """Write the blocks of a reply, its actions and its footer.

    ``write_one`` may be a ``write_block`` for this writer that remembers.
    """
    write_one = write_one or partial(write_block, writer)
    sections = (
        _blocks(reply.blocks, writer, write_one),
        _actions(reply.actions, writer),
        _blocks(reply.footer, writer, write_one),
    )
    return writer.gap(None).join(filter(None, sections))


def write_blocks(blocks: Blocks, writer: Writer) -> str:
    """Write blocks that no reply is made of yet."""
    return _blocks(cleaned_blocks(blocks), writer, partial(write_block, writer))


def write_run(writer: Writer, content: Inlines) -> str:
    """Write a run of clean inlines."""
    return "".join([_inline(inline, writer) for inline in content])


def write_block(writer: Writer, block: Block, run: Callable[[Inlines], str] | None = None) -> str:
    """Write a clean block; ``run`` may be a ``write_run`` for this writer that remembers."""
    run = run or partial(write_run, writer)
    match block:
        case Heading(content, level):
            return writer.heading(run(content), level)
        case Paragraph(content):
            return writer.paragraph(run(content))
        case Listing(items, ordered, start):
            return writer.listing([run(item) for item in items], start if ordered else None)
        case Fields(fields):
            return writer.fields([(writer.text(one.label), run(one.value)) for one in fields])
        case Quotation(text, citation):
            return writer.quotation(writer.text(text), run(citation))
        case CodeBlock(text, language):
            return writer.code_block(text, language)
        case Rule():
            return writer.rule()
        case _:
            assert_never(block)


def _blocks(blocks: Blocks, writer: Writer, write_one: Callable[[Block], str]) -> str:
    written = [part for block in blocks for part in (write_one(block), writer.gap(block))]
    return "".join(written[:-1])


def _actions(actions: Sequence[Action], writer: Writer) -> str:
    if not actions:
        return ""
    return writer.actions(
        [(writer.text(action.caption), writer.code(action.line)) for action in actions]
    )


def _inline(inline: Inline, writer: Writer) -> str:
    match inline:
        case Text(text):
            return writer.text(text)
        case Strong(text):
            return writer.strong(writer.text(text))
        case Emphasis(text):
            return writer.emphasis(writer.text(text))
        case Code(text):
            return writer.code(text)
        case Time(timestamp, text):
            return writer.time(timestamp, text)
        case Link(label, url):
            return writer.link(label, url)
        case _:
            assert_never(inline)
