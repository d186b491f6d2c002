"""Rooms that go on in another: the bot goes along where that is the real successor.

Anybody with enough power in a room can name any other room; but only who makes a room can say which
one it continues. Both must agree.
"""

from __future__ import annotations

from community_bot.adapters.matrix.errors import ForbiddenError, NotFoundError
from community_bot.adapters.matrix.events import as_id, as_object
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.power import power_level, room_version
from community_bot.adapters.matrix.transport import Json

_TOMBSTONE = "m.room.tombstone"
_NEEDED = 50
"""The level for a piece of state where a room names none."""
_MOST_EXPECTED = 1_000


class Upgrades:
    """Follows rooms."""

    def __init__(self, parts: Parts) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._expected: dict[str, str] = {}

    def is_expected(self, room: str) -> bool:
        """Tell whether a room is named as a successor, and the bot waits to be asked in."""
        return room in self._expected

    async def follow(self, room: str) -> tuple[str, str] | None:
        """Go where a room says that it goes on; return both if the bot is there now."""
        found = await self._outbound.patiently(lambda: self._successor(room))
        if not found:
            return None
        new, via = found
        if len(self._expected) < _MOST_EXPECTED:
            self._expected[new] = room
        return await self.arrive(new, via)

    async def arrive(self, new: str, via: str = "") -> tuple[str, str] | None:
        """Come into an expected room, and stay if it continues the one that named it."""
        old = self._expected.get(new, "")
        if not await self._outbound.patiently(lambda: self._entered(new, via)):
            return None  # it is for those who are asked only: the bot may be, later
        self._expected.pop(new, None)
        created = await self._outbound.patiently(lambda: self._client.state(new, "m.room.create"))
        before = as_object(_content(created or {}).get("predecessor"))
        if old and before.get("room_id") == old:
            return old, new
        await self._outbound.patiently(lambda: self._client.leave(new))
        return None

    async def _entered(self, room: str, via: str) -> bool:
        try:
            await self._client.join(room, via)
        except ForbiddenError:
            return False
        return True

    async def _successor(self, room: str) -> tuple[str, str] | None:
        """Return the room that a tombstone names, and the server of who put it up with right."""
        tombstone = await self._client.state(room, _TOMBSTONE)
        new = as_id(_content(tombstone).get("replacement_room"), "!")
        sender = as_id(tombstone.get("sender"), "@")
        if not new or not sender or new == room:
            return None
        create = await self._client.state(room, "m.room.create")
        power = await self._power(room)
        level = power_level(create, power, sender, room_version(create))
        return (new, sender.partition(":")[2]) if level >= _needed(power) else None

    async def _power(self, room: str) -> Json | None:
        try:
            return await self._client.state(room, "m.room.power_levels")
        except NotFoundError:
            return None


def _needed(power: Json | None) -> int:
    """Return the level that a tombstone takes, never less than where a room names none."""
    content = _content(power or {})
    events = as_object(content.get("events"))
    named = events.get(_TOMBSTONE, content.get("state_default", _NEEDED))
    return max(named, _NEEDED) if isinstance(named, int) else _NEEDED


def _content(event: Json) -> Json:
    return as_object(event.get("content"))
