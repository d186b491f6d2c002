"""The registered places, in their table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, or_, select, update

from community_bot.domain.address import Address
from community_bot.domain.errors import UserError
from community_bot.publishing.destination import Destination
from community_bot.storage.fields import values_of
from community_bot.storage.schema import destinations, grant_destinations, placements, posts
from community_bot.storage.transactions import Work


class DestinationTable:
    """Implements ``publishing.ports.Destinations``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def all(self) -> tuple[Destination, ...]:
        """Return all, by name."""
        rows = await self._work.rows(select(destinations).order_by(destinations.c.name))
        return tuple(map(_destination, rows))

    async def add(self, new: Destination) -> Destination:
        """Keep a new one, with an id. Raises UserError: name or place is taken."""
        await self._refuse_taken(new)
        id = await self._work.insert(destinations, _columns(new))
        return Destination(id=id, **values_of(new, "id"))

    async def change(self, changed: Destination) -> None:
        """Keep another state of one. Grants to post there follow its name."""
        await self._refuse_taken(changed)
        here = destinations.c.id == changed.id
        before = await self._work.value(select(destinations.c.name).where(here))
        await self._work.run(update(destinations).where(here).values(_columns(changed)))
        if before not in {None, changed.name}:
            renamed = update(grant_destinations).where(grant_destinations.c.name == before)
            await self._work.run(renamed.values(name=changed.name))

    async def remove(self, id: int) -> None:
        """Forget one with all that was posted there, its runs and what it follows."""
        await erase_destinations(self._work, destinations.c.id == id)

    async def _refuse_taken(self, wanted: Destination) -> None:
        address = _address_columns(wanted.address)
        same_place = and_(*(destinations.c[name] == value for name, value in address.items()))
        found = await self._work.row(
            select(destinations.c.name)
            .where(destinations.c.id != wanted.id)
            .where(or_(destinations.c.name == wanted.name, same_place))
            .order_by(destinations.c.name != wanted.name)
        )
        if found is None:
            return
        if found.name == wanted.name:
            raise UserError("destination-name-taken", name=found.name)
        raise UserError("destination-place-taken", name=found.name)


async def erase_destinations(work: Work, which: ColumnElement[bool]) -> int:
    """Erase destinations with all that hangs on them; return how many.

    A post that stood nowhere else goes with them. So do the grants to post there: the next
    destination of that name may be somebody else's.
    """
    names = select(destinations.c.name).where(which)
    await work.run(delete(grant_destinations).where(grant_destinations.c.name.in_(names)))
    ids = select(destinations.c.id).where(which)
    here = select(placements.c.post).where(placements.c.destination.in_(ids))
    elsewhere = select(placements.c.post).where(placements.c.destination.not_in(ids))
    only_here = and_(posts.c.id.in_(here), posts.c.id.not_in(elsewhere))
    await work.run(delete(posts).where(only_here))
    return await work.run(delete(destinations).where(which))


def _columns(value: Destination) -> dict[str, Any]:
    return values_of(value, "id", "address") | _address_columns(value.address)


def _address_columns(address: Address) -> dict[str, Any]:
    return values_of(address)


def _destination(row: Row[Any]) -> Destination:
    columns = dict(row._mapping)  # noqa: SLF001 - the public way to a row's columns by name
    address = Address(*(columns.pop(name) for name in ("platform", "space", "room", "thread")))
    return Destination(address=address, **columns)
