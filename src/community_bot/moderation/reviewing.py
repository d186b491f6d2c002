"""Who decides what becomes of a change: proposals, approval by another person, undo, freezing.

Whoever calls has made sure of the role; here it is asked who the *person* is, by their number.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from community_bot.core.ports import Clock
from community_bot.domain.errors import UserError
from community_bot.moderation.applying import Applier
from community_bot.moderation.change import (
    Change,
    ChangeKind,
    ChangeState,
    FileChange,
    Remark,
)
from community_bot.moderation.drafting import Draft
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Store, Tell, Transaction

FROZEN = "frozen"
"""The mark that holds whether editing is frozen."""
_DECIDABLE = {ChangeState.OPEN}

Rows = Sequence[tuple[str, str, str]]
Named = Callable[[int | None], Awaitable[str]]
"""From a member's number to what moderators call them."""
IsAlone = Callable[[int], Awaitable[bool]]
"""Whether nobody but this member may decide."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Takes changes in and decides on them. ``tell`` reaches all moderators, on every platform."""

    store: Store
    applier: Applier
    clock: Clock
    tell: Tell
    named: Named
    is_alone: IsAlone
    policy: Policy

    async def submit(
        self, draft: Draft, author: int, *, kind: ChangeKind = ChangeKind.EDIT
    ) -> Change:
        """Take a draft in: as a proposal, or applied at once where one person is enough.

        Raises UserError: editing is frozen, or by this very change; or it could not be written.
        """
        now = self.clock.now()
        await self._within_budget(author, now)
        async with self.store.begin() as kept:
            await _ensure_not_frozen(kept)
            change = await kept.changes.add(self._change(draft, author, kind, now))
            await kept.audit.append(now, author, "propose", change.short_id)
        if not draft.needs_second:
            change = await self.applier.apply(change)
            await self._tell("notice-change-applied", change, draft.rows, undo=True)
        else:
            await self._tell("notice-change-proposed", change, draft.rows, decide=True)
        return change

    def _change(self, draft: Draft, author: int, kind: ChangeKind, now: datetime) -> Change:
        is_open = draft.needs_second
        return Change(
            kind=kind,
            state=ChangeState.OPEN if is_open else ChangeState.ACCEPTED,
            author=author,
            summary=draft.summary,
            note=draft.note,
            source=draft.source,
            risks=draft.risks,
            files=draft.files,
            created_at=now,
            decided_by=None if is_open else author,
            decided_at=None if is_open else now,
            needs_second=is_open,
        )

    async def approve(self, id: int, by: int) -> Change:
        """Approve a proposal of somebody else's, and write it.

        Raises UserError: it is one's own, or decided already, or its files have changed since.
        """
        now = self.clock.now()
        async with self.store.begin() as kept:
            await _ensure_not_frozen(kept)
            change = _decidable(await kept.changes.get(id), id, now)
            if change.author == by:
                await self._may_decide_alone(change, by, now)
            accepted = replace(
                change, state=ChangeState.ACCEPTED, decided_by=by, decided_at=now
            )
            await kept.changes.change(accepted)
            await kept.audit.append(now, by, "approve", change.short_id)
        done = await self.applier.apply(accepted)
        is_alone = change.author == by
        key = "notice-change-approved-alone" if is_alone else "notice-change-approved"
        await self._tell(key, done, (), undo=True)
        return done

    async def _may_decide_alone(self, change: Change, by: int, now: datetime) -> None:
        if not await self.is_alone(by):
            raise UserError("change-own", change=change.short_id)
        if now < change.created_at + self.policy.alone_after:
            hours = round(self.policy.alone_after.total_seconds() / 3600)
            raise UserError("change-own-too-soon", change=change.short_id, hours=hours)

    async def reject(self, id: int, by: int, why: str) -> Change:
        """Reject a proposal, or take back one's own. Raises UserError: it is decided already."""
        now = self.clock.now()
        async with self.store.begin() as kept:
            change = _decidable(await kept.changes.get(id), id, now)
            rejected = replace(
                change, state=ChangeState.REJECTED, decided_by=by, decided_at=now
            )
            await kept.changes.change(rejected)
            if why:
                await kept.changes.remark(Remark(change=id, at=now, author=by, text=why))
            await kept.audit.append(now, by, "reject", change.short_id)
        await self._tell("notice-change-rejected", rejected, (), why=why or "–")
        return rejected

    async def discuss(self, id: int, by: int, text: str) -> Change:
        """Say something of a proposal to all moderators. Raises UserError."""
        now = self.clock.now()
        async with self.store.begin() as kept:
            change = _decidable(await kept.changes.get(id), id, now)
            await kept.changes.remark(Remark(change=id, at=now, author=by, text=text))
        name = await self.named(by)
        await self._tell("notice-change-discussed", change, (), decide=True, text=text, by=name)
        return change

    async def undo(self, ids: Iterable[int], by: int) -> Change:
        """Take applied changes back in one change, newest first; it counts at once.

        Raises UserError: one was not applied, or what it changed was changed again since.
        """
        now = self.clock.now()
        async with self.store.begin() as kept:
            found = [await _applied(kept, id) for id in sorted(set(ids), reverse=True)]
            files = _reversed(found)
            numbers = tuple(change.id for change in found)
            undo = await kept.changes.add(
                Change(
                    kind=ChangeKind.UNDO,
                    state=ChangeState.ACCEPTED,
                    author=by,
                    summary="undo " + " ".join(change.short_id for change in found),
                    undoes=numbers,
                    files=files,
                    created_at=now,
                    decided_by=by,
                    decided_at=now,
                    needs_second=False,
                )
            )
            await kept.audit.append(now, by, "undo", undo.short_id)
        done = await self.applier.apply(undo)
        await self._tell("notice-change-undone", done, ())
        return done

    async def by(self, author: int, since: datetime) -> tuple[int, ...]:
        """Return the numbers of the changes by somebody since a moment that can be taken back."""
        async with self.store.read() as kept:
            found = await kept.changes.by(author, since)
        return tuple(one.id for one in found if one.state is ChangeState.APPLIED)

    async def freeze(self, by: int) -> None:
        """Let nobody change anything until somebody unfreezes it."""
        await self._set_frozen("yes", by, "freeze")
        await self.tell("notice-frozen", by=await self.named(by))

    async def unfreeze(self, by: int) -> None:
        """Let people change things again."""
        await self._set_frozen("", by, "unfreeze")
        await self.tell("notice-unfrozen", by=await self.named(by))

    async def _set_frozen(self, value: str, by: int | None, what: str) -> None:
        async with self.store.begin() as kept:
            await kept.marks.set(FROZEN, value)
            await kept.audit.append(self.clock.now(), by, what, "")

    async def _within_budget(self, author: int, now: datetime) -> None:
        """Freeze all editing when somebody changes more than anybody does who looks at it."""
        async with self.store.read() as kept:
            await _ensure_not_frozen(kept)
            made = await kept.changes.by(author, now - self.policy.budget_window)
        if len(made) < self.policy.budget:
            return
        await self._set_frozen("yes", None, "freeze")
        name = await self.named(author)
        line = f"kb undo actor={author} since={self.policy.budget_window}"
        del line
        await self.tell("notice-frozen-itself", by=name, count=len(made))
        raise UserError("editing-frozen")

    async def tick(self) -> None:
        """Let proposals expire that nobody decided in time."""
        now = self.clock.now()
        async with self.store.begin() as kept:
            waiting = await kept.changes.in_states({ChangeState.OPEN}, limit=1_000)
            expired = [one for one in waiting if one.expires_at <= now]
            for change in expired:
                await kept.changes.change(
                    replace(change, state=ChangeState.EXPIRED, decided_at=now)
                )
                await kept.audit.append(now, None, "expire", change.short_id)
        for change in expired:
            await self._tell("notice-change-expired", change, ())

    async def _tell(
        self,
        key: str,
        change: Change,
        rows: Rows,
        *,
        decide: bool = False,
        undo: bool = False,
        **more: str | int,
    ) -> None:
        number = change.short_id
        actions: list[tuple[str, str]] = []
        if decide:
            actions = [
                ("action-approve", f"kb approve {number}"),
                ("action-reject", f"kb reject {number}"),
                ("action-look", f"kb show {number}"),
            ]
        if undo:
            actions = [("action-undo", f"kb undo change={number}")]
        arguments = {
            "change": number,
            "what": change.summary,
            "who": await self.named(change.author),
            "source": change.source or "–",
            "note": change.note or "–",
            **more,
        }
        await self.tell(key, rows=rows, actions=actions, **arguments)


