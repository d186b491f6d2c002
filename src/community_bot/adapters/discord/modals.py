"""Forms as Discord shows them: windows with fields to fill in, alive after every restart.

What a form completes stands in the window's id, and which option a field is in the field's: so
nothing is remembered of who opened one, and what is handed in is a command line like any other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from community_bot.adapters.discord.choices import shortened
from community_bot.adapters.discord.layout import Json
from community_bot.adapters.discord.tokens import MAX_TOKEN, units
from community_bot.core.invocation import MAX_TEXT, write_line
from community_bot.core.render.clean import one_line
from community_bot.domain.document import Form, FormInput

_MARK = "cb-form:"
_OPTION = re.compile(r"[a-z][a-z-]{0,31}")
_MAX_INPUTS = 5
_MAX_WORDS = 45
"""Most characters of a title, and of a label."""
_NOTHING = "–"
_TEXT_INPUT, _LABEL = 4, 18
_ONE_LINE, _LINES = 1, 2


def modal_of(form: Form) -> Json | None:
    """Return the window of a form; None where it has more in it than a window takes."""
    custom_id = f"{_MARK}{form.line}"
    is_fit = units(custom_id) <= MAX_TOKEN and form.line.isprintable()
    is_fit = is_fit and all(units(one.value) <= MAX_TEXT for one in form.inputs)
    is_fit = is_fit and all(_OPTION.fullmatch(one.name) for one in form.inputs)
    if not is_fit or not 1 <= len(form.inputs) <= _MAX_INPUTS:
        return None
    return {
        "custom_id": custom_id,
        "title": _words(form.title),
        "components": [_labelled(one) for one in form.inputs],
    }


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was handed in: the line that it means, and what was written, to the letter."""

    line: str
    written: tuple[str, ...]


def read_form(data: Mapping[str, Any]) -> Filled | None:
    """Return what was handed in; None if it is no form of ours. What was left empty is not said."""
    custom_id = str(data.get("custom_id", ""))
    if not custom_id.startswith(_MARK):
        return None
    values = {name: value for name, value in _values(data.get("components")) if value.strip()}
    if not all(_OPTION.fullmatch(name) for name in values):
        return None
    line = f"{custom_id.removeprefix(_MARK)} {write_line(**values)}".strip()
    return Filled(line, tuple(values.values()))


def _labelled(one: FormInput) -> Json:
    field: Json = {
        "type": _TEXT_INPUT,
        "custom_id": one.name,
        "style": _LINES if one.is_long or "\n" in one.value else _ONE_LINE,
        "required": one.is_required,
        "max_length": MAX_TEXT,
    }
    if one.value:
        field["value"] = one.value
    return {"type": _LABEL, "label": _words(one.label), "component": field}


def _words(text: str) -> str:
    return shortened(one_line(text).strip(), _MAX_WORDS) or _NOTHING


def _values(components: object) -> Iterator[tuple[str, str]]:
    """Yield each field's id with what was written there, however deep it stands."""
    for one in components if isinstance(components, list) else ():
        if not isinstance(one, Mapping):
            continue
        if one.get("type") == _TEXT_INPUT:
            yield str(one.get("custom_id", "")), str(one.get("value") or "")
        yield from _values(one.get("components"))
        yield from _values([one.get("component")])
