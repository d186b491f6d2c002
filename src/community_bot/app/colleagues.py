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
        """Return what moderators call somebody: the name, if any, and the number.

        The number is what stands in notices. It is no account; but a seat at the terminal is only a
        name. For answers alone: what is posted is kept, and ``forget-me`` does not reach it.
        """
        if number is None:
            return NOBODY
        member = await self._member(number)
        accounts = member.accounts if member else ()
        seats = [one.id for one in accounts if one.platform is Platform.TERMINAL]
        name = (member.name if member else "") or next(iter(seats), "")
        return f"{name} (#{number})" if name else f"#{number}"

    async def name_of(self, number: int | None) -> str:
        """Return somebody's name, which admins gave them; nothing if they have none."""
        member = await self._member(number)
        return member.name if member else ""

    async def is_known(self, number: int) -> bool:
        """Tell whether it is known whose number this is.

        It is not once they have been forgotten, or turned out to be somebody else of the team: they
        may be back under another number.
        """
        member = await self._member(number)
        return member is not None and bool(member.accounts)

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
