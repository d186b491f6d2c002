"""One file of the knowledge base, read and judged by itself.

Knows no other file: how it stands beside them is `folder`'s to ask.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from community_bot.domain.entities import About, Entry
from community_bot.domain.values import Kind
from community_bot.knowledge.problems import MOST_PROBLEMS, BrokenFileError, Finding, Problem
from community_bot.knowledge.reading.disk import Disk, NotRegularError, Stamp
from community_bot.knowledge.reading.places import Places
from community_bot.knowledge.reading.rules import check_entry
from community_bot.knowledge.reading.shapes import Root
from community_bot.knowledge.reading.ties import Ties, ties_of
from community_bot.knowledge.reading.tree import MOST_BYTES, read_tree
from community_bot.knowledge.schema import read_entry, revision_of, schema_line

ABOUT = "about.yaml"
KINDS = {kind.folder: kind for kind in Kind}
"""The kinds of entry by the name of the folder that holds them."""
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""What can be the id of an entry, and so, with ``.yaml``, the name of its file."""


@dataclass(frozen=True, slots=True)
class Record:
    """A file that is right, and what it says.

    ``path`` is relative to the base's folder, ``digest`` the SHA-256 of the bytes in hexadecimal,
    ``revision`` a hash of what the entry says.
    """

    path: str
    digest: str
    entry: Entry | About
    revision: str
    ties: Ties


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was read: a record, or the problems that it has by itself."""

    stamp: Stamp | None
    record: Record | None
    problems: tuple[Problem, ...] = ()


def root_of(path: str) -> Root:
    """Return what a file must describe, going by the folder it is in."""
    return "about" if path == ABOUT else KINDS[path.partition("/")[0]]


def id_of(path: str) -> str:
    """Return the id that an entry's file name gives it."""
    return path.rpartition("/")[2].removesuffix(".yaml")


def path_of(kind: Kind, entry_id: str) -> str:
    """Return the path of an entry's file in the base."""
    return f"{kind.folder}/{entry_id}.yaml"


def paths_of(entry_id: str) -> tuple[str, ...]:
    """Return the paths that an entry's file may have, whatever kind of entry it is or was."""
    return tuple(path_of(kind, entry_id) for kind in Kind)


def read_file(disk: Disk, path: str) -> File:
    """Read one file and judge it by itself. All that goes wrong is among its problems."""
    try:
        data, stamp = disk.read(path, MOST_BYTES + 1)
    except NotRegularError:
        return File(None, None, (Problem(path, 1, 1, "problem-not-regular"),))
    except OSError as error:
        reason = (("reason", error.strerror or error.__class__.__name__),)
        return File(None, None, (Problem(path, 1, 1, "problem-unreadable", reason),))
    try:
        record = _record(data, path)
    except BrokenFileError as error:
        return File(stamp, None, error.problems)
    return File(stamp, record)


def located(findings: Iterable[Finding], data: bytes, path: str) -> tuple[Problem, ...]:
    """Put findings at the lines and columns of the file that they are about."""
    places = Places(data)
    problems = [Problem(path, *places.value(it.route), it.key, it.arguments) for it in findings]
    return tuple(sorted(problems)[:MOST_PROBLEMS])


def _record(data: bytes, path: str) -> Record:
    root = root_of(path)
    problems = [] if _has_schema_line(data, root) else [_schema_line_problem(root, path)]
    try:
        tree = read_tree(data, path)
        entry = read_entry(tree, root, data, path)
    except BrokenFileError as error:
        raise BrokenFileError([*problems, *error.problems]) from error
    findings = check_entry(entry)
    if not isinstance(entry, About) and entry.id != id_of(path):
        findings.append(Finding(("id",), "problem-id", (("id", entry.id), ("name", id_of(path)))))
    if findings:
        problems += located(findings, data, path)
    if problems:
        raise BrokenFileError(problems)
    digest = hashlib.sha256(data).hexdigest()
    return Record(path, digest, entry, revision_of(tree), ties_of(entry))


def _has_schema_line(data: bytes, root: Root) -> bool:
    return data.split(b"\n", 1)[0].removesuffix(b"\r") == schema_line(root).encode()


def _schema_line_problem(root: Root, path: str) -> Problem:
    return Problem(path, 1, 1, "problem-schema-line", (("line", schema_line(root)),))
