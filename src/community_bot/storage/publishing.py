"""The store of publishing: transactions over all its tables."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from community_bot.publishing import ports
from community_bot.storage.departures import DepartureTable
from community_bot.storage.destinations import DestinationTable
from community_bot.storage.fencing import Fence
from community_bot.storage.follows import FollowTable
from community_bot.storage.outbox import OutboxTable
from community_bot.storage.posts import PostTable
from community_bot.storage.schedules import ScheduleTable
from community_bot.storage.transactions import Transactions, Work


class PublishingTransaction:
    """Implements ``publishing.ports.Transaction``."""

    def __init__(self, work: Work) -> None:
        self.destinations: ports.Destinations = DestinationTable(work)
        self.posts: ports.Posts = PostTable(work)
        self.outbox: ports.Outbox = OutboxTable(work)
        self.schedules: ports.Schedules = ScheduleTable(work)
        self.follows: ports.Follows = FollowTable(work)
        self.departures: ports.Departures = DepartureTable(work)


class PublishingStore:
    """Implements ``publishing.ports.Store``."""

    def __init__(self, transactions: Transactions, fence: Fence) -> None:
        self._transactions = transactions
        self._fence = fence

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[ports.Transaction]:
        """Begin a transaction. Raises LeaseLostError if the database was taken over."""
        async with self._transactions.begin() as work:
            await self._fence.check(work)
            yield PublishingTransaction(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[ports.Transaction]:
        """Begin a transaction that only reads."""
        async with self._transactions.read() as work:
            yield PublishingTransaction(work)
