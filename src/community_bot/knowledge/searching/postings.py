"""Which word is where: the database behind the search, SQLite's FTS5 in memory.

It holds no text, only words and the numbers of the documents that have them. It belongs to all the
indexes that were made from one another by updating: rows are added before any of them knows, and
deleted when none that lives does, so nobody sees half a change. Knows nothing of ranking beyond
FTS5's own and what a band weighs.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol

from community_bot.domain.entities import Entry
from community_bot.knowledge.searching.documents import Band, documents_of
from community_bot.knowledge.searching.folding import fold

_Row = tuple[Band, str, str]

MANY = 200
"""A query reads no more rows than this; a word that is in as many documents tells little."""

_SCHEMA = """
CREATE VIRTUAL TABLE found USING fts5(
    context, words, content='', tokenize="unicode61 remove_diacritics 2 categories 'L* N* M* Co'"
);
INSERT INTO found(found, rank) VALUES ('rank', 'bm25(0.1, 1.0)');
"""
_ADD = "INSERT INTO found(rowid, context, words) VALUES (?, ?, ?)"
_DELETE = "INSERT INTO found(found, rowid, context, words) VALUES ('delete', ?, ?, ?)"
# In the order of the rows, which is that of their bands: what the limit leaves out is lightest.
_FIND = "SELECT rowid FROM found WHERE found MATCH ? LIMIT ?"
_FIND_RANKED = "SELECT rowid, rank FROM found WHERE found MATCH ? LIMIT ?"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM found WHERE found MATCH ? LIMIT ?)"
_SIZE = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"

_BAND_SHIFT = 40
_SERIAL = (1 << _BAND_SHIFT) - 1
# FTS5 ranks a long text low, so a paragraph needs much to come before an event.
_WEIGHTS = {Band.NAME: 12.0, Band.PARAGRAPH: 6.0, Band.TEXT: 1.0, Band.SOURCE: 0.7}
_WEIGHT = tuple(_WEIGHTS[band] for band in Band)
_LEAST = 1e-6  # FTS5's own for a word that tells nothing
_BATCH = 256  # entries added under one hold of the lock, so that a search never waits long


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """An entry as it was at one time, and the serial numbers of its documents."""

    entry: Entry
    start: int
    end: int


class Reader(Protocol):
    """An index, which sees some of the slots."""

    def holds(self, slot: Slot) -> bool:
        """Whether the texts of ``slot`` can be found in this index."""


class Postings:
    """The rows of all slots. A row's number is its document's band and serial number."""

    def __init__(self) -> None:
        # One connection for all threads: each use of it holds the lock.
        self._connection = sqlite3.connect(":memory:", check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._connection.executescript(_SCHEMA)
        self._lock = threading.Lock()
        self._starts: list[int] = []
        self._slots: list[Slot] = []
        self._next = 0
        # What not every living reader holds: slots added by an update, or replaced.
        self._loose: set[Slot] = set()
        self._readers: weakref.WeakSet[Reader] = weakref.WeakSet()

    @property
    def size(self) -> int:
        """Bytes of the database."""
        with self._lock:
            return int(self._connection.execute(_SIZE).fetchone()[0])

    def count(self, query: str) -> int:
        """Return how many documents fit ``query``, but no more than ``MANY``."""
        return int(self._read(_COUNT, query)[0][0])

    def find(self, query: str, ranking: str) -> list[tuple[float, int]]:
        """Return the weights and serial numbers of what fits ``query``, the heaviest first.

        Documents are ranked by how well they fit ``ranking``, another query or the same one; where
        it is empty, by their bands alone.
        """
        if query == ranking:
            ranks = dict(self._read(_FIND_RANKED, query))
        else:
            ranks = dict.fromkeys((row for (row,) in self._read(_FIND, query)), -_LEAST)
            if ranks and ranking:
                ranked = self._read(_FIND_RANKED, ranking)
                ranks.update((row, rank) for row, rank in ranked if row in ranks)
        # FTS5's ranks are the lower the better.
        found = sorted(
            (rank * _WEIGHT[row >> _BAND_SHIFT], row & _SERIAL) for row, rank in ranks.items()
        )
        return [(-weight, serial) for weight, serial in found]

    def slot_of(self, serial: int) -> Slot:
        """Return the slot of a document that was just found: the last that starts no later."""
        with self._lock:
            return self._slots[bisect_right(self._starts, serial) - 1]

    def add(self, entries: Iterable[Entry]) -> list[Slot]:
        """Add entries, and return their slots. No reader sees them yet."""
        added: list[Slot] = []
        rest = iter(entries)
        while batch := [(entry, tuple(_rows(entry))) for entry in islice(rest, _BATCH)]:
            with self._lock:
                added += self._add(batch)
        return added

    def join(self, reader: Reader) -> None:
        """Keep what ``reader`` holds for as long as it lives."""
        with self._lock:
            self._readers.add(reader)

    def sweep(self, changed: Iterable[Slot]) -> None:
        """Delete what no living reader holds, of ``changed`` and of what was left before."""
        with self._lock:
            self._loose.update(changed)
            readers = tuple(self._readers)
            dead = {slot for slot in self._loose if not any(one.holds(slot) for one in readers)}
            self._loose -= dead
        for slot in dead:
            with self._lock:
                self._delete(slot)

    def _read(self, query: str, words: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, (words, MANY)).fetchall()

    def _add(self, batch: Sequence[tuple[Entry, Sequence[_Row]]]) -> list[Slot]:
        slots: list[Slot] = []
        numbered: list[tuple[int, str, str]] = []
        for entry, rows in batch:
            slot = Slot(entry, self._next, self._next + len(rows))
            slots.append(slot)
            numbered += _numbered(slot, rows)
            self._next = slot.end
        with self._connection:
            self._connection.executemany(_ADD, numbered)
        self._starts += (slot.start for slot in slots)
        self._slots += slots
        return slots

    def _delete(self, slot: Slot) -> None:
        with self._connection:
            self._connection.executemany(_DELETE, _numbered(slot, _rows(slot.entry)))
        place = bisect_right(self._starts, slot.start) - 1
        del self._starts[place], self._slots[place]


def _rows(entry: Entry) -> Iterator[_Row]:
    """Yield the band, the folded context and the folded words of each document."""
    for document in documents_of(entry):
        yield document.band, _fold_context(document.context), fold(document.text)


# The documents of one entry share a few contexts.
_fold_context = lru_cache(maxsize=64)(fold)


def _numbered(slot: Slot, rows: Iterable[_Row]) -> Iterator[tuple[int, str, str]]:
    for serial, (band, context, words) in enumerate(rows, slot.start):
        yield band << _BAND_SHIFT | serial, context, words
