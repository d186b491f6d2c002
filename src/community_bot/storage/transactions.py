"""Transactions: one writer at a time, readers beside, nothing half done.

In one process a lock makes writers wait their turn without polling. Other processes are kept out
by the database: by BEGIN IMMEDIATE in SQLite, by one advisory lock in PostgreSQL, which is taken
before anything is read. So nobody can read what another is about to change, and no transaction
ever has to be run again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Connection,
    CursorResult,
    Executable,
    Row,
    Table,
    Update,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from community_bot.core.cancelling import finished
from community_bot.storage.engine import Engine
from community_bot.storage.errors import translated

_ADVISORY_LOCK = 4_203_785_611
"""Any number, as long as it is the same in every version of this program."""

Result = TypeVar("Result")

Values = Mapping[str, object]
Parameters = Values | Sequence[Values]

_KEY = "key_"


def _insert_into_postgresql(table: Table) -> sqlite.Insert:
    """Return the same form of statement in the other dialect, which takes memory when loaded."""
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - see above

    return cast("sqlite.Insert", postgresql.insert(table))


@cache
def _change_of(table: Table, keys: tuple[str, ...]) -> Update:
    """Return the statement, made once: to make it takes longer than to run it."""
    return update(table).where(*(table.c[key] == bindparam(_KEY + key) for key in keys))


class Work:
    """The statements of one transaction."""

    def __init__(self, connection: AsyncConnection, engine: Engine, *, is_reading: bool) -> None:
        self._connection = connection
        self._engine = engine
        self._is_reading = is_reading

    async def rows(self, statement: Executable) -> Sequence[Row[Any]]:
        """Return all rows."""
        return (await self._execute(statement)).all()

    async def row(self, statement: Executable) -> Row[Any] | None:
        """Return the first row, if there is one."""
        return (await self._execute(statement)).first()

    async def value(self, statement: Executable) -> Any:  # noqa: ANN401 - what the query selects
        """Return the first column of the first row, None without a row."""
        return (await self._execute(statement)).scalar()

    async def run(self, statement: Executable, parameters: Parameters | None = None) -> int:
        """Change rows; return how many."""
        self._refuse_if_reading()
        return (await self._execute(statement, parameters)).rowcount

    async def insert(self, table: Table, values: Values) -> int:
        """Add a row; return the number that it was given."""
        self._refuse_if_reading()
        result = await self._execute(insert(table), values)
        return int((result.inserted_primary_key or (0,))[0])

    async def change(self, table: Table, values: Values, **where: object) -> int:
        """Change the row with these values in these columns; return how many, it may be gone."""
        parameters = {_KEY + name: value for name, value in where.items()}
        return await self.run(_change_of(table, tuple(where)), {**parameters, **values})

    async def insert_all(self, table: Table, many: Sequence[Values]) -> None:
        """Add rows, in this order."""
        if many:
            await self.run(insert(table), many)

    async def put(self, table: Table, values: Values) -> None:
        """Add a row, or change the one with this primary key."""
        await self.put_all(table, [values])

    async def put_all(self, table: Table, many: Sequence[Values]) -> None:
        """Add rows, or change those with their primary keys."""
        if not many:
            return
        new = sqlite.insert(table) if self._engine.is_sqlite else _insert_into_postgresql(table)
        keys = [column.name for column in table.primary_key]
        rest = {name: new.excluded[name] for name in many[0] if name not in keys}
        statement = (
            new.on_conflict_do_update(index_elements=keys, set_=rest)
            if rest
            else new.on_conflict_do_nothing(index_elements=keys)
        )
        await self.run(statement, many)

    async def call(self, function: Callable[[Connection], Result]) -> Result:
        """Call what works with a connection of the ordinary kind."""
        with translated(self._engine.where):
            return await self._engine.whole(self._connection.run_sync(function))

    async def _execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        with translated(self._engine.where):
            return await self._engine.whole(self._connection.execute(statement, parameters))

    def _refuse_if_reading(self) -> None:
        if self._is_reading:
            raise RuntimeError("a transaction that only reads cannot write")


class Transactions:
    """Begins transactions of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = _Turn()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Work]:
        """Begin a transaction that may write."""
        async with self._turn.taken(), self._connected(self._engine.writer) as connection:
            if not self._engine.is_sqlite:
                lock = func.pg_advisory_xact_lock(_ADVISORY_LOCK)
                with translated(self._engine.where):
                    await connection.execute(select(lock))
            yield Work(connection, self._engine, is_reading=False)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Work]:
        """Begin a transaction that only reads."""
        async with self._reader_turn(), self._connected(self._engine.reader) as connection:
            yield Work(connection, self._engine, is_reading=True)

    def _reader_turn(self) -> AbstractAsyncContextManager[None]:
        """In memory there is but one connection, so that readers take turns too."""
        return self._turn.taken() if self._engine.is_memory else _no_turn()

    async def _start(self, connection: AsyncConnection) -> None:
        """Begin; SQLite to the end, for its driver loses a connection half made."""
        begun = _begin(connection)
        await (finished(begun) if self._engine.is_sqlite else begun)

    @asynccontextmanager
    async def _connected(self, engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
        connection = engine.connect()
        try:
            with translated(self._engine.where):
                await self._start(connection)
            yield connection
            with translated(self._engine.where):
                await self._engine.whole(connection.commit())
        except BaseException:
            await finished(_abandon(connection))
            raise
        await connection.close()


async def _begin(connection: AsyncConnection) -> None:
    await connection.start()
    await connection.begin()


async def _abandon(connection: AsyncConnection) -> None:
    """Undo what was begun and give the connection back.

    That this fails too, when the database is gone, adds nothing to what is being raised already.
    """
    if connection.sync_connection is not None:
        with suppress(DBAPIError, OSError):
            await connection.close()


@asynccontextmanager
async def _no_turn() -> AsyncIterator[None]:
    yield


class _Turn:
    """A lock that tells a task which would wait for itself."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        task = asyncio.current_task()
        if self._holder is task:
            raise RuntimeError("a transaction cannot begin inside another")
        async with self._lock:
            self._holder = task
            try:
                yield
            finally:
                self._holder = None
