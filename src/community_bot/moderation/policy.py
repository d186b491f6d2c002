"""What moderators may do alone, how much of it, and how long things wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

SECOND_PERSON = frozenset(
    {
        "names",
        "aliases",
        "weak_aliases",
        "not_to_confuse",
        "status",
        "events",
        "quotations",
        "links",
        "url",
        "archive_url",
    }
)
"""The fields that two people must look at, unless the settings say otherwise."""


@dataclass(frozen=True, slots=True)
class Policy:
    """``second_person`` are the top fields whose change a second person must approve.

    ``budget`` is how many changes somebody may make within ``budget_window`` before editing freezes
    by itself. ``alone_after`` is when the only moderator may approve a proposal of their own.
    ``undo_for`` is how long what counted at once can be taken back with one action. An entry that
    nobody looked at for ``review_after`` is due for a look.
    """

    second_person: frozenset[str] = SECOND_PERSON
    budget: int = 10
    budget_window: timedelta = timedelta(minutes=5)
    alone_after: timedelta = timedelta(hours=24)
    undo_for: timedelta = timedelta(days=7)
    review_after: timedelta = timedelta(days=90)
