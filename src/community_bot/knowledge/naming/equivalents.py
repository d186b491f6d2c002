# ruff: noqa: RUF001 - endings of Cyrillic names
"""Which given names are one name: Oleh and Oleg, Mykola and Nikolai, Sasha and Oleksandr.

The table is read at the first question, not at import, so that a command that names nobody does not
pay for it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from community_bot.knowledge.naming.alignment import closest, distance
from community_bot.knowledge.naming.given_names import GIVEN_NAMES
from community_bot.knowledge.naming.onomastics import base_forms, father_stem
from community_bot.knowledge.naming.sounds import Reading, initial, read
from community_bot.knowledge.naming.spelling import fold

_SAME = 0.4
"""Below this two readings are one spelling of a given name."""

EQUIVALENT = 0.1
"""What it costs to take one form of a given name for another."""

_Readings = tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """Lines by the spelling of their forms; readings and lines by key; the keys of each line."""

    spelt: dict[str, frozenset[int]]
    by_key: dict[str, list[tuple[Reading, int]]]
    keys: list[frozenset[str]]


@lru_cache(maxsize=1)
def _table() -> _Table:
    spelt: dict[str, frozenset[int]] = defaultdict(frozenset)
    lines_by_key: dict[str, list[tuple[Reading, int]]] = defaultdict(list)
    keys: list[frozenset[str]] = []
    for line, (full, short) in enumerate(GIVEN_NAMES):
        for name in (*full, *short):
            spelt[fold(name)] |= {line}
        readings = {reading for name in (*full, *short) for reading in read(name)}
        for reading in readings:
            lines_by_key[reading.key].append((reading, line))
        keys.append(frozenset(reading.key for reading in readings))
    return _Table(dict(spelt), dict(lines_by_key), keys)


@lru_cache(maxsize=8192)
def lines_of(word: str) -> frozenset[int]:
    """Return the names, as line numbers, that a word may be a form of.

    A spelling that stands in the table is that name and none that only sounds like it: Alex, read
    as Uzbeks would, sounds like the Belarusian for Oleh.
    """
    spelt = _table().spelt.get(fold(word))
    if spelt is not None:
        return spelt
    lines = _sounding(word)
    if not lines and word.endswith(("s", "á")):  # as Latvian, Lithuanian or Czech has it
        lines = lines.union(*map(_sounding, base_forms(word)))
    return lines


def _sounding(word: str) -> frozenset[int]:
    return frozenset(
        line
        for reading in read(word)
        for known, line in _table().by_key.get(reading.key, ())
        if distance(reading, known) < _SAME
    )


def are_apart(one: str, other: str) -> bool:
    """Say whether two words are given names that people tell apart."""
    lines, others = lines_of(one), lines_of(other)
    return bool(lines and others) and not lines & others


def keys_of(line: int) -> frozenset[str]:
    """Return the sound keys of every form of one name."""
    return _table().keys[line]


@lru_cache(maxsize=4096)
def initials_of(given: str) -> int:
    """Return the sounds that an initial of this given name, or of its equivalents, stands for."""
    bits = initial(given)
    for line in lines_of(given):
        for name in GIVEN_NAMES[line][0]:
            bits |= initial(name)
    return bits


@lru_cache(maxsize=4096)
def _father(patronymic: str) -> tuple[_Readings, frozenset[int]]:
    stem = father_stem(patronymic)
    lines = [lines_of(stem + ending) for ending in ("", "й", "о", "а")]
    return read(stem), frozenset[int]().union(*lines)


def same_father(one: str, other: str) -> float:
    """Return the cost of taking two patronymics for one, as Миколайович and Николаевич."""
    (readings, lines), (known, known_lines) = _father(one), _father(other)
    cost = closest(readings, known)
    return min(cost, EQUIVALENT) if lines & known_lines else cost
