"""The bot as a service: what it serves at start and after a change, and how it stops."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ZOLA = Path("people/emile-zola.yaml")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "tests" / "bases" / "dreyfus", tmp_path / "base"))


@contextmanager
def running(root: Path, state: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603 - our own program
        [
            sys.executable,
            "-m",
            "community_bot",
            "run",
            f"--knowledge={root}",
            f"--state-dir={state}",
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """Read the log up to the line with these words; the test's own timeout bounds the wait."""
    assert process.stderr is not None
    seen: list[str] = []
    for line in process.stderr:
        seen.append(line)
        if words in line:
            return "".join(seen)
    raise AssertionError(f"the log ended without {words!r}:\n" + "".join(seen))


def break_file(root: Path) -> None:
    text = (root / ZOLA).read_text(encoding="utf-8")
    (root / ZOLA).write_text(text.replace("kind: person", "kind: prison"), encoding="utf-8")


def mend_file(root: Path) -> None:
    text = (root / ZOLA).read_text(encoding="utf-8")
    (root / ZOLA).write_text(text.replace("kind: prison", "kind: person"), encoding="utf-8")


def stop(process: subprocess.Popen[str]) -> int:
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=15)
    return process.returncode


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


def test_a_state_directory_that_cannot_be_written_does_not_stop_answers(
    root: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.write_text("a file where a folder should be", encoding="utf-8")
    with running(root, state) as process:
        log = read_until(process, "Following")
        assert "could not be kept" in log
        assert stop(process) == 0
