"""A change of the knowledge: which files say what instead of what, who wants it and why.

Everything that alters a file is a change: a proposal, an edit that counts at once, an undo, and
what somebody did to the files by hand. It is written as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from community_bot.domain.errors import UserError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_LONGEST_TITLE = 200

PROPOSED_FOR = timedelta(days=14)
"""How long a proposal waits for somebody to decide."""


class ChangeState(StrEnum):
    """How far a change has come; the last five are terminal."""

    OPEN = "open"
    """Proposed: somebody else is to look at it."""
    ACCEPTED = "accepted"
    """To be written: a crash is made up for at the next start."""
    APPLIED = "applied"
    REJECTED = "rejected"
    EXPIRED = "expired"
    FORGOTTEN = "forgotten"
    """It could not be written: its files had changed, or the disk did not take them."""
    UNDONE = "undone"


class ChangeKind(StrEnum):
    """Where a change comes from."""

    EDIT = "edit"
    UNDO = "undo"
    REVIEW = "review"
    """Somebody looked at an entry and found it right."""
    FILES = "files"
    """The files were altered by other means than the bot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """What one file says before and after; None is a file that is not there.

    ``path`` is relative to the base's folder.
    """

    path: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change; its files are written in their order, sources first.

    ``author`` and ``decided_by`` are members' numbers; None is the files' own. ``summary`` is what
    it is called in lists: the entry and the field, in the canonical form of the command. ``risks``
    are keys of what a reviewer must be warned of.
    """

    id: int = 0
    kind: ChangeKind
    state: ChangeState
    author: int | None
    summary: str
    note: str = ""
    source: str = ""
    risks: tuple[str, ...] = ()
    undoes: tuple[int, ...] = ()
    files: tuple[FileChange, ...]
    created_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    needs_second: bool = True

    @property
    def short_id(self) -> str:
        """The id that people see and type."""
        return f"C{self.id}"

    @property
    def expires_at(self) -> datetime:
        """When nobody can decide it any more."""
        return self.created_at + PROPOSED_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What somebody said of a change while it was open."""

    change: int
    at: datetime
    author: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One revision of an entry that was served once: what its file said, and from when to when."""

    entry: str
    revision: str
    path: str
    text: bytes
    since: datetime
    until: datetime | None = None
    change: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One row of the audit: what was done, by which member, chained to the row before.

    ``what`` is a short word such as ``approve``, ``about`` what it was done to.
    """

    number: int
    at: datetime
    actor: int | None
    what: str
    about: str
    before: str
    """The hash of the row before; empty for the first."""
    hash: str = ""


def hash_of(row: AuditRow) -> str:
    """Return the hash that a row must have: over all else that it says, the hash before included.

    It is the SHA-256, in hexadecimal, of a JSON list without blanks; ``at`` as microseconds.
    """
    microseconds = (row.at - _EPOCH) // _MICROSECOND
    said = [row.number, microseconds, row.actor, row.what, row.about, row.before]
    written = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def title_of(what: str) -> str:
    """Return what a change is called in lists: of a thousand files the first are enough."""
    if len(what) <= _LONGEST_TITLE:
        return what
    return what[: _LONGEST_TITLE - 1].rpartition(" ")[0].rstrip(",") + " …"


def erased_id(entry: str) -> str:
    """Return what stands for the id of an erased entry: its SHA-256, which could be an id."""
    return hashlib.sha256(entry.encode()).hexdigest()


def digest_of(data: bytes | None) -> str:
    """Return the SHA-256 of what a file says, in hexadecimal; nothing for no file."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def ensure_open(change: Change) -> None:
    """Raise UserError for a change that is decided already."""
    if change.state is not ChangeState.OPEN:
        raise UserError(f"change-is-{change.state.value}", change=change.short_id)
