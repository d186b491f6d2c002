"""Freezing all editing: by somebody, or by itself when one person changes too much too quickly.

What is frozen can still be looked at, rejected and taken back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from community_bot.core.ports import Clock
from community_bot.domain.errors import UserError
from community_bot.moderation.announcing import Announcer
from community_bot.moderation.change import ChangeKind
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Store, Transaction

FROZEN = "frozen"
"""The mark that holds whether editing is frozen."""

_BY_HAND = "yes"


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
    is_alone: Callable[[int], Awaitable[bool]]
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
        if whose == str(by) and not await self.is_alone(by):
            raise UserError("unfreeze-own")
        async with self.store.begin() as kept:
            if not await kept.marks.get(FROZEN):
                raise UserError("editing-not-frozen")
            await kept.marks.set(FROZEN, "")
            await kept.audit.append(now, by, "unfreeze", "")
        await self.announcer.unfrozen(by, now)

    async def over_budget(self, kept: Transaction, author: int, now: datetime) -> int:
        """Freeze if somebody has used up what one person may change; return how much that was."""
        made = await self._made(kept, author, now)
        if len(made) < self.policy.budget:
            return 0
        await kept.marks.set(FROZEN, str(author))
        await kept.audit.append(now, None, "freeze", f"#{author}")
        return len(made)

    async def tell_frozen_itself(self, author: int, count: int, now: datetime) -> None:
        """Tell everybody whose changes froze it, with the command that takes them back."""
        async with self.store.read() as kept:
            made = await self._made(kept, author, now)
        since = min(made, default=now)
        await self.announcer.frozen_itself(author, count, since, now)

    async def _made(self, kept: Transaction, author: int, now: datetime) -> tuple[datetime, ...]:
        """Return when somebody made each change that counts: a review or an undo does not."""
        recent = await kept.changes.by(author, now - self.policy.budget_window)
        return tuple(one.created_at for one in recent if one.kind is ChangeKind.EDIT)
