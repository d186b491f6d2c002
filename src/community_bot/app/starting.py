"""What ``run`` begins with: files mended after a crash, and the base that they make.

The last good one is kept in the state directory, to be served while the files are broken.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from community_bot.app.loading import load
from community_bot.core.i18n import Texts
from community_bot.core.ports import Clock
from community_bot.core.reporting import problem_line
from community_bot.core.snapshot import KnowledgeError, Snapshot
from community_bot.knowledge.archive import load_archive, save_archive
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.problems import Problem
from community_bot.moderation.applying import HALF_DONE
from community_bot.moderation.file_changes import FileWriter
from community_bot.moderation.ports import Store
from community_bot.moderation.recovering import mend_files

_log = logging.getLogger(__name__)
_TEXTS = Texts("en")


async def mended(store: Store, root: Path, clock: Clock) -> bool:
    """Finish or take back in the files what a crash left half done, before they are judged.

    Returns whether that could be done. Raises StoreError.
    """
    try:
        await mend_files(store, FileWriter(root), clock)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        _log.error(_TEXTS("run-half-done", reason=reason))
        return False
    return True


def base_to_serve(root: Path, kept: Path, *, is_mended: bool) -> Snapshot | None:
    """Return what to serve from the start: what the files say, else the last good base.

    ``kept`` is the file that keeps it. None is nothing to answer from.
    """
    try:
        snapshot = load(root, prepare=True)
    except KnowledgeError as error:
        log_problems(error.problems)
        last_good = _last_good(kept, root, error.problems)
        if last_good is not None:
            _log.warning(_TEXTS("run-last-good"))
        return last_good
    if is_mended:
        keep(snapshot, kept)
        return snapshot
    # The files may say one half of what somebody decided, though each of them is right.
    return _last_good(kept, root, (HALF_DONE,)) or snapshot


def _last_good(kept: Path, root: Path, problems: tuple[Problem, ...]) -> Snapshot | None:
    """Return a snapshot of the kept copy, marked outdated; ``None`` when none is kept."""
    folder = load_archive(kept)
    if folder is None:
        return None
    base = KnowledgeBase.of(folder)
    base.prepare()
    snapshot = Snapshot(folder, base, root=root)
    snapshot.mark_outdated(problems)
    return snapshot


def keep(snapshot: Snapshot, kept: Path) -> None:
    """Keep what is served as the last good base; log it where that cannot be."""
    try:
        if not save_archive(snapshot.folder, kept):
            _log.warning(_TEXTS("run-not-kept-changed"))
    except OSError as error:
        _log.warning(_TEXTS("run-not-kept", reason=error.strerror or str(error)))


def log_problems(problems: Iterable[Problem]) -> None:
    """Log what is wrong with the files, place by place."""
    for one in problems:
        _log.error("%s", problem_line(_TEXTS, one))
