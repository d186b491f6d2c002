"""One bot at a time: who holds the state directory, and what a second start is told."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from processes import ROOT, call, read_until, running, stop

from community_bot.app.locking import StateHeldError, held_state, holder_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")

DREYFUS = ROOT / "tests" / "bases" / "dreyfus"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_second_start_says_who_holds_the_state_and_exits_75(state: Path) -> None:
    with running(DREYFUS, state) as first:
        read_until(first, "Following")
        second = call("run", f"--knowledge={DREYFUS}", f"--state-dir={state}")
        assert second.returncode == 75
        assert str(state) in second.stderr
        assert f"process {first.pid}" in second.stderr
        assert second.stderr.count("\n") == 1
        holder = holder_of(state)
        assert holder is not None
        assert holder.pid == first.pid, "the second left the lock file as it was"
        assert stop(first) == 0


def test_a_process_that_was_killed_is_no_obstacle(state: Path) -> None:
    with running(DREYFUS, state) as first:
        read_until(first, "Following")
        first.kill()
        first.wait()
    assert holder_of(state) is not None, "it had no time to clear up"
    with running(DREYFUS, state) as second:
        read_until(second, "Following")
        assert stop(second) == 0


def test_the_state_directory_is_made_and_is_its_owners_alone(state: Path) -> None:
    deep = state / "deeper"
    before = os.umask(0o022)
    try:
        with running(DREYFUS, deep) as process:
            read_until(process, "Following")
            stop(process)
    finally:
        os.umask(before)
    assert stat.S_IMODE(deep.stat().st_mode) == 0o700
    kept = [path for path in deep.rglob("*") if path.is_file()]
    assert {"community-bot.db", "knowledge-last-good.zip", "lock"} <= {path.name for path in kept}
    assert [path.name for path in kept if path.stat().st_mode & 0o077] == []


def test_a_state_directory_that_others_can_read_is_warned_of(state: Path) -> None:
    state.mkdir(mode=0o755)
    state.chmod(0o755)
    with running(DREYFUS, state) as process:
        assert f"chmod 700 {state}" in read_until(process, "Following")
        assert stop(process) == 0


@pytest.mark.parametrize("place", ["a file", "inside a file", "/proc/nowhere"])
def test_a_state_directory_of_no_use_is_a_sentence_and_exits_73(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    folder = {"a file": tmp_path / "file", "inside a file": tmp_path / "file" / "state"}.get(
        place, Path(place)
    )
    done = call("run", f"--knowledge={DREYFUS}", f"--state-dir={folder}")
    assert done.returncode == 73
    assert str(folder) in done.stderr
    assert "--state-dir" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_lock_file_that_says_nothing_is_no_obstacle(state: Path) -> None:
    state.mkdir()
    for content in ("", "{}", "[]", '{"host": 1}', "\udcff"):
        (state / "lock").write_bytes(content.encode("utf-8", "surrogateescape"))
        assert holder_of(state) is None
        with held_state(state):
            assert json.loads((state / "lock").read_text(encoding="utf-8"))["pid"] == os.getpid()
            with pytest.raises(StateHeldError) as caught, held_state(state):
                pass
            assert caught.value.holder == holder_of(state)


def test_a_link_in_place_of_the_lock_file_is_not_followed(state: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious", encoding="utf-8")
    state.mkdir()
    (state / "lock").symlink_to(precious)
    assert call("run", f"--knowledge={DREYFUS}", f"--state-dir={state}").returncode == 73
    assert precious.read_text(encoding="utf-8") == "precious"


def test_answers_need_no_lock(state: Path) -> None:
    with running(DREYFUS, state) as process:
        read_until(process, "Following")
        done = call("ask", "ping", COMMUNITY_BOT_STATE_DIR=str(state))
        assert (done.returncode, done.stdout) == (0, "pong\n")
        assert stop(process) == 0


def test_one_bot_works_with_a_database_whatever_its_state_directory(
    state: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    with running(DREYFUS, state, COMMUNITY_BOT_DATABASE_URL=url) as first:
        read_until(first, "Following")
        second = call(
            "run",
            f"--knowledge={DREYFUS}",
            f"--state-dir={tmp_path / 'other'}",
            COMMUNITY_BOT_DATABASE_URL=url,
        )
        assert second.returncode == 75
        assert str(first.pid) in second.stderr.splitlines()[-1]
        first.kill()
        first.wait()
    with running(DREYFUS, state, COMMUNITY_BOT_DATABASE_URL=url) as third:
        read_until(third, "Following")
        assert stop(third) == 0


def test_a_bot_whose_lease_was_taken_stops_with_75(state: Path) -> None:
    with running(DREYFUS, state) as process:
        read_until(process, "Following")
        with closing(sqlite3.connect(state / "community-bot.db")) as connection:
            connection.execute("UPDATE lease SET token = 'another'")
            connection.commit()
        read_until(process, "taken this database over")
        assert process.wait(timeout=15) == 75
