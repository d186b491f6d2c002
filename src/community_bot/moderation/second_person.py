"""Whether two are two: who may approve a proposal, and whose number may be another's by now.

People are told apart by their numbers. A number whose owner is not known any more says nothing:
they were forgotten, or turned out to be somebody else of the team, and may be back as anybody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from community_bot.domain.errors import UserError
from community_bot.moderation.change import Change
from community_bot.moderation.policy import Policy

IsAlone = Callable[[int], Awaitable[bool]]
"""Whether nobody but this member may decide."""
IsKnown = Callable[[int], Awaitable[bool]]
"""Whether it is known whose number this is."""


@dataclass(frozen=True, slots=True)
class SecondPerson:
    """Tells people apart."""

    is_alone: IsAlone
    is_known: IsKnown
    policy: Policy

    async def ensure_may_approve(self, change: Change, by: int, now: datetime) -> None:
        """Raise UserError for a proposal of one's own, or of one of whom nobody can tell."""
        if change.author == by:
            await self._ensure_alone(change, by, now)
        elif change.author is not None and not await self.is_known(change.author):
            raise UserError("change-author-gone", change=change.short_id)

    async def those_like(self, by: int, others: Iterable[int | None]) -> frozenset[int]:
        """Return the number of somebody, and those of others who may be the same person."""
        found = {by}
        for other in set(others) - {None, by}:
            if other is not None and not await self.is_known(other):
                found.add(other)
        return frozenset(found)

    async def _ensure_alone(self, change: Change, by: int, now: datetime) -> None:
        if not await self.is_alone(by):
            raise UserError("change-own", change=change.short_id)
        if now < change.created_at + self.policy.alone_after:
            hours = round(self.policy.alone_after.total_seconds() / 3600)
            raise UserError("change-own-too-soon", change=change.short_id, hours=hours)