async def _ensure_not_frozen(kept: Transaction) -> None:
    if await kept.marks.get(FROZEN):
        raise UserError("editing-frozen")


def _decidable(change: Change | None, id: int, now: datetime) -> Change:
    if change is None:
        raise UserError("change-unknown", change=f"C{id}")
    if change.state not in _DECIDABLE:
        raise UserError(f"change-is-{change.state.value}", change=change.short_id)
    if change.expires_at <= now:
        raise UserError("change-is-expired", change=change.short_id)
    return change


async def _applied(kept: Transaction, id: int) -> Change:
    change = await kept.changes.get(id)
    if change is None:
        raise UserError("change-unknown", change=f"C{id}")
    if change.state is not ChangeState.APPLIED:
        raise UserError("change-not-applied", change=change.short_id)
    return change


def _reversed(changes: Iterable[Change]) -> tuple[FileChange, ...]:
    """Return what takes changes back, which are in order from the newest to the oldest.

    Where several changed one file, each must have left what the next one found. Raises UserError.
    """
    files: dict[str, FileChange] = {}
    for change in changes:
        for file in reversed(change.files):
            known = files.get(file.path)
            if known is not None and known.after != file.after:
                raise UserError("change-in-between", change=change.short_id, path=file.path)
            before = known.before if known else file.after
            files[file.path] = FileChange(path=file.path, before=before, after=file.before)
    return tuple(files.values())
