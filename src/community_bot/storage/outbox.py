"""The queues of rows and the messages that they made, in their tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, or_, select, update

from community_bot.domain.address import Platform
from community_bot.publishing.post import Message, Row, RowState
from community_bot.storage.fields import place_of, value_of, values_of
from community_bot.storage.schema import IS_OPEN, destinations, messages, outbox
from community_bot.storage.transactions import Work

_MESSAGES = messages


class OutboxTable:
    """Implements ``publishing.ports.Outbox``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, rows: Iterable[Row]) -> None:
        """Append rows to their destinations' queues, in this order."""
        await self._work.insert_all(outbox, [values_of(row, "id") for row in rows])

    async def of(self, post: int, destination: int | None = None) -> tuple[Row, ...]:
        """Return the rows of a post, in order."""
        statement = select(outbox).where(outbox.c.post == post).order_by(outbox.c.id)
        if destination is not None:
            statement = statement.where(outbox.c.destination == destination)
        return tuple(value_of(Row, row) for row in await self._work.rows(statement))

    async def waiting(self, platform: Platform) -> Mapping[int, datetime]:
        """Return each destination that has a row to work on, with its head's moment.

        Stopped destinations are left out.
        """
        head = (
            select(func.min(outbox.c.id))
            .where(outbox.c.destination == destinations.c.id, IS_OPEN)
            .correlate(destinations)
            .scalar_subquery()
        )
        heads = (
            select(destinations.c.id, head.label("head"))
            .where(destinations.c.platform == platform, destinations.c.stopped == "")
            .subquery()
        )
        due = select(heads.c.id, outbox.c.next_attempt_at).join(outbox, outbox.c.id == heads.c.head)
        return {row.id: row.next_attempt_at for row in await self._work.rows(due)}

    async def head(self, destination: int) -> Row | None:
        """Return the first row of a destination that is not terminal."""
        first = (
            select(outbox)
            .where(outbox.c.destination == destination, IS_OPEN)
            .order_by(outbox.c.id)
            .limit(1)
        )
        row = await self._work.row(first)
        return None if row is None else value_of(Row, row)

    async def change(self, changed: Row) -> None:
        """Keep another state of a row."""
        await self._work.change(outbox, values_of(changed, "id"), id=changed.id)

    async def forget(self, words: Collection[str]) -> None:
        """Erase what rows that are done have brought, where any of these words stands in it."""
        held = or_(*(outbox.c.payload.contains(word, autoescape=True) for word in words))
        done = outbox.c.state.in_((RowState.SENT, RowState.DROPPED))
        await self._work.run(update(outbox).where(done, held).values(payload=""))

    async def messages(self, post: int, destination: int) -> tuple[Message, ...]:
        """Return the messages of a placement that stand, by page."""
        here = place_of(_MESSAGES, post=post, destination=destination)
        rows = await self._work.rows(
            select(_MESSAGES)
            .where(here, _MESSAGES.c.is_gone.is_(False))
            .order_by(_MESSAGES.c.page, _MESSAGES.c.sent_at)
        )
        return tuple(value_of(Message, row) for row in rows)

    async def keep_message(self, message: Message) -> None:
        """Keep a message, or another state of it."""
        await self._work.put(_MESSAGES, values_of(message))
