"""Keeps a process that lost its lease from writing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from community_bot.storage.errors import LeaseLostError
from community_bot.storage.schema import lease
from community_bot.storage.transactions import Work


@dataclass(slots=True)
class Fence:
    """The token of the lease that each writing transaction must still find in its place."""

    token: str = ""

    async def check(self, work: Work) -> None:
        """Raise LeaseLostError if the database was taken over."""
        if self.token and await work.value(select(lease.c.token)) != self.token:
            raise LeaseLostError
