"""What all moderators are told of changes: who did what, what differs, and what to do about it.

Whatever is told has been done already, so that nothing that goes wrong here undoes it. People stand
in it by number alone: what is posted is kept, and ``forget-me`` reaches no post.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from community_bot.core.cancelling import finished
from community_bot.core.invocation import write_line
from community_bot.moderation.change import Change, ChangeKind, ChangeState
from community_bot.moderation.draft import Row
from community_bot.moderation.ports import Tell

_log = logging.getLogger(__name__)

Offers = Sequence[tuple[str, str]]

_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Announcer:
    """Tells the moderators, on every platform."""

    reach: Tell

    async def outcome(self, change: Change, rows: Sequence[Row] = (), why: str = "") -> None:
        """Tell what was proposed, or what became of it, if that is anything to tell.

        ``why`` is what was said by whoever rejected it.
        """
        by = _member(change.decided_by)
        is_own = change.decided_by == change.author
        match change.state:
            case ChangeState.OPEN:
                await self._announce("notice-change-proposed", change, rows, _to_decide(change))
            case ChangeState.APPLIED if change.needs_second:
                key = "notice-change-approved-alone" if is_own else "notice-change-approved"
                await self._announce(key, change, (), _to_undo(change), by=by)
            case ChangeState.APPLIED:
                is_undo = change.kind is ChangeKind.UNDO
                key = "notice-change-undone" if is_undo else "notice-change-applied"
                await self._announce(key, change, rows, _to_undo(change))
            case ChangeState.REJECTED:
                key = "notice-change-retracted" if is_own else "notice-change-rejected"
                await self._announce(key, change, by=by, why=why)
            case ChangeState.EXPIRED:
                await self._announce("notice-change-expired", change)
            case ChangeState.ACCEPTED | ChangeState.FORGOTTEN | ChangeState.UNDONE:
                pass
            case _:
                assert_never(change.state)

    async def discussed(self, change: Change, by: int, text: str) -> None:
        """Tell what somebody says of a proposal."""
        name = _member(by)
        offers = _to_decide(change)
        await self._announce("notice-change-discussed", change, (), offers, by=name, remark=text)

    async def conflicting(self, change: Change, since: Sequence[Row]) -> None:
        """Tell that a change was not written, since others altered its files: ``since`` how."""
        offers = [("action-look", f"kb show {change.short_id}")]
        await self._announce("notice-change-conflict", change, since, offers)

    async def frozen(self, by: int, at: datetime) -> None:
        """Tell that somebody froze editing."""
        offers = [("action-unfreeze", "kb unfreeze")]
        await self._reach("notice-frozen", (), offers, by=_member(by), **_moment(at))

    async def frozen_itself(
        self, author: int, authors: Iterable[int], count: int, since: datetime, at: datetime
    ) -> None:
        """Tell that editing froze since somebody changed too much, and how to take that back.

        ``authors`` are all numbers under which they may have done so.
        """
        moment = f"{since:%Y-%m-%d %H:%M}Z"
        undos = (write_line("kb", "undo", actor=_member(it), since=moment) for it in authors)
        offers = [*(("action-undo-all", it) for it in undos), ("action-unfreeze", "kb unfreeze")]
        name = _member(author)
        await self._reach("notice-frozen-itself", (), offers, by=name, count=count, **_moment(at))

    async def unfrozen(self, by: int, at: datetime) -> None:
        """Tell that things can be changed again."""
        await self._reach("notice-unfrozen", (), (), by=_member(by), **_moment(at))

    async def _announce(
        self,
        key: str,
        change: Change,
        rows: Sequence[Row] = (),
        offers: Offers = (),
        **more: str | int,
    ) -> None:
        """Tell something of a change; where its values are shown, its risks and grounds are too."""
        arguments: dict[str, str | int] = {
            "change": change.short_id,
            "what": change.summary,
            "who": _member(change.author),
            **({"source": change.source, "note": change.note} if rows else {}),
            **more,
        }
        await self._reach(key, rows, offers, warnings=change.risks if rows else (), **arguments)

    async def _reach(
        self,
        key: str,
        rows: Sequence[Row],
        offers: Offers,
        *,
        warnings: Sequence[str] = (),
        **arguments: str | int,
    ) -> None:
        try:
            told = self.reach(key, rows=rows, actions=offers, warnings=warnings, **arguments)
            await finished(told)
        except Exception as error:  # noqa: BLE001 - it is done: "nothing was changed" would be wrong
            _log.error("the moderators were not told %s: %s", key, type(error).__qualname__)


def _member(number: int | None) -> str:
    return _NOTHING if number is None else f"#{number}"


def _moment(at: datetime) -> dict[str, str]:
    """Return a moment as notices word it; it also tells one freeze from the next."""
    return {"at": at.isoformat(), "zone": "UTC"}


def _to_decide(change: Change) -> Offers:
    id_ = change.short_id
    return [
        ("action-approve", f"kb approve {id_}"),
        ("action-reject", f"kb reject {id_}"),
        ("action-discuss", f"kb discuss {id_}"),
        ("action-look", f"kb show {id_}"),
    ]


def _to_undo(change: Change) -> Offers:
    return [("action-undo", f"kb undo change={change.short_id}")]
