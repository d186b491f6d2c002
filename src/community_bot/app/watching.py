"""Following the knowledge folder: a change on disk is read and served."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from watchfiles import awatch

from community_bot.core.snapshot import ReloadReport, Snapshot

Told = Callable[[ReloadReport], Awaitable[None]]

_FIRST_LOOK = 1000
"""Milliseconds after which the watch is known to stand, though nothing has changed."""


async def follow(snapshot: Snapshot, told: Told, *, ready: Callable[[], None]) -> None:
    """Reload the files that change, until cancelled; ``told`` hears what each reload came to.

    Once the watch stands everything is looked at, lest a change since the start be missed; then
    ``ready`` is called.
    """
    root = snapshot.root.resolve()
    is_standing = False
    async for changes in awatch(
        root, debounce=400, step=50, rust_timeout=_FIRST_LOOK, yield_on_timeout=True
    ):
        changed = {Path(path).relative_to(root).as_posix() for _, path in changes}
        wanted = {path for path in changed if path.endswith((".yaml", ".yml"))}
        if is_standing and not wanted:
            continue
        report = await snapshot.reload(wanted if is_standing else None)
        if report.changed or report.problems:
            await told(report)
        if not is_standing:
            is_standing = True
            ready()
