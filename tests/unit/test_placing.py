from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from community_bot.publishing.placing import Presence, Rewrite, correcting, sending, withdrawing
from community_bot.publishing.post import Act, Message, Placement, Row, RowState

NOW = datetime(2026, 11, 22, tzinfo=UTC)
OPEN = {RowState.PENDING, RowState.SENDING}


def pages_of(revision: int, count: int) -> tuple[str, ...]:
    return tuple(f"r{revision} {page}/{count}" for page in range(1, count + 1))


@dataclass(slots=True)
class Room:
    """A placement of three pages, and what one reads there: the delivery's part is played here."""

    rows: list[Row] = field(default_factory=list)
    placement: Placement = field(
        default_factory=lambda: Placement(post=1, destination=1, language="en", revision=1)
    )
    messages: list[Message] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    pages: int = 3

    def __post_init__(self) -> None:
        self._append(sending(1, 1, pages_of(1, self.pages), NOW))

    @property
    def head(self) -> Row | None:
        return next((row for row in self.rows if row.state in OPEN), None)

    @property
    def presence(self) -> Presence:
        return Presence(self.rows, [one for one in self.messages if not one.is_gone])

    def correct(self, pages: int) -> None:
        if not self.presence.is_deserted:
            texts = pages_of(self.placement.revision + 1, pages)
            self._apply(correcting(self.placement, texts, self.presence, NOW))
            self.pages = pages

    def withdraw(self) -> None:
        self._apply(withdrawing(self.placement, self.presence, NOW))
        self.pages = 0

    def take(self) -> None:
        if (row := self.head) is not None:
            unsure = row.unsure_since or row.sending_since
            self._keep(replace(row, state=RowState.SENDING, sending_since=NOW, unsure_since=unsure))

    def refuse(self) -> None:
        """Surely not taken this time."""
        if (row := self.head) is not None and row.state is RowState.SENDING:
            self._keep(replace(row, state=RowState.PENDING, sending_since=None))

    def lose(self, *, is_taken: bool) -> None:
        """Nobody knows whether it was taken."""
        if (row := self.head) is not None and row.state is RowState.SENDING:
            if is_taken:
                self._do(row)
            self._keep(replace(row, state=RowState.PENDING, sending_since=None, unsure_since=NOW))

    def finish(self) -> None:
        if (row := self.head) is None or row.state is not RowState.SENDING:
            return
        id_ = self._do(row)
        here = [one for one in self.presence.messages if one.page == row.page]
        state = RowState.SENT
        if row.act is Act.SEND:
            at = NOW + timedelta(seconds=len(self.messages))
            self.messages.append(Message(post=1, destination=1, page=row.page, id=id_, sent_at=at))
        elif row.act is Act.DELETE:
            self.messages = [
                replace(one, is_gone=one.is_gone or one in here) for one in self.messages
            ]
        elif not here:
            state = RowState.FAILED
        self._keep(replace(row, state=state, sending_since=None, unsure_since=None))

    def deliver(self) -> None:
        self.take()
        self.finish()

    def drain(self) -> None:
        while self.head is not None:
            self.deliver()

    def _do(self, row: Row) -> str:
        here = [one.id for one in self.presence.messages if one.page == row.page]
        if row.act is Act.SEND and row.key not in self.by_key:
            self.by_key[row.key] = row.key
            self.read[row.key] = row.payload
        elif row.act is Act.EDIT and here:
            self.read[here[-1]] = row.payload
        elif row.act is Act.DELETE:
            for id_ in here:
                self.read.pop(id_, None)
        return row.key

    def _apply(self, rewrite: Rewrite) -> None:
        for row in rewrite.changed:
            self._keep(row)
        self._append(rewrite.added)
        self.placement = replace(self.placement, revision=self.placement.revision + 1)

    def _append(self, rows: Iterable[Row]) -> None:
        self.rows += [
            replace(row, id=number) for number, row in enumerate(rows, len(self.rows) + 1)
        ]
        once = [(row.revision, row.page) for row in self.rows]
        assert len(once) == len(set(once))

    def _keep(self, changed: Row) -> None:
        self.rows = [changed if row.id == changed.id else row for row in self.rows]


STEPS = {
    "take": Room.take,
    "finish": Room.finish,
    "refuse": Room.refuse,
    "lose": lambda room: room.lose(is_taken=False),
    "lose though taken": lambda room: room.lose(is_taken=True),
    "one page": lambda room: room.correct(1),
    "two pages": lambda room: room.correct(2),
    "three pages": lambda room: room.correct(3),
    "deliver one": Room.deliver,
    "deliver all": Room.drain,
}
MANY = st.lists(st.sampled_from(sorted(STEPS)), min_size=8, max_size=40)


@settings(max_examples=300, deadline=None)
@example(["deliver all", "one page", "deliver all", "three pages"])
@example(["deliver all", "one page", "deliver one", "take", "three pages"])
@example(["deliver one", "take", "two pages", "refuse", "one page"])
@given(MANY)
def test_in_the_end_a_room_shows_each_page_of_the_last_revision_once(steps: list[str]) -> None:
    room = Room()
    for step in steps:
        STEPS[step](room)
    room.drain()
    assert sorted(room.read.values()) == list(pages_of(room.placement.revision, room.pages))


@settings(max_examples=300, deadline=None)
@given(MANY)
def test_whatever_was_on_its_way_nothing_stands_after_a_withdrawal(steps: list[str]) -> None:
    room = Room()
    for step in steps:
        STEPS[step](room)
    room.withdraw()
    room.drain()
    assert not room.read
