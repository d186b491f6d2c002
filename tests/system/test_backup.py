"""Backups of a bot that runs: whole, in one moment, of nobody else's business, and of use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from processes import ROOT, call, read_until, running, stop

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")

DREYFUS = ROOT / "tests" / "bases" / "dreyfus"

WRITING = """
import asyncio, sys
from pathlib import Path
from community_bot.domain.address import Account, Platform
from community_bot.storage.database import Database

async def write():
    database = await Database.open(Path(sys.argv[1]))
    for number in range(1_000_000):
        account = Account(Platform.TERMINAL, f"a{number}")
        await database.preferences.choose_language(account, "uk")
        print("kept", number, file=sys.stderr, flush=True)

asyncio.run(write())
"""


@contextmanager
def writing(database: Path) -> Iterator[subprocess.Popen[str]]:
    """Commit one row after the other, and say the number of each once it is kept."""
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", WRITING, str(database)], stderr=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def unpacked(archive: Path, into: Path) -> Path:
    """Unpack as the command says that one should."""
    into.mkdir(mode=0o700)
    command = [sys.executable, "-m", "zipfile", "-e", str(archive), "."]
    subprocess.run(command, cwd=into, check=True)  # noqa: S603 - our own archive
    return into


def numbers_in(database: Path) -> list[int]:
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        found: list[int] = []
        for (table,) in tables.fetchall():
            for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608 - our own table
                found += [
                    int(it[1:])
                    for it in row
                    if isinstance(it, str) and it[:1] == "a" and it[1:].isdecimal()
                ]
        return sorted(found)


def test_a_backup_while_a_process_writes_holds_all_rows_up_to_one_moment(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    with writing(state / "community-bot.db") as process:
        read_until(process, "kept 50\n")
        done = call("backup", str(tmp_path / "one.zip"), f"--state-dir={state}")
        assert done.returncode == 0, done.stderr
        assert process.poll() is None, "whoever wrote goes on"
    kept = numbers_in(unpacked(tmp_path / "one.zip", tmp_path / "new") / "community-bot.db")
    assert kept == list(range(len(kept)))
    assert len(kept) > 50


def test_a_backup_of_a_running_bot_is_restored_as_it_says(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(DREYFUS, state) as process:
        read_until(process, "Following")
        done = call("backup", f"--state-dir={state}")
        assert stop(process) == 0
    assert done.returncode == 0, done.stderr
    (archive,) = (state / "backups").iterdir()
    assert str(archive) in done.stdout
    assert "python3 -m zipfile -e" in done.stdout
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE(archive.parent.stat().st_mode) == 0o700
    with zipfile.ZipFile(archive) as packed:
        assert set(packed.namelist()) == {"community-bot.db", "knowledge-last-good.zip"}
    again = unpacked(archive, tmp_path / "again")
    broken = Path(shutil.copytree(DREYFUS, tmp_path / "base"))
    (broken / "about.yaml").write_text("broken: [", encoding="utf-8")
    with running(broken, again) as process:
        assert "last good version" in read_until(process, "Following")
        assert stop(process) == 0


def kept_in(state: Path) -> dict[str, bytes]:
    """Return what stands in the state's files but for what every reader of a database touches."""
    paths = [path for path in state.iterdir() if path.is_file() and path.suffix != ".db-shm"]
    return {path.name: path.read_bytes() for path in paths if path.stat().st_size}


def test_a_backup_of_a_stopped_bot_leaves_the_state_as_it_was(tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(DREYFUS, state) as process:
        read_until(process, "Following")
        stop(process)
    before = kept_in(state)
    done = call("backup", str(tmp_path / "a.zip"), f"--state-dir={state}")
    assert done.returncode == 0, done.stderr
    assert kept_in(state) == before


@pytest.mark.parametrize("what", ["file", "folder", "link to nothing"])
def test_nothing_is_overwritten(what: str, tmp_path: Path) -> None:
    state, target = tmp_path / "state", tmp_path / "target"
    state.mkdir()
    sqlite3.connect(state / "community-bot.db").close()
    match what:
        case "file":
            target.write_text("precious", encoding="utf-8")
        case "folder":
            target.mkdir()
        case _:
            target.symlink_to(tmp_path / "nothing")
    done = call("backup", str(target), f"--state-dir={state}")
    assert done.returncode == 1
    assert str(target) in done.stderr
    assert done.stderr.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["state", "target"]
    if what == "file":
        assert target.read_text(encoding="utf-8") == "precious"


def test_where_nothing_is_kept_nothing_is_made(tmp_path: Path) -> None:
    done = call("backup", "--state-dir=state", cwd=tmp_path)
    assert done.returncode == 1
    assert "state/community-bot.db" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_postgresql_has_its_own_tool_and_its_password_stays_unsaid(tmp_path: Path) -> None:
    url = "postgresql://bot:hunter2@127.0.0.1:1/bot"
    done = call("backup", cwd=tmp_path, COMMUNITY_BOT_DATABASE_URL=url)
    assert done.returncode == 1
    assert "pg_dump" in done.stderr
    assert "hunter2" not in done.stderr + done.stdout


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    (state / "community-bot.db").write_bytes(b"no database at all " * 1000)
    done = call("backup", f"--state-dir={state}")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    assert list((state / "backups").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a place that takes no file")
def test_a_place_that_takes_no_file_is_a_sentence(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    sqlite3.connect(state / "community-bot.db").close()
    done = call("backup", "/proc/nowhere/backup.zip", f"--state-dir={state}")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
