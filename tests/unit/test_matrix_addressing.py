"""Which words call the bot on Matrix, and what they ask."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_bot.adapters.matrix.addressing import Manner, Self, question_in
from community_bot.adapters.matrix.events import Message
from community_bot.adapters.matrix.render import read_page

OWN = Self.of("@bot:here.example", "Community Bot")


def line_of(body: str, *, is_mentioned: bool = False, prefix: str = "!") -> str | None:
    mentions = frozenset({OWN.user}) if is_mentioned else frozenset[str]()
    question = question_in(Message("$q", "@ann:here.example", 0, body, mentions), OWN, prefix)
    return None if question is None else question.line


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("!person umerov", "person umerov"),
        ("  !person umerov ", "person umerov"),
        ("!допомога", "допомога"),
        ("! person", None),
        ("!!!", None),
        ("!", None),
        ("person umerov", None),
        ("what!", None),
    ],
)
def test_the_prefix_stands_right_before_a_word(body: str, line: str | None) -> None:
    assert line_of(body) == line


def test_a_longer_prefix_may_end_in_a_blank() -> None:
    assert line_of("bot person umerov", prefix="bot ") == "person umerov"
    assert line_of("bottom line", prefix="bot ") is None


def test_without_a_prefix_only_a_name_asks() -> None:
    assert line_of("person umerov", prefix="") is None
    assert line_of("@bot:here.example person umerov", prefix="") == "person umerov"


@pytest.mark.parametrize(
    "body",
    [
        "Community Bot: person umerov",
        "community bot person umerov",
        "@bot person umerov",
        "bot, person umerov",
        "@bot:here.example: person umerov",
        "please, Community Bot, person umerov",
        "person umerov @Community Bot",
    ],
)
def test_a_mention_asks_wherever_it_stands(body: str) -> None:
    assert line_of(body, is_mentioned=True) == "person umerov"


@pytest.mark.parametrize("body", ["the bot is nice", "bot is nice", "bots: many", "both"])
def test_a_name_among_words_calls_nobody(body: str) -> None:
    assert line_of(body) is None


def test_a_mention_that_is_only_a_reply_names_nobody() -> None:
    assert line_of("thank you", is_mentioned=True) is None


def test_the_manner_is_told() -> None:
    for body, manner in (("!ping", Manner.PREFIX), ("bot: ping", Manner.NAME)):
        question = question_in(Message("$q", "@ann:here.example", 0, body), OWN, "!")
        assert question is not None
        assert question.manner is manner


@given(st.text(), st.booleans(), st.sampled_from(["", "!", "bot ", "?"]))
def test_no_words_are_too_odd(body: str, is_mentioned: bool, prefix: str) -> None:  # noqa: FBT001
    line_of(body, is_mentioned=is_mentioned, prefix=prefix)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("page 2 statement appeal", ("statement appeal", 2)),
        ("page 12 people page=3", ("people page=3", 12)),
        ("page 2", ("page 2", 1)),
        ("page two people", ("page two people", 1)),
        ("page 99999 people", ("page 99999 people", 1)),
        ("people", ("people", 1)),
    ],
)
def test_a_page_is_asked_for_in_words(line: str, read: tuple[str, int]) -> None:
    assert read_page(line) == read
