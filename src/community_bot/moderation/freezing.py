"""Freezing all editing: by somebody, or by itself when one person changes too much too quickly.

What is frozen can still be looked at, rejected and taken back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from community_bot.core.ports import Clock
from community_bot.domain.errors import UserError
from community_bot.moderation.announcing import Announcer
from community_bot.moderation.change import Change, ChangeKind
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Store, Transaction
from community_bot.moderation.second_person import SecondPerson

FROZEN = "frozen"
"""The mark that holds whether editing is frozen."""

_BY_HAND = "yes"
_TIMES = 3
"""How many times the budget somebody may clear up, or say something."""


async def ensure_not_frozen(kept: Transaction) -> None:
    """Raise UserError while nothing may be changed."""
    if await kept.marks.get(FROZEN):
        raise UserError("editing-frozen")


@dataclass(frozen=True, slots=True)
class Freezer:
    """Freezes and unfreezes. The mark holds whose changes froze it, where it froze by itself."""

    store: Store
    clock: Clock
    announcer: Announcer
    second_person: SecondPerson
    policy: Policy

    async def freeze(self, by: int) -> None:
        """Freeze; raise UserError if it is frozen already."""
        now = self.clock.now()
        async with self.store.begin() as kept:
            await ensure_not_frozen(kept)
            await kept.marks.set(FROZEN, _BY_HAND)
            await kept.audit.append(now, by, "freeze", "")
        await self.announcer.frozen(by, now)

    async def unfreeze(self, by: int) -> None:
        """Unfreeze; raise UserError if nothing is frozen, or by what this person did."""
        now = self.clock.now()
        async with self.store.read() as kept:
            whose = await kept.marks.get(FROZEN)
        if await self._may_be(by, whose) and not await self.second_person.is_alone(by):
            raise UserError("unfreeze-own")
        async with self.store.begin() as kept:
            if not await kept.marks.get(FROZEN):
                raise UserError("editing-not-frozen")
            await kept.marks.set(FROZEN, "")
            await kept.audit.append(now, by, "unfreeze", "")
        await self.announcer.unfrozen(by, now)

    async def those_like(self, author: int, now: datetime) -> frozenset[int]:
        """Return the number of somebody, and others that they may have made changes under."""
        async with self.store.read() as kept:
            authors = {one.author for one in await self._recent(kept, now)}
        return await self.second_person.those_like(author, authors)

    async def over_budget(
        self, kept: Transaction, author: int, same: Collection[int], now: datetime
    ) -> bool:
        """Freeze if somebody, who may be all of ``same``, has used up what one person may change.

        Returns whether they have.
        """
        made = [one for one in await self._recent(kept, now) if one.author in same]
        if len(made) < self.policy.budget:
            return False
        await kept.marks.set(FROZEN, str(author))
        await kept.audit.append(now, None, "freeze", f"#{author}")
        return True

    async def ensure_not_too_often(self, kept: Transaction, by: int, now: datetime) -> None:
        """Raise UserError where somebody has said or taken back too much lately.

        It goes on while editing is frozen, so that nobody is to drown the others in it.
        """
        since = now - self.policy.budget_window
        made = [one for one in await kept.changes.by(by, since) if one.kind is ChangeKind.UNDO]
        if max(len(made), await kept.changes.said_by(by, since)) >= _TIMES * self.policy.budget:
            raise UserError("editing-too-often")

    async def tell_frozen_itself(self, author: int, same: Collection[int], now: datetime) -> None:
        """Tell everybody whose changes froze it, with the commands that take them back."""
        async with self.store.read() as kept:
            made = [one for one in await self._recent(kept, now) if one.author in same]
        authors = sorted({author, *(one.author for one in made if one.author is not None)})
        since = min((one.created_at for one in made), default=now)
        await self.announcer.frozen_itself(author, authors, len(made), since, now)

    async def _recent(self, kept: Transaction, now: datetime) -> list[Change]:
        """Return the changes that count by now, whoever made them: reviews and undos do not."""
        recent = await kept.changes.since(now - self.policy.budget_window)
        return [one for one in recent if one.kind is ChangeKind.EDIT]

    async def _may_be(self, by: int, whose: str) -> bool:
        """Tell whether somebody may be the one whose changes froze it.

        Numbers are given in order, so whoever came later may be one who was forgotten.
        """
        if not whose.isdecimal():
            return False
        frozen = int(whose)
        return by == frozen or (by > frozen and not await self.second_person.is_known(frozen))
