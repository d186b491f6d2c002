"""The people who decide on changes: what they are called, and whether somebody has a colleague."""

from __future__ import annotations

from dataclasses import dataclass

from community_bot.core.authority import Authority
from community_bot.core.ports import TeamStore
from community_bot.domain.address import Account, Platform, Role
from community_bot.domain.grants import Member

NOBODY = "–"


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Looks people up in the team. A number is a member's; None is nobody's."""

    team: TeamStore
    authority: Authority

    async def known_as(self, number: int | None) -> str:
        """Return what moderators call somebody: the name, else the number.

        It stands in what is posted, so it is no account, which ``forget-me`` must erase; but a seat
        at the terminal is only a name.
        """
        if number is None:
            return NOBODY
        member = await self._member(number)
        accounts = member.accounts if member else ()
        seats = [one.id for one in accounts if one.platform is Platform.TERMINAL]
        name = member.name if member else ""
        return name or next(iter(seats), f"#{number}")

    async def name_of(self, number: int | None) -> str:
        """Return somebody's name, which admins gave them; nothing if they have none."""
        member = await self._member(number)
        return member.name if member else ""

    async def is_alone(self, number: int) -> bool:
        """Tell whether nobody but this member may decide.

        Whoever holds a role in a server or a level in a room counts as somebody else: how many they
        are, nobody can tell.
        """
        team = await self.team.team()
        deciders: set[object] = {
            grant.subject for grant in team.grants if grant.role >= Role.MODERATOR
        }
        by_account: dict[Account, int] = {
            account: member.number for member in team.members for account in member.accounts
        }
        deciders |= {by_account.get(one, one) for one in self.authority.admins}
        return deciders <= {number}

    async def _member(self, number: int | None) -> Member | None:
        if number is None:
            return None
        members = (await self.team.team()).members
        return next((one for one in members if one.number == number), None)
