"""What every renderer starts from: the same words, but nothing that a screen would obey."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from strategies.documents import (
    ADDRESSES,
    HOSTILE,
    HOSTILE_ADDRESSES,
    all_inlines,
    everywhere,
    replies,
    shown,
)

from community_bot.core.render.clean import cleaned, is_linkable, one_line, visible
from community_bot.domain.document import (
    Code,
    CodeBlock,
    Emphasis,
    ErrorReport,
    Field,
    Fields,
    Heading,
    Inlines,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Reply,
    Strong,
    Text,
)

OBEYED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066\u2067\ud800-\udfff]")


def words(reply: Reply) -> str:
    content = "".join(map(shown, all_inlines(reply.blocks + reply.footer)))
    return content + "".join(action.label + action.line for action in reply.actions)


def run(*content: Link | Text | Strong | Emphasis | Code) -> Inlines:
    """Return what cleaning makes of some inlines in a paragraph."""
    (block,) = cleaned(Reply((Paragraph(content),))).blocks
    assert isinstance(block, Paragraph)
    return block.content


@settings(max_examples=200, deadline=None)
@given(replies)
def test_nothing_that_a_screen_obeys_is_left(reply: Reply) -> None:
    clean = words(cleaned(reply))
    assert not OBEYED.search(clean)
    assert clean.encode().decode() == clean


@pytest.mark.parametrize("text", HOSTILE)
def test_words_are_replaced_one_for_one(text: str) -> None:
    assert len(visible(text)) == len(text)
    assert len(one_line(text)) == len(text)
    assert not set(one_line(text)) & set("\n\t")


def test_control_characters_are_shown_as_signs() -> None:
    assert visible("\x1b]8;;\x07 \x9b2J \x7f \u202e \ud800") == "␛]8;;␇ \ufffd2J ␡ \ufffd \ufffd"


def test_lines_stay_where_lines_may_be() -> None:
    text = "one\ntwo\tthree"
    clean = cleaned(everywhere(text))
    assert clean.blocks[2] == Paragraph((Text(text),))
    assert clean.blocks[0] == Heading((Text("one two three"),))
    assert clean.blocks[5] == Paragraph((Code("one two three"),))


def test_neighbours_of_one_kind_become_one() -> None:
    assert run(
        Text("a"), Text("b"), Strong("c"), Strong(""), Strong("d"), Code("e"), Code("f")
    ) == (
        Text("ab"),
        Strong("cd"),
        Code("ef"),
    )


def test_blocks_that_show_nothing_are_left_out() -> None:
    empty = (
        Heading(()),
        Paragraph((Text(""), Strong(" "), Code(""))),
        Paragraph((Text("\n"),)),
        Listing(()),
        Fields(()),
    )
    assert cleaned(Reply(empty, footer=empty)) == Reply(())


def test_items_that_show_nothing_keep_their_numbers() -> None:
    numbered = Listing(((), (Text("second"),)), ordered=True)
    assert cleaned(Reply((numbered,))).blocks == (numbered,)


def test_an_error_without_blocks_says_its_message() -> None:
    error = ErrorReport("name-unknown", "Nobody of that name is known.")
    assert cleaned(Reply((), error=error)).blocks == (Paragraph((Text(error.message),)),)
    said = Reply((Paragraph((Text("Said."),)),), error=error)
    assert cleaned(said) == said


@pytest.mark.parametrize("address", ADDRESSES)
def test_ordinary_addresses_are_linked(address: str) -> None:
    assert is_linkable(address)
    assert run(Link("label", address)) == (Link("label", address),)


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_hostile_addresses_are_words(address: str) -> None:
    assert not is_linkable(address)
    assert run(Link("label", address)) == (Text(f"label <{visible(address)}>"),)


@pytest.mark.parametrize(
    ("label", "address"),
    [
        ("https://un.org", "https://evil.example"),
        ("un.org", "https://un.org.evil.example/"),
        ("See www.un.org/en", "https://evil.example/www.un.org/en"),
        ("https://un.org@evil.example", "https://evil.example"),
        ("UN.ORG", "https://evil.example"),
        ("ｕｎ。ｏｒｇ", "https://evil.example"),
    ],
)
def test_a_label_that_names_another_host_is_no_link(label: str, address: str) -> None:
    assert run(Link(label, address)) == (Text(f"{label} "), Link(address, address))


@pytest.mark.parametrize(
    ("label", "address"),
    [
        ("un.org", "https://www.un.org/en/"),
        ("https://un.org/en/page.html", "https://un.org/en/page.html?x=1"),
        ("A/RES/71/205 of 19.12.2016, p. 3", "https://undocs.example/A/RES/71/205"),
        ("https://un.org:443/", "https://UN.org./"),
        ("evil.example", "https://evil.example:8080/"),
    ],
)
def test_a_label_that_names_the_same_host_is_a_link(label: str, address: str) -> None:
    assert run(Link(label, address)) == (Link(label, address),)


def test_a_link_without_a_label_is_labelled_with_its_address() -> None:
    assert run(Link(" ", "https://un.org/")) == (Link("https://un.org/", "https://un.org/"),)


def test_right_to_left_words_are_isolated_and_others_are_not() -> None:
    hebrew, isolated = "שלום (2016)", "\u2068שלום (2016)\u2069"
    clean = cleaned(
        Reply(
            (
                Paragraph((Strong(hebrew),)),
                Fields((Field(hebrew, (Text("a"),)),)),
                Quotation(hebrew, (Code(hebrew),)),
                CodeBlock(hebrew),
            )
        )
    )
    assert clean.blocks == (
        Paragraph((Text("\u2068"), Strong(hebrew), Text("\u2069"))),
        Fields((Field(isolated, (Text("a"),)),)),
        Quotation(isolated, (Text("\u2068"), Code(hebrew), Text("\u2069"))),
        CodeBlock(hebrew),
    )


@pytest.mark.parametrize("language", ["c++", "yaml", "x.y-z_1#"])
def test_a_language_of_code_is_kept(language: str) -> None:
    assert cleaned(Reply((CodeBlock("a", language),))).blocks == (CodeBlock("a", language),)


@pytest.mark.parametrize("language", ["a b", "`", '"><b>', "a\n"])
def test_a_language_that_is_none_is_not(language: str) -> None:
    assert cleaned(Reply((CodeBlock("a", language),))).blocks == (CodeBlock("a", ""),)
