"""The SQLite driver with one trip to its thread per statement, where the original makes three.

To make and to close a cursor is no work for a thread, a result is fetched where it was found, and
BEGIN goes along with the first statement. A connection does one thing at a time, so that its
cursors may be touched from outside meanwhile.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite

_CHUNK = 64
_NOTHING: tuple[Any, ...] = ()


class _Raw(sqlite3.Connection):
    """What is closed is over, with its transaction.

    Without this, SQLite keeps what is closed, and its locks, for as long as a cursor of it has a
    statement: after ``executemany``, after an error, until the garbage is collected.
    """

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()


class _Cursor(aiosqlite.Cursor):
    """A cursor that has fetched all there is when it was executed."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, connection._conn.cursor())  # noqa: SLF001 - of our own kind
        self.owner = connection
        self._found: Iterable[sqlite3.Row] = _NOTHING

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> _Cursor:
        self._found = await self.owner.trip(self._run, sql, parameters or _NOTHING)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> _Cursor:
        await self.owner.trip(self._run_many, sql, parameters)
        return self

    def _run(self, sql: str, parameters: Any) -> Iterable[sqlite3.Row]:  # noqa: ANN401 - the driver's
        self._begin()
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchall() if self._cursor.description else _NOTHING

    def _run_many(self, sql: str, parameters: Any) -> None:  # noqa: ANN401 - the driver's
        self._begin()
        self._cursor.executemany(sql, parameters)

    def _begin(self) -> None:
        begin, self.owner.begin = self.owner.begin, ""
        if begin:
            self._cursor.execute(begin)

    async def fetchall(self) -> Iterable[sqlite3.Row]:
        return self._found

    async def close(self) -> None:
        self._cursor.close()


class Connection(aiosqlite.Connection):
    """A connection that makes such cursors; ``begin`` is how its next transaction begins."""

    begin = ""

    async def trip(self, function: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401 - whatever it returns
        """Call something in the connection's thread."""
        return await self._execute(function, *arguments)  # type: ignore[no-untyped-call]

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread, and what it works with.

        The original forgets to close when ``close`` is called meanwhile, and lets whoever stops it
        twice wait for ever.
        """
        if not self._running:
            return None
        if self._connection is not None:
            self._tx.put_nowait((None, self._connection.close))
        return super().stop()

    def cursor(self) -> _Cursor:  # type: ignore[override]  # both can be entered
        """Make a cursor."""
        return _Cursor(self)


async def connect(database: str | Path, busy_seconds: float) -> Connection:
    """Connect to a file, or to ``:memory:``.

    The driver begins nothing by itself: it would do so at the first write only, when what was read
    may have changed already, and not at all before a CREATE TABLE.
    """
    connector = partial(
        sqlite3.connect,
        str(database),
        timeout=busy_seconds,
        isolation_level=None,
        check_same_thread=False,
        factory=_Raw,
    )
    connection = Connection(connector, _CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does: it must not outlive us
    await connection
    return connection
