"""The book: an append-only file of what was taken, and what stands in each room because of it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Deed = Literal["send", "edit", "delete"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the book. ``at`` is in seconds of the book's own clock."""

    deed: Deed
    room: str
    id: str
    key: str
    text: str
    at: float
    reply_to: str = ""


class Book:
    """Takes messages. It remembers a key for ``key_window`` seconds, or forever.

    Its clock is as many seconds ahead of the one that it is given as the test says.
    """

    def __init__(
        self,
        now: Callable[[], float],
        *,
        path: Path | None = None,
        key_window: float | None = None,
    ) -> None:
        self.entries: list[Entry] = []
        self.ahead = 0.0
        self._clock = now
        self._file = None if path is None else os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._key_window = key_window
        self._keys: dict[tuple[str, str], tuple[str, float]] = {}
        self._standing: dict[str, Entry] = {}

    def send(self, room: str, text: str, key: str, reply_to: str = "") -> str:
        """Take a message, unless its key is remembered; return the id."""
        known = self._keys.get((room, key))
        if known is not None and not self._is_forgotten(known[1]):
            return known[0]
        id = f"m{len(self.entries)}"
        entry = self._note(Entry("send", room, id, key, text, self._now(), reply_to))
        self._keys[room, key] = id, entry.at
        self._standing[id] = entry
        return id

    def edit(self, room: str, id: str, text: str, key: str) -> None:
        """Change a message; KeyError when it does not stand."""
        before = self._standing[id]
        self._note(Entry("edit", room, id, key, text, self._now()))
        self._standing[id] = Entry("send", room, id, before.key, text, before.at, before.reply_to)

    def delete(self, room: str, id: str, key: str) -> None:
        """Take a message away; KeyError when it does not stand."""
        del self._standing[id]
        self._note(Entry("delete", room, id, key, "", self._now()))

    def find(self, room: str, key: str, since: float) -> str | None:
        """Read a room back."""
        for entry in self.standing(room):
            if entry.key == key and entry.at >= since:
                return entry.id
        return None

    def standing(self, room: str) -> Iterator[Entry]:
        """Yield what stands in a room, as it reads now, in the order in which it was sent."""
        return (entry for entry in self._standing.values() if entry.room == room)

    def texts(self, room: str) -> list[str]:
        """Return what one reads in a room."""
        return [entry.text for entry in self.standing(room)]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)

    def _now(self) -> float:
        return self._clock() + self.ahead

    def _is_forgotten(self, since: float) -> bool:
        return self._key_window is not None and self._now() - since > self._key_window

    def _note(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        if self._file is not None:
            os.write(self._file, json.dumps(asdict(entry)).encode() + b"\n")
            os.fsync(self._file)
        return entry


def read_book(path: Path) -> list[Entry]:
    """Return what a book's file says."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Entry(**json.loads(line)) for line in lines]
