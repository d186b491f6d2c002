"""Which language is spoken where, as the registered destinations say."""

from __future__ import annotations

import asyncio

from community_bot.app.supervising import Pause
from community_bot.domain.address import Platform
from community_bot.publishing.ports import Store

_EVERY = 30.0
"""Seconds between two looks at the destinations."""


class Languages:
    """The languages of one platform's destinations, by room.

    They are asked for with every message, so they are kept in memory; a new destination counts
    within half a minute.
    """

    def __init__(self, store: Store, platform: Platform) -> None:
        self._store = store
        self._platform = platform
        self._by_room: dict[str, str] = {}

    def of(self, room: str) -> str:
        """Return the language of a room; nothing where it has none."""
        return self._by_room.get(room, "")

    async def look(self) -> None:
        """Read which rooms are destinations, and their languages."""
        async with self._store.read() as kept:
            places = await kept.destinations.all()
        self._by_room = {
            place.address.room: place.language
            for place in places
            if place.address.platform is self._platform
        }

    async def follow(self, *, pause: Pause = asyncio.sleep) -> None:
        """Look again and again until cancelled."""
        while True:
            await pause(_EVERY)
            await self.look()
