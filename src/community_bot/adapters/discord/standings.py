"""Whether an account has a role in a named server, as Discord says now. It remembers nothing."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus

from community_bot.adapters.discord.errors import DiscordError, RefusedError
from community_bot.adapters.discord.line import Line
from community_bot.domain.address import Account, Platform
from community_bot.domain.grants import ServerRole, Standing

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DiscordStandings:
    """Implements ``core.ports.Standings`` for the roles of servers."""

    line: Line

    async def holds(self, account: Account, standing: Standing) -> bool:
        """Tell whether an account is a member with the role; False if that is not sure."""
        if not isinstance(standing, ServerRole):
            return False
        if not account.platform == standing.platform == Platform.DISCORD:
            return False
        signed_in = self.line.account
        if signed_in is None:
            return False
        path = f"/guilds/{standing.server}/members/{account.id}"
        try:
            member = await signed_in.rest.request("GET", path)
        except DiscordError as error:
            if not (isinstance(error, RefusedError) and error.status == HTTPStatus.NOT_FOUND):
                _log.warning("a server did not say who has which role: %s", error)
            return False
        roles = member.get("roles") if isinstance(member, dict) else None
        # The role of everybody has the server's own id, and is in nobody's list.
        return isinstance(roles, list) and standing.role in (standing.server, *roles)
