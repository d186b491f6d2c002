"""Replies in colours, for a terminal; imported only where there is one, since rich is slow to load.

Content goes into rich's ``Text`` as it is, never into its markup language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule as DividingLine
from rich.segment import Segment
from rich.style import Style
from rich.table import Column, Table
from rich.text import Text as StyledText

from community_bot.core.render.clean import cleaned
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
    Reply,
    Rule,
    Strong,
    Text,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

_PLAIN = Style()
_BOLD = Style(bold=True)
_ITALIC = Style(italic=True)
_FAINT = Style(dim=True)
_COMMAND = Style(color="cyan")
_TITLE = Style(bold=True, underline=True)
_TROUBLE = Style(color="yellow")
_WIDEST_LABEL = 24


@dataclass(frozen=True, slots=True)
class Labels:
    """The words that the terminal adds, in the reader's language."""

    actions: str


def render_rich(reply: Reply, labels: Labels) -> RenderableType:
    """Render a reply for rich to print; it wraps to whatever width it is printed at."""
    reply = cleaned(reply)
    sections: list[RenderableType] = []
    if reply.blocks:
        blocks = _blocks(reply.blocks, _PLAIN)
        sections.append(blocks if reply.error is None else _Barred(blocks, _TROUBLE))
    if reply.actions:
        sections.append(_actions(reply.actions, labels))
    if reply.footer:
        sections.append(_blocks(reply.footer, _FAINT))
    spaced: list[RenderableType] = [part for section in sections for part in ("", section)]
    return Group(*spaced[1:])


def _blocks(blocks: Blocks, style: Style) -> RenderableType:
    """Put blocks below each other, with an empty line between but after a heading."""
    parts: list[RenderableType] = []
    above: Block | None = None
    for block in blocks:
        if above is not None and not isinstance(above, Heading):
            parts.append("")
        parts.append(_block(block, style))
        above = block
    return Group(*parts)


def _block(block: Block, style: Style) -> RenderableType:
    match block:
        case Heading(content, level):
            return _words(content, style + (_TITLE if level <= 1 else _BOLD))
        case Paragraph(content):
            return _words(content, style)
        case Listing(items, ordered, start):
            return _columns(
                (f"{number}." if ordered else "•", _words(item, style))
                for number, item in enumerate(items, start)
            )
        case Fields(fields):
            return _columns(
                (f"{field.label}:" if field.label else "", _words(field.value, style))
                for field in fields
            )
        case Quotation(text, citation):
            quoted = _Barred(StyledText(_drawable(text), style), _FAINT)
            if not citation:
                return quoted
            return Group(quoted, Padding(_words((Text("— "), *citation), _FAINT), (0, 0, 0, 2)))
        case CodeBlock(text):
            return Padding(StyledText(_drawable(text), style), (0, 0, 0, 4))
        case Rule():
            return DividingLine(style=_FAINT)
        case _:
            assert_never(block)


def _actions(actions: Sequence[Action], labels: Labels) -> RenderableType:
    """List what to type, in the colour of what can be typed."""
    grid = _grid(Column(style=_FAINT), Column(style=_COMMAND), Column())
    for number, action in enumerate(actions, 1):
        line, caption = _drawable(action.line), _drawable(action.caption)
        grid.add_row(*map(StyledText, (f"  {number}.", line, caption)))
    return Group(StyledText(labels.actions, _FAINT), grid)


def _columns(rows: Iterable[tuple[str, StyledText]]) -> RenderableType:
    """Line up faint marks or labels with what belongs to them."""
    grid = _grid(Column(style=_FAINT, max_width=_WIDEST_LABEL), Column())
    for label, words in rows:
        grid.add_row(StyledText(_drawable(label)), words)
    return grid


def _grid(*columns: Column) -> Table:
    """Make a table without lines; what is too wide for a column is folded, never cut off."""
    for column in columns:
        column.overflow = "fold"
    return Table(*columns, box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False)


def _words(content: Inlines, style: Style) -> StyledText:
    words = StyledText(style=style)
    for inline in content:
        _add(inline, words)
    return words


def _add(inline: Inline, words: StyledText) -> None:
    match inline:
        case Text(text) | Time(text=text):
            words.append(_drawable(text))
        case Strong(text):
            words.append(_drawable(text), _BOLD)
        case Emphasis(text):
            words.append(_drawable(text), _ITALIC)
        case Code(text):
            words.append(_drawable(text), _COMMAND)
        case Link(label, url):
            if label != url:
                words.append(f"{_drawable(label)} ")
            words.append(url if label == url else f"<{url}>", _FAINT + Style(link=url))
        case _:
            assert_never(inline)


def _drawable(text: str) -> str:
    """Leave out what joins two letters into one, for rich can lose the second of them.

    Nobody sees it; whoever needs a text to the letter has it from a pipe.
    """
    return text.replace("\N{ZERO WIDTH JOINER}", "")


@dataclass(frozen=True, slots=True)
class _Barred:
    """Something with a bar along its left side."""

    content: RenderableType
    style: Style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the content in what width the bar leaves, with the bar before each line."""
        inner = options.update(width=max(options.max_width - 2, 1))
        for line in console.render_lines(self.content, inner, pad=False):
            yield Segment("│ ", self.style)
            yield from line
            yield Segment.line()
