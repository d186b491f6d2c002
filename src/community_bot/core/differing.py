"""Differences of values as a document shows them: the field, what it said, what it says now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from community_bot.core.i18n import Texts
from community_bot.domain.document import (
    Block,
    Blocks,
    Code,
    Field,
    Fields,
    Inlines,
    Listing,
    Paragraph,
    Text,
)

Row = tuple[str, str, str]

_SHORT = 48
"""Letters up to which two values are read best side by side."""
_BRIEFLY, _WHOLLY = 8_000, 60_000
"""Letters of differences that are told to somebody, and that are shown to who wants to see all."""


def in_brief(rows: Sequence[Row], *, most: int = _BRIEFLY) -> tuple[Sequence[Row], int]:
    """Return the first of many differences, for one message or two, and how many are left."""
    room = most
    for count, row in enumerate(rows):
        room -= sum(map(len, row))
        if room < 0:
            return rows[:count], len(rows) - count
    return rows, 0


def all_difference_blocks(texts: Texts, rows: Sequence[Row]) -> Blocks:
    """Return the same of all differences, as far as anybody could read them."""
    return difference_blocks(texts, *in_brief(rows, most=_WHOLLY))


def difference_blocks(texts: Texts, rows: Iterable[Row], left: int = 0) -> Blocks:
    """Return fields with their old and new values, in their order; "" is no value.

    One that is new or gone, or whose values are short, takes a line; others stand one under the
    other, so that the eye finds what differs. ``left`` are those that are not shown.
    """
    blocks: list[Block] = []
    for is_brief, together in groupby(rows, _is_brief):
        if is_brief:
            blocks.append(Listing(tuple(_line(texts, row) for row in together)))
        else:
            blocks += [_both(texts, row) for row in together]
    if left:
        blocks.append(Paragraph((Text(texts.plural("differences-more", left)),)))
    return tuple(blocks)


def _is_brief(row: Row) -> bool:
    _, old, new = row
    return not (old and new) or max(len(old), len(new)) <= _SHORT


def _line(texts: Texts, row: Row) -> Inlines:
    field, old, new = row
    if not old:
        return texts.inlines("difference-new", field=Code(field), value=_shown(new))
    if not new:
        return texts.inlines("difference-gone", field=Code(field), value=_shown(old))
    return texts.inlines("difference-short", field=Code(field), old=Code(old), new=Code(new))


def _shown(value: str) -> Code | Text:
    return Code(value) if len(value) <= _SHORT else Text(value)


def _both(texts: Texts, row: Row) -> Fields:
    field, old, new = row
    return Fields(
        (
            Field("", (Code(field),)),
            Field(texts("field-was"), (Text(old),)),
            Field(texts("field-now"), (Text(new),)),
        )
    )
