"""The knowledge base's folder as it stands on disk, with every file read and judged.

A file with any problem has no record. After a change only what changed is read again, and only whom
it can affect is judged again; the outcome is that of a fresh reading. Shares nothing between
calls, so it may run in any thread; knows no event loop.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from community_bot.domain.entities import About
from community_bot.knowledge.problems import Finding, Problem
from community_bot.knowledge.reading.disk import Disk, Seen, Stamp
from community_bot.knowledge.reading.record import (
    ABOUT,
    ID,
    KINDS,
    File,
    Record,
    id_of,
    located,
    read_file,
)
from community_bot.knowledge.reading.relations import Surroundings, check_relations
from community_bot.knowledge.reading.ties import ALL_STANDINGS, Change, offers_of, standings_of
from community_bot.knowledge.reading.tree import MOST_BYTES

Progress = Callable[[int, int], None]
"""Told how many files of how many have been read."""

SCHEMA_FOLDER = "schema"
_ENTRY = re.compile(rf"({'|'.join(KINDS)})/({ID.pattern})\.yaml")
_STEP = 100


@dataclass(frozen=True, slots=True)
class Folder:
    """A knowledge base as it was read once.

    ``records`` are the files without any problem, by their path relative to ``root``; ``problems``
    are all there are, in the order of the files. The rest is for the next reading.
    """

    root: Path
    records: Mapping[str, Record]
    problems: tuple[Problem, ...]
    files: Mapping[str, File] = field(default_factory=dict, repr=False)
    offers: frozenset[str] = field(default=frozenset(), repr=False)
    tangles: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict, repr=False)


def read_folder(
    root: Path,
    *,
    previous: Folder | None = None,
    changed: Collection[str] | None = None,
    progress: Progress | None = None,
) -> Folder:
    """Read the knowledge base at ``root``; what is wrong is among its problems, never raised.

    With ``previous`` only what has changed since then is read: the paths ``changed``, which need
    not exist any more, or whatever has another time or size than before.
    """
    try:
        with Disk(root) as disk:
            files = _files(disk, previous, changed, progress)
            return _folder(root, disk, files, previous)
    except OSError as error:
        reason = (("folder", str(root)), ("reason", error.strerror or str(error)))
        return Folder(root, {}, (Problem(".", 1, 1, "problem-no-folder", reason),))


def _files(
    disk: Disk,
    previous: Folder | None,
    changed: Collection[str] | None,
    progress: Progress | None,
) -> dict[str, File]:
    """Read what must be read and keep what need not be, in the order of the paths."""
    old = previous.files if previous else {}
    files = dict(old)
    found = _look_at(disk, changed) if previous and changed is not None else None
    if found is None:
        files = {}
        found = _survey(disk)
    unread = []
    for path, seen in found.items():
        known = old.get(path)
        if isinstance(seen, Problem):
            files[path] = File(None, None, (seen,))
        elif known and known.stamp == seen and path not in (changed or ()):
            files[path] = known
        elif seen is None:
            files.pop(path, None)
        else:
            unread.append(path)
    for count, path in enumerate(unread):
        if progress and count % _STEP == 0:
            progress(count, len(unread))
        files[path] = _same_or_new(old.get(path), read_file(disk, path))
    if progress and unread:
        progress(len(unread), len(unread))
    return files if files.keys() == old.keys() else dict(sorted(files.items()))


def _same_or_new(old: File | None, new: File) -> File:
    """Return what was read; where it says byte for byte what it said, with the record of before.

    So what was written here and then told of by the watch makes no second base.
    """
    if old and old.record and new.record and old.record.digest == new.record.digest:
        return File(new.stamp, old.record)
    return new


def _look_at(disk: Disk, paths: Iterable[str]) -> dict[str, Stamp | Problem | None] | None:
    """Return what stands at single places, or None if only a survey can tell."""
    if not all(path == ABOUT or path.rpartition("/")[0] in KINDS for path in paths):
        return None
    try:
        looks = {path: disk.look(path) for path in paths}
    except OSError:
        return None
    return {path: seen and _expected(path, seen) for path, seen in looks.items()}


def _survey(disk: Disk) -> dict[str, Stamp | Problem | None]:
    """Return the stamp of every file that should be read, and what stands where nothing should."""
    found: dict[str, Stamp | Problem | None] = {}
    for name, seen in disk.contents().items():
        if name not in KINDS or not seen.is_folder:
            found[name] = _expected(name, seen)
            continue
        try:
            inside = disk.contents(name)
        except OSError as error:
            reason = (("reason", error.strerror or str(error)),)
            found[name] = Problem(name, 1, 1, "problem-unreadable", reason)
            continue
        found |= {(path := f"{name}/{it}"): _expected(path, inside[it]) for it in inside}
    return found


def _expected(path: str, seen: Seen) -> Stamp | Problem | None:
    """Return a file's stamp, None for what is no business of ours, or why it should not be here."""
    folder, _, name = path.rpartition("/")
    if name.startswith(".") or name.endswith((".md", "~")) or path == SCHEMA_FOLDER:
        return None
    if seen.stamp is None and not seen.is_folder:
        return Problem(_printable(path), 1, 1, "problem-not-regular")
    if seen.stamp is None or not (folder or path == ABOUT):
        return Problem(_printable(path), 1, 1, "problem-unexpected")
    if folder and not _ENTRY.fullmatch(path):
        return Problem(_printable(path), 1, 1, "problem-file-name")
    return seen.stamp


