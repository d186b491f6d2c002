"""Following the knowledge folder: a change on disk is read and served."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from watchfiles import awatch

from community_bot.core.snapshot import ReloadReport, Snapshot

_log = logging.getLogger(__name__)

Told = Callable[[ReloadReport], Awaitable[None]]


async def follow(snapshot: Snapshot, told: Told) -> None:
    """Reload the files that change, until cancelled; ``told`` hears what each reload came to."""
    root = snapshot.root.resolve()
    async for changes in awatch(root, debounce=400, step=50):
        changed = {_relative(root, path) for _, path in changes}
        wanted = {path for path in changed if path.endswith((".yaml", ".yml"))}
        if not wanted:
            continue
        try:
            report = await snapshot.reload(wanted)
        except OSError as error:
            _log.warning("the knowledge folder cannot be read: %s", error.strerror)
            continue
        await told(report)


def _relative(root: Path, path: str) -> str:
    return Path(path).relative_to(root).as_posix()
