"""What the bot knows of the rooms that it is in: in which of them it is alone with somebody.

In memory only; what is not known is asked of the server when it matters.
"""

from __future__ import annotations

from community_bot.adapters.matrix.batch import Joined
from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.events import as_id, as_object
from community_bot.adapters.matrix.transport import Json

_TWO = 2


class Rooms:
    """The rooms that the bot is in, as far as news told."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._people: dict[str, int] = {}

    def learn(self, joined: Joined) -> None:
        """Take in the news of a room. A count that the server gives is newer than its events."""
        if any(event.get("type") == "m.room.member" for event in joined.timeline):
            self._people.pop(joined.room, None)
        if joined.people is not None:
            self._people[joined.room] = joined.people

    def forget(self, room: str) -> None:
        """Take in that the bot is not in a room any more."""
        self._people.pop(room, None)

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


def inviter(state: tuple[Json, ...], own: str) -> str:
    """Return who invited the bot; nothing if that does not stand there."""
    invitation = own_membership(state, own, "invite")
    return as_id(as_object(invitation).get("sender"), "@")


def is_meant_directly(state: tuple[Json, ...], own: str) -> bool:
    """Tell whether an invitation is to a chat of two."""
    content = as_object(as_object(own_membership(state, own, "invite")).get("content"))
    return content.get("is_direct") is True


def was_in(events: tuple[Json, ...], own: str) -> bool:
    """Tell whether the bot was in a room that it is no more in; not if it was invited only."""
    for membership in ("leave", "ban"):
        gone = as_object(as_object(own_membership(events, own, membership)).get("unsigned"))
        before = as_object(gone.get("prev_content")).get("membership")
        if before in {"invite", "knock", "leave", "ban"}:
            return False
    return True


def own_membership(events: tuple[Json, ...], own: str, membership: str) -> Json | None:
    """Return the last event that gives the bot a membership."""
    for event in reversed(events):
        is_own = event.get("type") == "m.room.member" and event.get("state_key") == own
        if is_own and as_object(event.get("content")).get("membership") == membership:
            return event
    return None
