"""Differences of values as a document shows them: the field, what it said, what it says now."""

from __future__ import annotations

from collections.abc import Iterable

from community_bot.core.i18n import Texts
from community_bot.domain.document import Code, Emphasis, Field, Fields, Inlines, Text


def difference_blocks(texts: Texts, rows: Iterable[tuple[str, str, str]]) -> tuple[Fields, ...]:
    """Return a block for each field with its old and its new value; "" is no value."""
    return tuple(
        Fields(
            (
                Field("", (Code(field),)),
                Field(texts("field-was"), _value(texts, old)),
                Field(texts("field-now"), _value(texts, new)),
            )
        )
        for field, old, new in rows
    )


def _value(texts: Texts, value: str) -> Inlines:
    return (Text(value),) if value else (Emphasis(texts("no-value")),)
