"""Which questions were begun to be carried out, in their table, without who asked or what."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from community_bot.storage.schema import handled
from community_bot.storage.transactions import Transactions

KEPT = timedelta(days=1)
"""Adapters answer nothing that is older than some minutes: it cannot come again after this."""


class HandledTable:
    """Implements ``core.ports.Handled``."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def begin(self, key: str, now: datetime) -> bool:
        """Keep that a question is about to be carried out; False when that was kept before."""
        async with self._transactions.begin() as work:
            await work.run(delete(handled).where(handled.c.at < now - KEPT))
            if await work.value(select(handled.c.key).filter_by(key=key)) is not None:
                return False
            await work.insert_all(handled, [{"key": key, "at": now}])
        return True
