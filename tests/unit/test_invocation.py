from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_bot.core.invocation import MAX_LINE, Word, read_line, write_line
from community_bot.domain.errors import UserError

LINES = st.text(max_size=MAX_LINE)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
KEYS = st.from_regex(r"[a-z][a-z-]{0,8}", fullmatch=True)


@given(LINES)
def test_reading_never_raises_within_the_limit(line: str) -> None:
    read_line(line)


@given(st.lists(WORDS, max_size=4), st.dictionaries(KEYS, WORDS, max_size=3))
def test_a_written_line_reads_as_the_same_call(words: list[str], options: dict[str, str]) -> None:
    line = write_line(*words, **options)
    if len(line) > MAX_LINE:
        return
    call = read_line(line)
    assert [word.text for word in call.words] == words
    assert dict(call.options) == options


@given(LINES)
def test_what_was_read_is_written_so_that_it_reads_the_same(line: str) -> None:
    call = read_line(line)
    again = write_line(*(word.text for word in call.words), **dict(call.options))
    if len(again) > MAX_LINE or len(dict(call.options)) != len(call.options):
        return
    reread = read_line(again)
    assert [word.text for word in reread.words] == [word.text for word in call.words]
    assert dict(reread.options) == dict(call.options)


def test_a_line_over_the_limit_is_refused_before_it_is_read() -> None:
    with pytest.raises(UserError, match="line-too-long"):
        read_line("a" * (MAX_LINE + 1))


@pytest.mark.parametrize(
    "line",
    [
        'find "human rights"',
        "find “human rights”",
        "find „human rights“",
        "find „human rights”",
        "find «human rights»",
        "find ”human rights”",
    ],
)
def test_every_kind_of_quotation_mark_makes_one_word(line: str) -> None:
    assert read_line(line).words == (Word("find"), Word("human rights", quoted=True))


def test_an_apostrophe_is_part_of_a_word() -> None:
    assert [word.text for word in read_line("person д'Артаньян зв’язок").words] == [
        "person",
        "д'Артаньян",
        "зв’язок",
    ]


def test_a_quotation_mark_that_is_never_closed_is_an_ordinary_character() -> None:
    assert [word.text for word in read_line('find "human rights').words] == [
        "find",
        '"human',
        "rights",
    ]


def test_an_option_may_hold_quoted_words() -> None:
    assert read_line("person name=“Ilmi Umerov”").options == (("name", "Ilmi Umerov"),)


def test_an_address_with_an_equals_sign_is_a_word() -> None:
    call = read_line("find https://example.org/?a=b")
    assert [word.text for word in call.words] == ["find", "https://example.org/?a=b"]
