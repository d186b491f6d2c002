"""A line is short, unless its command takes a long text; reading either takes linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import IVAN, open_office

from community_bot.core import invocation
from community_bot.core.command import Command, Context, command
from community_bot.core.invocation import MAX_LINE, MAX_TEXT, first_words, read_line
from community_bot.core.posting_params import What
from community_bot.domain.address import Role
from community_bot.domain.document import Paragraph, Reply, Text


@command("say", role=Role.POSTER)
async def say(context: Context, what: What, language: str | None = None) -> Reply:
    del context, language
    return Reply((Paragraph((Text(what.text),)),))


OWN: tuple[Command, ...] = (say,)
LONG = "word " * (MAX_TEXT // 5 - 1)


async def test_a_long_text_is_taken_where_a_command_takes_one_and_nowhere_else() -> None:
    async with open_office(commands=OWN) as office:
        await office.ask("role grant poster discord:2002 on=news")
        reply = await office.ask(f'say "{LONG}"', IVAN)
        assert reply.blocks == (Paragraph((Text(LONG.strip()),)),)
        assert await office.error(f"say {LONG}", IVAN) == ""
        assert await office.error(f"find {LONG}", IVAN) == "line-too-long"
        assert await office.error(f"say {'x' * (MAX_TEXT + 1)}", IVAN) == "value-too-long"
        assert await office.error(f"say x language={'x' * (MAX_LINE + 1)}", IVAN) == (
            "value-too-long"
        )
        assert await office.error(f"say {LONG} {LONG}", IVAN) == "line-too-long"


async def test_a_command_that_stands_behind_a_long_text_is_not_found() -> None:
    async with open_office(commands=OWN) as office:
        hidden = f"x=«a say {LONG}» find hello"
        assert await office.error(hidden, IVAN) == "line-too-long"
        assert await office.error(f'text="{LONG}" say x', IVAN) == "line-too-long"
        assert await office.error(f'"find" text="{LONG}"', IVAN) == "line-too-long"


@pytest.mark.parametrize("unit", ["«a ", '"a ', "“a ", "„a ", '«\\" ', "a=«", '«a "a „a '])
def test_a_quotation_mark_that_is_never_closed_is_looked_for_once(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    look = invocation._quotation  # noqa: SLF001 - what is counted is how often it is called

    def counted(line: str, start: int) -> tuple[invocation.Word, int] | None:
        found = look(line, start)
        looked.extend([start] if found is None else [])
        return found

    monkeypatch.setattr(invocation, "_quotation", counted)
    line = unit * (MAX_TEXT // len(unit))
    read_line(line, limit=len(line))
    assert 0 < len(looked) <= 3


def plainly(line: str) -> list[str]:
    """Return the words of a line, each quotation mark looked for anew."""
    words: list[str] = []
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        word, position = invocation._word(line, position, set())  # noqa: SLF001 - a second reading
        words.append(word.text)
    return words


@given(st.text(alphabet='ab\\"“„”«» ', max_size=60))
def test_remembering_what_is_never_closed_changes_no_reading(line: str) -> None:
    assert [word.text for word in read_line(line).words] == plainly(line)


@given(st.text(max_size=60), st.integers(1, 4))
def test_the_first_words_are_those_of_the_whole_line(line: str, count: int) -> None:
    whole = tuple(word.text for word in read_line(line).words)
    assert first_words(line, count) == whole[:count]
