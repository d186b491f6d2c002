"""Whom and which resolutions a running text surely names: full names and written symbols only.

A surname alone names whoever else has it, and a number alone may be a page; so neither counts here,
though both find somebody where a single name is asked for. Whoever is not surely meant is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from community_bot.knowledge.names import NameIndex, Resolved, Verdict, is_father, is_given
from community_bot.knowledge.references import ReferenceIndex

MOST_READ = 4_000
"""Most characters of a text that are read."""

MOST_ASKED = 300
"""Most different words and pairs that are looked up; each takes up to a millisecond among 20,000
people. Only a list of more than a hundred names has so many, and the rest of it is left out."""

_WORD = re.compile(r"[^\W\d_]+(?:['’\u02bc‘`-][^\W\d_]+)*")
_SYMBOL = re.compile(r"(?<![\w/.:@-])(?:[\w-]*/)*[\w-]*\d[\w()/-]*(?![\w/@])")
_RESOLUTION = re.compile(r"(?:resol|rezol|резол|karar|къарар|qarar)", re.IGNORECASE)
_BEFORE = 40
"""Characters before a symbol in which it may be called a resolution."""


def people_in(text: str, names: NameIndex) -> tuple[str, ...]:
    """Return the ids of the people whom a text calls by surname and given name, in its order."""
    ask = cache(names.resolve)
    found: dict[str, None] = {}
    for run in _runs(text[:MOST_READ]):
        for first in range(len(run) - 1):
            if ask.cache_info().misses >= MOST_ASKED:
                return tuple(found)
            id_ = _named(run, first, ask)
            if id_:
                found[id_] = None
    return tuple(found)


def resolutions_in(text: str, references: ReferenceIndex) -> tuple[str, ...]:
    """Return the ids of the resolutions that a text cites by symbol, in its order.

    A symbol has letters of its own, or stands after the word for a resolution.
    """
    found: dict[str, None] = {}
    text = text[:MOST_READ]
    for match in _SYMBOL.finditer(text):
        symbol = match[0]
        is_told = any(map(str.isalpha, symbol)) or _is_called_one(text, match.start())
        one = references.find(symbol) if is_told else ()
        if len(one) == 1 and one[0].sure and one[0].how in {"id", "symbol"}:
            found[one[0].id] = None
    return tuple(found)


def _is_called_one(text: str, start: int) -> bool:
    before = re.split(r"[.;:!?\n]", text[max(0, start - _BEFORE) : start])[-1]
    return _RESOLUTION.search(before) is not None


def _runs(text: str) -> Iterator[Sequence[str]]:
    """Yield the capitalised words that stand side by side, with nothing but a space between."""
    run: list[str] = []
    end = 0
    for match in _WORD.finditer(text):
        is_capital = match[0][0].isupper()
        is_beside = text[end : match.start()] in {" ", "\N{NO-BREAK SPACE}"}
        if run and not (is_capital and is_beside):
            yield run
            run = []
        if is_capital:
            run.append(match[0])
        end = match.end()
    if run:
        yield run


def _named(run: Sequence[str], first: int, ask: Callable[[str], Resolved]) -> str:
    """Return who is named by two words of a run, with the father's name beside or between them."""
    last = first + 1
    if any(map(is_father, run[last : last + 2])):
        last += 1
    window = run[first : last + 1]
    if last >= len(run) or is_father(window[0]):
        return ""
    resolved = ask(" ".join(window))
    if resolved.status is not Verdict.MATCH:
        return ""
    id_ = resolved.candidates[0][0]
    beside = [*run[max(0, first - 1) : first], *run[last + 1 : last + 2]]
    if any(is_given(one) or is_father(one) for one in beside):
        return ""  # with one more given name it is somebody else's
    own = [word for word in window if not is_father(word)]
    return id_ if _is_whole(own, id_, ask) else ""


def _is_whole(words: Sequence[str], id_: str, ask: Callable[[str], Resolved]) -> bool:
    """Tell whether every word is part of the name, rather than a title or a like word before it."""
    theirs = [any(one == id_ for one, _ in ask(word).candidates) for word in words]
    return any(theirs) and all(
        known or is_given(word) for word, known in zip(words, theirs, strict=True)
    )
