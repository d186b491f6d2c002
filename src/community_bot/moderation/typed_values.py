"""Values as people type them into a field: what to put where in an entry's tree.

A field of several parts is typed as ``name=value; name=value``; its main text may come first,
without a name. Several plain values have commas between them, and one with a comma in it stands in
quotation marks. The files' rules judge the values.
"""

from __future__ import annotations

import re
import unicodedata

from community_bot.domain.errors import UserError
from community_bot.domain.values import Localised, Url
from community_bot.knowledge.reading.tree import Tree
from community_bot.moderation.differences import field_text
from community_bot.moderation.fields import (
    LANGUAGE,
    ONE_MORE,
    Field,
    Form,
    Spot,
    field_below,
    put,
)

_MAIN = ("text", "value")
"""What a part is mostly about, by the name of its field."""
_PIECE = re.compile(r"(?:^|;)\s*(?P<name>[\w-]+)(?P<rest>(?:\.[\w+-]+)*)\s*=\s*")
_BLANKS = re.compile(r"[ \t\r\n]+")
_ITEM = re.compile(r'\s*"(?P<quoted>(?:[^"]|"")*)"\s*(?=[,;]|$)|(?P<plain>[^,;]+)')
# An address may hold a comma of its own, and never a quotation mark.
_BETWEEN_LINKS = re.compile(r"(?<![\s,;])[\s,;]+(?=https?://)")


def with_value(top: Spot, tree: Tree, field: Field, text: str) -> Tree:
    """Return an entry's tree that says at a field what was typed; raise UserError if it cannot."""
    spot, name = field.spot, field_text(field.route)
    if spot.form is Form.VALUE:
        return put(top, tree, field.route, tidy(text))
    if spot.form is Form.LIST and not spot.is_of_parts:
        return put(top, tree, field.route, _several(spot, text))
    if spot.form in {Form.LIST, Form.MAP}:
        step = "en" if spot.form is Form.MAP else ONE_MORE
        raise UserError("draft-which", field=name, example=f"{name}.{step}")
    for path, value in _pieces(spot, tidy(text), name):
        tree = with_value(top, tree, field_below(field, path, tree), value)
    return tree


def tidy(text: str) -> str:
    """Return a text on one line, its letters composed, without blanks around it."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _several(spot: Spot, text: str) -> Tree:
    if spot.value == Url:
        found = _BETWEEN_LINKS.split(text.replace('"', "").strip())
    else:
        items = _ITEM.finditer(text)
        found = [it["plain"] or it["quoted"].replace('""', '"') for it in items]
    return [it for it in dict.fromkeys(map(tidy, found)) if it]


def _pieces(spot: Spot, text: str, name: str) -> list[tuple[str, str]]:
    """Take what was typed for several fields apart: the way to each from here, and its value."""
    marks = [it for it in _PIECE.finditer(text) if _is_known(spot, it["name"])]
    first = marks[0].start() if marks else len(text)
    found = []
    if main := text[:first].strip():
        found.append((_main(spot, name), main))
    ends = [*(it.start() for it in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        found.append((mark["name"] + mark["rest"], text[mark.end() : end].strip()))
    return found


def _is_known(spot: Spot, name: str) -> bool:
    if spot.form is Form.WORDS:
        return LANGUAGE.fullmatch(name) is not None
    return name.casefold().replace("-", "_") in spot.names


def _main(spot: Spot, name: str) -> str:
    if spot.form is Form.WORDS:
        raise UserError("draft-which", field=name, example=f"{name}.en")
    known = spot.names
    main = next((it for it in _MAIN if it in known and known[it].value != Localised), None)
    if main is None:
        wanted = [_example(spot, it) for it in known if known[it].is_required and it != "cite"]
        raise UserError("draft-parts", field=name, example="; ".join(wanted))
    return main


def _example(spot: Spot, name: str) -> str:
    is_words = spot.below(name).form is Form.WORDS
    return f"{name}.en=…" if is_words else f"{name}=…"
