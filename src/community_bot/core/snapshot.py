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

from community_bot.core.ports import StoreError
from community_bot.core.trails import trail
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.folder import Folder, read_folder
from community_bot.knowledge.problems import Problem

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
Listener = Callable[[KnowledgeBase], Awaitable[None]]
Admit = Callable[[Folder], Awaitable[bool]]
"""Told of what is about to be served; False when the files are no longer what was read.

What it raises keeps the new base from being served.
"""

NOT_RECORDED = Problem(".", 1, 1, "problem-not-recorded")
"""Why files are not served that have no problem of their own: nobody could tell of it later."""


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
    """Holds the base that is served now. Readers just take ``current``.

    ``lock`` is held by whoever reads or writes the files: nobody sees a change half written.
    """

    def __init__(self, folder: Folder, base: KnowledgeBase, *, root: Path | None = None) -> None:
        self.root = root or folder.root
        self.current = base
        self.problems: tuple[Problem, ...] = ()
        self.lock = asyncio.Lock()
        self._folder = folder
        self._held: Problem | None = None
        self._admit: Admit | None = None
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

    def admit_by(self, admit: Admit) -> None:
        """Have ``admit`` told of each new base before it is served."""
        self._admit = admit

    @property
    def is_held(self) -> bool:
        """Whether the files are not to be looked at."""
        return self._held is not None

    def hold(self, problem: Problem | None) -> None:
        """Serve nothing else because of a problem of the files, until told that there is none."""
        self._held = problem
        if problem is not None:
            self.problems = (problem,)

    def mark_outdated(self, problems: tuple[Problem, ...]) -> None:
        """Say that what is served is an older base, since the files have these problems."""
        self.problems = problems

    async def reload(self, changed: Collection[str] | None = None) -> ReloadReport:
        """Read what changed and serve it if it is right; ``None`` looks at every file's stamp."""
        async with self.lock:
            if self._held is not None:
                return self._kept((self._held,))
            try:
                return await self.serve(changed, self._admit)
            except StoreError as error:
                _log.error("what the files say could not be recorded: %s", error.key)
                return self._kept((NOT_RECORDED,))

    async def serve(
        self, changed: Collection[str] | None = None, admit: Admit | None = None
    ) -> ReloadReport:
        """Do so for somebody who holds the lock."""
        while True:
            # The folder that is served is older than a bad reading: all that differs counts now.
            known = None if self.problems else changed
            folder, base = await asyncio.to_thread(self._read, known)
            if folder.problems:
                return self._kept(folder.problems)
            if admit is None or await admit(folder):
                return await self._swap(folder, base)
            # Some file is not what was read any more, and it need not be one of those named.
            changed = None

    def _kept(self, problems: tuple[Problem, ...]) -> ReloadReport:
        self.problems = problems
        return ReloadReport(len(self.current.entries), 0, problems)

    async def _swap(self, folder: Folder, base: KnowledgeBase) -> ReloadReport:
        count = _differences(self._folder, folder)
        self.problems = ()
        self._folder = folder
        if count:
            self.current = base
            # What was just loaded lives long: the collector need not walk it again.
            gc.freeze()
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
        if not _differences(self._folder, folder):
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
    old, new = before.records, after.records
    changed = sum(old.get(path) is not record for path, record in new.items())
    return changed + len(old.keys() - new.keys())