def _printable(path: str) -> str:
    """Write a name that may hold anything so that it can be shown on one line."""
    letters = (it if it.isprintable() else it.encode("unicode_escape").decode() for it in path)
    return "".join(letters)


def _folder(root: Path, disk: Disk, files: Mapping[str, File], previous: Folder | None) -> Folder:
    """Judge the files beside each other, and put together what was found."""
    old = previous or Folder(root, {}, ())
    alone = {path: file.record for path, file in files.items() if file.record}
    offers = _offers(files, old)
    affected = _affected(files, alone, offers, old)
    around = Surroundings.of(affected, alone.values(), offers)
    tangles = {path: it for path, it in old.tangles.items() if path in alone}
    for record in affected:
        tangles.pop(record.path, None)
        if findings := tuple(check_relations(record, around)):
            tangles[record.path] = _located_again(disk, record, findings)
    problems = [it for file in files.values() for it in file.problems]
    problems += [it for found in tangles.values() for it in found]
    records = {path: it for path, it in alone.items() if path not in tangles} if tangles else alone
    return Folder(root, records, tuple(sorted(problems)), files, offers, tangles)


def _offers(files: Mapping[str, File], old: Folder) -> frozenset[str]:
    """Return all that can be referred to. A file that is there but broken counts."""
    if files.keys() == old.files.keys() and files.get(ABOUT) is old.files.get(ABOUT):
        return old.offers
    offers: set[str] = set()
    for path in files:
        if found := _ENTRY.fullmatch(path):
            offers.update(offers_of(KINDS[found[1]], found[2]))
    about = files.get(ABOUT)
    if about and about.record and isinstance(about.record.entry, About):
        offers |= standings_of(about.record.entry)
    elif about:
        offers.add(ALL_STANDINGS)
    return frozenset(offers)


def _affected(
    files: Mapping[str, File], alone: Mapping[str, Record], offers: frozenset[str], old: Folder
) -> Sequence[Record]:
    """Return the records whose relations may not be what they were."""
    if not old.files:
        return tuple(alone.values())
    differing = _differing(old.files, files)
    ties = [
        record.ties
        for path in differing
        for known in (old.files.get(path), files.get(path))
        if (record := known and known.record)
    ]
    change = Change.of(ties, offers ^ old.offers)
    if not differing and not change.ids:
        return ()
    return tuple(
        record
        for path, record in alone.items()
        if path in differing
        or change.affects_names(record.ties)
        or (change.ids and change.affects_references(id_of(path), record.ties))
    )


def _differing(old: Mapping[str, File], new: Mapping[str, File]) -> set[str]:
    """Return the paths whose records are not the same."""
    looked_at = {path for path, file in new.items() if old.get(path) is not file}
    looked_at.update(old.keys() - new.keys())
    return {path for path in looked_at if _record_of(old, path) is not _record_of(new, path)}


def _record_of(files: Mapping[str, File], path: str) -> Record | None:
    file = files.get(path)
    return file.record if file else None


def _located_again(disk: Disk, record: Record, findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """Put findings at their places; at the top of the file if it has changed under our hands."""
    try:
        data, _ = disk.read(record.path, MOST_BYTES)
    except OSError:
        data = b""
    is_same = hashlib.sha256(data).hexdigest() == record.digest
    return located(findings, data if is_same else b"", record.path)
