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


async def values(line: str, option: str, role: Role = Role.EVERYONE) -> list[str]:
    at = Terminal.at("dreyfus", role=role)
    found = await at.bot.dispatcher.suggest_value(at.invocation(line), option)
    return [value for value, _ in found]


@pytest.mark.parametrize(
    ("line", "option", "first"),
    [
        ("person name=zol", "name", "emile-zola"),
        ("who name=zol", "name", "emile-zola"),
        ('person name="émile z"', "name", "emile-zola"),
        ("people page=1 status=acq", "status", "acquitted"),
        ("resolutions body=x year=19", "year", "1906"),
        ("help command=per", "command", "person"),
        ("statement id=j-a paragraphs=1", "id", "j-accuse"),
        ("people", "status", "acquitted"),
    ],
)
async def test_the_value_of_one_option_is_completed(line: str, option: str, first: str) -> None:
    assert first in await values(line, option)


@pytest.mark.parametrize(
    ("line", "option"),
    [
        ("nothing name=zol", "name"),
        ("person name=zol", "page"),
        ("find words=zol", "words"),
        ("", "name"),
        (f"person name={'z' * 500}", "name"),
    ],
)
async def test_what_is_no_option_or_takes_any_words_has_nothing_to_offer(
    line: str, option: str
) -> None:
    assert await values(line, option) == []


async def test_a_command_that_somebody_may_not_use_offers_them_nothing() -> None:
    line = "channel add name=x zone=europe/ky"
    assert await values(line, "zone") == []
    assert await values(line, "zone", role=Role.MODERATOR) == ["Europe/Kyiv"]


async def test_only_commands_that_somebody_may_use_are_offered_for_help() -> None:
    assert await values("help command=role", "command") == []
    assert "role grant" in await values("help command=role", "command", role=Role.ADMIN)


async def test_values_are_offered_in_the_language_that_somebody_chose() -> None:
    async with Terminal.at("dreyfus") as at:
        await at.ask("language uk")
        found = await at.bot.dispatcher.suggest_value(at.invocation("people status=вип"), "status")
        assert [label for _, label in found] == ["Виправдано судом"]


async def test_a_revision_is_completed_from_its_id_and_from_its_hash() -> None:
    current = Terminal.at("dreyfus").bot.snapshot.current.reference("emile-zola")
    for begun in ("emile", "emile-zola@", current[:-2], current):
        assert await values(f"verify revision={begun}", "revision") == [current]
    assert await values("verify revision=emile-zola@zzzz", "revision") == []
