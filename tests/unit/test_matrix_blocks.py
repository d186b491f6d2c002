"""A block of YAML in a message on Matrix, as the command line that it stands for."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_bot.adapters.matrix.addressing import Manner, Question
from community_bot.adapters.matrix.blocks import with_block
from community_bot.app.wiring import command_table
from community_bot.core.command import CommandTable
from community_bot.core.invocation import Call, Word, read_line

BLOCK = 'entry: emile-zola\nabout.text.de: >-\n  Ein "Wort" \\ mit = Zeichen\nnote: „so“\n'
FENCED = f"```yaml\n{BLOCK}```"


@cache
def table() -> CommandTable:
    return command_table()


def asked(line: str, manner: Manner = Manner.DIRECT) -> Question:
    return with_block(Question(line, manner, ""), table())


def read(line: str) -> Call:
    question = asked(line)
    assert not question.is_unclear
    return read_line(question.line, limit=100_000)


@pytest.mark.parametrize(
    ("said", "words", "options"),
    [
        (FENCED, (), ()),
        (f"kb edit\n{FENCED}", (), ()),
        (f"KB Edit\n{FENCED}\n\n", (), ()),
        (f"kb edit emile-zola\n{FENCED}", ("emile-zola",), ()),
        (
            f'kb edit emile-zola source=aurore-87 note="a b"\n{FENCED}',
            ("emile-zola",),
            (("source", "aurore-87"), ("note", "a b")),
        ),
        (f"kb edit\n```\n{BLOCK}```", (), ()),
        (f"~~~~ YML\n{BLOCK}~~~~", (), ()),
        (f"kb edit fields=twice\n{FENCED}", (), (("fields", "twice"),)),
    ],
)
def test_a_block_is_the_fields_to_the_letter(
    said: str, words: tuple[str, ...], options: tuple[tuple[str, str], ...]
) -> None:
    call = read(said)
    assert call.words == (Word("kb"), Word("edit"), *map(Word, words))
    assert call.options == (*options, ("fields", BLOCK))


def test_a_block_that_was_copied_with_its_indentation_loses_just_that() -> None:
    said = "".join(f"    {line}\n" for line in FENCED.splitlines())
    assert read(said).options == (("fields", BLOCK),)


@pytest.mark.parametrize(
    "said",
    [
        f"here you are\n{FENCED}",
        f"{FENCED}\nand thank you",
        f"{FENCED}\n{FENCED}",
        f"kb edit emile-zola about.text.de\n{FENCED}",
        f"kb edit\n```python\n{BLOCK}```",
        f"kb edit ```yaml\n{BLOCK}```",
        f"```yaml\n{BLOCK}",
        f'kb edit note="never closed\n{FENCED} "',
        f"kb edit {'x' * 40_000}\n{FENCED}",
    ],
)
def test_what_a_block_is_to_change_is_never_guessed(said: str) -> None:
    question = asked(said)
    assert question.is_unclear
    assert question.line == "help kb edit"


@pytest.mark.parametrize(
    "said",
    [
        "person umerov",
        "kb edit emile-zola",
        f"kb discuss C1 better so:\n{FENCED}",
        "what does this mean?\n```\nerror\n```",
        "```python\nprint()\n```",
    ],
)
def test_what_is_no_such_block_stays_as_it_is(said: str) -> None:
    assert asked(said).line == said
    assert not asked(said).is_unclear


def test_a_table_without_the_command_knows_no_blocks() -> None:
    question = Question(FENCED, Manner.DIRECT, "")
    assert with_block(question, CommandTable(())) == question


@given(st.text(st.characters(exclude_characters="`"), max_size=80))
def test_whatever_stands_in_a_block_reaches_the_command(block: str) -> None:
    call = read(f"```yaml\n{block}\n```")
    assert call.options == (("fields", f"{block}\n"),)
