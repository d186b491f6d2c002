"""The files as one draft sees them: what they say, what they are to say, and whether that may be.

One reading of the base for one draft; it is not shared between threads. Decides nothing about what
is to change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from community_bot.domain.entities import Entry
from community_bot.domain.errors import UserError
from community_bot.domain.values import Kind
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.folder import Folder
from community_bot.knowledge.judging import judged
from community_bot.knowledge.problems import BrokenFileError, Problem, Route
from community_bot.knowledge.reading.places import Places
from community_bot.knowledge.reading.record import ABOUT, id_of, path_of, root_of
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.knowledge.replacing import current_file
from community_bot.knowledge.writing import rewritten, written
from community_bot.moderation.change import FileChange, digest_of
from community_bot.moderation.differences import differences, field_text
from community_bot.moderation.draft import Draft, Row, UnfitError
from community_bot.moderation.policy import Policy
from community_bot.moderation.risks import risks_of
from community_bot.moderation.sourcing import cited

_MOST_SHOWN = 5
_CALLED = frozenset({"id", "names", "title"})


@dataclass(frozen=True, slots=True)
class Page:
    """An entry's file as it stands."""

    entry: Entry
    data: bytes
    tree: dict[str, Tree]

    @property
    def kind(self) -> Kind:
        """The kind of the entry."""
        return self.entry.KIND

    @property
    def path(self) -> str:
        """The file's path in the base."""
        return path_of(self.kind, self.entry.id)


@dataclass(slots=True)
class Worksheet:
    """Collects the changes of files that make up one draft. ``today`` is a date."""

    root: Path
    folder: Folder
    base: KnowledgeBase
    policy: Policy
    today: str
    files: list[FileChange] = field(default_factory=list)

    def page(self, entry_id: str) -> Page:
        """Return the file of an entry; raise UserError if there is none, or it has just changed."""
        entry = self.base.entries.get(entry_id)
        if entry is None:
            raise UserError("draft-entry-unknown", entry=entry_id)
        path = path_of(entry.KIND, entry_id)
        data = current_file(self.root, path)
        if data is None or digest_of(data) != self.folder.records[path].digest:
            raise UserError("draft-file-changed", path=path)
        return Page(entry, data, read_tree(data, path))

    def cite(self, source: str) -> str:
        """Return the id of a source that was named; one that is new comes before all else."""
        found = cited(self.base, source, self.today)
        if found.tree is not None:
            self.add(Kind.SOURCE, found.tree)
        return found.id

    def add(self, kind: Kind, tree: dict[str, Tree]) -> None:
        """Have a new entry written."""
        path = path_of(kind, str(tree["id"]))
        with _faults_at(path):
            self.files.append(FileChange(path=path, before=None, after=written(tree, kind)))

    def change(self, page: Page, tree: Tree, label: str = "") -> None:
        """Have an entry's file say something else; ``label`` says what is being changed."""
        if tree == page.tree or not isinstance(tree, dict):
            raise UserError("draft-nothing")
        with _faults_at(label or page.path):
            after = rewritten(page.data, tree, page.kind)
        self.files.append(FileChange(path=page.path, before=page.data, after=after))

    def remove(self, page: Page) -> None:
        """Have an entry's file go."""
        self.files.append(FileChange(path=page.path, before=page.data, after=None))

    def draft(self, summary: str, *, source: str = "", note: str = "") -> Draft:
        """Return what was collected, if the files may say so; raise UserError if not."""
        files = tuple(self.files)
        found = judged(self.folder, {it.path: it.after for it in files}).problems
        gone = next((id_of(it.path) for it in files if it.after is None), None)
        if found and gone is not None:
            others = sorted({"about" if it.path == ABOUT else id_of(it.path) for it in found})
            raise UserError("draft-referred", entry=gone, others=", ".join(others))
        if found:
            raise UnfitError((self._label(it), it) for it in found[:_MOST_SHOWN])
        return Draft(
            summary=summary,
            files=files,
            risks=risks_of(files, self.folder, self.base),
            needs_second=self.policy.needs_second(files),
            rows=tuple(rows_of(files)),
            source=source,
            note=note,
        )

    def _label(self, problem: Problem) -> str:
        """Return the field that a problem is about, as it is typed; or at least the entry."""
        meant = next((it for it in self.files if it.path == problem.path), None)
        if meant is None or meant.after is None:
            return id_of(problem.path)
        route = Places(meant.after).route_at(problem.line, problem.column)
        return _labelled(meant, self.files, route) or id_of(problem.path)


def rows_of(files: Sequence[FileChange]) -> Iterator[Row]:
    """Yield what differs, value by value; a field has its entry's id where that is not plain.

    Of an entry that goes, only what it is called: all else goes with it.
    """
    for file in files:
        for one in differences(file):
            if file.after is None and one.route[0] not in _CALLED:
                continue
            yield _labelled(file, files, one.route), one.old, one.new


async def all_rows_of(files: Sequence[FileChange]) -> tuple[Row, ...]:
    """Return them all, worked out in a thread: a change by hand may be of thousands of files."""
    return await asyncio.to_thread(lambda: tuple(rows_of(files)))


def _labelled(file: FileChange, files: Sequence[FileChange], route: Route) -> str:
    field = field_text(route)
    # A change is of one entry, and may bring the sources of what it says.
    others = [root_of(it.path) for it in files if it.path != file.path]
    is_own = all(it is Kind.SOURCE for it in others)
    if is_own and (not others or root_of(file.path) is not Kind.SOURCE):
        return field
    return f"{id_of(file.path)} {field}".strip()


@contextmanager
def _faults_at(label: str) -> Iterator[None]:
    """Say what cannot be written so that whoever typed it can mend it."""
    try:
        yield
    except BrokenFileError as error:
        raise UnfitError((label, it) for it in error.problems[:_MOST_SHOWN]) from error
