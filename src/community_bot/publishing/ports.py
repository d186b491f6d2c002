"""What publishing needs from outside: a store with transactions, and a carrier per platform.

Storage implements the one, adapters the other. A carrier makes exactly one attempt per call and
says by its exceptions what is known of the outcome (``publishing/errors.py``); waiting, repeating
and giving up are the delivery's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Reply
from community_bot.publishing.destination import Destination
from community_bot.publishing.post import Message, Placement, Post, PostState, Row
from community_bot.publishing.schedule import Follow, Run, Schedule, Seen


class Carrier(Protocol):
    """Brings messages to one platform. ``key_window`` is how long it surely remembers a key."""

    @property
    def platform(self) -> Platform:
        """The platform."""

    @property
    def key_window(self) -> timedelta:
        """How long after a first attempt another with the same key makes no second message."""

    def pages(self, reply: Reply, mark: str) -> tuple[str, ...]:
        """Render a reply as the payload of each message, each with ``mark`` to be found by."""

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        """Post one message; return its id. Raises DeliveryError."""

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        """Change what a message of ours says. Raises DeliveryError."""

    async def delete(self, address: Address, message: str, key: str) -> None:
        """Take a message of ours away; one that is gone already is no error."""

    async def find(self, address: Address, payload: str, key: str, since: datetime) -> str | None:
        """Read back a message posted since a moment, by key or mark; None if it surely is not.

        Raises HistoryUnreadableError when that cannot be told.
        """


class Destinations(Protocol):
    """The registered places."""

    async def all(self) -> tuple[Destination, ...]:
        """Return all, by name."""

    async def add(self, new: Destination) -> Destination:
        """Keep a new one, with an id. Raises UserError: name or place is taken."""

    async def change(self, changed: Destination) -> None:
        """Keep another state of one."""

    async def remove(self, id: int) -> None:
        """Forget one with all that was posted there, its runs and what it follows."""


class Posts(Protocol):
    """Posts and their placements."""

    async def add(self, new: Post, placements: Iterable[Placement]) -> Post:
        """Keep a new post, with an id, and its placements, whose ``post`` is set here."""

    async def get(self, id: int) -> Post | None:
        """Return one."""

    async def change(self, changed: Post) -> None:
        """Keep another state of one."""

    async def list(
        self, *, states: Collection[PostState], destination: int | None = None, limit: int = 50
    ) -> tuple[Post, ...]:
        """Return the newest posts in these states, newest first."""

    async def naming(self, words: Collection[str]) -> tuple[Post, ...]:
        """Return the posts in whose line any of these words stands, oldest first."""

    async def due(self, now: datetime) -> tuple[Post, ...]:
        """Return the scheduled posts whose moment has come, in order of it."""

    async def placements(self, post: int) -> tuple[Placement, ...]:
        """Return the placements of a post, by destination."""

    async def change_placement(self, changed: Placement) -> None:
        """Keep another state of one."""

    async def unchecked(
        self, fingerprint: str, limit: int, after: tuple[int, int] = (0, 0)
    ) -> Sequence[tuple[Post, Placement]]:
        """Return live answers not yet compared with the base of this fingerprint, oldest first.

        ``after`` is the post and the destination up to which they were returned already.
        """

    async def mark_checked(
        self,
        placements: Iterable[tuple[int, int]],
        fingerprint: str,
        basis: Mapping[str, str] | None = None,
    ) -> None:
        """Note (post, destination) pairs as compared with the base of this fingerprint.

        ``basis`` is what they rest on from now on, if that is another.
        """

    async def prune(self, *, drafts: datetime, rows: datetime) -> int:
        """Erase what is older: drafts and cancelled posts, and rows that are done.

        Rows that are done are those sent or dropped; what failed stays to be seen. Posts that were
        delivered, their placements and their messages stay, for corrections. Returns how many.
        """


class Outbox(Protocol):
    """Rows and the messages that they made."""

    async def add(self, rows: Iterable[Row]) -> None:
        """Append rows to their destinations' queues, in this order."""

    async def of(self, post: int, destination: int | None = None) -> tuple[Row, ...]:
        """Return the rows of a post, in order."""

    async def waiting(self, platform: Platform) -> Mapping[int, datetime]:
        """Return each destination that has a row to work on, with its head's ``next_attempt_at``.

        Stopped destinations are left out.
        """

    async def head(self, destination: int) -> Row | None:
        """Return the first row of a destination that is not terminal."""

    async def change(self, changed: Row) -> None:
        """Keep another state of a row."""

    async def forget(self, words: Collection[str]) -> None:
        """Erase what rows that are done have brought, where any of these words stands in it."""

    async def messages(self, post: int, destination: int) -> tuple[Message, ...]:
        """Return the messages of a placement that stand, by page."""

    async def keep_message(self, message: Message) -> None:
        """Keep a message, or another state of it."""


