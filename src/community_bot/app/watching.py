"""Following the knowledge folder: a change on disk is read and served, whatever happens to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path

from watchfiles import awatch
from watchfiles._rust_notify import WatchfilesRustInternalError  # documented under this name

from community_bot.core.snapshot import ReloadReport, Snapshot

Told = Callable[[ReloadReport], Awaitable[None]]

_TICK = 500
"""Milliseconds without a change after which we look whether the folder is still the same one."""

_PAUSE = 1.0
"""Seconds before a watch that has ended is opened again."""


async def follow(snapshot: Snapshot, told: Told, *, ready: Callable[[], None]) -> None:
    """Reload the files that change, until cancelled; ``told`` hears what is new.

    Once the watch stands everything is looked at, lest a change since the start be missed; then
    ``ready`` is called. While there is nothing that can be watched, everything is looked at again
    and again.
    """

    async def look(changed: set[str] | None) -> None:
        before = snapshot.problems
        report = await snapshot.reload(changed)
        if report.changed or report.problems != before:
            await told(report)

    is_ready = False
    while True:
        try:
            async with aclosing(_changes(snapshot.root)) as batches:
                async for changed in batches:
                    await look(changed)
                    if not is_ready:
                        is_ready = True
                        ready()
        except* (OSError, WatchfilesRustInternalError):
            # The folder is not there, or holds what cannot be told of, such as a name in no known
            # encoding.
            await look(None)
        await asyncio.sleep(_PAUSE)


async def _changes(root: Path) -> AsyncGenerator[set[str] | None]:
    """Yield None once the watch stands, then the paths that change, relative to ``root``.

    Ends when another folder has taken the place of ``root``. Raises OSError when there is none, and
    WatchfilesRustInternalError when the watch fails.
    """
    identity, folder = _identity(root)
    # Nothing is filtered: which names count is known where the folder is read.
    watch = awatch(
        folder,
        watch_filter=None,
        debounce=400,
        step=50,
        rust_timeout=_TICK,
        yield_on_timeout=True,
    )
    async with aclosing(watch):
        is_standing = False
        async for found in watch:
            if not is_standing:
                is_standing = True
                yield None
            if found:
                yield {Path(path).relative_to(folder).as_posix() for _, path in found}
            if _identity(root)[0] != identity:
                return


def _identity(root: Path) -> tuple[tuple[int, int], Path]:
    """Return what stays the same as long as the folder does, and where it really stands."""
    status = root.stat()
    return (status.st_dev, status.st_ino), root.resolve()
