"""What destinations follow, and what they were told last, in their tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam, delete, select

from community_bot.domain.errors import UserError
from community_bot.publishing.schedule import Follow, Seen
from community_bot.storage.fields import value_of, values_of
from community_bot.storage.schema import follows, markers, seen
from community_bot.storage.transactions import Work

_BEGAN = "began-seeing"
_SEEN = seen


class FollowTable:
    """Implements ``publishing.ports.Follows``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def all(self) -> tuple[Follow, ...]:
        """Return all, by id."""
        rows = await self._work.rows(select(follows).order_by(follows.c.id))
        return tuple(value_of(Follow, row) for row in rows)

    async def add(self, new: Follow) -> Follow:
        """Keep a new one, with an id. Raises UserError when it is there already."""
        same = (
            follows.c.destination == new.destination,
            follows.c.topic == new.topic,
            follows.c.subject == new.subject,
        )
        there = await self._work.value(select(follows.c.id).where(*same))
        if there is not None:
            raise UserError(
                "follow-there-already", id=Follow(id=there, **values_of(new, "id")).short_id
            )
        id = await self._work.insert(follows, values_of(new, "id"))
        return Follow(id=id, **values_of(new, "id"))

    async def remove(self, id: int) -> None:
        """Forget one."""
        await self._work.run(delete(follows).where(follows.c.id == id))

    async def seen(self) -> Mapping[str, Seen]:
        """Return the entries as followers were last told of them."""
        rows = await self._work.rows(select(_SEEN))
        return {row.id: value_of(Seen, row) for row in rows}

    async def mark_seen(self, changed: Iterable[Seen], removed: Iterable[str]) -> None:
        """Note what they are told of now."""
        gone = [{"gone": id} for id in removed]
        if gone:
            await self._work.run(delete(_SEEN).where(_SEEN.c.id == bindparam("gone")), gone)
        await self._work.put_all(_SEEN, [values_of(each) for each in changed])

    async def has_seen(self) -> bool:
        """Tell whether anything was ever noted: the first time nothing is news."""
        marker = select(markers.c.name).where(markers.c.name == _BEGAN)
        return await self._work.value(marker) is not None

    async def begin_seeing(self) -> None:
        """Note that from now on what differs is news."""
        await self._work.put(markers, {"name": _BEGAN})
