# ruff: noqa: RUF001 - endings of Cyrillic names
"""Which given names are one name: Oleh and Oleg, Mykola and Nikolai, Sasha and Oleksandr.

The table is read at the first question, not at import, so that a command that names nobody does not
pay for it.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from community_bot.knowledge.naming.alignment import closest, distance
from community_bot.knowledge.naming.given_names import GIVEN_NAMES
from community_bot.knowledge.naming.onomastics import father_stem
from community_bot.knowledge.naming.sounds import Reading, initial, read

_SAME = 0.4
"""Below this two readings are one spelling of a given name."""

EQUIVALENT = 0.1
"""What it costs to take one form of a given name for another."""

_Readings = tuple[Reading, ...]


_Table = tuple[dict[str, list[tuple[Reading, int]]], list[frozenset[str]]]


@lru_cache(maxsize=1)
def _table() -> _Table:
    """Return the readings and lines that have a key, and the keys of each line."""
    lines_by_key: dict[str, list[tuple[Reading, int]]] = defaultdict(list)
    keys: list[frozenset[str]] = []
    for line, (full, short) in enumerate(GIVEN_NAMES):
        readings = {reading for name in (*full, *short) for reading in read(name)}
        for reading in readings:
            lines_by_key[reading.key].append((reading, line))
        keys.append(frozenset(reading.key for reading in readings))
    return lines_by_key, keys


def lines_of(readings: _Readings) -> frozenset[int]:
    """Return the names, as line numbers, that a word read so may be a form of."""
    by_key, _ = _table()
    return frozenset(
        line
        for reading in readings
        for known, line in by_key.get(reading.key, ())
        if distance(reading, known) < _SAME
    )


def keys_of(line: int) -> frozenset[str]:
    """Return the sound keys of every form of one name."""
    return _table()[1][line]


@lru_cache(maxsize=4096)
def initials_of(given: str) -> int:
    """Return the sounds that an initial of this given name, or of its equivalents, stands for."""
    bits = initial(given)
    for line in lines_of(read(given)):
        for name in GIVEN_NAMES[line][0]:
            bits |= initial(name)
    return bits


@lru_cache(maxsize=4096)
def _father(patronymic: str) -> tuple[_Readings, frozenset[int]]:
    stem = father_stem(patronymic)
    lines = [lines_of(read(stem + ending)) for ending in ("", "й", "о", "а")]
    return read(stem), frozenset[int]().union(*lines)


def same_father(one: str, other: str) -> float:
    """Return the cost of taking two patronymics for one, as Миколайович and Николаевич."""
    (readings, lines), (known, known_lines) = _father(one), _father(other)
    cost = closest(readings, known)
    return min(cost, EQUIVALENT) if lines & known_lines else cost
