"""What somebody should see of a reply on Discord, compared with what a reader found of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never
from urllib.parse import urlsplit

from community_bot.core.render.clean import cleaned, cleaned_blocks
from community_bot.domain.document import (
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
from strategies.discord_markdown import Seen
from strategies.documents import shown

_HALF_A_PAGE = 2_000

Letter = tuple[str, str, str]
"""A character, the block that it stands in and how it looks."""


class Outline:
    """The letters of a reply in order. Blanks, and joiners without width, tell nothing."""

    def __init__(self, reply: Reply, printed: Blocks = ()) -> None:
        self._reply = reply
        self._printed = printed
        self._letters: list[Letter] = []
        self._next = 0

    def assert_is(self, found: Iterable[Seen]) -> None:
        """Assert that the blocks and the footer were seen, with what is printed between them."""
        self._letters = list(_letters(found))
        self._next = 0
        clean = cleaned(self._reply)
        self._blocks(clean.blocks)
        self._blocks(cleaned_blocks(self._printed))
        self._footer(clean.footer)
        rest = self._letters[self._next :]
        assert not rest or _words(rest) == "—", rest

    def _blocks(self, blocks: Blocks) -> None:
        for block in blocks:
            self._block(block)

    def _footer(self, blocks: Blocks) -> None:
        """A footer is small, and where it is long, part of the answer."""
        start = self._next
        try:
            for block in blocks:
                self._small(block)
        except AssertionError:
            self._next = start
            self._blocks(blocks)

    def _small(self, block: Block) -> None:
        match block:
            case Paragraph(content):
                self._run(content, "small")
            case Listing(items, ordered, start):
                for number, item in enumerate(items, start):
                    if any(shown(one).strip() for one in item):
                        self._take(f"{number}." if ordered else "•", "small")
                        self._run(item, "small")
            case Fields(fields):
                for field in fields:
                    self._field(field.label, field.value, "small")
            case _:
                self._block(block)

    def _block(self, block: Block) -> None:
        match block:
            case Heading(content, level):
                self._run(content, "h2" if level <= 1 else "h3")
            case Paragraph(content):
                self._run(content, "p")
            case Listing(items, ordered, start):
                self._listing(items, start if ordered else None)
            case Fields(fields):
                for field in fields:
                    self._field(field.label, field.value, "p")
            case Quotation(text, citation):
                self._run((Text(text),), "quote")
                if citation:
                    self._citation(citation, is_alone=not text)
            case CodeBlock(text):
                self._either((text, "pre", ""), (text, "p", ""))
            case Rule():
                pass
            case _:
                assert_never(block)

    def _citation(self, citation: Inlines, *, is_alone: bool) -> None:
        """A citation is small; one that takes over half a page is a paragraph after the words."""
        start = self._next
        try:
            self._run((Text("— "), *citation), "small")
        except AssertionError:
            if sum(map(_length, citation)) <= _HALF_A_PAGE:
                raise
            self._next = start
            if is_alone:
                self._fits("—", "p", "")  # the page of its quotation, which has no words
            self._run(citation, "p")

    def _listing(self, items: tuple[Inlines, ...], start: int | None) -> None:
        """A list of sources is small, and its numbers are plain there."""
        begin = self._next
        try:
            self._items(items, start, "li", "marker")
        except AssertionError:
            if start is None:
                raise
            self._next = begin
            self._items(items, start, "small", "")

    def _items(self, items: tuple[Inlines, ...], start: int | None, block: str, look: str) -> None:
        for offset, item in enumerate(items):
            if any(shown(one).strip() for one in item):  # else nothing is to be seen of it
                marker = f"{start + offset}." if start is not None else "-"
                self._take(marker, block, look)
                self._run(item, block)

    def _field(self, label: str, value: Inlines, block: str) -> None:
        if label:
            self._take(f"{label}:", block, "strong")
        self._run(value, block)

    def _run(self, content: Inlines, block: str) -> None:
        for inline in content:
            self._inline(inline, block)

    def _inline(self, inline: Inline, block: str) -> None:
        match inline:
            case Text(text):
                self._take(text, block)
            case Time(timestamp, text):
                self._either((str(timestamp), block, "time"), (text, block, ""))
            case Strong(text):
                self._marked(text, block, "strong")
            case Emphasis(text):
                self._marked(text, block, "em")
            case Code(text):
                self._either((text, block, "code"), (text, block, ""))
            case Link(label, url):
                self._link(label, url, block)
            case _:
                assert_never(inline)

    def _marked(self, text: str, block: str, look: str) -> None:
        """Marks that would touch others are left out, and are outside of blanks."""
        for letter in _visible(text):
            self._either((letter, block, look), (letter, block, ""))

    def _link(self, label: str, url: str, block: str) -> None:
        """A label looks like one, or stands before a link to the bare host."""
        address = url.replace("(", "%28").replace(")", "%29")
        start = self._next
        if any(self._fits(label, block, f"a {target}") for target in (url, address)):
            return
        self._next = start
        self._take(f"{label} (", block)
        if not self._fits(urlsplit(url).netloc, block, f"a {address}"):
            self._take(url, block, f"a {url}")
        self._take(")", block)

    def _either(self, *ways: Letter) -> None:
        if not any(self._fits(*way) for way in ways):
            self._take(*ways[0])

    def _take(self, words: str, block: str, look: str = "") -> None:
        expected = [(letter, block, look) for letter in _visible(words)]
        found = self._letters[self._next : self._next + len(expected)]
        assert found == expected, (_words(found), words, found[:3], expected[:3])
        self._next += len(expected)

    def _fits(self, words: str, block: str, look: str) -> bool:
        try:
            self._take(words, block, look)
        except AssertionError:
            return False
        return True


def _letters(found: Iterable[Seen]) -> Iterator[Letter]:
    for one in found:
        for letter in _visible(one.words):
            yield letter, one.block, one.look


def _visible(words: str) -> Iterator[str]:
    return (one for one in words if not one.isspace() and one not in "\u2060\u2068\u2069")


def _words(letters: Iterable[Letter]) -> str:
    return "".join(letter for letter, _, _ in letters)


def _length(inline: Inline) -> int:
    return len(shown(inline)) + (len(inline.url) if isinstance(inline, Link) else 0)
