"""Brings a database to the schema of this program, or leaves it as it was."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from community_bot.storage.backup import keep_copy
from community_bot.storage.engine import Engine
from community_bot.storage.errors import StorageError
from community_bot.storage.transactions import Transactions

MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(engine: Engine, backups: Path | None, steps: Path = MIGRATIONS) -> None:
    """Take all steps that are missing, in one transaction, after a copy was made (SQLite).

    Raises StorageError when a step fails, or when the database is newer than this program.
    """
    config = Config()
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    transactions = Transactions(engine)
    async with transactions.read() as work:
        revision = await work.call(_revision)
    if revision == script.get_current_head():
        return
    _refuse_newer(script, revision, engine.where)
    if revision is not None and engine.file is not None and backups is not None:
        await asyncio.to_thread(keep_copy, engine.file, backups, revision, datetime.now(UTC))
    try:
        async with transactions.begin() as work:
            await work.call(lambda connection: _upgrade(config, connection))
    except StorageError:
        raise
    except Exception as error:  # whatever a step can raise
        raise StorageError("storage-migration-failed", where=engine.where) from error


async def ensure_current(engine: Engine, steps: Path = MIGRATIONS) -> None:
    """Raise StorageError when a database has another schema than this program; change nothing."""
    script = ScriptDirectory(str(steps))
    async with Transactions(engine).read() as work:
        revision = await work.call(_revision)
    if revision == script.get_current_head():
        return
    _refuse_newer(script, revision, engine.where)
    raise StorageError("storage-older", where=engine.where)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(script: ScriptDirectory, revision: str | None, where: str) -> None:
    if revision is None:
        return
    try:
        script.get_revision(revision)
    except CommandError as error:
        raise StorageError("storage-newer", where=where) from error


def _upgrade(config: Config, connection: Connection) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
