"""The engine for a database: how its connections are made and its transactions begin."""

from __future__ import annotations

import os
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from community_bot.core.cancelling import finished
from community_bot.storage.driver import connect
from community_bot.storage.errors import StorageError, translated

Result = TypeVar("Result")

_BUSY_SECONDS = 10
"""How long a connection waits for another process that writes to the same file."""

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    # 16 MB of log instead of 4: whoever commits when it is full waits until it is worked in.
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA foreign_keys = ON",
    # What somebody had forgotten must not stay behind in free pages.
    "PRAGMA secure_delete = ON",
)


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine twice: its transactions that may write and those that only read.

    ``where`` is what people are told: a path, or a host and a name, never a password. ``file`` is
    the file of an SQLite database that is not in memory.
    """

    writer: AsyncEngine
    reader: AsyncEngine
    where: str
    file: Path | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self.writer.dialect.name == "sqlite"

    @property
    def is_memory(self) -> bool:
        """Whether all is kept in memory only, by a single connection."""
        return self.is_sqlite and self.file is None

    async def whole(self, step: Coroutine[Any, Any, Result]) -> Result:
        """Await a step of a transaction, in memory to its end even when it is cancelled.

        A connection whose statement is cancelled is closed and replaced; in memory all would be
        gone with it.
        """
        return await (finished(step) if self.is_memory else step)

    async def close(self) -> None:
        """Close all connections."""
        await self.writer.dispose()


def in_memory() -> Engine:
    """Return the engine of a new database in memory."""
    return _sqlite(URL.create("sqlite+aiosqlite", database=":memory:"), "memory", None)


def engine_of(database: str | Path) -> Engine:
    """Return the engine for a file or a URL. Raises StorageError."""
    file = file_of(database)
    return _postgres(make_url(str(database))) if file is None else _file(file)


def file_of(database: str | Path) -> Path | None:
    """Return the file of an SQLite database, None for PostgreSQL. Raises StorageError."""
    if isinstance(database, Path):
        return database
    try:
        url = make_url(database)
    except ArgumentError as error:
        raise StorageError("storage-url-unknown") from error
    if url.get_backend_name() == "sqlite" and url.database not in {None, "", ":memory:"}:
        return Path(str(url.database))
    if url.get_backend_name() in {"postgres", "postgresql"}:
        return None
    raise StorageError("storage-url-unknown")


def _file(path: Path) -> Engine:
    with translated(str(path)):
        # Made here, so that nobody else may read it from its first moment on.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    url = URL.create("sqlite+aiosqlite", database=str(path))
    return _sqlite(url, str(path), path)


def _sqlite(url: URL, where: str, file: Path | None) -> Engine:
    database = file or ":memory:"
    engine = create_async_engine(
        url,
        async_creator=lambda *_, **__: connect(database, _BUSY_SECONDS),
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return Engine(engine, engine.execution_options(only_reads=True), where, file)


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("only_reads", False)
    driver: Any = connection.connection.driver_connection
    driver.begin = "BEGIN" if only_reads else "BEGIN IMMEDIATE"


def _postgres(url: URL) -> Engine:
    where = f"{url.host or 'PostgreSQL'}/{url.database or ''}"
    try:
        engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            connect_args={
                "timeout": 10,
                "command_timeout": 30,
                # A process that was cut off in the middle must not keep the others waiting.
                "server_settings": {"idle_in_transaction_session_timeout": "60000"},
            },
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise StorageError("storage-driver-missing") from error
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engine(engine, reader, where)
