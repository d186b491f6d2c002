from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from stored import answer, one_post, room

from community_bot.core.ports import StoreError
from community_bot.storage.backup import backup
from community_bot.storage.database import Database

BACK_UP = """
import sys
from pathlib import Path
from community_bot.storage.backup import backup
backup(Path(sys.argv[1]), Path(sys.argv[2]))
"""


async def test_a_copy_made_by_another_process_is_whole_while_the_bot_writes(
    tmp_path: Path,
) -> None:
    path, copy = tmp_path / "bot.sqlite3", tmp_path / "copy.sqlite3"
    database = await Database.open(path)
    command = (sys.executable, "-c", BACK_UP, str(path), str(copy))
    other = await asyncio.create_subprocess_exec(*command)
    ended = asyncio.ensure_future(other.wait())
    pairs = 0
    while not ended.done():
        async with database.publishing.begin() as tx:
            await tx.posts.add(answer(line="one"), [])
            await tx.posts.add(answer(line="two"), [])
        pairs += 1
    await database.close()
    assert ended.result() == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        lines = [line for (line,) in connection.execute("SELECT line FROM posts ORDER BY id")]
    assert lines == ["one", "two"] * (len(lines) // 2)
    assert pairs >= len(lines) // 2


async def test_a_copy_opens_as_a_database_and_progress_is_told(tmp_path: Path) -> None:
    path, copy = tmp_path / "bot.sqlite3", tmp_path / "copy.sqlite3"
    database = await Database.open(path)
    async with database.publishing.begin() as tx:
        news, _ = await one_post(tx)
    told: list[tuple[int, int]] = []
    backup(f"sqlite:///{path}", copy, lambda remaining, total: told.append((remaining, total)))
    await database.close()
    assert told
    assert told[-1][0] == 0
    opened = await Database.open(copy)
    async with opened.publishing.read() as tx:
        assert await tx.destinations.all() == (news,)
    await opened.close()


async def test_what_is_there_already_is_not_overwritten(tmp_path: Path) -> None:
    await (await Database.open(tmp_path / "bot.sqlite3")).close()
    there = tmp_path / "there"
    there.write_text("mine")
    with pytest.raises(StoreError, match="storage-backup-there"):
        backup(tmp_path / "bot.sqlite3", there)
    assert there.read_text() == "mine"


def test_a_copy_that_fails_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="storage-broken"):
        backup(tmp_path / "bot.sqlite3", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_nothing_is_made_of_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="storage-unreachable"):
        backup(tmp_path / "bot.sqlite3", tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_postgresql_has_a_tool_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="storage-backup-postgres"):
        backup("postgresql://localhost/bot", tmp_path / "copy")
    assert room("news").name not in {each.name for each in tmp_path.iterdir()}
