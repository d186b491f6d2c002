"""Erasing what is kept of an entry that was withdrawn, for somebody whose right that is.

A withdrawal takes an entry out of every answer; what its files said is kept, so that it can be
undone. Erasing takes that as well: the texts, and what was posted to the moderators of it. What
stays says that something was there, under a hash of its id.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.core.whole_words import words_in
from community_bot.domain.errors import UserError
from community_bot.knowledge.problems import BrokenFileError
from community_bot.knowledge.reading.record import paths_of
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.change import erased_id
from community_bot.moderation.ports import Store, Transaction

Unpublish = Callable[[str, Collection[str]], Awaitable[None]]
"""Takes back what was posted of an entry, and what any of these words stands in; forgets both."""

_SINGLE = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Eraser:
    """Erases. ``lock`` is held by whoever writes files."""

    store: Store
    snapshot: Snapshot
    clock: Clock
    lock: asyncio.Lock
    unpublish: Unpublish

    async def ensure_erasable(self, entry: str) -> None:
        """Raise UserError: it is there still, somebody is to decide on it, or nothing is kept."""
        if await asyncio.to_thread(self._is_there, entry):
            raise UserError("erase-not-withdrawn", entry=entry)
        async with self.store.read() as kept:
            await self._found(kept, entry)

    async def erase(self, entry: str, by: int) -> str:
        """Erase an entry; return the hash that stands for its id from now on. Raises UserError."""
        async with self.lock:
            await self.ensure_erasable(entry)
            mark = erased_id(entry)
            async with self.store.read() as kept:
                changes = await self._found(kept, entry)
                words = {entry, *await self._names(kept, entry)}
            shared = await asyncio.to_thread(self._shared, words)
            numbers = (f'"C{number}"' for number in changes)
            # What was posted goes first: nobody could tell any more what it is after the rest.
            await self.unpublish(entry, {*words - shared, *numbers})
            async with self.store.begin() as kept:
                await self._found(kept, entry)
                await kept.changes.erase(entry, words - shared)
                await kept.revisions.erase(entry, words - shared)
                await kept.audit.append(self.clock.now(), by, "erase", mark)
        return mark

    def _is_there(self, entry: str) -> bool:
        files = (current_file(self.snapshot.root, path) for path in paths_of(entry))
        return entry in self.snapshot.current.entries or any(it is not None for it in files)

    async def _found(self, kept: Transaction, entry: str) -> Collection[int]:
        """Return the numbers of an entry's changes. Raise UserError."""
        if await kept.revisions.current({entry}):
            # Its file went a moment ago, and that is not recorded yet.
            raise UserError("erase-not-withdrawn", entry=entry)
        found, waiting = await kept.changes.touching(entry)
        if waiting:
            raise UserError("erase-waiting", changes=", ".join(f"C{it}" for it in waiting))
        if not found:
            raise UserError("erase-nothing", entry=entry)
        return found

    def _shared(self, words: Collection[str]) -> set[str]:
        """Return those that are single words which the base says now, such as a first name.

        They are nobody's own: with them the history of half the base would go.
        """
        left = {word: words_in({word}) for word in words if _SINGLE.fullmatch(word)}
        shared: set[str] = set()
        for path in self.snapshot.folder.records if left else ():
            said = (current_file(self.snapshot.root, path) or b"").decode(errors="replace")
            shared |= {word for word, stands_in in left.items() if stands_in(said)}
            left = {word: stands_in for word, stands_in in left.items() if word not in shared}
        return shared

    async def _names(self, kept: Transaction, entry: str) -> set[str]:
        """Return what an entry was called, by all that its files said."""
        found: set[str] = set()
        for text in await kept.revisions.texts(entry):
            try:
                tree = read_tree(text, "")
            except BrokenFileError:
                continue
            called = [tree.get("names"), tree.get("aliases")]
            found |= {name for part in called for name in _texts(part)}
        return found


def _texts(part: Tree) -> set[str]:
    items = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    texts = (it.get("text") for it in items if isinstance(it, dict))
    return {it for it in texts if isinstance(it, str) and it}
