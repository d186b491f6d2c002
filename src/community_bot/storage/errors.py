"""What can happen to a database, as message keys: nobody else has to know a driver's exceptions."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from community_bot.core.ports import StoreError


class StorageError(StoreError):
    """The database cannot be used as it is; nothing of it was changed."""


class LeaseHeldError(StorageError):
    """Another process works with this database; ``holder`` says which."""

    def __init__(self, holder: str) -> None:
        super().__init__("storage-lease-held", holder=holder)


class LeaseLostError(StorageError):
    """Another process has taken this database over, so this one must stop."""

    def __init__(self) -> None:
        super().__init__("storage-lease-lost")


_SQLITE = {
    sqlite3.SQLITE_FULL: "storage-full",
    sqlite3.SQLITE_READONLY: "storage-read-only",
    sqlite3.SQLITE_PERM: "storage-read-only",
    sqlite3.SQLITE_CORRUPT: "storage-broken",
    sqlite3.SQLITE_NOTADB: "storage-broken",
    sqlite3.SQLITE_BUSY: "storage-busy",
    sqlite3.SQLITE_LOCKED: "storage-busy",
    sqlite3.SQLITE_CANTOPEN: "storage-unreachable",
    sqlite3.SQLITE_IOERR: "storage-unreachable",
}
_SQLSTATES = {
    "08": "storage-unreachable",  # connection exception
    "28": "storage-unreachable",  # invalid authorisation
    "3D": "storage-unreachable",  # no such database
    "57": "storage-unreachable",  # operator intervention: shut down, starting up
    "53": "storage-full",  # insufficient resources
    "40": "storage-busy",  # deadlock
    "55": "storage-busy",  # lock not available
    "25": "storage-read-only",  # a standby server
    "XX": "storage-broken",  # internal error, data corrupted
}
_ERRNOS = {
    errno.ENOSPC: "storage-full",
    errno.EDQUOT: "storage-full",
    errno.EACCES: "storage-read-only",
    errno.EPERM: "storage-read-only",
    errno.EROFS: "storage-read-only",
}


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise StorageError for what the machine did; let our own mistakes through as they are."""
    try:
        yield
    except DBAPIError as error:
        key = key_of(error)
        if key is None:
            raise
        raise StorageError(key, where=where) from error
    except sqlite3.Error as error:  # while a connection is set up
        key = _SQLITE.get(error.sqlite_errorcode & 0xFF, "storage-unreachable")
        raise StorageError(key, where=where) from error
    except OSError as error:  # the time-out of a driver is one too
        key = _ERRNOS.get(error.errno or 0, "storage-unreachable")
        raise StorageError(key, where=where) from error
    except PoolTimeoutError as error:
        raise StorageError("storage-busy", where=where) from error


def key_of(error: DBAPIError) -> str | None:
    """Return the message key for what the machine did, None for a mistake of ours."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    if error.connection_invalidated:
        return "storage-unreachable"
    return _SQLSTATES.get((getattr(cause, "sqlstate", None) or "")[:2])
