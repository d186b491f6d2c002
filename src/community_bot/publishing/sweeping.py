"""Forgetting in time: drafts nobody confirmed, rows that are done, places that the bot has left.

Kept are the posts that were delivered, with where they stand and the ids of their messages: a
correction needs them for as long as the messages stand. Of a row that is done nothing is needed but
for a while to see how a delivery went.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from community_bot.core.ports import Clock
from community_bot.publishing.lookup import DRAFT_LIFE
from community_bot.publishing.ports import Store

DONE_ROWS_LIFE = timedelta(days=30)
DEPARTURE_LIFE = timedelta(days=30)
_BETWEEN = 3600.0


class Sweeper:
    """Erases what has had its time."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def sweep(self) -> int:
        """Erase what is due; return how many."""
        now = self._clock.now()
        async with self._store.begin() as transaction:
            pruned = await transaction.posts.prune(
                drafts=now - DRAFT_LIFE, rows=now - DONE_ROWS_LIFE
            )
            return pruned + await transaction.departures.erase(now - DEPARTURE_LIFE)

    async def run(self) -> None:
        """Sweep now and every hour."""
        while True:
            await self.sweep()
            await asyncio.sleep(_BETWEEN)
