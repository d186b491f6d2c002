"""Coming into rooms, leaving them, going along where they go on; and who must hear of it."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from community_bot.adapters.matrix.batch import Joined, Left
from community_bot.adapters.matrix.direct import DirectChats
from community_bot.adapters.matrix.errors import UnauthorisedError
from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.invitations import Invitations
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.rooms import Rooms, was_in
from community_bot.adapters.matrix.transport import Json
from community_bot.adapters.matrix.upgrades import Move, Successor, Upgrades

_log = logging.getLogger(__name__)

_AGAIN = 30.0
"""Seconds between two attempts to make up for what could not be kept."""
_MOST_REFUSED = 1_000


class Moving:
    """Knows what to do when the bot's own place in a room changes."""

    def __init__(
        self, parts: Parts, rooms: Rooms, direct: DirectChats, invitations: Invitations
    ) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._clock = parts.clock
        self._own = parts.own.user
        self._moves = parts.moves
        self._rooms = rooms
        self._direct = direct
        self._surroundings = parts.surroundings
        self._invitations = invitations
        self._upgrades = Upgrades(parts)
        self._refused: set[str] = set()
        self._turn = asyncio.Lock()
        # What could not be kept the last time the bot ran, nobody tells again.
        self._is_behind = True
        self._caught_up_at = -math.inf

    def refused(self, room: str) -> None:
        """Note that the bot does not come into a room, so that it has not left it either."""
        if len(self._refused) < _MOST_REFUSED:
            self._refused.add(room)

    def left(self, left: Left) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """Forget a room; yield what tells of it, if the bot was in it."""
        self._rooms.forget(left.room)
        self._direct.forget(left.room)
        self._outbound.leave(left.room)
        is_refused = left.room in self._refused
        self._refused.discard(left.room)
        if not is_refused and was_in(left.events, self._own):
            yield left.room, partial(self._keep, partial(self._moves.left, left.room))

    async def came(self, room: str) -> None:
        """Tell that the bot is in a room."""
        await self._keep(partial(self._moves.came, room))

    def overdue(self) -> Iterator[tuple[str, Callable[[], Awaitable[None]]]]:
        """Yield what makes up for moves that were missed, if some may have been."""
        now = self._clock.monotonic()
        if self._is_behind and now - self._caught_up_at >= _AGAIN:
            self._is_behind = False
            self._caught_up_at = now
            yield "rooms", self._catch_up

    async def _catch_up(self) -> None:
        """Compare what is kept of rooms with where the bot is, and with where they go on."""
        for room in await self._kept():
            successor = await self._upgrades.successor(room)
            if successor is not None:
                await self._go(room, successor)

    async def _kept(self) -> set[str]:
        """Return the rooms that the bot is in and of which something is kept."""
        found: set[str] = set()

        async def compare() -> None:
            joined = await self._client.joined_rooms()
            found.update(joined & await self._moves.compare(joined))

        await self._keep(compare)
        return found

    async def follow(self, room: str) -> None:
        """Go where a room says that it goes on, if it matters to us or who says so may invite.

        Else anybody could have the bot come, and be seen, wherever they like.
        """
        successor = await self._upgrades.successor(room)
        if successor is None:
            return
        may_invite = self._surroundings.may_invite(successor.room, successor.named_by)
        if may_invite or room in await self._kept():
            await self._go(room, successor)

    async def _go(self, room: str, successor: Successor) -> None:
        """Go along, at the pace of invitations; what is kept of rooms that wait is made up for."""
        if await self._upgrades.is_in(successor.room) or self._invitations.may_accept():
            await self._told(await self._upgrades.follow(room, successor))
        else:
            self._is_behind = True

    def is_expected(self, room: str) -> bool:
        """Tell whether a room is named as a successor, and the bot waits to be asked in."""
        return self._upgrades.is_expected(room)

    async def accept(self, room: str, direct: str) -> None:
        """Come into a room; one that is meant for two is noted as somebody's direct chat."""
        if self._upgrades.is_expected(room):
            await self._told(await self._upgrades.arrive(room))
            return
        await self._outbound.deliver(room, partial(self._client.join, room))
        if direct:
            await self._outbound.patiently(partial(self._direct.note, direct, room))

    async def _told(self, move: Move | None) -> None:
        if move is not None:
            await self._keep(partial(self._moves.moved, move.old, move.new, move.level))

    async def _keep(self, tell: Callable[[], Awaitable[object]]) -> None:
        """Have something about rooms kept; if that fails, all of it is compared later.

        One after another, so that nothing older is kept after something newer.
        """
        async with self._turn:
            try:
                await tell()
            except UnauthorisedError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it may be gone later
                self._is_behind = True
                _log.warning("what is kept of rooms is behind: %s", type(error).__name__)


def own_arrival(events: tuple[Json, ...], own: str) -> int:
    """Return when the bot came into a room, if an event says that; the server's time, in ms."""
    return max((_came_at(event, own) for event in events), default=0)


def since_joining(joined: Joined, own: str) -> Iterator[Json]:
    """Yield what was said since the bot came into the room, if it came in this batch."""
    came_at = own_arrival(joined.state, own)
    for event in joined.timeline:
        sent_at = event.get("origin_server_ts")
        if not isinstance(sent_at, int) or sent_at >= came_at:
            yield event


def _came_at(event: Json, own: str) -> int:
    at = event.get("origin_server_ts")
    if event.get("type") != "m.room.member" or event.get("state_key") != own:
        return 0
    before = as_object(as_object(event.get("unsigned")).get("prev_content")).get("membership")
    has_come = as_object(event.get("content")).get("membership") == "join" and before != "join"
    return at if has_come and isinstance(at, int) else 0
