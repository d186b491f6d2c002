"""The outbox as a platform's lane works it off: who waits, the first row of each, what came of it.

A row is committed as being sent before anybody is asked, and its outcome together with its message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from community_bot.core.ports import Clock
from community_bot.domain.address import Platform
from community_bot.publishing.attempts import Job, Settlement
from community_bot.publishing.destination import Destination
from community_bot.publishing.errors import DestinationRefusedError
from community_bot.publishing.ports import Store, Transaction
from community_bot.publishing.post import Act, Message, Row, RowState


class Queue:
    """The rows for one platform. All may raise StoreError.

    ``longest`` is the longest that a row may have been put off; one that would have to wait longer
    was put off by a clock that has been set back since.
    """

    def __init__(self, store: Store, clock: Clock, platform: Platform, longest: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._platform = platform
        self._longest = longest
        self._destinations: dict[int, Destination] = {}

    async def waiting(self) -> Mapping[Destination, datetime]:
        """Return each destination with something to do, and when it may be done."""
        async with self._store.read() as tx:
            heads = await tx.outbox.waiting(self._platform)
            if not heads.keys() <= self._destinations.keys():
                self._destinations = {one.id: one for one in await tx.destinations.all()}
        return {self._destinations[id]: self._due(at) for id, at in heads.items()}

    async def take(self, destination: Destination) -> Job | datetime | None:
        """Mark the first row as being sent and return it; or when it may be; or None without any.

        A row that is marked so already was left so by a crash: its outcome is unknown.
        """
        async with self._store.begin() as tx:
            row = await tx.outbox.head(destination.id)
            if row is None:
                return None
            now = self._clock.now()
            if row.state is RowState.PENDING and (due := self._due(row.next_attempt_at)) > now:
                return due
            taken = replace(
                row,
                state=RowState.SENDING,
                attempts=row.attempts + 1,
                sending_since=now,
                unsure_since=row.unsure_since or row.sending_since,
            )
            await tx.outbox.change(taken)
            return Job(destination, taken, await _messages(tx, row))

    async def settle(self, settlement: Settlement) -> None:
        """Keep what an attempt came to, unless the row was erased in the meantime."""
        row = settlement.row
        self._longest = max(self._longest, row.next_attempt_at - self._clock.now())
        async with self._store.begin() as tx:
            head = await tx.outbox.head(row.destination)
            if head is None or head.id != row.id:
                return
            await tx.outbox.change(row)
            for message in settlement.messages:
                await tx.outbox.keep_message(message)
            if isinstance(settlement.error, DestinationRefusedError):
                await _stop(tx, row.destination, settlement.error.reason)

    def _due(self, moment: datetime) -> datetime:
        now = self._clock.now()
        return now if moment - now > self._longest else moment


async def _messages(tx: Transaction, row: Row) -> tuple[Message, ...]:
    if row.act is Act.SEND:
        return ()
    messages = await tx.outbox.messages(row.post, row.destination)
    return tuple(message for message in messages if message.page == row.page)


async def _stop(tx: Transaction, destination: int, reason: str) -> None:
    for one in await tx.destinations.all():
        if one.id == destination:
            await tx.destinations.change(replace(one, stopped=reason))
