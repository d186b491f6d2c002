"""The few words of a text that answer a search, with those that match marked.

A snippet is cut from the text and never changes a letter of it. Knows no index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from community_bot.knowledge.searching.folding import Word, words_of
from community_bot.knowledge.searching.query import Term

Snippet = tuple[tuple[str, bool], ...]
"""Pieces of a text, each with whether it matches; a piece ``…`` stands where the text was cut."""

MAX_LENGTH = 160
_CUT = ("…", False)


class _Span(NamedTuple):
    start: int
    end: int
    term: int


def snippet_of(text: str, terms: Sequence[Term], limit: int = MAX_LENGTH) -> Snippet:
    """Cut at most ``limit`` characters from ``text``, where most of the terms first come together.

    A match that alone is longer stays whole.
    """
    words = tuple(words_of(text))
    spans = _disjoint(_matches(words, terms))
    start, end = _window(spans, limit) if spans else (0, 0)
    start, end = _widened(start, end, words, len(text), limit)
    pieces = [_CUT] if start else []
    for span in spans:
        if start <= span.start and span.end <= end:
            pieces += [(text[start : span.start], False), (text[span.start : span.end], True)]
            start = span.end
    pieces.append((text[start:end], False))
    if end < len(text):
        pieces.append(_CUT)
    return tuple(piece for piece in pieces if piece[0])


def _matches(words: Sequence[Word], terms: Sequence[Term]) -> Iterator[_Span]:
    places: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        places.setdefault(word.key, []).append(index)
    for number, term in enumerate(terms):
        *first, last = term.words
        for start in _starts(places, term):
            end = start + len(first)
            if end >= len(words) or [word.key for word in words[start:end]] != first:
                continue
            if words[end].key == last or (term.is_open and words[end].key.startswith(last)):
                yield _Span(words[start].start, words[end].end, number)


def _starts(places: dict[str, list[int]], term: Term) -> Iterable[int]:
    first = term.words[0]
    if term.is_open and len(term.words) == 1:
        return (index for key in places if key.startswith(first) for index in places[key])
    return places.get(first, ())


def _disjoint(spans: Iterable[_Span]) -> list[_Span]:
    """Return the spans in order, without those that begin inside another."""
    kept: list[_Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _window(spans: Sequence[_Span], limit: int) -> tuple[int, int]:
    """Return where the first stretch begins and ends that has most of the terms."""
    most, window = 0, (0, 0)
    first = 0
    for last, span in enumerate(spans):
        while span.end - spans[first].start > limit and first < last:
            first += 1
        found = len({one.term for one in spans[first : last + 1]})
        if found > most:
            most, window = found, (spans[first].start, span.end)
    return window


def _widened(
    start: int, end: int, words: Sequence[Word], length: int, limit: int
) -> tuple[int, int]:
    """Add what fits on both sides, in whole words: twice as much after the matches as before."""
    if length <= limit:
        return 0, length
    room = max(0, limit - (end - start))
    earliest = max(0, start - max(room // 3, room - (length - end)))
    if earliest:
        start = min(
            (word.start for word in words if earliest <= word.start <= start), default=start
        )
    else:
        start = 0
    latest = min(length, max(end, start + limit))
    if latest < length:
        latest = max(
            (word.end for word in words if end <= word.end <= latest), default=end or limit
        )
    return start, latest
