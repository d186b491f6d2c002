"""What settings and destinations say of rooms on Matrix: prefix, language, who may invite."""

from __future__ import annotations

from dataclasses import replace

from community_bot.app.places import Languages
from community_bot.app.settings import Settings
from community_bot.core.authority import Authority
from community_bot.core.ports import Clock
from community_bot.domain.address import Actor, Address, Platform, Role
from community_bot.publishing.ports import Store


class Rooms:
    """Implements ``Surroundings`` and ``Moves`` of ``adapters.matrix.ports``."""

    def __init__(
        self, settings: Settings, authority: Authority, store: Store, clock: Clock
    ) -> None:
        self._authority = authority
        self._store = store
        self._clock = clock
        matrix = settings.matrix
        self._prefix = matrix.prefix
        self._prefixes = dict(matrix.room_prefixes)
        self._language = settings.language
        admins = {one.id for one in settings.admins if one.platform is Platform.MATRIX}
        self._inviting = admins | set(matrix.invite_from)
        self.languages = Languages(store, Platform.MATRIX)

    def prefix(self, room: str) -> str:
        """Return what commands begin with in a room; may be empty."""
        return self._prefixes.get(room, self._prefix)

    def language(self, room: str, user: str) -> str:
        """Return the language of a room; what somebody chose for themselves comes before it."""
        del user
        return self.languages.of(room) or self._language

    async def role(self, user: str) -> Role:
        """Return what somebody may do now: the platform itself vouches for nothing."""
        return await self._authority.role_of(Actor(Platform.MATRIX, user, Role.EVERYONE))

    async def is_moderators(self, room: str) -> bool:
        """Tell whether a room is where the bot tells moderators what they have to know."""
        async with self._store.read() as kept:
            places = await kept.destinations.all()
        return any(
            place.is_moderators
            and place.address.platform is Platform.MATRIX
            and place.address.room == room
            for place in places
        )

    def may_invite(self, room: str, user: str) -> bool:
        """Tell whether the bot comes into a room when somebody asks it to."""
        server = user.partition(":")[2]
        return not self._inviting.isdisjoint({"*", user, room, server})

    async def left(self, room: str) -> None:
        """Have what is kept of a room erased, once that was long enough ago."""
        async with self._store.begin() as kept:
            await kept.departures.note(_space(room), self._clock.now())

    async def came(self, room: str) -> None:
        """Keep what is kept of a room: the bot is there, perhaps again."""
        async with self._store.begin() as kept:
            await kept.departures.cancel(_space(room))

    async def compare(self, joined: frozenset[str]) -> frozenset[str]:
        """Keep of destinations whether the bot is there; return all rooms that matter to us.

        A room in which only levels are granted something may be one that the bot is still to come
        into, so it is not taken for one that was left.
        """
        granted = await self._authority.rooms(Platform.MATRIX)
        async with self._store.begin() as kept:
            rooms = {
                place.address.room
                for place in await kept.destinations.all()
                if place.address.platform is Platform.MATRIX
            }
            for room in rooms - joined:
                await kept.departures.note(_space(room), self._clock.now())
            for room in (rooms | granted) & joined:
                await kept.departures.cancel(_space(room))
        return granted | rooms

    async def moved(self, old: str, new: str, level: int | None) -> None:
        """Have destinations go along with their room, and what is granted there up to a level."""
        if level is not None:
            # First: as long as a destination is in the old room, the move is found again.
            await self._authority.move(Platform.MATRIX, old, new, level)
        async with self._store.begin() as kept:
            places = await kept.destinations.all()
            taken = {place.address for place in places}
            for place in sorted(places, key=lambda place: place.address.thread):
                # Threads stay behind: the new room has none of them.
                address = Address(Platform.MATRIX, place.address.space, new)
                is_here = place.address.platform is Platform.MATRIX and place.address.room == old
                if is_here and address not in taken:
                    taken.add(address)
                    await kept.destinations.change(replace(place, address=address))
            await kept.departures.cancel(_space(new))
        await self.languages.look()


def _space(room: str) -> Address:
    return Address(Platform.MATRIX, room=room)
