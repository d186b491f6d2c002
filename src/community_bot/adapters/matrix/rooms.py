"""What the bot knows of the rooms that it is in: how many people, and where it talks to whom alone.

In memory only; what is not known is asked of the server when it matters.
"""

from __future__ import annotations

from community_bot.adapters.matrix.batch import Joined
from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.events import as_id, as_object

_TWO = 2


class Rooms:
    """The rooms that the bot is in, as far as news told."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._people: dict[str, int] = {}
        self._direct: dict[str, str] = {}

    def learn(self, joined: Joined) -> None:
        """Take in the news of a room. A count that the server gives is newer than its events."""
        if any(event.get("type") == "m.room.member" for event in joined.timeline):
            self._people.pop(joined.room, None)
        if joined.people is not None:
            self._people[joined.room] = joined.people

    def forget(self, room: str) -> None:
        """Take in that the bot is not in a room any more."""
        self._people.pop(room, None)
        self._direct = {user: one for user, one in self._direct.items() if one != room}

    def may_be_direct(self, room: str) -> bool:
        """Tell whether a room has two people in it, or may have."""
        return self._people.get(room, _TWO) == _TWO

    async def is_direct(self, room: str) -> bool:
        """Tell whether exactly two have joined a room. Raises MatrixError.

        What a room calls itself proves nothing: whoever invites decides that.
        """
        if room not in self._people:
            self._people[room] = len(await self._client.joined_members(room))
        return self._people[room] == _TWO

    async def direct_with(self, user: str) -> str:
        """Return a room for the bot and one person, a new one if none is known. Raises MatrixError.

        A room that somebody else has come into is not used again.
        """
        known = self._direct.get(user, "")
        if known and await self._client.joined_members(known) <= {user, self._client.identity.user}:
            return known
        room = self._direct[user] = await self._client.create_direct(user)
        return room


def inviter(state: tuple[dict[str, object], ...], own: str) -> str:
    """Return who invited the bot; nothing if that does not stand there."""
    for event in state:
        content = as_object(event.get("content"))
        is_invitation = content.get("membership") == "invite"
        if event.get("type") == "m.room.member" and event.get("state_key") == own and is_invitation:
            return as_id(event.get("sender"), "@")
    return ""
