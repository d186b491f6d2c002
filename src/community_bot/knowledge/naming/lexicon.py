"""Every word that known names are made of, found again by how it sounds.

Knows spellings and sounds, not people. It only grows; a copy is cheap, so that a changed base need
not be read again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from community_bot.knowledge.naming.alignment import FAR, closest
from community_bot.knowledge.naming.equivalents import lines_of
from community_bot.knowledge.naming.onomastics import base_forms
from community_bot.knowledge.naming.slips import is_slip
from community_bot.knowledge.naming.sounds import Reading, read
from community_bot.knowledge.naming.spelling import fold, in_latin

INFLECTED = 0.2
"""What it costs to take a word for another case of a name."""
_WHOLE_SLIP = 0.9
"""What costs less is a matter of spelling, not of a slip."""
_DOUBT = 0.6
_REACH = 2.4
"""Words that cost more are not found at all."""
_SHORTEST_FUZZY = 4
"""A shorter key less one letter fits half the words there are."""
_ID_BITS = 24
_ID = (1 << _ID_BITS) - 1
_FEW = 64
"""So many new words are put into the sorted indexes one by one, more by sorting again."""


class Lexicon:
    """Words numbered from 0, with indexes by sound key, by key less one letter, and by spelling.

    The index by key less one letter is one sorted array of 64-bit numbers: 40 bits of a hash over
    24 bits of a word's number. Two keys a slip apart share such a remainder; a hash in common by
    chance only costs one more comparison.
    """

    __slots__ = (
        "_fresh",
        "_fresh_keys",
        "by_key",
        "ids",
        "keys",
        "near",
        "readings",
        "spelt",
        "texts",
    )

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.texts: list[str] = []
        self.readings: list[tuple[Reading, ...]] = []
        self.by_key: dict[str, tuple[int, ...]] = {}
        self.near = array("Q")
        self.spelt: list[tuple[str, int]] = []
        self.keys: list[str] = []
        self._fresh: list[int] = []
        self._fresh_keys: list[str] = []

    def copy(self) -> Lexicon:
        """Return a lexicon that can grow without changing this one."""
        other = Lexicon()
        other.ids = self.ids.copy()
        other.texts = self.texts.copy()
        other.readings = self.readings.copy()
        other.by_key = self.by_key.copy()
        other.near = self.near[:]
        other.spelt = self.spelt.copy()
        other.keys = self.keys.copy()
        return other

    def add(self, text: str) -> int:
        """Return the number of a word, giving it one when it is new."""
        number = self.ids.get(text)
        if number is not None:
            return number
        number = self.ids[text] = len(self.texts)
        readings = read(text)
        self.texts.append(text)
        self.readings.append(readings)
        self._fresh.append(number)
        keys = [r.key for r in readings]
        if text[-1] in "sá":  # a known name may stand there as Latvian, Lithuanian or Czech has it
            keys += [r.key for base in base_forms(text) for r in read(base)]
        for key in dict.fromkeys(keys):
            if key not in self.by_key:
                self._fresh_keys.append(key)
            self.by_key[key] = (*self.by_key.get(key, ()), number)
        return number

    def settle(self) -> None:
        """Put the words added since the last time into the sorted indexes."""
        spelt = [(fold(self.texts[n]), n) for n in self._fresh]
        near = [
            remainder | number
            for number in self._fresh
            for reading in self.readings[number]
            for remainder in _remainders(reading.key)
        ]
        if len(self._fresh) < _FEW:
            for entry in spelt:
                insort(self.spelt, entry)
            for remainder in near:
                insort(self.near, remainder)
            for key in self._fresh_keys:
                insort(self.keys, key)
        else:
            self.spelt = sorted(self.spelt + spelt)
            self.near = array("Q", sorted([*self.near, *near]))
            self.keys = sorted(self.by_key)
        self._fresh_keys = []
        self._fresh = []

    def find(self, text: str) -> dict[int, float]:
        """Return the known words that ``text`` may be, each with what the difference costs."""
        readings = read(text)
        found: dict[int, float] = {}
        for number in self._exact(readings):
            itself = any(r.key == s.key for r in readings for s in self.readings[number])
            found[number] = closest(readings, self.readings[number]) if itself else INFLECTED
        for base in base_forms(text):
            base_readings = read(base)
            for number in self._exact(base_readings):
                cost = INFLECTED + closest(base_readings, self.readings[number])
                found[number] = min(cost, found.get(number, FAR))
        for number in self._neighbours(readings) - found.keys():
            found[number] = closest(readings, self.readings[number])
        is_name = any(cost < INFLECTED for cost in found.values()) or bool(lines_of(text))
        return {
            number: judged
            for number, cost in found.items()
            if (judged := self._judged(text, number, cost, is_name=is_name)) <= _REACH
        }

    def _judged(self, text: str, number: int, cost: float, *, is_name: bool) -> float:
        """Return the cost of a slip, or more where there is doubt that it was one.

        A word that is a name itself was hardly meant for another, nor was a word that no slip of
        the hand makes of the other.
        """
        if cost < _WHOLE_SLIP:
            return cost
        if self.is_slip(text, number, cost):
            return 1.0 + (_DOUBT if is_name else 0.0)
        return cost + _DOUBT

    def is_slip(self, text: str, number: int, cost: float) -> bool:
        """Say whether one slip of the hand makes ``text`` of a known word.

        Between two scripts only sounds can be compared: one too few, or two swapped. One too many
        is more likely the ending of another name, as in Asanova and Ilmir.
        """
        known = self.texts[number]
        if in_latin(text) == in_latin(known):
            return is_slip(fold(text), fold(known))
        return cost <= 1.0 and any(
            OSA.distance(r.key, s.key, score_cutoff=1) == 1
            and (len(r.key) < len(s.key) or sorted(r.key) == sorted(s.key))
            for r in read(text)
            for s in self.readings[number]
        )

    def knows(self, text: str) -> bool:
        """Say whether a word sounds like a known one."""
        return any(r.key in self.by_key for r in read(text))

    def _exact(self, readings: tuple[Reading, ...]) -> Iterator[int]:
        for reading in readings:
            yield from self.by_key.get(reading.key, ())

    def _neighbours(self, readings: tuple[Reading, ...]) -> set[int]:
        near, found = self.near, set()
        for remainder in {h for r in readings for h in _remainders(r.key)}:
            at = bisect_left(near, remainder)
            while at < len(near) and near[at] - remainder <= _ID:
                found.add(near[at] & _ID)
                at += 1
        return found

    def spelt_from(self, prefix: str) -> Iterator[int]:
        """Yield the words whose spelling, without its signs, starts so, in alphabetical order."""
        for at in range(bisect_left(self.spelt, (prefix, -1)), len(self.spelt)):
            spelling, number = self.spelt[at]
            if not spelling.startswith(prefix):
                return
            yield number

    def sounding_from(self, prefix: str) -> Iterator[int]:
        """Yield the words that start with what ``prefix`` sounds like."""
        for begun in read(prefix):
            for at in range(bisect_left(self.keys, begun.key), len(self.keys)):
                key = self.keys[at]
                if not key.startswith(begun.key):
                    break
                for number in self.by_key[key]:
                    if any(_starts(known, begun) for known in self.readings[number]):
                        yield number


def _starts(known: Reading, begun: Reading) -> bool:
    pairs = zip(known.sounds, begun.sounds, strict=False)
    return known.key.startswith(begun.key) and all(x & y for x, y in pairs)


def _remainders(key: str) -> set[int]:
    keys = {key}
    if len(key) >= _SHORTEST_FUZZY:
        keys.update(key[:i] + key[i + 1 :] for i in range(len(key)))
    return {(hash(k) << _ID_BITS) & 0xFFFF_FFFF_FFFF_FFFF for k in keys}
