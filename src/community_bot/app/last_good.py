"""Keeping the last good base up to date, while the bot serves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from community_bot.knowledge.base import KnowledgeBase

_TOGETHER = 5.0
"""Seconds to wait for more changes: a copy is of all files, however few have changed."""


@dataclass(frozen=True, slots=True)
class LastGood:
    """Calls ``keep``, which keeps a copy of what is served, once for changes that come together."""

    keep: Callable[[], None]
    together: float = _TOGETHER
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def noticed(self, base: KnowledgeBase) -> None:
        """Hear of a new base, as the snapshot's listener."""
        del base
        self._changed.set()

    async def run(self) -> None:
        """Keep what is served each time that it has changed, until cancelled."""
        while True:
            await self._changed.wait()
            await asyncio.sleep(self.together)
            self._changed.clear()
            await asyncio.to_thread(self.keep)