class Schedules(Protocol):
    """Schedules and their next runs."""

    async def all(self) -> tuple[Schedule, ...]:
        """Return all, by id."""

    async def add(self, new: Schedule, runs: Mapping[int, datetime]) -> Schedule:
        """Keep a new one, with an id, and when it is first due at each destination."""

    async def change(self, changed: Schedule) -> None:
        """Keep another state of one."""

    async def remove(self, id: int) -> None:
        """Forget one and its runs; what it posted stays."""

    async def runs(self, schedule: int) -> tuple[Run, ...]:
        """Return the next run at each destination."""

    async def due(self, now: datetime) -> Sequence[tuple[Schedule, Run]]:
        """Return the runs that are due of schedules that are not paused, in order of time."""

    async def next_due(self) -> datetime | None:
        """Return when the next run of an unpaused schedule, or the next scheduled post, is due."""

    async def set_run(self, run: Run) -> None:
        """Keep when a schedule is next due at a destination."""


class Follows(Protocol):
    """What destinations follow, and what they were told last."""

    async def all(self) -> tuple[Follow, ...]:
        """Return all, by id."""

    async def add(self, new: Follow) -> Follow:
        """Keep a new one, with an id. Raises UserError when it is there already."""

    async def remove(self, id: int) -> None:
        """Forget one."""

    async def seen(self) -> Mapping[str, Seen]:
        """Return the entries as followers were last told of them."""

    async def mark_seen(self, changed: Iterable[Seen], removed: Iterable[str]) -> None:
        """Note what they are told of now."""

    async def has_seen(self) -> bool:
        """Tell whether anything was ever noted: the first time nothing is news."""

    async def begin_seeing(self) -> None:
        """Note that from now on what differs is news."""


class Departures(Protocol):
    """Spaces that the bot was removed from; their rows are erased after a while."""

    async def note(self, space: Address, at: datetime) -> None:
        """Note that the bot left a server, or a room where there is no server."""

    async def cancel(self, space: Address) -> None:
        """Note that it is back."""

    async def erase(self, before: datetime) -> int:
        """Erase destinations, and grants named there, of what was left before; return how many."""


class Transaction(Protocol):
    """Reads and writes that happen together or not at all."""

    @property
    def destinations(self) -> Destinations:
        """The registered places."""

    @property
    def posts(self) -> Posts:
        """Posts and their placements."""

    @property
    def outbox(self) -> Outbox:
        """Rows and messages."""

    @property
    def schedules(self) -> Schedules:
        """Schedules and their runs."""

    @property
    def follows(self) -> Follows:
        """What is followed."""

    @property
    def departures(self) -> Departures:
        """Spaces that were left."""


class Store(Protocol):
    """Where publishing keeps what it must not forget."""

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a transaction: committed at the end of the block, undone if it raises.

        What is read in it is not changed by others until it ends. Do not wait for anything but the
        store inside.
        """

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a transaction that only reads, beside whoever writes."""
