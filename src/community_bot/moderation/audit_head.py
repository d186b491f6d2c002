"""Posts the last hash of the audit where many can see it, once a day.

Whoever alters or cuts off the audit afterwards would have to alter what everybody has read.
"""

from __future__ import annotations

from dataclasses import dataclass

from community_bot.core.ports import Clock
from community_bot.moderation.ports import Store, Tell

_TOLD = "audit-head-told"
"""The mark that says on which day which hash was told last."""


@dataclass(frozen=True, slots=True)
class HeadTeller:
    """Tells the moderators the head of the audit."""

    store: Store
    clock: Clock
    tell: Tell

    async def tick(self) -> None:
        """Tell it at the first tick of a day, if it is another than the one told last."""
        today = self.clock.now().date().isoformat()
        async with self.store.read() as kept:
            told = await kept.marks.get(_TOLD)
            head = await kept.audit.head()
        day, _, hash_ = told.partition(" ")
        if day == today:
            return
        # What was done on the first day is told on the second, as on all that follow.
        if day and head is not None and hash_ != head.hash:
            await self.tell("notice-audit-head", number=head.number, hash=head.hash)
            hash_ = head.hash
        async with self.store.begin() as kept:
            await kept.marks.set(_TOLD, f"{today} {hash_}")
