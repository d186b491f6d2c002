"""Cut a document into pages by a platform's own measure, without losing or changing a word.

Knows no platform: ``measure`` tells what a whole page costs, so signs and escapes that a renderer
adds are counted where it adds them. What it costs to add a block is never assumed, only that more
content costs no less; and every page is measured as it goes out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from community_bot.core.cutting import content_of, cuttable, holding, most, shown
from community_bot.domain.document import (
    Block,
    Blocks,
    Fields,
    Heading,
    Inline,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable


def split_pages(
    blocks: Blocks, *, measure: Callable[[Blocks], int], limit: int
) -> tuple[Blocks, ...]:
    """Split blocks into pages that each measure at most ``limit``, in the measure's own units.

    A list item, field, paragraph, heading, quotation or code block is cut only if it is over the
    limit alone: at the end of a sentence (of a line, in code) if one lies in the second half of
    what fits, else of a word, else of a grapheme; inside a link, a code, a time or a field's label
    only if nothing else is left. What goes on of a list item or a field is a paragraph. The words
    of the pages, one after another, are those of the document, except that

    - each piece of a quotation has the citation, unless that takes over half a page: then the
      citation follows the words once, as a paragraph;
    - each piece of a link's label has the address, unless that takes over half a page: then the
      address follows the label once, as text.

    Headings stay with what follows wherever both have room on one page. Raises ValueError if the
    limit has no room for a single grapheme.
    """
    if not blocks:
        return ()
    cost = measure(blocks)
    if cost <= limit:
        return (blocks,)
    atoms = _atoms(blocks)
    return tuple(_Splitter(measure, limit, len(atoms) * limit // cost).pages(atoms))


@dataclass(frozen=True, slots=True)
class _Atom:
    """What stays together: a block, a list of one, fields of one; ``source`` tells from which."""

    source: int
    block: Block


@dataclass(frozen=True, slots=True)
class _Splitter:
    measure: Callable[[Blocks], int]
    limit: int
    usual: int
    """How many atoms a page holds, if they are alike."""

    def pages(self, atoms: list[_Atom]) -> Generator[Blocks, None, None]:
        """Yield pages as full as can be; uses up ``atoms``."""
        start = 0
        while start < len(atoms):
            end = self._reach(atoms, start)
            if end < len(atoms):
                body = _before_last_headings(atoms, start, end)
                if self._fits(atoms[end : end + 1]):
                    end = self._parting(atoms, start, body, end)
                elif body > start:
                    end = body if self._fits(atoms[start:body]) else end
                else:
                    atoms[start : end + 1] = yield from self._cut(atoms[start:end], atoms[end])
                    continue
            yield _joined(atoms[start:end])
            start = end

    def _reach(self, atoms: list[_Atom], start: int) -> int:
        return start + most(
            len(atoms) - start, lambda n: self._fits(atoms[start : start + n]), self.usual
        )

    def _parting(self, atoms: list[_Atom], start: int, body: int, end: int) -> int:
        """Return where to end a page that has headings from ``body`` to ``end``.

        As many of them as have room there go on to the page of what follows.
        """
        for earlier in range(max(body, start + 1), end):
            if self._fits(atoms[earlier : end + 1]) and self._fits(atoms[start:earlier]):
                return earlier
        return end

    def _fits(self, atoms: Iterable[_Atom]) -> bool:
        return self.measure(_joined(atoms)) <= self.limit

    def _cut(self, headings: list[_Atom], atom: _Atom) -> Generator[Blocks, None, list[_Atom]]:
        """Yield pages of an atom that none can hold, the first after the headings it belongs to.

        Returns what is left to go on a page with others.
        """
        lighter = self._lighter(atom.block)
        if lighter != (atom.block,):
            return [*headings, *(_Atom(atom.source, block) for block in lighter)]
        block = cuttable(atom.block)
        start = 0

        def page(end: int) -> list[_Atom]:
            return [*headings, _Atom(atom.source, block.piece(start, end))]

        while True:
            end = block.cuts.best(start, lambda end: self._fits(page(end)))
            if end == start and headings:
                yield _joined(headings)
                headings = []
                continue
            if end == start:
                end = block.inner_cuts.best(start, lambda end: self._fits(page(end)))
            if end == start:
                kind = type(atom.block).__name__
                raise ValueError(f"a limit of {self.limit} has no room for any of a {kind}")
            if end == len(block.text):
                return page(end)
            yield _joined(page(end))
            headings, start = [], end

    def _lighter(self, block: Block) -> Blocks:
        """Set apart what would fill half of every piece of a block that is to be cut."""
        if isinstance(block, Quotation):
            if block.citation and self._is_heavy(replace(block, text="")):
                return (replace(block, citation=()), Paragraph(block.citation))
            return (block,)
        content = content_of(block)
        lighter = tuple(self._lighter_link(inline, block) for inline in content)
        return (block,) if lighter == content else (holding(block, lighter),)

    def _lighter_link(self, inline: Inline, block: Block) -> Inline:
        if (
            not isinstance(inline, Link)
            or self.measure((holding(block, (inline,)),)) <= self.limit
            or not self._is_heavy(holding(block, (replace(inline, label=shown(inline)[:1]),)))
        ):
            return inline
        label, address = shown(inline), inline.url
        return Text(label if label == address else f"{label} <{address}>")

    def _is_heavy(self, block: Block) -> bool:
        return 2 * self.measure((block,)) > self.limit


def _atoms(blocks: Blocks) -> list[_Atom]:
    return [
        _Atom(source, part) for source, block in enumerate(blocks) for part in _undivided(block)
    ]


def _undivided(block: Block) -> Iterable[Block]:
    match block:
        case Listing(items, ordered, start):
            return (
                Listing((item,), ordered, start + number if ordered else start)
                for number, item in enumerate(items)
            )
        case Fields(fields):
            return (Fields((field,)) for field in fields)
        case _:
            return (block,)


def _joined(atoms: Iterable[_Atom]) -> Blocks:
    """Put list items and fields back together where they stand side by side."""
    joined: list[Block] = []
    for _, neighbours in groupby(atoms, key=lambda atom: (atom.source, type(atom.block))):
        blocks = [atom.block for atom in neighbours]
        match blocks[0]:
            case Listing(_, ordered, start):
                items = (
                    item for block in blocks if isinstance(block, Listing) for item in block.items
                )
                joined.append(Listing(tuple(items), ordered, start))
            case Fields():
                fields = (
                    field for block in blocks if isinstance(block, Fields) for field in block.fields
                )
                joined.append(Fields(tuple(fields)))
            case _:
                joined += blocks
    return tuple(joined)


def _before_last_headings(atoms: list[_Atom], start: int, end: int) -> int:
    """Return where the headings begin that a page would end with, or its end if it does not."""
    while end > start and isinstance(atoms[end - 1].block, Heading):
        end -= 1
    return end
