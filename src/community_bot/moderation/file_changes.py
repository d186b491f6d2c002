"""What a change does to the files: written as a whole, finished, or taken back.

Knows nothing of how far a change has come on record, nor of what is served.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from community_bot.domain.values import Kind
from community_bot.knowledge.reading.record import root_of
from community_bot.knowledge.replacing import current_file, replace_file, sweep
from community_bot.moderation.change import Change, FileChange

Write = Callable[[Path, str, bytes | None], None]


class Stands(Enum):
    """What a file says at this moment."""

    BEFORE = "before"
    AFTER = "after"
    OTHER = "other"


@dataclass(slots=True)
class FileWriter:
    """Writes changes into the files of a base; all of it raises OSError.

    ``write`` puts one file in the place of another, or takes it away.
    """

    root: Path
    write: Write = replace_file

    def left_of(self, change: Change) -> Change:
        """Return a change without the new sources that another one has brought, to the letter.

        Several proposals may cite one new source; whichever is written first brings it.
        """
        left = tuple(it for it in change.files if not self._is_brought(it))
        return replace(change, files=left) if left else change

    def conflicting(self, change: Change) -> str | None:
        """Return the path of a file that is not as the change found it; None if all are."""
        paths = (it.path for it in change.files if self._stands(it) is not Stands.BEFORE)
        return next(paths, None)

    def put(self, change: Change) -> None:
        """Write all files of a change, in their order."""
        for file in change.files:
            self.write(self.root, file.path, file.after)

    def take_back(self, change: Change) -> None:
        """Take back, last first, those files of a change that were written."""
        for file in reversed(change.files):
            if self._stands(file) is Stands.AFTER:
                self.write(self.root, file.path, file.before)

    def finish(self, change: Change) -> bool:
        """Write what is not written for sure; or, where a hand came between, take back what is.

        Returns whether the change is in the files now.
        """
        standing = [self._stands(file) for file in change.files]
        if Stands.OTHER in standing:
            self.take_back(change)
            return False
        for file, stands in zip(change.files, standing, strict=True):
            # What is there already may not be on the disk for good.
            if stands is Stands.BEFORE or file.after is not None:
                self.write(self.root, file.path, file.after)
        return True

    def sweep(self) -> None:
        """Take away what writes that were cut off have left."""
        sweep(self.root)

    def _is_brought(self, file: FileChange) -> bool:
        is_new_source = file.before is None and root_of(file.path) is Kind.SOURCE
        return is_new_source and self._stands(file) is Stands.AFTER

    def _stands(self, file: FileChange) -> Stands:
        said = current_file(self.root, file.path)
        if said == file.before:
            return Stands.BEFORE
        return Stands.AFTER if said == file.after else Stands.OTHER
