from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from community_bot.core.ports import StoreError
from community_bot.domain.address import Platform
from community_bot.storage.backup import KEPT
from community_bot.storage.database import Database
from community_bot.storage.engine import Engine, engine_of
from community_bot.storage.migrating import MIGRATIONS, migrate
from community_bot.storage.schema import METADATA, REVISION
from community_bot.storage.transactions import Transactions

FIXTURES = Path(__file__).parent / "fixtures"
SCRIPTS = ScriptDirectory(str(MIGRATIONS))
RELEASED = sorted(script.revision for script in SCRIPTS.walk_revisions())

ONE_MORE = """
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("DELETE FROM posts")
    {last}
"""


def steps_with_one_more(folder: Path, last: str = "pass") -> Path:
    steps = folder / "migrations"
    shutil.copytree(MIGRATIONS, steps, dirs_exist_ok=True)
    (steps / "versions" / "m0003.py").write_text(ONE_MORE.format(last=last), encoding="utf-8")
    return steps


def differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection), METADATA))


def names(connection: Connection) -> set[str]:
    return set(connection.dialect.get_table_names(connection))


def test_the_schema_names_its_last_migration() -> None:
    assert SCRIPTS.get_current_head() == REVISION


async def look(engine: Engine, statement: str) -> object:
    async with Transactions(engine).read() as work:
        found: object = await work.value(text(statement))
    return found


def restored(dump: Path, to: Path) -> Path:
    with closing(sqlite3.connect(to)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return to


async def test_the_steps_lead_to_the_schema_of_the_program(lasting: Path | str) -> None:
    await (await Database.open(lasting)).close()
    engine = engine_of(lasting)
    async with Transactions(engine).read() as work:
        assert await work.call(differences) == []
        assert await work.call(names) == {*METADATA.tables, "alembic_version"}
    await engine.close()


def test_there_is_a_fixture_of_every_released_schema() -> None:
    assert [path.stem for path in sorted(FIXTURES.glob("*.sql"))] == RELEASED


@pytest.mark.parametrize("revision", RELEASED)
async def test_a_database_of_a_released_schema_is_brought_up_to_date(
    revision: str, tmp_path: Path
) -> None:
    database = await Database.open(restored(FIXTURES / f"{revision}.sql", tmp_path / "old.sqlite3"))
    async with database.publishing.read() as tx:
        (news,) = await tx.destinations.all()
        assert await tx.outbox.waiting(Platform.TERMINAL)
        assert [message.id for message in await tx.outbox.messages(1, news.id)] == ["m1"]
        assert [follow.subject for follow in await tx.follows.all()] == ["olga"]
    team = await database.team.team()
    assert [member.name for member in team.members] == ["olga"]
    await database.close()


async def test_a_step_that_fails_leaves_nothing(lasting: Path | str, tmp_path: Path) -> None:
    database = await Database.open(lasting)
    await database.preferences.languages()
    await database.close()
    engine = engine_of(lasting)
    async with Transactions(engine).begin() as work:
        await work.run(
            text(
                "INSERT INTO posts (kind, line, language, state, created_at) "
                "VALUES ('answer', 'x', '', 'live', 1)"
            )
        )
    steps = steps_with_one_more(tmp_path, "raise RuntimeError('half way')")
    with pytest.raises(StoreError, match="storage-migration-failed"):
        await migrate(engine, tmp_path / "backups", steps)
    async with Transactions(engine).read() as work:
        assert "extra" not in await work.call(names)
    assert await look(engine, "SELECT version_num FROM alembic_version") == RELEASED[-1]
    assert await look(engine, "SELECT count(*) FROM posts") == 1
    await engine.close()
    await (await Database.open(lasting)).close()


async def test_the_first_step_that_fails_leaves_an_empty_database(
    lasting: Path | str, tmp_path: Path
) -> None:
    engine = engine_of(lasting)
    with pytest.raises(StoreError, match="storage-migration-failed"):
        await migrate(engine, None, steps_with_one_more(tmp_path, "op.execute('nonsense')"))
    async with Transactions(engine).read() as work:
        assert await work.call(names) == set()
    await engine.close()


async def test_a_database_newer_than_the_program_is_refused_and_left_alone(
    lasting: Path | str, tmp_path: Path
) -> None:
    engine = engine_of(lasting)
    await migrate(engine, None, steps_with_one_more(tmp_path))
    with pytest.raises(StoreError, match="storage-newer"):
        await Database.open(lasting, backups=tmp_path / "backups")
    assert await look(engine, "SELECT version_num FROM alembic_version") == "0003"
    assert not (tmp_path / "backups").exists()
    await engine.close()


async def test_a_copy_is_made_before_a_step_and_only_then(tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    path = tmp_path / "bot.sqlite3"
    for _ in range(2):
        await (await Database.open(path, backups=backups)).close()
    assert not backups.exists()
    engine = engine_of(path)
    await migrate(engine, backups, steps_with_one_more(tmp_path))
    await engine.close()
    (copy,) = backups.iterdir()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert copy.name.endswith(f"-{RELEASED[-1]}.sqlite3")
    await (await Database.open(copy)).close()


async def test_the_newest_copies_are_kept(tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    steps = steps_with_one_more(tmp_path)
    made: list[str] = []
    for number in range(KEPT + 2):
        path = restored(FIXTURES / "0001.sql", tmp_path / f"{number}.sqlite3")
        engine = engine_of(path)
        await migrate(engine, backups, steps)
        await engine.close()
        made += [each.name for each in backups.iterdir() if each.name not in made]
    assert sorted(each.name for each in backups.iterdir()) == made[-KEPT:]
