"""Putting one file of a knowledge base in the place of another, as a whole or not at all.

Like reading, it goes through no symbolic link. Knows nothing of what the files say.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from community_bot.knowledge.reading.disk import Disk, NotRegularError
from community_bot.knowledge.reading.tree import MOST_BYTES

_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_ENDING = ".new"
_MODE = 0o644


def current_file(root: Path, path: str) -> bytes | None:
    """Return what a file says; None where there is none. Raise OSError."""
    with Disk(root) as disk:
        try:
            return disk.read(path, MOST_BYTES + 1)[0]
        except FileNotFoundError:
            return None


def replace_file(root: Path, path: str, data: bytes | None) -> None:
    """Make a file say ``data``, or take it away for None; on the disk when this returns.

    Raise OSError. Until the one step in which the new file takes the place of the old one nothing
    has changed; if only making that last fails, the file may already be the new one.
    """
    if data is not None and len(data) > MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    folder, _, name = path.rpartition("/")
    with _opened(root, folder) as directory:
        if data is None:
            os.unlink(name, dir_fd=directory)
        else:
            _replaced(directory, name, data)
        os.fsync(directory)


def sweep(root: Path) -> None:
    """Take away what writes that were cut off have left. Raise OSError."""
    for folder in [root, *(it for it in root.iterdir() if it.is_dir() and not it.is_symlink())]:
        for left in folder.glob(f".*{_ENDING}"):
            left.unlink(missing_ok=True)


def _replaced(directory: int, name: str, data: bytes) -> None:
    temporary = f".{name}.{secrets.token_hex(4)}{_ENDING}"
    mode = _mode(directory, name)
    handle = os.open(temporary, _NEW, mode, dir_fd=directory)
    try:
        with os.fdopen(handle, "wb") as stream:
            os.fchmod(handle, mode)
            stream.write(data)
            stream.flush()
            os.fsync(handle)
        os.replace(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=directory)
        raise


def _mode(directory: int, name: str) -> int:
    """Return who may read and write a file, to let them do so with the one that follows it."""
    try:
        found = os.stat(name, dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        return _MODE
    if not stat.S_ISREG(found.st_mode):
        raise NotRegularError(errno.EINVAL, "not a regular file")
    return stat.S_IMODE(found.st_mode)


@contextmanager
def _opened(root: Path, folder: str) -> Iterator[int]:
    top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        if not folder:
            yield top
            return
        with suppress(FileExistsError):
            os.mkdir(folder, dir_fd=top)
        inside = os.open(folder, _FOLDER, dir_fd=top)
        try:
            yield inside
        finally:
            os.close(inside)
    finally:
        os.close(top)
