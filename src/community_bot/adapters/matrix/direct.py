"""Where the bot talks to somebody alone. The list of such rooms is kept by its own server.

A room counts only while nobody else is in it and nobody can come in without being asked.
"""

from __future__ import annotations

import asyncio

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import ForbiddenError, NotFoundError, RefusedError
from community_bot.adapters.matrix.events import as_id, as_list, as_object
from community_bot.adapters.matrix.transport import Json

_LIST = "m.direct"
_MOST_TRIED = 5
_GONE = (ForbiddenError, NotFoundError, RefusedError)


class DirectChats:
    """Finds the room for the bot and one person, and opens one where there is none."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._noted: set[tuple[str, str]] = set()
        self._turn = asyncio.Lock()

    async def room_with(self, user: str) -> str:
        """Return the room for somebody; nothing if they cannot be invited. Raises MatrixError."""
        async with self._turn:
            listed = await self._listed()
            rooms = [room for one in as_list(listed.get(user)) if (room := as_id(one, "!"))]
            for room in rooms[: -_MOST_TRIED - 1 : -1]:
                if await self._is_usable(room, user):
                    return room
            return await self._opened(user, listed)

    async def note(self, user: str, room: str) -> None:
        """Note that a room is one for the bot and one person. Raises MatrixError."""
        if (user, room) in self._noted:
            return
        async with self._turn:
            listed = await self._listed()
            if room not in as_list(listed.get(user)):
                await self._keep(listed, user, room)
        self._noted.add((user, room))

    def forget(self, room: str) -> None:
        """Take in that the bot is not in a room any more."""
        self._noted = {one for one in self._noted if one[1] != room}

    async def _opened(self, user: str, listed: Json) -> str:
        """Open a room. It is listed before anybody is invited: so nobody ever sees two."""
        room = await self._client.create_direct()
        await self._keep(listed, user, room)
        try:
            await self._client.invite_directly(room, user)
        except _GONE:
            await self._client.keep_account_data(_LIST, listed)
            await self._client.leave(room)
            return ""
        return room

    async def _is_usable(self, room: str, user: str) -> bool:
        """Tell whether what is said in a room is said to one person, who is there or is invited."""
        try:
            joined = await self._client.joined_members(room)
            rule = await self._client.state(room, "m.room.join_rules")
            is_closed = as_object(rule.get("content")).get("join_rule") == "invite"
            if not is_closed or not joined <= {user, self._client.identity.user}:
                return False
            if user not in joined and await self._membership(room, user) != "invite":
                await self._client.invite_directly(room, user)
        except _GONE:
            return False
        return True

    async def _membership(self, room: str, user: str) -> object:
        try:
            member = await self._client.state(room, "m.room.member", user)
        except NotFoundError:
            return ""
        return as_object(member.get("content")).get("membership")

    async def _listed(self) -> Json:
        try:
            return await self._client.account_data(_LIST)
        except NotFoundError:
            return {}

    async def _keep(self, listed: Json, user: str, room: str) -> None:
        rooms = [*as_list(listed.get(user)), room]
        await self._client.keep_account_data(_LIST, {**listed, user: rooms})
