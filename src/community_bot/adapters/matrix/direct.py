"""Where the bot talks to somebody alone. The list of such rooms is kept by its own server.

A room counts only while nobody else is in it and nobody can come in without being asked.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from weakref import WeakValueDictionary

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import ForbiddenError, NotFoundError, RefusedError
from community_bot.adapters.matrix.events import as_id, as_list
from community_bot.adapters.matrix.rooms import is_closed_now
from community_bot.adapters.matrix.transport import Json

_LIST = "m.direct"
_MOST_TRIED = 5
_GONE = (ForbiddenError, NotFoundError, RefusedError)


@dataclass(frozen=True, slots=True)
class Chat:
    """A room for the bot and one person; ``is_awaiting`` says that they have yet to come in."""

    room: str
    is_awaiting: bool = False


class DirectChats:
    """Finds the room for the bot and one person, and opens one where there is none."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._noted: set[tuple[str, str]] = set()
        self._turn = asyncio.Lock()
        self._turns = WeakValueDictionary[str, asyncio.Lock]()

    async def chat_with(self, user: str) -> Chat | None:
        """Return the room for somebody; nothing if they cannot be invited. Raises MatrixError."""
        # Inviting takes as long as the server of whoever is invited likes: others do not wait.
        async with self._turns.setdefault(user, asyncio.Lock()):
            listed = as_list((await self._listed()).get(user))
            rooms = [room for one in listed if (room := as_id(one, "!"))]
            for room in rooms[: -_MOST_TRIED - 1 : -1]:
                chat = await self._usable(room, user)
                if chat is not None:
                    return chat
            return await self._opened(user)

    async def note(self, user: str, room: str) -> None:
        """Note that a room is one for the bot and one person. Raises MatrixError."""
        if (user, room) in self._noted:
            return
        await self._list(user, room)
        self._noted.add((user, room))

    def forget(self, room: str) -> None:
        """Take in that the bot is not in a room any more."""
        self._noted = {one for one in self._noted if one[1] != room}

    async def _opened(self, user: str) -> Chat | None:
        """Open a room. It is listed before anybody is invited: so nobody ever sees two."""
        room = await self._client.create_direct()
        await self._list(user, room)
        try:
            await self._client.invite_directly(room, user)
        except _GONE:
            await self._list(user, room, is_gone=True)
            await self._client.leave(room)
            return None
        return Chat(room, is_awaiting=True)

    async def _usable(self, room: str, user: str) -> Chat | None:
        """Return a room if what is said in it is said to one person, who is there or is invited."""
        try:
            joined = await self._client.joined_members(room)
            invited = await self._client.invited_members(room)
            if not joined | invited <= {user, self._client.identity.user}:
                return None
            if not await is_closed_now(self._client, room):
                return None
            if user not in joined | invited:
                await self._client.invite_directly(room, user)
        except _GONE:
            return None
        return Chat(room, is_awaiting=user not in joined)

    async def _listed(self) -> Json:
        try:
            return await self._client.account_data(_LIST)
        except NotFoundError:
            return {}

    async def _list(self, user: str, room: str, *, is_gone: bool = False) -> None:
        """Put a room on the list, or take it off; one after another, since the list is one."""
        async with self._turn:
            listed = await self._listed()
            rooms = as_list(listed.get(user))
            if is_gone:
                rooms = [one for one in rooms if one != room]
            elif room not in rooms:
                rooms = [*rooms, room]
            kept = {**listed, user: rooms}
            if kept != listed:
                await self._client.keep_account_data(_LIST, kept)
