"""Whether an account has a power level in a named room, as the room's own state says now."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import MatrixError, NotFoundError
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.power import power_level, room_version
from community_bot.adapters.matrix.transport import Json
from community_bot.domain.address import Account, Platform
from community_bot.domain.grants import PowerLevel, Standing

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MatrixStandings:
    """Implements ``core.ports.Standings`` for power levels. It remembers nothing.

    Without a session there is nobody to ask, and nobody holds anything.
    """

    line: Line

    async def holds(self, account: Account, standing: Standing) -> bool:
        """Tell whether an account is in the room and has the level; False if that is not sure."""
        if not isinstance(standing, PowerLevel):
            return False
        client = self.line.client
        if client is None or not account.platform == standing.platform == Platform.MATRIX:
            return False
        try:
            return await _has_level(client, account.id, standing)
        except MatrixError as error:
            _log.warning("a room did not say who has which power level: %s", error)
            return False


async def _has_level(client: MatrixClient, user: str, standing: PowerLevel) -> bool:
    room = standing.room
    # Whoever was put out of a room is shown its state of that day, so we must be in it too.
    *joined, create, power = await asyncio.gather(
        client.is_joined(room, client.identity.user),
        client.is_joined(room, user),
        client.state(room, "m.room.create"),
        _power(client, room),
    )
    return all(joined) and standing.level <= power_level(create, power, user, room_version(create))


async def _power(client: MatrixClient, room: str) -> Json | None:
    try:
        return await client.state(room, "m.room.power_levels")
    except NotFoundError:
        return None
