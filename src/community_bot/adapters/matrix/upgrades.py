"""Rooms that go on in another: the bot goes along where that is the real successor.

Anybody with enough power in a room can name any other room; but only who makes a room can say which
one it continues. Both must agree.

What is granted to a level in the old room goes along only as far as whoever moved the room could
have given that level to anybody there: in the new room it may be held by whomever they like.
"""

from __future__ import annotations

from dataclasses import dataclass

from community_bot.adapters.matrix.errors import ForbiddenError, NotFoundError
from community_bot.adapters.matrix.events import as_id, as_object
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.power import power_level, room_version
from community_bot.adapters.matrix.transport import Json

_TOMBSTONE = "m.room.tombstone"
_POWER = "m.room.power_levels"
_NEEDED = 50
"""The level for a piece of state where a room names none."""
_MOST_EXPECTED = 100
"""Most rooms that the bot waits to be asked into; of more, the oldest is forgotten."""


@dataclass(frozen=True, slots=True)
class Move:
    """A room that goes on in another. ``level`` is the highest whose grants may go along."""

    old: str
    new: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Successor:
    """What a room says of where it goes on: the new room, and who says so."""

    room: str
    named_by: str
    level: int | None


class Upgrades:
    """Follows rooms."""

    def __init__(self, parts: Parts) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._expected: dict[str, set[str]] = {}

    def is_expected(self, room: str) -> bool:
        """Tell whether a room is named as a successor, and the bot waits to be asked in."""
        return room in self._expected

    async def successor(self, room: str) -> Successor | None:
        """Return where a room says that it goes on, if whoever says so had the right to."""
        return await self._outbound.patiently(lambda: self._successor(room))

    async def follow(self, room: str, found: Successor) -> Move | None:
        """Go where a room says that it goes on; return the move if the bot is there now."""
        self._expect(found.room, {room})
        return await self.arrive(found.room, found.named_by.partition(":")[2])

    async def arrive(self, new: str, via: str = "") -> Move | None:
        """Come into an expected room, and stay if it continues one that named it.

        Where the bot was before it stays: anybody can name any room.
        """
        was_there = await self.is_in(new)
        if not was_there and not await self._outbound.patiently(lambda: self._entered(new, via)):
            return None  # it is for those who are asked only: the bot may be, later
        naming = self._expected.pop(new, set())
        created = await self._outbound.patiently(lambda: self._client.state(new, "m.room.create"))
        if created is None:
            self._expect(new, naming)  # it may be the right one: that is still to be found out
            return None
        before = as_object(_content(created).get("predecessor")).get("room_id")
        if isinstance(before, str) and before in naming:
            found = await self._outbound.patiently(lambda: self._successor(before))
            return Move(before, new, found.level if found and found.room == new else None)
        # Nobody waiting means that the same arrival is being decided on elsewhere.
        if not was_there and naming:
            await self._outbound.patiently(lambda: self._client.leave(new))
        return None

    async def is_in(self, room: str) -> bool:
        """Tell whether the bot is known to be in a room."""
        return await self._outbound.patiently(lambda: self._is_in(room)) or False

    def _expect(self, new: str, naming: set[str]) -> None:
        self._expected[new] = self._expected.pop(new, set()) | naming
        if len(self._expected) > _MOST_EXPECTED:
            del self._expected[next(iter(self._expected))]

    async def _is_in(self, room: str) -> bool:
        try:
            return await self._client.is_joined(room, self._client.identity.user)
        except ForbiddenError:
            return False

    async def _entered(self, room: str, via: str) -> bool:
        try:
            await self._client.join(room, via)
        except ForbiddenError:
            return False
        return True

    async def _successor(self, room: str) -> Successor | None:
        """Return the room that a tombstone names, if whoever put it up had the right to."""
        try:
            tombstone = await self._client.state(room, _TOMBSTONE)
        except NotFoundError:
            return None  # the room goes on
        new = as_id(_content(tombstone).get("replacement_room"), "!")
        sender = as_id(tombstone.get("sender"), "@")
        if not new or not sender or new == room:
            return None
        create = await self._client.state(room, "m.room.create")
        power = await self._power(room)
        level = power_level(create, power, sender, room_version(create))
        if level < _needed(power, _TOMBSTONE):
            return None
        can_give = level >= _needed(power, _POWER)
        return Successor(new, sender, level if can_give else None)

    async def _power(self, room: str) -> Json | None:
        try:
            return await self._client.state(room, _POWER)
        except NotFoundError:
            return None


def _needed(power: Json | None, kind: str) -> int:
    """Return the level that a piece of state takes, never less than where a room names none."""
    content = _content(power or {})
    events = as_object(content.get("events"))
    named = events.get(kind, content.get("state_default", _NEEDED))
    return max(named, _NEEDED) if isinstance(named, int) else _NEEDED


def _content(event: Json) -> Json:
    return as_object(event.get("content"))
