"""Whoever alters the audit is found out."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from stored import at

from community_bot.moderation.auditing import first_bad_row
from community_bot.storage.database import Database


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    path = tmp_path / "bot.sqlite3"
    database = await Database.open(path)
    async with database.moderation.begin() as kept:
        for number in range(1, 8):
            await kept.audit.append(at(number), number % 3 or None, "approve", f"C{number}")
    await database.close()
    return path


async def bad(path: Path) -> int | None:
    database = await Database.open(path)
    try:
        return await first_bad_row(database.moderation)
    finally:
        await database.close()


async def test_an_audit_that_nobody_altered_is_whole(file: Path) -> None:
    assert await bad(file) is None


async def test_an_empty_audit_is_whole(tmp_path: Path) -> None:
    assert await bad(tmp_path / "new.sqlite3") is None


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE audit SET actor = 2 WHERE number = 4", 4),
        ("UPDATE audit SET actor = NULL WHERE number = 1", 1),
        ("UPDATE audit SET at = at + 1 WHERE number = 7", 7),
        ("UPDATE audit SET about = 'C9' WHERE number = 2", 2),
        ("UPDATE audit SET hash = '0' WHERE number = 5", 5),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("UPDATE audit SET number = 9 WHERE number = 7", 7),
    ],
)
async def test_the_first_row_that_was_altered_is_named(
    file: Path, statement: str, number: int
) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()
    assert await bad(file) == number
