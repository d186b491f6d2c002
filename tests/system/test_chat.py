"""``chat`` as a whole process: a newsroom from a pipe, in memory, that leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DREYFUS = ROOT / "tests" / "bases" / "dreyfus"
OWN = "The team’s own words, not from the knowledge base."


def chat(*lines: str, cwd: Path, role: str = "everyone") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COMMUNITY_BOT_")}
    arguments = ["chat", "--knowledge", str(DREYFUS), "--as", role]
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-X", "dev", "-W", "error", "-m", "community_bot", *arguments],
        cwd=cwd,
        input="\n".join(lines),
        capture_output=True,
        encoding="utf-8",
        timeout=50,
        check=False,
        env={**environment, "PYTHONIOENCODING": "utf-8"},
    )


def test_what_is_posted_is_shown_before_the_next_line_is_answered(tmp_path: Path) -> None:
    done = chat(
        "/join news",
        "channel add name=news",
        "/join lobby",
        'post send "Hello, all." to=news',
        "post confirm P1",
        "ping after",
        role="moderator",
        cwd=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"\n── news ──\nHello, all.\n\n{OWN}\n\nP1 r1\n\npong after\n" in done.stdout
    assert done.stdout.count("── news ──") == 1


def test_a_chat_writes_no_file_and_forgets_everything(tmp_path: Path) -> None:
    chat("/join news", "channel add name=news", "language uk", role="moderator", cwd=tmp_path)
    again = chat("channel list", "language", role="moderator", cwd=tmp_path)
    assert "news" not in again.stdout
    assert "English" in again.stdout
    assert list(tmp_path.iterdir()) == []


def test_whoever_may_not_post_is_told_so_and_nothing_is_posted(tmp_path: Path) -> None:
    done = chat(
        "/as moderator ann",
        "channel add name=lobby",
        "/as everyone bob",
        "post send summary to=lobby",
        cwd=tmp_path,
    )
    assert done.returncode == 0
    assert "──" not in done.stdout
    assert done.stderr == ""
