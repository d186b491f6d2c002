"""A database and the stores in it: the one way in for whoever puts the program together."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text

from community_bot.core.ports import Handled, PreferenceStore, TeamStore
from community_bot.moderation import ports as moderation
from community_bot.publishing.ports import Store
from community_bot.storage.engine import Engine, engine_of, in_memory
from community_bot.storage.errors import StorageError
from community_bot.storage.fencing import Fence, FencedStore
from community_bot.storage.handled import HandledTable
from community_bot.storage.lease import Lease
from community_bot.storage.moderation import ModerationTransaction
from community_bot.storage.preferences import PreferenceTable
from community_bot.storage.publishing import PublishingTransaction
from community_bot.storage.schema import METADATA, REVISION
from community_bot.storage.team import TeamTable
from community_bot.storage.transactions import Transactions

_VERSION = "alembic_version"


class Database:
    """An open database with its stores. It has threads, which only closing it ends.

    Transactions do not nest: a call of ``team`` or ``preferences`` is one of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._transactions = Transactions(engine)
        self._fence = Fence()
        self.publishing: Store = FencedStore(self._transactions, self._fence, PublishingTransaction)
        self.moderation: moderation.Store = FencedStore(
            self._transactions, self._fence, ModerationTransaction
        )
        self.team: TeamStore = TeamTable(self._transactions)
        self.preferences: PreferenceStore = PreferenceTable(self._transactions)
        self.handled: Handled = HandledTable(self._transactions)

    @classmethod
    async def open(cls, database: str | Path, *, backups: Path | None = None) -> Database:
        """Open a database by its file or its URL, look it through and bring it up to date.

        ``backups`` is the folder for a copy of an SQLite database before its schema is changed.
        Raises StorageError; nothing was changed then.
        """
        engine = engine_of(database)
        try:
            if engine.is_sqlite:
                await _look_through(engine)
            if not await _is_current(engine):
                # What migrates takes memory for as long as the process lives.
                from community_bot.storage.migrating import migrate  # noqa: PLC0415 - see above

                await migrate(engine, backups)
        except BaseException:
            await engine.close()
            raise
        return cls(engine)

    @classmethod
    async def as_it_is(cls, database: str | Path) -> Database:
        """Open a database to read it beside the bot that works with it.

        Raises StorageError where it is of another version: only the bot itself changes that.
        """
        from community_bot.storage.migrating import ensure_current  # noqa: PLC0415 - as above

        engine = engine_of(database)
        try:
            await ensure_current(engine)
        except BaseException:
            await engine.close()
            raise
        return cls(engine)

    @classmethod
    async def in_memory(cls) -> Database:
        """Open a new database that is gone when it is closed."""
        engine = in_memory()
        async with Transactions(engine).begin() as work:
            await work.call(METADATA.create_all)
        return cls(engine)

    def lease(self, *, host: str | None = None, pid: int | None = None) -> Lease:
        """Return a lease on this database, not taken yet, for this process or for another."""
        return Lease(self._transactions, host=host, pid=pid)

    def fence(self, lease: Lease) -> None:
        """Let publishing and moderation write only while this lease is the one taken last."""
        self._fence.token = lease.token

    async def close(self) -> None:
        """Close it."""
        await self._engine.close()


async def _is_current(engine: Engine) -> bool:
    async with Transactions(engine).read() as work:
        if not await work.call(lambda connection: inspect(connection).has_table(_VERSION)):
            return False
        revision = await work.value(text(f"SELECT version_num FROM {_VERSION}"))  # noqa: S608 - ours
        return bool(revision == REVISION)


async def _look_through(engine: Engine) -> None:
    async with Transactions(engine).read() as work:
        if await work.value(text("PRAGMA quick_check(1)")) != "ok":
            raise StorageError("storage-broken", where=engine.where)
