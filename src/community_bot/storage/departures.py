"""Spaces that the bot was removed from, in their table, and the erasing of what was kept there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select

from community_bot.domain.address import Address
from community_bot.storage.destinations import erase_destinations
from community_bot.storage.fields import values_of
from community_bot.storage.schema import departures, destinations, grants
from community_bot.storage.transactions import Work


class DepartureTable:
    """Implements ``publishing.ports.Departures``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def note(self, space: Address, at: datetime) -> None:
        """Note that the bot left a server, or a room where there is no server.

        Told again, it stays at the first moment: otherwise it would never be long enough ago.
        """
        there = await self._work.value(select(departures.c.at).where(_is(space)))
        if there is None:
            await self._work.insert_all(departures, [values_of(space, "thread") | {"at": at}])

    async def cancel(self, space: Address) -> None:
        """Note that it is back."""
        await self._work.run(delete(departures).where(_is(space)))

    async def erase(self, before: datetime) -> int:
        """Erase destinations, and grants named there, of what was left before; return how many."""
        left = departures.c.at < before
        spaces = await self._work.rows(select(departures).where(left))
        erased = 0
        for space in spaces:
            erased += await erase_destinations(self._work, _lies_in(space))
            erased += await self._work.run(delete(grants).where(_is_named_in(space)))
        await self._work.run(delete(departures).where(left))
        return erased


def _is(space: Address) -> ColumnElement[bool]:
    wanted = values_of(space, "thread")
    return and_(*(departures.c[name] == value for name, value in wanted.items()))


def _lies_in(space: Row[Any]) -> ColumnElement[bool]:
    """Return the condition for destinations in a server or, without one, in a room."""
    inside: ColumnElement[bool] = destinations.c.platform == space.platform
    if space.space:
        inside = and_(inside, destinations.c.space == space.space)
    if space.room or not space.space:
        inside = and_(inside, destinations.c.room == space.room)
    return inside


def _is_named_in(space: Row[Any]) -> ColumnElement[bool]:
    """Return the condition for grants that name a server or a room."""
    server = and_(space.space != "", grants.c.server == space.space)
    room = and_(space.room != "", grants.c.room == space.room)
    return and_(grants.c.platform == space.platform, or_(server, room))
