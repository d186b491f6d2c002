"""Cut one block that is too long for a page where it reads best.

Knows neither pages nor costs: whoever cuts says what fits. A block here is what paging keeps
together, so a list holds one item and fields hold one field.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TYPE_CHECKING, assert_never

from community_bot.domain.document import (
    Block,
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
    Rule,
    Strong,
    Text,
    Time,
)

if TYPE_CHECKING:
    from collections.abc import Callable

# Ends with blanks after them, wide ones that need none, and the end of a line.
_SENTENCE_END = re.compile(r"[.!?…؟।][\"'”’»)\]]*\s+|[。\uff01\uff1f][」』”\uff09]*\s*|\n+")
_WORD_END = re.compile(r"\s+")
_LINE_END = re.compile(r"\n")


@dataclass(frozen=True, slots=True)
class Cuttable:
    """A block and its words; where they may be cut, and where only if nothing else is left."""

    block: Block
    text: str
    cuts: _Cuts
    inner_cuts: _Cuts

    def piece(self, start: int, end: int) -> Block:
        """Return the words between two offsets; a list item or a field goes on as a paragraph."""
        content = _slice(content_of(self.block), start, end)
        if start and isinstance(self.block, Listing | Fields):
            return Paragraph(content)
        return holding(self.block, content)


@dataclass(frozen=True, slots=True)
class _Cuts:
    """Offsets at which a piece may end: of graphemes, and those that also end more than that."""

    graphemes: list[int]
    words: list[int]
    sentences: list[int]

    def best(self, start: int, fits: Callable[[int], bool]) -> int:
        """Return the best end for a piece from ``start``, or ``start`` if none fits."""
        first = bisect_right(self.graphemes, start)
        count = most(len(self.graphemes) - first, lambda n: fits(self.graphemes[first + n - 1]))
        if count == 0:
            return start
        farthest = self.graphemes[first + count - 1]
        if farthest == self.graphemes[-1]:
            return farthest
        for places, least in ((self.sentences, (start + farthest) // 2), (self.words, start)):
            index = bisect_right(places, farthest) - 1
            if index >= 0 and places[index] > least and fits(places[index]):
                return places[index]
        return farthest


def cuttable(block: Block) -> Cuttable:
    """Find the places where a block may be cut."""
    from wcwidth import iter_graphemes  # noqa: PLC0415 - slow to import and seldom needed

    content = content_of(block)
    text = "".join(map(shown, content))
    graphemes = list(accumulate(map(len, iter_graphemes(text))))
    inside = _insides(block, content)
    sentence_end = _LINE_END if isinstance(block, CodeBlock) else _SENTENCE_END
    sentences = {found.end() for found in sentence_end.finditer(text)}
    words = {found.end() for found in _WORD_END.finditer(text)}

    def cuts(places: list[int]) -> _Cuts:
        return _Cuts(
            places,
            [place for place in places if place in words],
            [place for place in places if place in sentences],
        )

    return Cuttable(
        block, text, cuts([place for place in graphemes if place not in inside]), cuts(graphemes)
    )


def content_of(block: Block) -> Inlines:
    """Return the words of a block but a citation; a field's label counts as strong ones."""
    match block:
        case Heading(content) | Paragraph(content) | Listing((content,)):
            return content
        case Fields((Field(label, value),)):
            return (Strong(label), *value) if label else value
        case Quotation(text) | CodeBlock(text):
            return (Text(text),)
        case _:
            return ()


def holding(block: Block, content: Inlines) -> Block:
    """Return a block of the same kind with other words; fields without their label hold none."""
    match block:
        case Heading() | Paragraph():
            return replace(block, content=content)
        case Listing():
            return replace(block, items=(content,))
        case Fields((Field(""),)):
            return Fields((Field("", content),))
        case Fields((Field(label),)) if content[:1] == (Strong(label),):
            return Fields((Field(label, content[1:]),))
        case Fields():
            return Paragraph(content)
        case Quotation() | CodeBlock():
            return replace(block, text="".join(map(shown, content)))
        case Rule():
            return block
        case _:
            assert_never(block)


def shown(inline: Inline) -> str:
    """Return the words that a reader sees; those of a link without a label are its address."""
    return (inline.label or inline.url) if isinstance(inline, Link) else inline.text


def most(count: int, fits: Callable[[int], bool], guess: int = 1) -> int:
    """Return the largest number up to ``count`` that fits, without trying any far above it.

    A good ``guess`` saves trials. Where a larger number fits though a smaller does not, it may
    return less, but what fits.
    """
    good, bad, step = 0, count + 1, 1
    probe = guess
    while bad - good > 1:
        probe = min(max(probe, good + 1), bad - 1)
        if fits(probe):
            good = probe
        else:
            bad = probe
        if good and bad <= count:
            probe = (good + bad) // 2
        else:
            probe = probe + step if good else probe - step
            step *= 2
    return good


def _insides(block: Block, content: Inlines) -> set[int]:
    """Return the offsets inside codes, links and times, and inside a field's label."""
    inside: set[int] = set()
    offset = 0
    for inline in content:
        start, offset = offset, offset + len(shown(inline))
        is_label = isinstance(block, Fields) and offset == len(block.fields[0].label)
        if is_label or not isinstance(inline, Text | Strong | Emphasis):
            inside.update(range(start + 1, offset))
    return inside


def _slice(content: Inlines, start: int, end: int) -> Inlines:
    parts: list[Inline] = []
    offset = 0
    for inline in content:
        words = shown(inline)
        part = words[max(start - offset, 0) : max(end - offset, 0)]
        if part:
            parts.append(inline if part == words else _shortened(inline, part))
        offset += len(words)
    return tuple(parts)


def _shortened(inline: Inline, part: str) -> Inline:
    match inline:
        case Link():
            return replace(inline, label=part)
        case Time():
            return Text(part)  # a piece that kept the moment would be shown as the whole of it
        case _:
            return replace(inline, text=part)
