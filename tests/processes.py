"""The program as a process of its own: called to its end, or running until it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def without_settings() -> dict[str, str]:
    """Return the variables of this process without those that set anything."""
    return {k: v for k, v in os.environ.items() if not k.startswith("COMMUNITY_BOT_")}


def call(
    *arguments: str, cwd: Path = ROOT, stdin: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return subprocess.run(  # noqa: S603 - our own program with our own arguments
        [sys.executable, "-m", "community_bot", *arguments],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=50,
        check=False,
        env={**without_settings(), "PYTHONIOENCODING": "utf-8", **variables},
    )


@contextmanager
def running(root: Path, state: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Run the service for a block; it is killed at the end if it still runs."""
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
        env={**without_settings(), **variables},
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


def stop(process: subprocess.Popen[str]) -> int:
    """Tell the service to stop; return its exit code."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=15)
    return process.returncode
