"""Who decides what becomes of a change: proposals, approval by another person, undo, freezing.

Whoever calls has made sure of the role; here it is asked who the *person* is, by their number.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from community_bot.core.cancelling import finished
from community_bot.core.ports import Clock
from community_bot.domain.errors import UserError
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.announcing import Announcer
from community_bot.moderation.applying import Applier
from community_bot.moderation.change import (
    PROPOSED_FOR,
    Change,
    ChangeKind,
    ChangeState,
    Remark,
    ensure_open,
)
from community_bot.moderation.conflicts import CONFLICT, conflict_of
from community_bot.moderation.draft import Draft, Row, change_of
from community_bot.moderation.freezing import FROZEN, Freezer, ensure_not_frozen
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Store, Tell, Transaction
from community_bot.moderation.reversing import reversal_of
from community_bot.moderation.risks import risks_of
from community_bot.moderation.second_person import IsAlone, IsKnown, SecondPerson
from community_bot.moderation.untold import to_be_told, was_told
from community_bot.moderation.worksheet import rows_of

__all__ = ["FROZEN", "IsAlone", "IsKnown", "Named", "Reviewer"]

Named = Callable[[int | None], Awaitable[str]]
"""From a member's number to what moderators call them."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Takes changes in and decides on them. ``tell`` reaches all moderators, on every platform.

    ``waiting`` is what the open proposals are called, by number, as far as is known without asking
    the store: for those who look for one.
    """

    store: Store
    applier: Applier
    clock: Clock
    tell: Tell
    named: Named
    is_alone: IsAlone
    is_known: IsKnown
    policy: Policy
    waiting: dict[int, str] = field(default_factory=dict)

    async def submit(
        self,
        draft: Draft,
        author: int,
        *,
        kind: ChangeKind = ChangeKind.EDIT,
        at_once: bool = True,
    ) -> Change:
        """Take a draft in: as a proposal, or applied at once where one person is enough.

        ``at_once`` says whether the author is one whose changes may count so. Raises UserError:
        editing is frozen, or by this very change; or it could not be written.
        """
        self.applier.ensure_writable()
        now = self.clock.now()
        is_open = draft.needs_second or not at_once
        new = change_of(draft, author, kind, now, is_open=is_open)
        same = await self._freezer.those_like(author, now)
        async with self.store.begin() as kept:
            await ensure_not_frozen(kept)
            too_many = await self._freezer.over_budget(kept, author, same, now)
            change = new if too_many else await self._kept(kept, new)
        if too_many:
            await self._freezer.tell_frozen_itself(author, same, now)
            raise UserError("editing-frozen-now")
        return await finished(self._begun(change, draft.rows))

    async def approve(self, id: int, by: int) -> Change:
        """Approve a proposal of somebody else's, and write it.

        Raises UserError: it is one's own, or decided already, or its files have changed since.
        """
        self._ensure_sound()
        now = self.clock.now()
        async with self.store.read() as kept:
            change = _decidable(await kept.changes.get(id), id, now)
        await self._second_person.ensure_may_approve(change, by, now)
        async with self.store.begin() as kept:
            await ensure_not_frozen(kept)
            change = _decidable(await kept.changes.get(id), id, now)
            accepted = replace(change, state=ChangeState.ACCEPTED, decided_by=by, decided_at=now)
            await kept.changes.change(accepted)
            await kept.audit.append(now, by, "approve", change.short_id)
            await to_be_told(kept, accepted)
        self.waiting.pop(id, None)
        # It counts from here on, however long that takes: everybody must hear of it.
        return await finished(self._begun(accepted, ()))

    async def reject(self, id: int, by: int, why: str = "") -> Change:
        """Reject a proposal, or take back one's own. Raises UserError: it is decided already."""
        now = self.clock.now()
        async with self.store.begin() as kept:
            change = _decidable(await kept.changes.get(id), id, now)
            rejected = replace(change, state=ChangeState.REJECTED, decided_by=by, decided_at=now)
            await kept.changes.change(rejected)
            if why:
                await kept.changes.remark(Remark(change=id, at=now, author=by, text=why))
            await kept.audit.append(now, by, "reject", change.short_id)
            await to_be_told(kept, rejected)
        self.waiting.pop(id, None)
        return await finished(self._told(rejected, why=why))

    async def discuss(self, id: int, by: int, text: str) -> Change:
        """Say something of a proposal to all moderators, on one line. Raises UserError."""
        now, text = self.clock.now(), " ".join(text.split())
        async with self.store.begin() as kept:
            change = _decidable(await kept.changes.get(id), id, now)
            await self._freezer.ensure_not_too_often(kept, by, now)
            await kept.changes.remark(Remark(change=id, at=now, author=by, text=text))
        await self._announcer.discussed(change, by, text)
        return change

    async def undo(self, ids: Iterable[int], by: int, *, leaving: bool = False) -> Change:
        """Take applied changes back in one change; it counts at once, frozen or not.

        It is a proposal where it could serve to get round a second person: for what has stood for
        long, and for bringing back one's own. Raises UserError: one was not applied, or a value
        that it changed was changed again since; with ``leaving`` such a change is left out.
        """
        self._ensure_sound()
        now = self.clock.now()
        async with self.store.read() as kept:
            found = [await _applied(kept, id) for id in sorted(set(ids))]
            found.sort(key=_applied_at, reverse=True)
            before = await _brought_back(kept, found)
        brings_back_own = not before.isdisjoint(await self._second_person.those_like(by, before))
        draft, found = await asyncio.to_thread(self._undoing, found, leaving=leaving)
        is_late = any(_applied_at(one)[0] < now - self.policy.undo_for for one in found)
        is_open = draft.needs_second and (is_late or brings_back_own)
        new = change_of(draft, by, ChangeKind.UNDO, now, is_open=is_open)
        new = replace(new, undoes=tuple(one.id for one in found))
        async with self.store.begin() as kept:
            if is_open or brings_back_own:
                await ensure_not_frozen(kept)
            await self._freezer.ensure_not_too_often(kept, by, now)
            for one in found:
                if (await _applied(kept, one.id)).files != one.files:
                    raise UserError("undo-nothing")  # it was erased meanwhile
            change = await self._kept(kept, new)
        return await finished(self._begun(change, draft.rows))

    async def by(self, author: int, since: datetime) -> tuple[int, ...]:
        """Return the numbers of the changes by somebody since a moment that can be taken back."""
        async with self.store.read() as kept:
            found = await kept.changes.by(author, since)
        return tuple(one.id for one in found if one.state is ChangeState.APPLIED)

    async def freeze(self, by: int) -> None:
        """Let nobody change anything until somebody unfreezes it; raise UserError if so already."""
        await self._freezer.freeze(by)

    async def unfreeze(self, by: int) -> None:
        """Let people change things again.

        Raises UserError: nothing is frozen, or by what this very person did, unless they are alone.
        """
        await self._freezer.unfreeze(by)

    async def tick(self) -> None:
        """Let proposals expire that nobody decided in time."""
        now = self.clock.now()
        async with self.store.begin() as kept:
            found = await kept.changes.opened_until(now - PROPOSED_FOR)
            expired = [replace(it, state=ChangeState.EXPIRED, decided_at=now) for it in found]
            for change in expired:
                await kept.changes.change(change)
                await kept.audit.append(now, None, "expire", change.short_id)
                await to_be_told(kept, change)
            waiting = await kept.changes.waiting()
        self.waiting.clear()
        self.waiting.update(waiting)
        for change in expired:
            await self._told(change)

    @property
    def _announcer(self) -> Announcer:
        return Announcer(self.tell)

    @property
    def _second_person(self) -> SecondPerson:
        return SecondPerson(self.is_alone, self.is_known, self.policy)

    @property
    def _freezer(self) -> Freezer:
        return Freezer(self.store, self.clock, self._announcer, self._second_person, self.policy)

    def _ensure_sound(self) -> None:
        """Raise UserError while nothing can be written, or nobody can tell whether it would fit."""
        self.applier.ensure_writable()
        if self.applier.snapshot.is_outdated:
            raise UserError("draft-outdated")

    async def _kept(self, kept: Transaction, new: Change) -> Change:
        if new.state is ChangeState.OPEN and new.author is not None:
            count = await kept.changes.open_of(new.author)
            if count >= self.policy.most_open:
                raise UserError("change-too-many-open", count=count)
        change = await kept.changes.add(new)
        what = "propose" if change.state is ChangeState.OPEN else new.kind.value
        await kept.audit.append(new.created_at, new.author, what, change.short_id)
        await to_be_told(kept, change)
        return change

    async def _begun(self, change: Change, rows: Sequence[Row]) -> Change:
        """Have a change wait for somebody, or write it; tell everybody."""
        if change.state is ChangeState.OPEN:
            self.waiting[change.id] = change.summary
            return await self._told(change, rows)
        return await self._told(await self._written(change), rows)

    async def _told(self, change: Change, rows: Sequence[Row] = (), why: str = "") -> Change:
        await self._announcer.outcome(change, rows, why)
        await was_told(self.store, change)
        return change

    async def _written(self, change: Change) -> Change:
        try:
            return await self.applier.apply(change)
        except UserError as error:
            # Whoever decided is told now; what is pending still, whoever finishes it will tell.
            await was_told(self.store, change)
            if error.key != CONFLICT:
                raise
            root = self.applier.snapshot.root
            conflict = await asyncio.to_thread(conflict_of, change, root)
            await self._announcer.conflicting(change, conflict.since)
            raise conflict from error

    def _undoing(self, found: list[Change], *, leaving: bool) -> tuple[Draft, list[Change]]:
        snapshot = self.applier.snapshot
        said = partial(current_file, snapshot.root)
        reversal = reversal_of(found, snapshot.folder, said, leaving=leaving)
        files = reversal.files
        draft = Draft(
            summary=" ".join(("kb undo", *(one.short_id for one in reversal.taken))),
            files=files,
            risks=risks_of(files, snapshot.folder, snapshot.current),
            needs_second=self.policy.needs_second(files),
            rows=tuple(rows_of(files)),
        )
        return draft, list(reversal.taken)


def _decidable(change: Change | None, id: int, now: datetime) -> Change:
    if change is None:
        raise UserError("change-unknown", change=f"C{id}")
    ensure_open(change)
    if change.expires_at <= now:
        raise UserError("change-is-expired", change=change.short_id)
    return change


async def _applied(kept: Transaction, id: int) -> Change:
    change = await kept.changes.get(id)
    if change is None:
        raise UserError("change-unknown", change=f"C{id}")
    if change.state is ChangeState.OPEN:
        raise UserError("change-still-open", change=change.short_id)
    if change.state is not ChangeState.APPLIED:
        raise UserError("change-not-applied", change=change.short_id)
    return change


def _applied_at(change: Change) -> tuple[datetime, int]:
    """Return when a change was written, as far as that tells which of two came later."""
    return change.decided_at or change.created_at, change.id


async def _brought_back(kept: Transaction, undone: Iterable[Change]) -> set[int | None]:
    """Return the authors of what was taken back by changes that are taken back themselves."""
    ids = [id for one in undone if one.kind is ChangeKind.UNDO for id in one.undoes]
    found = [await kept.changes.get(id) for id in ids]
    return {one.author for one in found if one is not None}
