"""Who may do what, now: settings' admins, what the team was granted, what platforms say of roles.

Denied by default: whatever cannot be told, in time and surely, is not held. Accounts are told apart
by platform and immutable id, and a room or a server counts only where a grant names it, so neither
a display name nor the place that somebody writes from gives any right.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from community_bot.core.ports import Clock, Standings, TeamStore
from community_bot.domain.address import Account, Actor, Platform, Role
from community_bot.domain.grants import (
    EVERYWHERE,
    Grant,
    Member,
    PowerLevel,
    ServerRole,
    Standing,
    Team,
)

_log = logging.getLogger(__name__)


def vouched_role(actor: Actor) -> Role:
    """Return the role that an actor comes with: only the terminal's adapter vouches for one."""
    return actor.role if actor.platform is Platform.TERMINAL else Role.EVERYONE


@dataclass(frozen=True, slots=True)
class _Copy:
    """The team as it was read, found by account."""

    read_at: float
    members: Mapping[Account, Member]
    of_members: Mapping[int, tuple[Grant, ...]]
    of_standings: tuple[tuple[Standing, Grant], ...]

    @classmethod
    def of(cls, team: Team, read_at: float) -> _Copy:
        of_members: dict[int, tuple[Grant, ...]] = {}
        of_standings: list[tuple[Standing, Grant]] = []
        for grant in team.grants:
            if isinstance(grant.subject, int):
                of_members[grant.subject] = (*of_members.get(grant.subject, ()), grant)
            else:
                of_standings.append((grant.subject, grant))
        members = {account: one for one in team.members for account in one.accounts}
        return cls(read_at, members, of_members, tuple(of_standings))


class Authority:
    """Tells what somebody may do at this moment.

    ``admins`` are the settings' own; ``standings`` ask the platforms. What is granted is read again
    after ``GRANTS_LAST`` seconds or a change of ours; what a platform said is asked again after
    ``STANDINGS_LAST``. Nothing is remembered of people to whom neither applies.
    """

    GRANTS_LAST = 5.0
    STANDINGS_LAST = 60.0
    PATIENCE = 5.0
    """Seconds that a platform has to say what somebody holds."""
    REMEMBERED = 10_000

    def __init__(
        self,
        team: TeamStore,
        admins: Iterable[Account],
        standings: Mapping[Platform, Standings],
        clock: Clock,
    ) -> None:
        self.admins = frozenset(admins)
        self._team = team
        self._standings = standings
        self._clock = clock
        self._copy: _Copy | None = None
        self._changes = 0
        self._held: OrderedDict[tuple[Account, Standing], tuple[bool, float]] = OrderedDict()

    async def role_of(self, actor: Actor) -> Role:
        """Return the highest role that somebody has now, wherever they may use it."""
        role = self._sure_role(actor)
        if role is Role.ADMIN:
            return role
        return max((role, *(grant.role for grant in await self._grants(actor))))

    async def may_post(self, actor: Actor, destination: str) -> bool:
        """Tell whether somebody may post to the destination of this name.

        Moderators and admins may everywhere, posters and editors where their grant says; one whom
        the terminal vouches for may everywhere as well, since it knows of no destinations.
        """
        if self._sure_role(actor) >= Role.POSTER:
            return True
        return any(
            grant.role >= Role.MODERATOR or not {EVERYWHERE, destination}.isdisjoint(grant.on)
            for grant in await self._grants(actor)
        )

    async def may_still_post(self, author: int | None, destination: str) -> bool:
        """Tell whether somebody of the team, by number, may post now, by any of their accounts.

        The bot itself, which has no number, may; so may whoever posted from the terminal, which
        vouched for them then and cannot be asked again.
        """
        if author is None:
            return True
        members = (await self._current()).members
        for account in [one for one, member in members.items() if member.number == author]:
            somebody = Actor(account.platform, account.id, Role.EVERYONE)
            if account.platform is Platform.TERMINAL or await self.may_post(somebody, destination):
                return True
        return False

    async def number_of(self, actor: Actor) -> int:
        """Return the number of somebody of the team, by which rows refer to them."""
        number = await self._team.number_of(actor.account)
        if self._copy is not None and actor.account not in self._copy.members:
            self.invalidate()
        return number

    async def rooms(self, platform: Platform) -> frozenset[str]:
        """Return the rooms of a platform in which a level is granted something."""
        levels = [
            one for one, _ in (await self._current()).of_standings if one.platform is platform
        ]
        return frozenset(one.room for one in levels if isinstance(one, PowerLevel))

    async def servers(self, platform: Platform) -> frozenset[str]:
        """Return the servers of a platform in which a role is granted something."""
        roles = [one for one, _ in (await self._current()).of_standings if one.platform is platform]
        return frozenset(one.server for one in roles if isinstance(one, ServerRole))

    async def move(self, platform: Platform, old: str, new: str, level: int) -> None:
        """Have what is granted to levels in a room, up to one, count in another instead."""
        await self._team.move(platform, old, new, level)
        self.invalidate()

    def invalidate(self) -> None:
        """Read what is granted anew before anything else is decided: it was changed."""
        self._copy = None
        self._changes += 1

    @property
    def members(self) -> tuple[Member, ...]:
        """The members as they were read last, for those who look for one; perhaps not all."""
        return tuple(set(self._copy.members.values())) if self._copy else ()

    @property
    def remembered(self) -> int:
        """How many answers of platforms are remembered now."""
        return len(self._held)

    def _sure_role(self, actor: Actor) -> Role:
        return Role.ADMIN if actor.account in self.admins else vouched_role(actor)

    async def _grants(self, actor: Actor) -> tuple[Grant, ...]:
        """Return all that is granted to somebody, by their number or by what they hold."""
        copy = await self._current()
        member = copy.members.get(actor.account)
        own = copy.of_members.get(member.number, ()) if member else ()
        here = [
            (standing, grant)
            for standing, grant in copy.of_standings
            if standing.platform is actor.platform
        ]
        if not here:
            return own
        held = await asyncio.gather(*(self._holds(actor.account, one) for one, _ in here))
        return (*own, *(grant for (_, grant), is_held in zip(here, held, strict=True) if is_held))

    async def _current(self) -> _Copy:
        while True:
            copy, now = self._copy, self._clock.monotonic()
            if copy is not None and now - copy.read_at < self.GRANTS_LAST:
                return copy
            changes = self._changes
            copy = _Copy.of(await self._team.team(), now)
            if changes == self._changes:
                self._copy = copy
                return copy

    async def _holds(self, account: Account, standing: Standing) -> bool:
        now = self._clock.monotonic()
        self._forget(now)
        is_held, asked_at = self._held.get((account, standing), (False, -math.inf))
        if now - asked_at < self.STANDINGS_LAST:
            return is_held
        platform = self._standings.get(account.platform)
        if platform is None:
            return False
        try:
            async with asyncio.timeout(self.PATIENCE):
                is_held = await platform.holds(account, standing)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing is held by it
            _log.warning(
                "%s did not say who holds a role: %s", account.platform, type(error).__qualname__
            )
            return False
        # Its age counts from the question, since the answer may describe that moment.
        self._held[account, standing] = (is_held, now)
        self._held.move_to_end((account, standing))
        return is_held

    def _forget(self, now: float) -> None:
        """Drop what is too old or too much, those answered longest ago first."""
        while self._held:
            _, asked_at = next(iter(self._held.values()))
            if now - asked_at < self.STANDINGS_LAST and len(self._held) < self.REMEMBERED:
                return
            self._held.popitem(last=False)
