"""Streams that are not as one would wish: other encodings, closed, full, read by nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = f"{sys.executable} -m community_bot"
DREYFUS = "--knowledge tests/bases/dreyfus"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a POSIX shell is needed")


def shell(script: str, stdin: bytes = b"", **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/bash", "-c", script],
        cwd=ROOT,
        input=stdin,
        capture_output=True,
        timeout=50,
        check=False,
        env={"PATH": "/usr/bin:/bin", **variables},
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "koi8-r"])
def test_output_that_cannot_hold_a_letter_holds_its_escape(encoding: str) -> None:
    done = shell(f"{PROGRAM} ask 'person umerov' --lang uk", PYTHONIOENCODING=encoding)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0


def test_input_that_is_no_text_is_answered_all_the_same() -> None:
    typed = b"ping one\nping \xff\nping two\n"
    done = shell(f"{PROGRAM} chat", typed, PYTHONIOENCODING="utf-8:strict")
    assert b"Traceback" not in done.stderr
    assert b"pong two" in done.stdout


@pytest.mark.parametrize("arguments", [["ask", "ping"], ["--help"]])
def test_a_reader_that_has_gone_leaves_no_trace(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "community_bot", *arguments],
            cwd=ROOT,
            stdout=nobody,
            stderr=subprocess.PIPE,
            timeout=50,
            check=False,
        )
    assert done.returncode == 0
    assert b"Error" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize("arguments", ["ask ping", "ask nothing-like-it", "--help"])
def test_a_full_disk_is_a_sentence(arguments: str) -> None:
    done = shell(f"{PROGRAM} {arguments} >/dev/full")
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"No space left on device" in done.stderr


@pytest.mark.parametrize(
    "closing", ["ask ping >&-", "chat <&-", "ask ping <&- >&- 2>&-", "check nowhere 2>/dev/full"]
)
def test_a_stream_that_is_closed_or_full_is_no_traceback(closing: str) -> None:
    done = shell(f"{PROGRAM} {closing}")
    assert b"Traceback" not in done.stdout + done.stderr
    assert done.returncode in (0, 1)


def test_json_is_json_in_any_encoding() -> None:
    done = shell(f"{PROGRAM} ask 'person zola' --format json {DREYFUS}", PYTHONIOENCODING="cp1252")
    assert "Émile Zola" in str(json.loads(done.stdout))


@pytest.mark.parametrize(
    "arguments",
    [
        "check README.md --knowledge knowledge",
        "check README.md",
        "check knowledge/schema/person.json",
        "check nowhere.yaml --knowledge knowledge",
        "new person jane-doe --knowledge /proc/nowhere",
        "fmt --knowledge /proc/nowhere",
        "fmt --knowledge src",
    ],
)
def test_a_path_that_does_not_fit_is_a_sentence(arguments: str) -> None:
    done = shell(f"{PROGRAM} {arguments}")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert done.stdout + done.stderr


def test_a_place_that_takes_no_file_is_a_sentence(tmp_path: Path) -> None:
    done = shell(f"cd '{tmp_path}' && {PROGRAM} docs --knowledge /proc/nowhere")
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1


def test_one_file_may_be_checked_from_its_own_folder() -> None:
    done = shell(f"cd knowledge/people && {PROGRAM} check ilmi-umerov.yaml")
    assert (done.returncode, done.stdout) == (0, b"")
