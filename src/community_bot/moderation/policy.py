"""What moderators may do alone, how much of it, and how long things wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from community_bot.domain.values import Kind
from community_bot.knowledge.reading.record import root_of
from community_bot.moderation.change import FileChange
from community_bot.moderation.differences import differences

QUOTATIONS, NEW_PEOPLE, WITHDRAWALS = "quotations", "new-people", "withdrawals"
SECOND_PERSON = frozenset(
    {
        "names",
        "aliases",
        "weak_aliases",
        "not_to_confuse",
        "status",
        "events",
        "links",
        "url",
        "archive_url",
        QUOTATIONS,
        NEW_PEOPLE,
        WITHDRAWALS,
    }
)
"""What two people must look at, unless the settings say otherwise: fields, and sorts of change."""

_WORDINGS = {
    Kind.STATEMENT: frozenset({"title", "issuer", "signed_by", "paragraphs", "versions"}),
    Kind.RESOLUTION: frozenset({"title"}),
}
"""The fields that hold others' words to the letter."""


@dataclass(frozen=True, slots=True)
class Policy:
    """``second_person`` is what a second person must approve: top fields, and sorts of change.

    ``budget`` is how many changes somebody may make within ``budget_window`` before editing freezes
    by itself. ``alone_after`` is when the only moderator may approve a proposal of their own.
    ``undo_for`` is how long what counted at once can be taken back with one action. An entry that
    nobody looked at for ``review_after`` is due for a look. Of the proposals of one person at most
    ``most_open`` wait at a time.
    """

    second_person: frozenset[str] = SECOND_PERSON
    budget: int = 10
    budget_window: timedelta = timedelta(minutes=5)
    alone_after: timedelta = timedelta(hours=24)
    undo_for: timedelta = timedelta(days=7)
    review_after: timedelta = timedelta(days=90)
    most_open: int = 20

    def needs_second(self, files: Iterable[FileChange]) -> bool:
        """Say whether a second person must look at a change of these files."""
        return any(not self.second_person.isdisjoint(_touched(file)) for file in files)


def _touched(file: FileChange) -> set[str]:
    kind = root_of(file.path)
    fields = {str(one.route[0]) for one in differences(file)}
    if kind != "about" and fields & _WORDINGS.get(kind, frozenset()):
        fields.add(QUOTATIONS)
    if file.after is None:
        fields.add(WITHDRAWALS)
    if file.before is None and kind is Kind.PERSON:
        fields.add(NEW_PEOPLE)
    return fields
