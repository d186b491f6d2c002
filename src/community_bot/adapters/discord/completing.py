"""What Discord shows while an option is typed, within its limits."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable

from discord import app_commands

from community_bot.core.params import MAX_CHOICES, Choice

MOST = 100
"""Most characters of a choice's name, and of its value."""

_Choices = list[app_commands.Choice[int | float | str]]


def fitted(found: Iterable[Choice], *, is_number: bool) -> _Choices:
    """Return the choices that Discord takes, at most ``MAX_CHOICES``.

    A value is never cut, since it would mean something else; a label may be. Where two labels read
    alike, as namesakes' do, each says which it is.
    """
    fitting = [
        (value, _label(value, label))
        for value, label in found
        if value.strip() and len(value) <= MOST
    ]
    alike = Counter(label for _, label in fitting)
    return [
        app_commands.Choice(
            name=label if alike[label] == 1 else _told_apart(value, label),
            value=int(value) if is_number else value,
        )
        for value, label in fitting
        if not is_number or value.isdecimal()
    ][:MAX_CHOICES]


def _label(value: str, label: str) -> str:
    return _cut(" ".join(label.split()), MOST) or value


def _told_apart(value: str, label: str) -> str:
    room = MOST - len(value) - len(" – ")
    return f"{_cut(label, room)} – {value}" if room > 1 else value


def _cut(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    shortened = textwrap.shorten(text, room, placeholder="…")
    return shortened if len(shortened) > 1 else f"{text[: room - 1]}…"
