"""Which entries somebody should look at again, and that somebody did and found them right.

An entry is due when nobody has looked at it for so long, or when its status has grown stale since
somebody did. The moderators hear of it once a week.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.core.staleness import Day, day_of, last_fresh_day
from community_bot.domain.entities import Entry, Person
from community_bot.domain.values import Kind
from community_bot.knowledge.base import KnowledgeBase
from community_bot.moderation.applying import Applier
from community_bot.moderation.change import Change, ChangeKind, ChangeState
from community_bot.moderation.draft import Draft
from community_bot.moderation.freezing import ensure_not_frozen
from community_bot.moderation.ports import Store, Tell

BETWEEN_DIGESTS = timedelta(days=7)
_TOLD = "duty-told"
"""The mark that says when the moderators were told last."""
_KINDS = tuple(Kind)
_NAMED = 4
_LISTED = 20


class Touch(Protocol):
    """Drafts that an entry was found right today."""

    async def touch(self, entry: str) -> Draft:
        """Return the draft; raise UserError where there is nothing to change."""


@dataclass(frozen=True, slots=True)
class Due:
    """An entry to look at again; ``stale_as_of`` is the ``as_of`` of a status grown stale."""

    entry: Entry
    reviewed: str
    stale_as_of: str = ""


def due_entries(
    base: KnowledgeBase, now: datetime, interval: timedelta, stale_months: int
) -> tuple[Due, ...]:
    """Return what is due: what nobody has looked at for longest first, and people before others."""
    return tuple(
        sorted(
            _due(base, now.astimezone(UTC), interval, stale_months),
            key=lambda one: (one.reviewed, _KINDS.index(one.entry.KIND), one.entry.id),
        )
    )


def _due(
    base: KnowledgeBase, now: datetime, interval: timedelta, stale_months: int
) -> Iterator[Due]:
    today = (now.year, now.month, now.day)
    limit = now - interval
    oldest = (limit.year, limit.month, limit.day)
    for entry in base.entries.values():
        reviewed = day_of(entry.reviewed)
        stale = _stale_as_of(entry, reviewed, today, stale_months)
        if reviewed < oldest or stale:
            yield Due(entry, entry.reviewed, stale)


def _stale_as_of(entry: Entry, reviewed: Day, today: Day, months: int) -> str:
    """Return the ``as_of`` of a status that has grown stale since somebody looked at it."""
    if not isinstance(entry, Person):
        return ""
    last = last_fresh_day(entry.status, months)
    # Whoever looks at it after that and finds nothing newer has done what could be done.
    return entry.status.as_of if last is not None and reviewed <= last < today else ""


@dataclass(frozen=True, slots=True)
class Duty:
    """Reminds the moderators, and keeps what they found right. ``stale_months`` as in answers."""

    store: Store
    snapshot: Snapshot
    applier: Applier
    drafter: Touch
    clock: Clock
    tell: Tell
    interval: timedelta
    stale_months: int

    async def due(self) -> tuple[Due, ...]:
        """Return what is due now."""
        base, now = self.snapshot.current, self.clock.now()
        # It looks at every entry there is.
        return await asyncio.to_thread(due_entries, base, now, self.interval, self.stale_months)

    async def right(self, entry: str, by: int) -> Change:
        """Keep that somebody looked at an entry today and found it right; it counts at once.

        What an entry says has not changed by that, so it corrects nothing. Raises UserError:
        somebody found so today already, editing is frozen, or the file cannot be written.
        """
        self.applier.ensure_writable()
        draft = await self.drafter.touch(entry)
        now = self.clock.now()
        async with self.store.begin() as kept:
            await ensure_not_frozen(kept)
            change = await kept.changes.add(
                Change(
                    kind=ChangeKind.REVIEW,
                    state=ChangeState.ACCEPTED,
                    author=by,
                    summary=draft.summary,
                    files=draft.files,
                    created_at=now,
                    decided_by=by,
                    decided_at=now,
                    needs_second=False,
                )
            )
            await kept.audit.append(now, by, "right", change.short_id)
        return await self.applier.apply(change)

    async def tick(self) -> None:
        """Tell the moderators what is due, if they have not been told for a week."""
        now = self.clock.now()
        async with self.store.read() as kept:
            told = await kept.marks.get(_TOLD)
        if told and timedelta() <= now - datetime.fromisoformat(told) < BETWEEN_DIGESTS:
            return
        due = await self.due()
        if not due:
            return
        names = ", ".join(one.entry.id for one in due[:_LISTED])
        if len(due) > _LISTED:
            names += " …"
        actions: list[tuple[str, str]] = []
        for one in due[:_NAMED]:
            actions.append(("action-right", f"kb right {one.entry.id}"))
            actions.append(("action-edit", f"kb edit {one.entry.id}"))
        actions.append(("action-due", "kb due"))
        await self.tell("notice-duty", actions=actions, count=len(due), names=names)
        async with self.store.begin() as kept:
            await kept.marks.set(_TOLD, now.isoformat())
