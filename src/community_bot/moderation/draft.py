"""A draft: what an edit would change, before anybody has decided anything; and why there is none.

Values only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from community_bot.domain.errors import UserError
from community_bot.knowledge.problems import Problem
from community_bot.moderation.change import Change, ChangeKind, ChangeState, FileChange, title_of

Row = tuple[str, str, str]
"""A field, its old and its new value; "" is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A change that fits the files as they are; its fields are those of a change.

    ``rows`` are for people: what differs, value by value, in the order of the files.
    """

    summary: str
    files: tuple[FileChange, ...]
    risks: tuple[str, ...]
    needs_second: bool
    rows: tuple[Row, ...]
    source: str = ""
    note: str = ""


class UnfitError(UserError):
    """What was to be written breaks the rules of the files; nothing has changed.

    ``faults`` say which, each with the field that it is about.
    """

    def __init__(self, faults: Iterable[tuple[str, Problem]]) -> None:
        super().__init__("draft-unfit")
        self.faults = tuple(faults)


def change_of(
    draft: Draft, author: int, kind: ChangeKind, now: datetime, *, is_open: bool
) -> Change:
    """Return the change that comes of a draft: a proposal if ``is_open``, else accepted at once."""
    return Change(
        kind=kind,
        state=ChangeState.OPEN if is_open else ChangeState.ACCEPTED,
        author=author,
        summary=title_of(draft.summary),
        note=draft.note,
        source=draft.source,
        risks=draft.risks,
        files=draft.files,
        created_at=now,
        decided_by=None if is_open else author,
        decided_at=None if is_open else now,
        needs_second=is_open,
    )
