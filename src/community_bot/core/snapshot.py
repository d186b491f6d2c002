"""The current knowledge base: its reading, its swap, and who is told of it.

A base with a problem is never served: the last good one stays, marked so. Parsing runs in a thread,
so that answers go on meanwhile.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from community_bot.core.trails import trail
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.folder import Folder, read_folder
from community_bot.knowledge.problems import Problem

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
Listener = Callable[[KnowledgeBase], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ReloadReport:
    """What a reload came to: how many entries are served, and why the files are not, if so."""

    entries: int
    changed: int
    problems: tuple[Problem, ...] = ()


class KnowledgeError(Exception):
    """The folder cannot be served; ``problems`` say why, all of them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(f"{len(problems)} problems in the knowledge base")
        self.problems = problems


class Snapshot:
    """Holds the base that is served now. One writer at a time; readers just take ``current``."""

    def __init__(self, folder: Folder, base: KnowledgeBase, *, root: Path | None = None) -> None:
        self.root = root or folder.root
        self.current = base
        self.problems: tuple[Problem, ...] = ()
        self._folder = folder
        self._lock = asyncio.Lock()
        self._listeners: list[Listener] = []

    @property
    def is_outdated(self) -> bool:
        """Whether the files say something else than what is served, because they are broken."""
        return bool(self.problems)

    @property
    def folder(self) -> Folder:
        """The folder as it was read for the base that is served."""
        return self._folder

    def subscribe(self, listener: Listener) -> None:
        """Have ``listener`` told of each new base, after it is served."""
        self._listeners.append(listener)

    def mark_outdated(self, problems: tuple[Problem, ...]) -> None:
        """Say that what is served is an older base, since the files have these problems."""
        self.problems = problems

    async def reload(self, changed: Collection[str] | None = None) -> ReloadReport:
        """Read what changed and serve it if it is right; ``None`` looks at every file's stamp."""
        async with self._lock:
            before = self._folder
            # The folder that is served is older than a bad reading: all that differs counts now.
            known = None if self.problems else changed
            folder, base = await asyncio.to_thread(self._read, known)
            self.problems = folder.problems
            if folder.problems:
                return ReloadReport(len(self.current.entries), 0, folder.problems)
            count = _differences(before, folder)
            self._folder = folder
            if count:
                self.current = base
                # What was just loaded lives long: the collector need not walk it again.
                gc.freeze()
        if count:
            await self._tell(base)
        return ReloadReport(len(base.entries), count)

    async def _tell(self, base: KnowledgeBase) -> None:
        """Tell each listener, whatever becomes of the others: the base is served already."""
        told = asyncio.gather(*(one(base) for one in self._listeners), return_exceptions=True)
        for outcome in await asyncio.shield(told):
            if isinstance(outcome, BaseException):
                _log.error("a listener failed on a new knowledge base\n%s", trail(outcome))

    def _read(self, changed: Collection[str] | None) -> tuple[Folder, KnowledgeBase]:
        folder = read_folder(self.root, previous=self._folder, changed=changed)
        if folder.problems:
            return folder, self.current
        base = self.current.updated(folder)
        base.prepare()
        return folder, base


def load_snapshot(
    root: Path, *, progress: Progress | None = None, prepare: bool = True
) -> Snapshot:
    """Read a folder and make the snapshot to serve; raise KnowledgeError if it has problems."""
    # All that is made here stays: walking it again and again takes longer than making it.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        folder = read_folder(root, progress=progress)
        if folder.problems:
            raise KnowledgeError(folder.problems)
        base = KnowledgeBase.of(folder)
        if prepare:
            base.prepare()
            gc.freeze()
    finally:
        if was_collecting:
            gc.enable()
    return Snapshot(folder, base)


def _differences(before: Folder, after: Folder) -> int:
    paths = before.records.keys() | after.records.keys()
    return sum(before.records.get(path) is not after.records.get(path) for path in paths)
