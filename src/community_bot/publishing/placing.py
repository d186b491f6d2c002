"""The outbox rows of a rendering: what is sent, changed and taken away so that a channel shows it.

A row that waits and whose outcome is not in doubt is surely not on its way, so a newer rendering
takes its place in the presence. All others stand, or may come to stand. Decides only; whoever asks
writes it down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from community_bot.domain.address import Platform
from community_bot.domain.document import Reply
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Carrier
from community_bot.publishing.post import (
    MESSAGE_GONE,
    Act,
    Message,
    Placement,
    Row,
    RowState,
    mark,
)

_ENDED = {RowState.SENT, RowState.FAILED, RowState.DROPPED}


class Pages:
    """The payloads of one revision of a post: rendered once per platform and document."""

    def __init__(self, carriers: Mapping[Platform, Carrier], post: int, revision: int) -> None:
        self._carriers = carriers
        self._mark = mark(post, revision)
        self._rendered: dict[tuple[Platform, int], tuple[str, ...]] = {}
        # Documents are told apart by identity, so they must live as long as this.
        self._documents: list[Reply] = []

    def of(self, reply: Reply, destination: Destination) -> tuple[str, ...]:
        """Return the payload of each message."""
        platform = destination.address.platform
        key = platform, id(reply)
        if key not in self._rendered:
            self._documents.append(reply)
            self._rendered[key] = self._carriers[platform].pages(reply, self._mark)
        return self._rendered[key]


@dataclass(frozen=True, slots=True)
class Presence:
    """What there is of a placement: its rows in order, and its messages that stand."""

    rows: Sequence[Row] = ()
    messages: Sequence[Message] = ()

    @property
    def idle(self) -> tuple[Row, ...]:
        """The rows that surely are not on their way."""
        return tuple(
            row for row in self.rows if row.state is RowState.PENDING and row.unsure_since is None
        )

    @property
    def standing(self) -> frozenset[int]:
        """The pages of which a message stands, or may come to stand."""
        return self._on_their_way(Act.SEND).union(one.page for one in self.messages)

    @property
    def leaving(self) -> frozenset[int]:
        """The pages whose message is being taken away."""
        return self._on_their_way(Act.DELETE)

    @property
    def gone(self) -> frozenset[int]:
        """The pages that were sent, and whose message somebody else has taken away since."""
        sent: set[int] = set()
        for row in self.rows:
            if row.act is Act.DELETE and row.state is RowState.SENT:
                sent.discard(row.page)
            elif row.error == MESSAGE_GONE or (row.act is Act.SEND and row.state is RowState.SENT):
                sent.add(row.page)
        return frozenset(sent) - self.standing

    @property
    def is_deserted(self) -> bool:
        """Whether nothing stands and nothing will, though there was something once."""
        return not self.standing and not self.idle

    def _on_their_way(self, act: Act) -> frozenset[int]:
        idle = {row.id for row in self.idle}
        return frozenset(
            row.page
            for row in self.rows
            if row.act is act and row.state not in _ENDED and row.id not in idle
        )


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What becomes of a placement: rows that are to be otherwise, and rows that come after them."""

    changed: tuple[Row, ...] = ()
    added: tuple[Row, ...] = ()


def sending(post: int, destination: int, pages: Iterable[str], now: datetime) -> tuple[Row, ...]:
    """Return the rows of a first rendering."""
    blank = Row(
        post=post, destination=destination, revision=1, page=0, act=Act.SEND, next_attempt_at=now
    )
    return tuple(
        replace(blank, page=page, payload=payload) for page, payload in enumerate(pages, start=1)
    )


def correcting(
    placement: Placement, pages: Sequence[str], presence: Presence, now: datetime
) -> Rewrite:
    """Return what makes a placement show other pages, as its next revision.

    What waits says the new words in its old place; what stands is edited, what is missing sent,
    what is too much deleted. A page that somebody took away stays away.
    """
    blank = _blank(placement, now)
    waiting: dict[int, Row] = {}
    changed: list[Row] = []
    added: list[Row] = []
    for row in presence.idle:
        # What was refused while it was corrected waits again, before its own edit.
        if row.act is Act.DELETE or row.page > len(pages) or row.page in waiting:
            changed.append(replace(row, state=RowState.DROPPED))
        else:
            waiting[row.page] = row
    editable = presence.standing - presence.leaving
    for page, payload in enumerate(pages, start=1):
        if page in waiting:
            changed.append(replace(waiting[page], payload=payload, revision=blank.revision))
        elif page in editable or page not in presence.gone:
            act = Act.EDIT if page in editable else Act.SEND
            added.append(replace(blank, page=page, act=act, payload=payload))
    added += (replace(blank, page=page) for page in sorted(editable) if page > len(pages))
    return Rewrite(tuple(changed), tuple(added))


def withdrawing(placement: Placement, presence: Presence, now: datetime) -> Rewrite:
    """Return what takes a placement away, as its last revision."""
    blank = _blank(placement, now)
    return Rewrite(
        tuple(replace(row, state=RowState.DROPPED) for row in presence.idle),
        tuple(replace(blank, page=page) for page in sorted(presence.standing)),
    )


def _blank(placement: Placement, now: datetime) -> Row:
    """Return a row of a placement's next revision that deletes; no page has been chosen."""
    return Row(
        post=placement.post,
        destination=placement.destination,
        revision=placement.revision + 1,
        page=0,
        act=Act.DELETE,
        next_attempt_at=now,
    )
