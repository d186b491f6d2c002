"""What moderation needs from outside: a store with transactions, files, and people to tell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from community_bot.moderation.change import AuditRow, Change, ChangeState, Remark, Served


class Changes(Protocol):
    """Changes with what their files said before and after.

    Of those that are only listed the files are left out: there may be thousands in one.
    """

    async def add(self, new: Change) -> Change:
        """Keep a new one, with an id."""

    async def get(self, id: int) -> Change | None:
        """Return one."""

    async def change(self, changed: Change) -> None:
        """Keep another state of one; its files stay what they were."""

    async def in_states(
        self, states: Collection[ChangeState], limit: int = 50, *, listed: bool = False
    ) -> Sequence[Change]:
        """Return the newest in these states, newest first; without files if only ``listed``."""

    async def of_paths(self, paths: Collection[str], limit: int = 20) -> Sequence[Change]:
        """Return the newest applied or undone changes of files, newest first, as listed."""

    async def by(self, author: int, since: datetime) -> Sequence[Change]:
        """Return somebody's changes since a moment, oldest first, as listed."""

    async def since(self, moment: datetime) -> Sequence[Change]:
        """Return everybody's changes since a moment, oldest first, as listed."""

    async def opened_until(self, moment: datetime, limit: int = 100) -> Sequence[Change]:
        """Return the oldest open proposals made by a moment, oldest first, as listed."""

    async def waiting(self) -> Mapping[int, str]:
        """Return what all open proposals are called, by number."""

    async def open_of(self, author: int) -> int:
        """Return how many open proposals somebody has."""

    async def touching(self, entry: str) -> tuple[Sequence[int], Sequence[int]]:
        """Return the numbers of the changes of an entry's file: all, and those not yet done."""

    async def erase(self, entry: str, words: Collection[str]) -> None:
        """Forget what an entry's file said, and what was said of its changes.

        What other files said is forgotten where any of ``words`` stands in it. A hash stands for
        the entry's id from then on.
        """

    async def remark(self, new: Remark) -> None:
        """Keep what somebody said of a change."""

    async def said_by(self, author: int, since: datetime) -> int:
        """Return how often somebody said something of changes since a moment."""

    async def remarks(self, change: int) -> Sequence[Remark]:
        """Return what was said of a change, in order."""


class Revisions(Protocol):
    """Every revision of every entry that was ever served."""

    async def current(self, entries: Collection[str] | None = None) -> Mapping[str, str]:
        """Return the revision of each entry, or of these, that was last recorded as served."""

    async def record(self, new: Collection[Served], ended: Collection[str], at: datetime) -> None:
        """Keep new revisions, and that those of ``ended`` entries are not served any more."""

    async def find(self, entry: str, revision: str) -> Served | None:
        """Return one revision, if it was ever served; what it said is empty if that was erased."""

    async def texts(self, entry: str) -> Sequence[bytes]:
        """Return all that an entry's file ever said."""

    async def erase(self, entry: str, words: Collection[str]) -> None:
        """Forget what an entry said, and what any other said once in which ``words`` stand."""


class Audit(Protocol):
    """The audit, which only grows."""

    async def append(self, at: datetime, actor: int | None, what: str, about: str) -> AuditRow:
        """Add a row, chained to the last."""

    async def head(self) -> AuditRow | None:
        """Return the last row."""

    async def rows(self, after: int = 0, limit: int = 1_000) -> Sequence[AuditRow]:
        """Return rows in order, from behind a number."""


class Marks(Protocol):
    """Small things that must outlive a restart, by name."""

    async def get(self, name: str) -> str:
        """Return what is kept under a name; nothing if nothing is."""

    async def set(self, name: str, value: str) -> None:
        """Keep something under a name; nothing forgets it."""


class Transaction(Protocol):
    """Reads and writes that happen together or not at all."""

    @property
    def changes(self) -> Changes:
        """Changes."""

    @property
    def revisions(self) -> Revisions:
        """What was served."""

    @property
    def audit(self) -> Audit:
        """The audit."""

    @property
    def marks(self) -> Marks:
        """Small things, such as whether editing is frozen."""


class Store(Protocol):
    """Where moderation keeps what it must not forget."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a transaction: committed at the end of the block, undone if it raises."""

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a transaction that only reads, beside whoever writes."""


class Tell(Protocol):
    """Tells the moderators, on every platform, in the language of each channel."""

    async def __call__(
        self,
        key: str,
        /,
        *,
        rows: Sequence[tuple[str, str, str]] = (),
        actions: Sequence[tuple[str, str]] = (),
        warnings: Sequence[str] = (),
        **arguments: str | int,
    ) -> None:
        """Tell the message ``key``, filled by ``arguments``.

        ``rows`` are differences: field, old and new value. ``actions`` are what to do about it: the
        key of a label, and the line of a command. ``warnings`` are keys of what to look at closely.
        """
