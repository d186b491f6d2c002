"""What is written beside the program is true of it."""

from __future__ import annotations

import ast
import asyncio
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest
from dialogue import play
from dialogue import read as read_dialogue
from terminal import Terminal

from community_bot.app.reference import commands_page
from community_bot.app.wiring import command_table
from community_bot.core.command import Command
from community_bot.core.i18n import Texts
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.entities import Case, Organisation, Person, Statement
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.schema import schema_files

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
STATEMENT = ROOT / "../shared/statement.txt"
DO_ALL = "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/community-bot chat"
TEST_ALL = "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest"
PAGES = sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))
SHOWN = re.compile(r"^( *)```text\n(.+?)^ *```$", re.MULTILINE | re.DOTALL)
MOST_LINES = 300
MOST_LINES_OF_A_FUNCTION = 40
# One dataclass after the other, one table after the other: all that a file may say.
LONG_FILES = {"entities.py", "m0001.py"}
LONG_FUNCTIONS = {"build"}  # one loop over the events of a file


@cache
def shipped() -> KnowledgeBase:
    return load_snapshot(ROOT / "knowledge").current


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_commands_page_is_current() -> None:
    assert read("docs/commands.md") == commands_page(command_table(), Texts("en"))


@pytest.mark.parametrize("name", sorted(schema_files()))
def test_the_schemas_are_current(name: str) -> None:
    assert read(f"knowledge/schema/{name}") == schema_files()[name]


def test_the_readme_and_the_check_give_the_same_commands() -> None:
    lines = read("README.md").splitlines()
    assert DO_ALL in lines
    assert TEST_ALL in lines
    assert TEST_ALL in read(".ci/run").splitlines()


def links_of(path: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            yield target


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", *PAGES])
def test_every_link_leads_somewhere(path: str) -> None:
    page = ROOT / path
    assert [it for it in links_of(page) if not (page.parent / it).exists()] == []


def test_what_the_moderators_guide_shows_is_what_the_bot_says() -> None:
    dialogues = [
        path.read_text(encoding="utf-8") for path in (ROOT / "tests/dialogues").rglob("*.txt")
    ]
    shown = [dedent(words) for _, words in SHOWN.findall(read("docs/moderators.md"))]
    assert shown
    assert [one for one in shown if not any(one in said for said in dialogues)] == []


def test_no_source_file_names_the_shipped_content() -> None:
    words: set[str] = set()
    for entry in shipped().entries.values():
        if isinstance(entry, Person | Organisation | Case | Statement):
            words.add(entry.id)
        if isinstance(entry, Person):
            words |= {name.text.split()[-1] for name in entry.names.values()}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b")
    found = {
        (path.name, match[0])
        for path in SOURCES
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def test_the_statement_is_quoted_to_the_byte() -> None:
    if not STATEMENT.exists():
        pytest.skip("the reference text lies outside the repository")
    about = shipped().about
    assert about is not None
    assert about.main_statement is not None
    statement = shipped().get(Statement, about.main_statement)
    words = "\n\n".join(paragraph.text for paragraph in statement.paragraphs)
    assert words.encode() == STATEMENT.read_bytes().rstrip(b"\n")


@cache
def answers() -> tuple[tuple[str, str, bool], ...]:
    """Return each turn, the command that it means, and whether the answer is an error."""

    async def play_all() -> list[tuple[str, str, bool]]:
        name = Terminal.at("empty").bot.dispatcher.command_name
        return [
            (one.turn.line, name(one.turn.line), one.reply.error is not None)
            for path in sorted((ROOT / "tests" / "dialogues").rglob("*.txt"))
            async for one in play(read_dialogue(path))
            if one.reply is not None
        ]

    return tuple(asyncio.run(play_all()))


@pytest.mark.parametrize("name", command_table().names)
def test_every_command_and_alias_is_in_a_dialogue(name: str) -> None:
    assert any(re.match(rf"{name}\b", line.casefold()) for line, _, _ in answers())


@pytest.mark.parametrize("command", command_table().commands, ids=lambda one: str(one.name))
def test_every_command_is_in_a_dialogue_in_good_and_in_bad_form(command: Command) -> None:
    seen = {is_error for _, name, is_error in answers() if name == command.name}
    can_fail = bool(command.params) and command.name != "ping"
    assert seen >= ({False, True} if can_fail else {False})


def test_files_and_functions_stay_short() -> None:
    long_files = {
        path.name
        for path in SOURCES
        if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    }
    assert long_files <= LONG_FILES
    long_functions = {
        node.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MOST_LINES_OF_A_FUNCTION
    }
    assert long_functions <= LONG_FUNCTIONS
