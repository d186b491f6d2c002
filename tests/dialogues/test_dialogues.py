"""Plays every dialogue in this folder: what is typed, and the exact answer of the terminal.

A dialogue is a text file. Its first lines name the base, the role and the language; every line that
begins with ``> `` is typed, and what follows it is the answer; ``{some-id}`` types the revision
that ``some-id`` has now. After a change of texts or content,
``RENEW=1 pytest tests/dialogues`` writes the answers anew: read the difference before you commit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from terminal import Terminal, typed

from community_bot.domain.address import Role

FOLDER = Path(__file__).resolve().parent
DIALOGUES = sorted(FOLDER.rglob("*.txt"))
PROMPT = "> "


@dataclass(frozen=True, slots=True)
class Dialogue:
    head: tuple[str, ...]
    settings: dict[str, str]
    turns: tuple[tuple[str, str], ...]


def read(path: Path) -> Dialogue:
    head: list[str] = []
    settings: dict[str, str] = {}
    turns: list[tuple[str, list[str]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(PROMPT):
            turns.append((line.removeprefix(PROMPT), []))
        elif turns:
            turns[-1][1].append(line)
        else:
            head.append(line)
            key, separator, value = line.partition(":")
            if separator and not line.startswith("#"):
                settings[key.strip()] = value.strip()
    return Dialogue(
        tuple(head),
        settings,
        tuple((line, "\n".join(answer).strip("\n")) for line, answer in turns),
    )


def written(dialogue: Dialogue, answers: list[str]) -> str:
    def parts() -> Iterator[str]:
        yield "\n".join(dialogue.head).rstrip("\n")
        for (line, _), answer in zip(dialogue.turns, answers, strict=True):
            yield f"{PROMPT}{line}\n{answer}"

    return "\n\n".join(parts()) + "\n"


@pytest.mark.parametrize("path", DIALOGUES, ids=lambda path: path.relative_to(FOLDER).as_posix())
async def test_the_terminal_answers_as_written(path: Path) -> None:
    dialogue = read(path)
    terminal = Terminal.at(
        dialogue.settings.get("base", "shipped"),
        role=Role[dialogue.settings.get("as", "everyone").upper()],
        language=dialogue.settings.get("language", "en"),
    )
    base = dialogue.settings.get("base", "shipped")
    lines = [typed(line, base) for line, _ in dialogue.turns]
    answers = [(await terminal.say(line)).strip("\n") for line in lines]
    if os.environ.get("RENEW"):
        path.write_text(written(dialogue, answers), encoding="utf-8")
        return
    for (line, expected), answer in zip(dialogue.turns, answers, strict=True):
        assert answer == expected, f"after {line!r}"


def test_there_are_dialogues() -> None:
    assert DIALOGUES
