"""Opening a knowledge base's folder without being led out of it.

Everything is opened relative to the folder that holds it and never through a symbolic link, so
nothing can be swapped in between looking and reading. Knows no YAML.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

# Opening a pipe waits for its other end; this way it opens at once and is then refused.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC

Stamp = tuple[int, int]
"""When a file was last changed, in nanoseconds since 1970, and its size in bytes."""


class Seen(NamedTuple):
    """What stands under a name; ``stamp`` is None for all but regular files."""

    is_folder: bool
    stamp: Stamp | None


class NotRegularError(OSError):
    """What stands under a name is a link, a pipe or the like: nothing to be opened here."""


class Disk:
    """A folder of folders of files, held open. Close it, or use it in a ``with`` block."""

    def __init__(self, root: Path) -> None:
        """Open ``root``, which may be a link itself: whoever runs the bot has chosen it."""
        self._folders = {"": os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: object, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all that was opened."""
        while self._folders:
            os.close(self._folders.popitem()[1])

    def contents(self, folder: str = "") -> dict[str, Seen]:
        """Return what stands in ``folder``, or at the top, by name. Raise OSError."""
        with os.scandir(self._open_folder(folder)) as entries:
            return {entry.name: _seen(entry.stat(follow_symlinks=False)) for entry in entries}

    def look(self, path: str) -> Seen | None:
        """Return what stands at ``path``; None if nothing does. Raise OSError."""
        folder, _, name = path.rpartition("/")
        try:
            return _seen(os.stat(name, dir_fd=self._open_folder(folder), follow_symlinks=False))
        except FileNotFoundError:
            return None

    def read(self, path: str, most: int) -> tuple[bytes, Stamp]:
        """Return a file's first ``most`` bytes and its stamp. Raise OSError."""
        folder, _, name = path.rpartition("/")
        handle = _opened(name, _FILE, self._open_folder(folder))
        with open(handle, "rb", buffering=0) as stream:  # noqa: PTH123 - a handle has no path
            stamp = _seen(os.fstat(handle)).stamp
            if stamp is None:
                raise NotRegularError(errno.EINVAL, "not a regular file")
            chunks = []
            while most > 0 and (chunk := stream.read(most)):
                chunks.append(chunk)
                most -= len(chunk)
        return b"".join(chunks), stamp

    def _open_folder(self, folder: str) -> int:
        if folder not in self._folders:
            self._folders[folder] = _opened(folder, _FOLDER, self._folders[""])
        return self._folders[folder]


def _opened(name: str, flags: int, folder: int) -> int:
    try:
        return os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO):
            raise NotRegularError(error.errno, "a link or a special file") from error
        raise


def _seen(status: os.stat_result) -> Seen:
    if stat.S_ISREG(status.st_mode):
        return Seen(is_folder=False, stamp=(status.st_mtime_ns, status.st_size))
    return Seen(is_folder=stat.S_ISDIR(status.st_mode), stamp=None)
