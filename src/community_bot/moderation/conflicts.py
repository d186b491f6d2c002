"""What stands in the way of a change whose files were altered since: both sides, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from community_bot.domain.errors import UserError
from community_bot.knowledge.problems import BrokenFileError
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.change import Change, FileChange
from community_bot.moderation.differences import differences
from community_bot.moderation.draft import Row

CONFLICT = "change-conflict"


class ConflictError(UserError):
    """A change was not written, for its files say something else than what it goes by.

    ``since`` is what they say differently by now, ``wanted`` what the change would have altered.
    """

    def __init__(self, change: Change, since: tuple[Row, ...], wanted: tuple[Row, ...]) -> None:
        paths = ", ".join(file.path for file in change.files)
        super().__init__(CONFLICT, change=change.short_id, path=paths)
        self.since = since
        self.wanted = wanted


def conflict_of(change: Change, root: Path) -> ConflictError:
    """Return what stands in the way of a change. Raise OSError."""
    since: list[Row] = []
    wanted: list[Row] = []
    for file in change.files:
        now = current_file(root, file.path)
        since += _rows(FileChange(path=file.path, before=file.before, after=now))
        wanted += _rows(file)
    return ConflictError(change, tuple(since), tuple(wanted))


def _rows(file: FileChange) -> Iterator[Row]:
    try:
        found = differences(file)
    except BrokenFileError:
        # Somebody's hand broke it: there are no values to compare.
        return
    for one in found:
        yield one.field, one.old, one.new
