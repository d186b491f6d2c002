"""Looking the audit through from the command line, beside a bot that runs and after it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from processes import ROOT, call, read_until, running, stop

from community_bot.storage.database import Database

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")

DREYFUS = ROOT / "tests" / "bases" / "dreyfus"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


async def fill(file: Path, rows: int) -> str:
    """Write an audit; return its last hash."""
    database = await Database.open(file)
    async with database.moderation.begin() as kept:
        for number in range(rows):
            row = await kept.audit.append(NOON, 1, "approve", f"C{number}")
    await database.close()
    return row.hash


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder


def test_an_audit_is_looked_through_while_the_bot_runs(state: Path) -> None:
    head = asyncio.run(fill(state / "community-bot.db", 3))
    with running(DREYFUS, state) as process:
        read_until(process, "Following")
        done = call("audit", "verify", f"--state-dir={state}")
        assert process.poll() is None
        assert stop(process) == 0
    assert done.returncode == 0, done.stderr
    assert f"It ends with row 3; its hash is {head}." in done.stdout


def test_the_first_bad_row_is_named_and_the_exit_code_is_1(state: Path) -> None:
    file = state / "community-bot.db"
    asyncio.run(fill(file, 9))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE audit SET actor = 2 WHERE number IN (5, 7)")
        connection.commit()
    done = call("audit", "verify", f"--state-dir={state}")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "The first bad row is number 5" in done.stderr


def test_nothing_was_changed_yet(state: Path) -> None:
    with running(DREYFUS, state) as process:
        read_until(process, "Following")
        stop(process)
    done = call("audit", "verify", f"--state-dir={state}")
    assert (done.returncode, done.stdout) == (0, "The audit is empty: nothing was changed yet.\n")


def test_where_there_is_no_database_none_is_made(state: Path) -> None:
    done = call("audit", "verify", f"--state-dir={state}")
    assert done.returncode == 1
    assert str(state / "community-bot.db") in done.stderr
    assert list(state.iterdir()) == []


def test_a_database_of_an_older_version_is_left_as_it_is(state: Path) -> None:
    file = state / "community-bot.db"
    script = ROOT / "tests" / "contract" / "fixtures" / "0001.sql"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(script.read_text(encoding="utf-8"))
    done = call("audit", "verify", f"--state-dir={state}")
    assert done.returncode == 1
    assert "older version" in done.stderr
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            ("0001",)
        ]


def test_anything_else_than_verify_is_wrong_usage(state: Path) -> None:
    done = call("audit", "mend", f"--state-dir={state}")
    assert done.returncode == 2


def test_a_hand_edit_that_cannot_be_served_is_told_with_its_place(
    state: Path, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(DREYFUS, tmp_path / "base"))
    path = root / "people" / "mathieu-dreyfus.yaml"
    with running(root, state) as process:
        read_until(process, "Following")
        path.write_text(path.read_text(encoding="utf-8") + "colour: red\n", encoding="utf-8")
        log = read_until(process, "knowledge files have problems")
        assert "people/mathieu-dreyfus.yaml:36:1: " in log
        assert stop(process) == 0
