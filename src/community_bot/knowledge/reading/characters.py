"""Which characters may stand in a file, and why another may not.

Names and quotations are compared, searched and shown on three platforms, so whatever is invisible,
turns the reading direction or has two spellings is refused. It knows nothing of YAML.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from community_bot.knowledge.problems import Arguments

# Letters and punctuation that need no closer look: none is invisible, combines or has another
# spelling. One search for anything else clears nearly every file at once.
UNUSUAL = re.compile(
    r"[^\n\x20-\x7e\u00a1-\u00ac\u00ae-\u02af\u02bc\u0400-\u0482\u048a-\u052f"
    r"\u2010-\u2015\u2018-\u201f\u2026\u2032\u2033\u2039\u203a\u20ac\u20b4\u20ba\u20bd\u2116]"
)
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Letters and marks by category, yet they show nothing.
_BLANK = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
# Arabic to N'Ko and Arabic extended, the Indic scripts, Myanmar, Khmer and Mongolian: there a
# joiner changes the shape of a word. Anywhere else it only hides.
_JOINED = re.compile(r"[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u18af]")
# Unicode's own advice for identifiers: no language in use stacks more than four.
_MOST_MARKS = 4
_NAMED = {"\r": "carriage return", "\t": "tab", "\x00": "null", "\x85": "next line"}


class Flaw(NamedTuple):
    """A character that may not stand where it does, and the message that says why."""

    offset: int
    key: str
    arguments: Arguments


def flaws(text: str) -> Iterator[Flaw]:
    """Yield what is wrong with the characters of ``text``, in order.

    The last flaw, if any, is that the text is not in Unicode's composed form (NFC).
    """
    if UNUSUAL.search(text) is None:
        return
    marks, last = 0, -1
    for found in UNUSUAL.finditer(text):
        index, character = found.start(), found.group()
        if _is_mark(character):
            marks = marks + 1 if index == last + 1 else 1
            last = index
            if marks == _MOST_MARKS + 1:
                yield Flaw(index, "problem-marks", (("most", _MOST_MARKS),))
        if character in _JOINERS:
            if not _is_joined(text, index):
                yield Flaw(index, "problem-invisible", _described(character))
        elif (key := _verdict(character)) is not None:
            yield Flaw(index, key, _described(character))
    if not unicodedata.is_normalized("NFC", text):
        yield _decomposed(text)


@lru_cache(maxsize=4096)
def _verdict(character: str) -> str | None:
    if character in _BIDI:
        return "problem-bidi"
    if character == "\ufffd":
        return "problem-replacement"
    category = unicodedata.category(character)
    if category in {"Zl", "Zp"} or character == "\x85":
        return "problem-line-separator"
    if category == "Cf" or _BLANK.match(character):
        return "problem-invisible"
    return "problem-control" if category in _REFUSED else None


@lru_cache(maxsize=4096)
def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}


def _is_joined(text: str, index: int) -> bool:
    around = text[max(index - 1, 0) : index + 2]
    return len(around) == 3 and all(_JOINED.match(around[side]) for side in (0, 2))  # noqa: PLR2004 - one each side


def _described(character: str) -> Arguments:
    name = unicodedata.name(character, "") or _NAMED.get(character, "no name")
    return (("code", f"U+{ord(character):04X}"), ("name", name.lower()))


def _decomposed(text: str) -> Flaw:
    """Find where the text leaves its composed form; marks change the character before them."""
    composed = unicodedata.normalize("NFC", text)
    pairs = zip(text, composed, strict=False)
    index = next((at for at, (one, other) in enumerate(pairs) if one != other), len(composed) - 1)
    return Flaw(index, "problem-not-nfc", ())
