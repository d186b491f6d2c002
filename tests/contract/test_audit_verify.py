"""The audit is looked through from the command line, whichever database it is in."""

from __future__ import annotations

from pathlib import Path

from processes import call
from sqlalchemy import update
from stored import NOON

from community_bot.storage.database import Database
from community_bot.storage.schema_moderation import audit


async def fill(where: Path | str, rows: int) -> str:
    """Write an audit; return its last hash."""
    database = await Database.open(where)
    async with database.moderation.begin() as kept:
        for number in range(rows):
            row = await kept.audit.append(NOON, 1, "approve", f"C{number}")
    await database.close()
    return row.hash


async def alter(where: Path | str, number: int) -> None:
    database = await Database.open(where)
    async with database._transactions.begin() as work:  # noqa: SLF001 - as nobody may do it
        await work.run(update(audit).where(audit.c.number == number).values(actor=2))
    await database.close()


async def test_the_first_row_that_was_altered_is_named(lasting: Path | str, tmp_path: Path) -> None:
    url = lasting if isinstance(lasting, str) else f"sqlite:///{lasting}"
    command = ("audit", "verify", f"--state-dir={tmp_path / 'state'}")
    head = await fill(lasting, 5)
    whole = call(*command, COMMUNITY_BOT_DATABASE_URL=url)
    assert whole.returncode == 0, whole.stderr
    assert f"It ends with row 5; its hash is {head}." in whole.stdout
    await alter(lasting, 3)
    altered = call(*command, COMMUNITY_BOT_DATABASE_URL=url)
    assert altered.returncode == 1
    assert "number 3" in altered.stderr
