"""A block of YAML that says what fields of one entry are to say: a mapping of fields to values.

``entry``, ``source``, ``note`` and ``seen`` stand beside the fields. It is read as strictly as the
files themselves are; what may stand in a field is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from community_bot.domain.errors import UserError
from community_bot.knowledge.problems import BrokenFileError
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.moderation.differences import text_of
from community_bot.moderation.draft import UnfitError

_BESIDE = ("entry", "source", "note", "seen")


@dataclass(frozen=True, slots=True)
class EditBlock:
    """What a block says: values by field, as they are typed, and what it says of the change."""

    values: Mapping[str, str] = field(default_factory=dict)
    entry: str = ""
    source: str = ""
    note: str = ""
    seen: str = ""


def read_block(text: str) -> EditBlock:
    """Read a block; raise UserError for what is none, or what names no field."""
    try:
        said = read_tree(text.replace("\r\n", "\n").encode(errors="surrogatepass"), "")
    except BrokenFileError as error:
        raise UnfitError((f"{it.line}:{it.column}", it) for it in error.problems) from error
    beside = {
        name: said.pop(name) or ""
        for name in _BESIDE
        if name in said and not isinstance(said[name], dict | list)
    }
    values: dict[str, str] = {}
    for name, value in _fields(said, ""):
        if name in values:
            raise UserError("draft-field-twice", field=name, other=name)
        values[name] = value
    if not values:
        raise UserError("draft-block-empty")
    return EditBlock(values, **{name: str(value) for name, value in beside.items()})


def _fields(said: Mapping[str, Tree], above: str) -> Iterator[tuple[str, str]]:
    """Yield each field with its value; a mapping within another only spares its first words."""
    for name, value in said.items():
        route = f"{above}.{name}" if above else name
        if isinstance(value, dict) and value:
            yield from _fields(value, route)
        elif isinstance(value, list) and not all(isinstance(it, str) for it in value):
            raise UserError("draft-which", field=route, example=f"{route}.1")
        else:
            yield route, text_of(value)
