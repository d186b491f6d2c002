from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import Terminal

from community_bot.core.completion import Suggestion
from community_bot.core.params import MAX_CHOICES
from community_bot.domain.address import Role


def offered(line: str, base: str = "dreyfus", role: Role = Role.EVERYONE) -> list[Suggestion]:
    at = Terminal.at(base, role=role)
    return list(at.bot.dispatcher.complete(at.invocation(line)))


def texts(line: str) -> list[str]:
    return [one.text for one in offered(line)]


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("pers", "person"),
        ("PERSON zol", "emile-zola"),
        ("who zol", "emile-zola"),
        ("person name=zol", "emile-zola"),
        ("people status=acq", "acquitted"),
        ("people na", "named-in="),
        ("people page=1 na", "named-in="),
        ("statement j-a", "j-accuse"),
        ("statement j-accuse al", "all"),
        ("help per", "person"),
        ("source aurore-8", "aurore-87"),
    ],
)
def test_a_line_is_completed_with_what_was_begun(line: str, first: str) -> None:
    assert texts(line)[0] == first


def test_an_option_that_is_given_is_not_offered_again() -> None:
    assert "page=" not in texts("people page=1 p")


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["person ", "people ", "statement ", "resolution ", "timeline ", ""]),
    st.text(max_size=12),
)
def test_what_is_replaced_is_the_end_of_the_line(head: str, rest: str) -> None:
    line = head + rest
    found = offered(line, "shipped", Role.ADMIN)
    assert len(found) <= MAX_CHOICES
    assert all(0 <= one.replaces <= len(line.lstrip()) for one in found)


async def test_every_name_that_is_offered_is_understood() -> None:
    at = Terminal.at("shipped")
    for command in ("person", "organisation", "case", "resolution", "source", "statement"):
        for one in offered(f"{command} ", "shipped"):
            if not one.text.endswith("="):
                reply = await at.ask(f"{command} {one.text}")
                key = reply.error.key if reply.error else ""
                assert not key or key.startswith("version-"), one


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("timeline page=2 zol", "emile-zola"),
        ("resolutions 1906 cour", "cour-de-cassation"),
        ("statement 3 j-ac", "j-accuse"),
    ],
)
def test_a_name_is_offered_after_options_and_claimed_words(line: str, expected: str) -> None:
    assert expected in texts(line)
