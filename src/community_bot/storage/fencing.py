"""Keeps a process that lost its lease from writing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import select

from community_bot.storage.errors import LeaseLostError
from community_bot.storage.schema import lease
from community_bot.storage.transactions import Transactions, Work

Tables = TypeVar("Tables")


@dataclass(slots=True)
class Fence:
    """The token of the lease that each writing transaction must still find in its place."""

    token: str = ""

    async def check(self, work: Work) -> None:
        """Raise LeaseLostError if the database was taken over."""
        if self.token and await work.value(select(lease.c.token)) != self.token:
            raise LeaseLostError


class FencedStore(Generic[Tables]):
    """Implements ``Store`` of the ports of publishing and of moderation, over tables of theirs."""

    def __init__(
        self, transactions: Transactions, fence: Fence, tables: Callable[[Work], Tables]
    ) -> None:
        self._transactions = transactions
        self._fence = fence
        self._tables = tables

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tables]:
        """Begin a transaction. Raises LeaseLostError if the database was taken over."""
        async with self._transactions.begin() as work:
            await self._fence.check(work)
            yield self._tables(work)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tables]:
        """Begin a transaction that only reads."""
        async with self._transactions.read() as work:
            yield self._tables(work)
