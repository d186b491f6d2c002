"""Which rooms are encrypted, and who is in them and so is to have the keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from urllib.parse import quote

from community_bot.adapters.matrix.batch import Joined
from community_bot.adapters.matrix.errors import NotFoundError
from community_bot.adapters.matrix.events import as_id, as_object
from community_bot.adapters.matrix.transport import Json, Transport


class EncryptedRooms:
    """Remembers rooms. ``keep`` is told of one that is new, ``renew`` of one with other members."""

    def __init__(
        self,
        transport: Transport,
        known: Iterable[str],
        *,
        keep: Callable[[str], None],
        renew: Callable[[str], None],
    ) -> None:
        self._transport = transport
        self._encrypted = set(known)
        self._plain: set[str] = set()
        self._members: dict[str, frozenset[str]] = {}
        self._keep = keep
        self._renew = renew

    async def covers(self, room: str) -> bool:
        """Tell whether a room is encrypted; ask the server once where no event has said so."""
        if room in self._encrypted:
            return True
        if room not in self._plain:
            path = f"/v3/rooms/{quote(room, safe='')}/state/m.room.encryption"
            try:
                await self._transport.call("GET", path)
            except NotFoundError:
                self._plain.add(room)
            else:
                self._note_encrypted(room)
        return room in self._encrypted

    def learn(self, joined: Joined) -> None:
        """Take in what a batch says of a room."""
        if joined.is_limited:
            self._forget_members(joined.room)
        for event in (*joined.state, *joined.timeline):
            if event.get("type") == "m.room.encryption" and event.get("state_key") == "":
                self._note_encrypted(joined.room)
            if event.get("type") == "m.room.member" and joined.room in self._encrypted:
                self._note_membership(joined.room, event)

    async def members_of(self, room: str) -> frozenset[str]:
        """Return who is in a room now. Raises MatrixError."""
        known = self._members.get(room)
        if known is None:
            path = f"/v3/rooms/{quote(room, safe='')}/joined_members"
            answer = await self._transport.call("GET", path)
            known = frozenset(user for user in as_object(answer.get("joined")) if as_id(user, "@"))
            self._members[room] = known
        return known

    def shared_with(self, users: Collection[str]) -> Iterator[str]:
        """Yield the rooms in which any of some people are."""
        for room, members in self._members.items():
            if not members.isdisjoint(users):
                yield room

    def _note_encrypted(self, room: str) -> None:
        self._plain.discard(room)
        if room not in self._encrypted:
            self._encrypted.add(room)
            self._keep(room)

    def _note_membership(self, room: str, event: Json) -> None:
        user = as_id(event.get("state_key"), "@")
        joined = as_object(event.get("content")).get("membership") == "join"
        if joined != (user in self._members.get(room, frozenset())):
            self._forget_members(room)

    def _forget_members(self, room: str) -> None:
        """Begin anew with a room's key: who left must not read on, who came is to have it."""
        self._members.pop(room, None)
        self._renew(room)
