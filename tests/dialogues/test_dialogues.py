"""Plays every dialogue in this folder: what is typed, and the exact answer of the terminal.

What a dialogue may hold is told in ``tests/dialogue.py``. After a change of texts or content,
``RENEW=1 pytest tests/dialogues`` writes the answers anew: read the difference before you commit.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dialogue import play, read, written

FOLDER = Path(__file__).resolve().parent
DIALOGUES = sorted(FOLDER.rglob("*.txt"))


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.relative_to(FOLDER).as_posix())
async def test_the_terminal_answers_as_written(path: Path) -> None:
    dialogue = read(path)
    played = [one async for one in play(dialogue)]
    if os.environ.get("RENEW"):
        path.write_text(written(dialogue, [one.text for one in played]), encoding="utf-8")
        return
    for one in played:
        assert one.text == one.turn.expected, f"after {one.turn.sign}{one.turn.line}"


def test_there_are_dialogues() -> None:
    assert DIALOGUES
