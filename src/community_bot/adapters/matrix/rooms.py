"""What the bot knows of the rooms that it is in: in which of them it is alone with somebody.

In memory only; what is not known is asked of the server when it matters.
"""

from __future__ import annotations

from community_bot.adapters.matrix.batch import Joined
from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import NotFoundError
from community_bot.adapters.matrix.events import as_id, as_object
from community_bot.adapters.matrix.transport import Json

_TWO = 2
_RULES = {"m.room.join_rules", "m.room.history_visibility"}
_CLOSED = {"invite", "knock", "private"}
"""Rules by which somebody who is in a room lets others in; by any other, a room may be public."""


class Rooms:
    """The rooms that the bot is in, as far as news told."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._people: dict[str, int] = {}
        self._invited: dict[str, int] = {}
        self._closed: dict[str, bool] = {}

    def learn(self, joined: Joined) -> None:
        """Take in the news of a room. A count that the server gives is newer than its events."""
        room = joined.room
        for event in (*joined.state, *joined.timeline):
            if event.get("type") in _RULES and event.get("state_key") == "":
                self._closed.pop(room, None)
        if any(event.get("type") == "m.room.member" for event in joined.timeline):
            self._people.pop(room, None)
            self._invited.pop(room, None)
        if joined.people is not None:
            self._people[room] = joined.people
        if joined.invited is not None:
            self._invited[room] = joined.invited

    def forget(self, room: str) -> None:
        """Take in that the bot is not in a room any more."""
        for known in (self._people, self._invited, self._closed):
            known.pop(room, None)

    def may_be_direct(self, room: str) -> bool:
        """Tell whether what is said in a room is, or may be, said to the bot alone."""
        return (
            self._people.get(room, _TWO) == _TWO
            and self._invited.get(room, 0) == 0
            and self._closed.get(room, True)
        )

    async def is_direct(self, room: str) -> bool:
        """Tell whether what is said in a room is said to the bot alone. Raises MatrixError.

        So it is while exactly two have joined, nobody else is invited and nobody comes in unasked.
        What a room calls itself proves nothing: whoever invites decides that.
        """
        if self.may_be_direct(room) and room not in self._people:
            self._people[room] = len(await self._client.joined_members(room))
        if self.may_be_direct(room) and room not in self._invited:
            self._invited[room] = len(await self._client.invited_members(room))
        if self.may_be_direct(room) and room not in self._closed:
            self._closed[room] = await is_closed_now(self._client, room)
        return self.may_be_direct(room)


async def is_closed_now(client: MatrixClient, room: str) -> bool:
    """Tell whether nobody comes into a room, or looks into it, unasked. Raises MatrixError.

    Whoever made a room may have opened it to every eye and left it since. What a room does not say
    is closed by the specification.
    """
    try:
        if is_readable_by_all(await client.state(room, "m.room.history_visibility")):
            return False
    except NotFoundError:
        pass
    try:
        return is_closed(await client.state(room, "m.room.join_rules"))
    except NotFoundError:
        return True


def is_readable_by_all(visibility: Json) -> bool:
    """Tell whether who is not in a room may read it; what is not known, nobody may rely on."""
    known = as_object(visibility.get("content")).get("history_visibility")
    return known not in ("invited", "joined", "shared")


def is_closed(join_rules: Json) -> bool:
    """Tell whether a room with such rules is one that nobody comes into unasked."""
    rule = as_object(join_rules.get("content")).get("join_rule")
    return isinstance(rule, str) and rule in _CLOSED


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
