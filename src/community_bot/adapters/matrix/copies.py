"""Copies of the adapter's folder: what belongs in one, in which order, and how one is known.

Only one program may go on from a state of the keys, so a copy is marked: whoever starts with it
first makes new what the other may have used since.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

KEYS = "keys.db"
"""The database of the device's keys."""
_PLACE = "place.json"
_MARK = "copied"
_NOT_ALONE = ("-wal", "-shm", "-journal", ".new")


def copy_folder(folder: Path, to: Path, copy_database: Callable[[Path, Path], None]) -> None:
    """Copy a folder that may be in use into a new one, for nobody else to read.

    The place in the timeline comes first and the keys last: what is read again does no harm, but
    a key that came before the place and is not in the copy would never come again.
    """
    to.mkdir(mode=0o700)
    names = {file.name for file in folder.iterdir() if file.is_file()} - {KEYS, _MARK}
    for name in sorted(names, key=lambda name: name != _PLACE):
        if not name.endswith(_NOT_ALONE):
            _write(to / name, (folder / name).read_bytes())
    if (folder / KEYS).exists():
        copy_database(folder / KEYS, to / KEYS)
    _write(to / _MARK, b"")


def is_copy(folder: Path) -> bool:
    """Tell whether a folder was put back from a copy and not begun with since."""
    return (folder / _MARK).exists()


def keep_private(folder: Path) -> None:
    """Keep everybody else from the files of a folder that was put back."""
    for file in folder.iterdir():
        file.chmod(0o600 if file.is_file() else 0o700)


def begun(folder: Path) -> None:
    """Note that a folder is no mere copy any more."""
    (folder / _MARK).unlink(missing_ok=True)


def _write(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
