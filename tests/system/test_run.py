"""The bot as a service: what it serves at start and after a change, and how it stops."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from processes import ROOT, call, read_until, running, stop

ZOLA = Path("people/emile-zola.yaml")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "tests" / "bases" / "dreyfus", tmp_path / "base"))


def break_file(root: Path) -> None:
    text = (root / ZOLA).read_text(encoding="utf-8")
    (root / ZOLA).write_text(text.replace("kind: person", "kind: prison"), encoding="utf-8")


def mend_file(root: Path) -> None:
    text = (root / ZOLA).read_text(encoding="utf-8")
    (root / ZOLA).write_text(text.replace("kind: prison", "kind: person"), encoding="utf-8")


def test_it_stops_cleanly_when_it_is_told_to(root: Path, tmp_path: Path) -> None:
    with running(root, tmp_path / "state") as process:
        read_until(process, "No chat platform")
        assert stop(process) == 0


def test_a_change_on_disk_is_served_and_a_broken_one_is_reported(
    root: Path, tmp_path: Path
) -> None:
    with running(root, tmp_path / "state") as process:
        read_until(process, "Following")
        text = (root / ZOLA).read_text(encoding="utf-8")
        (root / ZOLA).write_text(text.replace("[Émile]", "[Émile, Emil]"), encoding="utf-8")
        read_until(process, "files changed: 1")
        break_file(root)
        log = read_until(process, ZOLA.as_posix())
        assert "ERROR" in log
        assert stop(process) == 0


def test_a_broken_base_starts_from_the_last_good_one(root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(root, state) as process:
        read_until(process, "Following")
        stop(process)
    break_file(root)
    with running(root, state) as process:
        log = read_until(process, "Following")
        assert f"{ZOLA.as_posix()}:" in log
        assert "last good version" in log
        mend_file(root)
        read_until(process, "files changed")
        assert stop(process) == 0


def test_a_broken_base_with_nothing_kept_exits_78_with_the_list(root: Path, tmp_path: Path) -> None:
    break_file(root)
    with running(root, tmp_path / "state") as process:
        _, log = process.communicate(timeout=30)
        assert process.returncode == 78
        assert f"{ZOLA.as_posix()}:" in log
        assert "Traceback" not in log


def test_a_last_good_version_that_cannot_be_kept_does_not_stop_answers(
    root: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    (state / "knowledge-last-good.zip").mkdir(parents=True)
    with running(root, state) as process:
        assert "could not be kept" in read_until(process, "Following")
        assert stop(process) == 0


def test_settings_that_are_wrong_are_all_said_and_exit_78(tmp_path: Path) -> None:
    config = tmp_path / "bot.toml"
    config.write_text('languge = "uk"\n[limits]\ntimeout = 0\n', encoding="utf-8")
    done = call("run", f"--config={config}", cwd=tmp_path, COMMUNITY_BOT_ADMIN="discord:1")
    assert done.returncode == 78
    assert done.stderr.count("\n") == 3
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("command", [["ask", "ping"], ["chat"], ["fmt"], ["run"], ["backup"]])
def test_a_settings_file_that_cannot_be_read_is_a_sentence(
    command: list[str], tmp_path: Path
) -> None:
    done = call(*command, "--config=nowhere.toml", cwd=tmp_path)
    assert done.returncode == 78
    assert "nowhere.toml" in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_logged_may_be_less(root: Path, tmp_path: Path) -> None:
    state = tmp_path / "state"
    with running(root, state, COMMUNITY_BOT_LOG_LEVEL="warning") as process:
        assert "Serving" not in read_until(process, "No chat platform")
        assert stop(process) == 0


HANGING = """
import asyncio, logging, sys
from community_bot.app.stopping import stop_by_signals

async def hang():
    stop = stop_by_signals(float(sys.argv[1]))
    print("ready", file=sys.stderr, flush=True)
    await stop.wait()
    print("stopping", file=sys.stderr, flush=True)
    await asyncio.Event().wait()

logging.basicConfig()
asyncio.run(hang())
"""


@contextmanager
def hanging(grace: float) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", HANGING, str(grace)], stderr=subprocess.PIPE, text=True
    )
    try:
        read_until(process, "ready")
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_signal_stops_at_once() -> None:
    with hanging(3600) as process:
        process.send_signal(signal.SIGTERM)
        read_until(process, "stopping")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 128 + signal.SIGINT


def test_what_does_not_stop_is_ended() -> None:
    with hanging(0.1) as process:
        process.send_signal(signal.SIGTERM)
        read_until(process, "did not stop in time")
        assert process.wait(timeout=30) == 128 + signal.SIGTERM


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffff'")
        connection.commit()


def damaged(file: Path) -> None:
    file.write_bytes(b"no database at all " * 1000)


@pytest.mark.parametrize("spoil", [newer, damaged])
def test_a_database_that_cannot_be_used_is_a_sentence_and_stays_as_it_is(
    spoil: Callable[[Path], None], root: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    with running(root, state) as process:
        read_until(process, "Following")
        stop(process)
    file = state / "community-bot.db"
    spoil(file)
    before = file.read_bytes()
    done = call("run", f"--knowledge={root}", f"--state-dir={state}")
    assert done.returncode == 78
    assert str(file) in done.stderr
    assert done.stderr.count("\n") == 1
    assert file.read_bytes() == before


def test_a_database_that_cannot_be_reached_exits_69_without_its_password(
    root: Path, tmp_path: Path
) -> None:
    url = "postgresql://bot:hunter2@127.0.0.1:1/bot"
    state = tmp_path / "state"
    done = call(
        "run", f"--knowledge={root}", f"--state-dir={state}", COMMUNITY_BOT_DATABASE_URL=url
    )
    assert done.returncode == 69
    assert done.stderr.count("\n") == 1
    assert "127.0.0.1" in done.stderr
    assert "hunter2" not in done.stderr
