"""Plain text: everything is there, in order, in lines that fit, and no terminal obeys it."""

from __future__ import annotations

import re
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.documents import HOSTILE, all_inlines, blocks_with, everywhere, replies, shown
from wcwidth import wcswidth

from community_bot.core.render.clean import cleaned
from community_bot.core.render.text import render_text
from community_bot.domain.document import (
    Action,
    CodeBlock,
    Emphasis,
    Field,
    Fields,
    Heading,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Reply,
    Rule,
    Strong,
    Text,
    Time,
)

OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066\u2067\ud800-\udfff]")


def squeezed(text: str) -> str:
    """Leave out blanks and the bar before quoted lines, which may come between any two words."""
    return re.sub(r"[\s│]", "", text)


def words_of(reply: Reply) -> list[str]:
    clean = cleaned(reply)
    actions = chain.from_iterable((action.caption, action.line) for action in clean.actions)
    return [
        *map(shown, all_inlines(clean.blocks)),
        *actions,
        *map(shown, all_inlines(clean.footer)),
    ]


def follow_in_order(words: list[str], text: str) -> bool:
    position = 0
    for word in map(squeezed, words):
        found = text.find(word, position)
        if found < 0:
            return False
        position = found + len(word)
    return True


@pytest.mark.parametrize("text", HOSTILE)
def test_no_terminal_obeys_hostile_text(text: str) -> None:
    rendered = render_text(everywhere(text))
    assert not OBEYED.search(rendered.replace("\t", ""))
    assert rendered.encode()


@settings(max_examples=150, deadline=None)
@given(replies, st.none() | st.integers(1, 100))
def test_all_words_follow_in_order(reply: Reply, width: int | None) -> None:
    rendered = render_text(reply, width=width)
    assert not OBEYED.search(rendered.replace("\t", ""))
    assert follow_in_order(words_of(reply), squeezed(rendered))


short_words = st.lists(
    st.sampled_from(("a", "Сенцов", "漢字", "e\u0301t\u00e9", "Ümerov", "of")), max_size=30
).map(" ".join)
short_runs = st.lists(short_words.map(Text) | short_words.map(Strong), max_size=2).map(tuple)


@settings(max_examples=100, deadline=None)
@given(st.lists(blocks_with(short_runs, short_runs, short_words), max_size=5).map(tuple))
def test_no_line_is_wider_than_told(blocks: tuple[Paragraph, ...]) -> None:
    lines = render_text(Reply(blocks), width=40).split("\n")
    assert all(wcswidth(line) <= 40 for line in lines if not line.startswith("    "))


def test_a_word_wider_than_the_line_stays_whole() -> None:
    address = "https://e.example/" + "x" * 50
    rendered = render_text(Reply((Paragraph((Text("See "), Link("it", address))),)), width=20)
    assert rendered == f"See it\n<{address}>"


def test_a_quotation_stays_to_the_letter() -> None:
    text = "To  be, or\tnot to be — that is «the» question: " * 20
    rendered = render_text(Reply((Quotation(text, (Emphasis("Hamlet"), Text(", III"))),)))
    assert text.rstrip() in rendered
    assert rendered.endswith("\n  — Hamlet, III")


def test_a_long_quotation_has_a_bar_on_each_line() -> None:
    rendered = render_text(Reply((Quotation("one two three four five six", ()),)), width=20)
    assert rendered == "│ one two three four\n│ five six"


def test_values_line_up_and_a_wide_label_does_not_push_them_away() -> None:
    fields = Fields(
        (
            Field("Born", (Time(0, "9 October 1859"), Text("\nin Mulhouse"))),
            Field("Статус", (Strong("cleared"),)),
            Field("A label that is far too wide for a column", (Text("value"),)),
            Field("", (Text("no label"),)),
        )
    )
    assert render_text(Reply((fields,))).split("\n") == [
        "Born:   9 October 1859",
        "        in Mulhouse",
        "Статус: cleared",
        "A label that is far too wide for a column: value",
        "        no label",
    ]


def test_numbers_line_up() -> None:
    items = ((Text("eight"),), (Text("nine\nand a half"),), (Text("ten"),))
    rendered = render_text(Reply((Listing(items, ordered=True, start=8),)))
    assert rendered == " 8. eight\n 9. nine\n    and a half\n10. ten"


def test_a_link_shows_its_label_and_its_address_but_neither_twice() -> None:
    address = "https://e.example/"
    links = (Link("Label", address), Text(", "), Link(address, address))
    assert render_text(Reply((Paragraph(links),))) == f"Label <{address}>, {address}"


def test_actions_stand_between_the_answer_and_its_footer() -> None:
    reply = Reply(
        (Heading((Text("Title"),)), Paragraph((Text("Words."),)), CodeBlock("a:\n  b"), Rule()),
        actions=(Action("Next", "statement 2"), Action("statement all", "statement all")),
        footer=(Paragraph((Text("Footer"),)),),
    )
    assert render_text(reply) == (
        "Title\n═════\nWords.\n\n    a:\n      b\n\n" + "─" * 72 + "\n\n"
        "→ Next: `statement 2`\n→ `statement all`\n\nFooter"
    )


def test_no_line_ends_in_blanks() -> None:
    reply = Reply((Fields((Field("Label", ()),)), Listing(((),)), Quotation("a \n\nb ", ())))
    assert render_text(reply) == "Label:\n\n•\n\n│ a\n│\n│ b"


def test_nothing_is_shown_as_nothing() -> None:
    assert not render_text(Reply(()))
