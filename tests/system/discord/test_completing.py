"""What is found for a half-typed option is fitted to what Discord shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from community_bot.adapters.discord.completing import MOST, fitted
from community_bot.core.params import MAX_CHOICES


def shown(*found: tuple[str, str]) -> list[tuple[str, str]]:
    return [(one.name, str(one.value)) for one in fitted(found, is_number=False)]


def test_a_long_title_is_cut_at_a_word() -> None:
    ((label, value),) = shown(("report", f"{'word ' * 19}beyond the end of it"))
    assert value == "report"
    assert label == f"{('word ' * 19).strip()}…"


def test_a_long_word_is_cut_anywhere() -> None:
    assert shown(("a", "x" * 101)) == [(f"{'x' * 99}…", "a")]


def test_a_value_is_never_cut_since_it_would_mean_something_else() -> None:
    longest = "x" * MOST
    assert shown((longest, "fits"), (f"{longest}x", "does not")) == [("fits", longest)]


def test_namesakes_are_told_apart() -> None:
    found = [("ann-lee", "Ann Lee"), ("ann-lee-2", "Ann Lee"), ("bo", "Bo")]
    assert shown(*found) == [
        ("Ann Lee – ann-lee", "ann-lee"),
        ("Ann Lee – ann-lee-2", "ann-lee-2"),
        ("Bo", "bo"),
    ]


def test_what_reads_alike_only_since_it_was_cut_is_told_apart_too() -> None:
    title = "word " * 30
    labels = [label for label, _ in shown(("first", f"{title}one"), ("second", f"{title}two"))]
    assert len(set(labels)) == 2
    assert labels[0].endswith(" – first")


def test_a_number_that_is_none_is_left_out() -> None:
    choices = fitted([("2022", "2022"), ("all", "all"), ("²", "²")], is_number=True)
    assert [one.value for one in choices] == [2022]


@given(
    st.lists(st.tuples(st.text(max_size=120), st.text(max_size=250)), max_size=40), st.booleans()
)
def test_whatever_is_found_discord_takes(found: list[tuple[str, str]], is_number: bool) -> None:  # noqa: FBT001
    choices = fitted(found, is_number=is_number)
    assert len(choices) <= MAX_CHOICES
    offered = {value for value, _ in found}
    for choice in choices:
        assert 1 <= len(choice.name) <= MOST
        assert choice.name.strip()
        assert isinstance(choice.value, int) is is_number
        assert is_number or choice.value in offered
        assert len(str(choice.value)) <= MOST
