from __future__ import annotations

import pytest
from terminal import Terminal, base_of

from community_bot.commands.cards.statement import paragraph_range, select
from community_bot.core.entry_params import param_type
from community_bot.core.invocation import Word
from community_bot.core.params import Paragraphs, ParagraphsType
from community_bot.domain.document import Reply
from community_bot.domain.entities import Case, Organisation, Person, Statement
from community_bot.domain.errors import UserError
from community_bot.domain.values import Kind

J_ACCUSE = base_of("dreyfus").current.get(Statement, "j-accuse")


async def ask(line: str) -> Reply:
    return await Terminal.at("dreyfus").ask(line)


async def error_of(line: str) -> str:
    reply = await ask(line)
    assert reply.error is not None, line
    return reply.error.key


def ranges(text: str) -> tuple[tuple[str, str], ...]:
    at = Terminal.at("dreyfus")
    context = at.bot.dispatcher.context(at.invocation(""))
    found = ParagraphsType().read([Word(text)], context)
    assert isinstance(found, Paragraphs)
    return found.ranges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", (("3", "3"),)),
        ("2-4", (("2", "4"),)),
        ("2–4", (("2", "4"),)),
        ("2 — 4", (("2", "4"),)),
        ("1,3,5", (("1", "1"), ("3", "3"), ("5", "5"))),
        ("1, 3-4,", (("1", "1"), ("3", "4"))),
        ("l1", (("L1", "L1"),)),
        ("¶3", (("3", "3"),)),
        ("1 3 5 - 6", (("1", "1"), ("3", "3"), ("5", "6"))),
        ("2.", (("2", "2"),)),
        ("L1-2", (("L1", "2"),)),
        ("all", ()),
        ("ALL", ()),
    ],
)
def test_paragraphs_are_read_as_they_are_written(
    text: str, expected: tuple[tuple[str, str], ...]
) -> None:
    assert ranges(text) == expected


@pytest.mark.parametrize("text", ["-1", "1--2", "1,,3", "٣", "１", "1e9", "", "-", "1-2-3"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="paragraphs-unreadable"):
        ranges(text)


def test_a_range_runs_from_the_introduction_into_the_body() -> None:
    assert select(J_ACCUSE, Paragraphs((("L2", "2"),))) == ("L2", "1", "2")


def test_a_paragraph_that_is_asked_for_twice_is_quoted_once_and_in_order() -> None:
    assert select(J_ACCUSE, Paragraphs((("3", "3"), ("1", "3"), ("2", "2")))) == ("1", "2", "3")


def test_all_paragraphs_are_all_there_are() -> None:
    assert select(J_ACCUSE, Paragraphs()) == tuple(one.label for one in J_ACCUSE.paragraphs)
    assert select(J_ACCUSE, None) == select(J_ACCUSE, Paragraphs())


@pytest.mark.parametrize("wanted", [("0", "0"), ("1", "999999"), ("L9", "L9"), ("007", "007")])
def test_a_paragraph_beyond_the_text_is_named(wanted: tuple[str, str]) -> None:
    with pytest.raises(UserError, match="paragraph-unknown") as caught:
        select(J_ACCUSE, Paragraphs((wanted,)))
    assert caught.value.arguments["known"] == paragraph_range(J_ACCUSE)


@pytest.mark.parametrize("wanted", [("3", "1"), ("1", "L1")])
def test_a_range_that_runs_backwards_is_refused(wanted: tuple[str, str]) -> None:
    with pytest.raises(UserError, match="paragraphs-reversed"):
        select(J_ACCUSE, Paragraphs((wanted,)))


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("person", "argument-missing"),
        ("person name=zola name=dreyfus", "option-repeated"),
        ("person page=2", "option-unknown"),
        ("person zola name=dreyfus", "word-unexpected"),
        ("privacy please", "word-unexpected"),
        ("people page=x", "page-unreadable"),
        ("people page=-1", "page-unreadable"),
        ("people page=7", "page-unknown"),
        ("people status=free", "choice-unknown"),
        ("resolutions year=18990", "year-unreadable"),
        ("resolutions year=１８９９", "year-unreadable"),
        ("statement language=xx", "language-unknown"),
        ("verify emile-zola", "revision-unreadable"),
        ("verify no-such-entry@aaaaaaaaaa", "verify-unknown-entry"),
        ("source no-such-source", "name-unknown"),
        ("", "nothing-asked"),
        ("name=zola", "nothing-asked"),
    ],
)
async def test_what_does_not_fit_is_said_by_its_own_sentence(line: str, key: str) -> None:
    assert await error_of(line) == key


async def test_the_options_may_come_in_any_order_and_before_the_words() -> None:
    lines = (
        "statement j-accuse 2 en",
        "statement language=en 2 j-accuse",
        "language=en statement paragraphs=2 id=j-accuse",
    )
    first, *others = [(await ask(line)).blocks for line in lines]
    assert others == [first] * len(others)


@pytest.mark.parametrize("kind", [Kind.PERSON, Kind.ORGANISATION, Kind.CASE, Kind.RESOLUTION])
def test_every_id_means_its_own_entry(kind: Kind) -> None:
    at = Terminal.at("shipped")
    context = at.bot.dispatcher.context(at.invocation(""))
    command = at.bot.dispatcher.table.get(kind.value)
    assert command is not None
    for entry in context.knowledge.entries.values():
        if entry.KIND is kind:
            assert command.params[0].type.read([Word(entry.id)], context) is entry


def test_several_kinds_and_nothing_make_an_optional_name() -> None:
    one, optional = param_type(Person | Organisation | Case | None)
    assert optional
    assert getattr(one, "kinds", None) == (Kind.PERSON, Kind.ORGANISATION, Kind.CASE)


def test_an_annotation_that_nobody_can_type_is_a_defect() -> None:
    with pytest.raises(TypeError):
        param_type(bytes)
