"""Streams that are not as one would wish: other encodings, closed, full, read by nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = f"{sys.executable} -m community_bot"

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


def test_a_reader_that_has_gone_leaves_no_trace() -> None:
    done = shell(f"{{ sleep 1; {PROGRAM} ask ping; echo $? >&2; }} | true")
    assert done.stderr.split() in ([b"0"], [b"141"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_full_disk_is_a_sentence() -> None:
    done = shell(f"{PROGRAM} ask ping >/dev/full")
    assert b"Traceback" not in done.stderr
    assert done.returncode != 0


@pytest.mark.parametrize("closing", ["ask ping >&-", "chat <&-"])
def test_a_closed_stream_is_no_traceback(closing: str) -> None:
    assert b"Traceback" not in shell(f"{PROGRAM} {closing}").stderr


@pytest.mark.parametrize(
    "arguments", ["check README.md --knowledge knowledge", "docs --knowledge /proc/nowhere"]
)
def test_a_path_that_does_not_fit_is_a_sentence(arguments: str) -> None:
    assert b"Traceback" not in shell(f"{PROGRAM} {arguments}").stderr


def test_one_file_may_be_checked_from_its_own_folder() -> None:
    done = shell(f"cd knowledge/people && {PROGRAM} check ilmi-umerov.yaml")
    assert (done.returncode, done.stdout) == (0, b"")
