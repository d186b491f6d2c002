"""Copies of a database that are whole although somebody writes to it meanwhile."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from community_bot.storage.engine import file_of
from community_bot.storage.errors import StorageError, translated

KEPT = 5
"""How many of the copies made before migrations are kept, the newest ones."""

_PAGES_AT_ONCE = 256
_SUFFIX = ".sqlite3"

Progress = Callable[[int, int], None]
"""Is told how many pages are still to be copied, and of how many."""


def backup(database: str | Path, to: Path, progress: Progress | None = None) -> None:
    """Copy a database to a new file that only its owner may read.

    Raises StorageError: what is there already is not overwritten, and PostgreSQL has a tool of its
    own. A copy that failed is taken away again.
    """
    source = file_of(database)
    if source is None:
        raise StorageError("storage-backup-postgres")
    with translated(str(source)):
        source.stat()
    try:
        with translated(str(to)):
            os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except StorageError as error:
        if isinstance(error.__cause__, FileExistsError):
            raise StorageError("storage-backup-there", where=str(to)) from error
        raise
    try:
        _copy(source, to, progress)
    except BaseException:
        to.unlink(missing_ok=True)
        raise


def _copy(source: Path, to: Path, progress: Progress | None) -> None:
    def tell(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(remaining, total)

    with (
        translated(str(to)),
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as old,
        closing(sqlite3.connect(to)) as new,
    ):
        # As long as one state is being read, what others write does not begin the copy anew.
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        old.backup(new, pages=_PAGES_AT_ONCE, progress=tell)
        (verdict,) = new.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StorageError("storage-broken", where=str(source))


def keep_copy(database: Path, folder: Path, revision: str, now: datetime) -> Path:
    """Copy a database of some revision into a folder, and take its oldest copies away."""
    with translated(str(folder)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    to = folder / f"{now:%Y%m%dT%H%M%S.%fZ}-{revision}{_SUFFIX}"
    backup(database, to)
    for old in sorted(folder.glob(f"*Z-*{_SUFFIX}"))[:-KEPT]:
        old.unlink()
    return to
