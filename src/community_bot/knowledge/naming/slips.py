"""Slips of the hand: what a keyboard makes of a word that was known but typed in haste.

A letter lost, doubled or swapped with the next, or a neighbouring key hit: anything else is more
likely another name than a slip. Knows keyboards only.
"""

from __future__ import annotations

from itertools import pairwise

from rapidfuzz.distance import OSA

_ROWS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю"),
    ("йцукенгшщзхї", "фівапролджє", "ячсмитьбю"),
)


def _neighbours() -> frozenset[tuple[str, str]]:
    pairs: set[tuple[str, str]] = set()
    for rows in _ROWS:
        for row in rows:
            pairs.update(pairwise(row))
        # A key touches the one below it and, as rows are shifted, the one below to the left.
        for upper, lower in pairwise(rows):
            pairs.update(zip(upper, lower, strict=False))
            pairs.update(zip(upper[1:], lower, strict=False))
    return frozenset(pairs | {(b, a) for a, b in pairs})


_NEIGHBOURS = _neighbours()


def is_slip(typed: str, meant: str) -> bool:
    """Say whether one slip of the hand makes ``typed`` of ``meant``, both in the same script."""
    if OSA.distance(typed, meant, score_cutoff=1) != 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b),
        min(len(typed), len(meant)),
    )
    if len(typed) < len(meant):
        return True
    if len(typed) > len(meant):
        extra, beside = (
            typed[start],
            typed[max(0, start - 1) : start] + typed[start + 1 : start + 2],
        )
        return any(extra == c or (extra, c) in _NEIGHBOURS for c in beside)
    if typed[start + 1 : start + 2] != meant[start + 1 : start + 2]:
        return True
    return (typed[start], meant[start]) in _NEIGHBOURS
