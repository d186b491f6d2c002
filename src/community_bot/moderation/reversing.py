"""What takes applied changes back, in files that may have been changed again since.

Where a file is as a change left it, it becomes what it was before, to the byte. Else each value
that the change altered is put back, and all that others altered since stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from community_bot.domain.errors import UserError
from community_bot.domain.values import Kind
from community_bot.knowledge.folder import Folder
from community_bot.knowledge.judging import judged
from community_bot.knowledge.problems import BrokenFileError
from community_bot.knowledge.reading.record import id_of, root_of
from community_bot.knowledge.reading.tree import read_tree
from community_bot.knowledge.writing import rewritten
from community_bot.moderation.change import Change, FileChange
from community_bot.moderation.differences import field_text
from community_bot.moderation.merging import MergeError, merged

Said = Callable[[str], bytes | None]
"""From the path of a file to what it says now; None where there is none."""


@dataclass(frozen=True, slots=True)
class _Step:
    """What one change did to one file."""

    change: Change
    file: FileChange


@dataclass(frozen=True, slots=True)
class Reversal:
    """What takes changes back: ``taken`` are those, newest first, that it does take back."""

    files: tuple[FileChange, ...]
    taken: tuple[Change, ...]


def reversal_of(
    changes: Iterable[Change], folder: Folder, said: Said, *, leaving: bool = False
) -> Reversal:
    """Return what takes changes back, the newest of which come first.

    With ``leaving``, a change that conflicts with what others changed since is left out as a whole.
    Raises UserError: a value was changed again since, or others refer to what would go, or there is
    nothing to take back any more.
    """
    now: dict[str, bytes | None] = {}
    then: dict[str, bytes | None] = {}
    taken: list[Change] = []
    conflict: UserError | None = None
    for change in changes:
        for file in reversed(change.files):
            if file.path not in now:
                now[file.path] = then[file.path] = said(file.path)
        try:
            then |= _without(change, then)
        except UserError as error:
            if not leaving:
                raise
            conflict = error
            continue
        taken.append(change)
    if conflict is not None and not taken:
        raise conflict
    return Reversal(_fitting(_files(now, then), folder), tuple(taken))


def _files(
    now: Mapping[str, bytes | None], then: Mapping[str, bytes | None]
) -> tuple[FileChange, ...]:
    files = tuple(
        FileChange(path=path, before=now[path], after=then[path])
        for path in now
        if now[path] != then[path]
    )
    if not files:
        raise UserError("undo-nothing")
    return files


def _without(change: Change, said: Mapping[str, bytes | None]) -> dict[str, bytes | None]:
    """Return what the files of a change say without it; raise UserError."""
    # What was written last, such as the first to cite a new source, goes first.
    steps = (_Step(change, file) for file in reversed(change.files))
    return {step.file.path: _before(step, said[step.file.path]) for step in steps}


def _before(step: _Step, now: bytes | None) -> bytes | None:
    """Return what a file says without a change that was made to it; raise UserError."""
    file = step.file
    if now in (file.after, file.before):
        return file.before
    if now is None or file.before is None or file.after is None:
        raise _conflict(step, "")
    try:
        base, ours, theirs = (read_tree(it, file.path) for it in (file.after, now, file.before))
        return rewritten(now, merged(base, ours, theirs), _kind(file.path))
    except MergeError as error:
        raise _conflict(step, field_text(error.route)) from error
    except BrokenFileError as error:
        raise _conflict(step, "") from error


def _kind(path: str) -> Kind | None:
    root = root_of(path)
    return None if root == "about" else root


def _conflict(step: _Step, field: str) -> UserError:
    entry, change = id_of(step.file.path), step.change.short_id
    if not field:
        return UserError("undo-conflict-file", change=change, entry=entry)
    return UserError("undo-conflict", change=change, entry=entry, field=field)


def _fitting(files: tuple[FileChange, ...], folder: Folder) -> tuple[FileChange, ...]:
    """Return the files as far as the base is right with them; raise UserError if it is not.

    A source that a change brought may be cited by others since: then it stays.
    """
    broken = _broken(files, folder)
    if broken:
        kept = tuple(it for it in files if it.after is not None or not _is_source(it.path))
        if kept and kept != files and not _broken(kept, folder):
            return kept
        raise UserError("undo-broken", entries=", ".join(broken))
    return files


def _broken(files: Iterable[FileChange], folder: Folder) -> tuple[str, ...]:
    """Return the ids of the entries that would have a problem."""
    wanted: Mapping[str, bytes | None] = {it.path: it.after for it in files}
    return tuple(sorted({id_of(it.path) for it in judged(folder, wanted).problems}))


def _is_source(path: str) -> bool:
    return root_of(path) is Kind.SOURCE
