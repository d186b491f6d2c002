"""Document symbols in any form that people use, compared number by number, never roughly.

``A/RES/71/205``, ``71-205`` and ``A RES 71 205`` are one symbol; ``71/205`` and ``72/190`` are two,
however alike they look. Knows no assembly and no numbering of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from community_bot.knowledge.citing.dates import dates_in
from community_bot.knowledge.searching.folding import fold

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_INITIALS = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}")  # I.C.J., U.N.
_PAIR = re.compile(r"(?<!\d)(?<!\d/)(\d+)/(\d+)(?!/?\d)")
_LAST_YEAR = re.compile(r"\(\d{4}\)\s*$")


class Token(NamedTuple):
    """A run of letters or of digits. ``chunk`` numbers what stands between spaces."""

    text: str
    chunk: int
    is_glued: bool
    """Whether it follows other letters or digits without anything between."""

    @property
    def is_number(self) -> bool:
        """Whether it is made of digits."""
        return self.text[0].isdecimal()

    @property
    def is_term(self) -> bool:
        """Whether it is a number that belongs to the letters before it, like the 8 of P8."""
        return self.is_number and self.is_glued


def tokens_of(folded: str) -> tuple[Token, ...]:
    """Split folded text into runs of letters and runs of digits; dotted initials are one run."""
    text = _INITIALS.sub(lambda match: match[0].replace(".", ""), folded)
    tokens: list[Token] = []
    chunk = end = 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        chunk += any(map(str.isspace, between))
        tokens.append(Token(match[0], chunk, is_glued=bool(tokens) and not between))
        end = match.end()
    return tuple(tokens)


def pairs_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield the numbers that stand in ``text`` like those of a symbol, as in A/71/484/Add.3."""
    for match in _PAIR.finditer(text):
        yield int(match[1]), int(match[2])


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol taken apart."""

    tokens: tuple[str, ...]
    letters: frozenset[str]
    needed: frozenset[str]
    """The letters that tell it from other documents of the same number."""
    numbers: frozenset[tuple[int, ...]]
    """The rows of numbers that are enough to mean it; none when it is a date in disguise."""
    joined: frozenset[tuple[int, ...]]
    """The same rows, each run together into one number: 71205."""

    @classmethod
    def read(cls, text: str) -> Symbol:
        """Take a symbol apart as it is written in the knowledge base."""
        folded = fold(text)
        tokens = tokens_of(folded)
        numbers = tuple(int(token.text) for token in tokens if token.is_number)
        letters = frozenset(token.text for token in tokens if not token.is_number)
        # A number glued to letters, as in P8_TA(2016)0218, counts terms of office: many leave it
        # out, as they do a year in brackets at the end: S/RES/2202 (2015).
        terms = [(before, token) for before, token in pairwise(tokens) if token.is_term]
        bare = tuple(int(token.text) for token in tokens if token.is_number and not token.is_term)
        rows = {numbers, bare} | ({numbers[:-1]} if _LAST_YEAR.search(folded) else set())
        is_date = any(not dated.loose for dated in dates_in(folded))
        enough = frozenset() if is_date else frozenset(row for row in rows if row)
        return cls(
            tuple(token.text for token in tokens),
            letters,
            letters - {before.text for before, _ in terms},
            enough,
            frozenset((int("".join(map(str, row))),) for row in enough if len(row) > 1),
        )
