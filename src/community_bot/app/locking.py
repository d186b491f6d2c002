"""The state directory: made private, and held by one process at a time.

The system lets go of the lock when its holder ends, however it ends, so that a dead process is no
obstacle; what the lock file says is for people only.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

EX_CANTCREAT = 73
EX_TEMPFAIL = 75
LOCK = "lock"

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600


class Holder(NamedTuple):
    """A process that holds the state directory. ``since`` is a moment in ISO 8601."""

    host: str
    pid: int
    since: str


class StateHeldError(Exception):
    """Another process holds the state directory; ``holder`` says which, if it is known."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(holder)
        self.holder = holder


class StateUnusableError(Exception):
    """The state directory cannot be made, or nothing can be written there."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@contextmanager
def held_state(folder: Path, now: datetime | None = None) -> Iterator[None]:
    """Hold the state directory for a block, making it if it is not there.

    Raises StateHeldError when another process holds it, StateUnusableError when it is of no use.
    """
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK, mode=_PRIVATE_FILE, blocking=False, fallback_to_soft=False)
        lock.acquire()
        (folder / LOCK).write_text(_this_process(now or datetime.now(UTC)), encoding="utf-8")
    except Timeout:
        raise StateHeldError(holder_of(folder)) from None
    except OSError as error:
        raise StateUnusableError(error.strerror or str(error)) from error
    try:
        yield
    finally:
        lock.release()


def holder_of(folder: Path) -> Holder | None:
    """Return what the lock file says of the last process that held it; None if it says nothing."""
    try:
        return Holder(**json.loads((folder / LOCK).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        # Its holder may be about to write it.
        return None


def _this_process(now: datetime) -> str:
    holder = Holder(socket.gethostname(), os.getpid(), now.isoformat(timespec="seconds"))
    return json.dumps(holder._asdict()) + "\n"
