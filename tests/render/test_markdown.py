"""Markdown: a parser finds in it the document, whole, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from strategies.documents import ADDRESSES, HOSTILE, HOSTILE_ADDRESSES, everywhere, replies
from strategies.outlines import outline, styled

from community_bot.core.render.markdown import render_markdown
from community_bot.domain.document import Paragraph, Reply, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token
    from strategies.outlines import Part, Styled

PLAIN = MarkdownIt("commonmark")
EXTENDED = MarkdownIt("gfm-like")
EAGER = MarkdownIt("js-default", {"html": True, "linkify": True})  # links to bare names too
PARSERS = {"commonmark": PLAIN, "extended": EXTENDED, "eager": EAGER}

any_parser = pytest.mark.parametrize("parser", PARSERS.values(), ids=PARSERS)


def parsed(markdown: str, parser: MarkdownIt) -> list[Part]:
    return list(_parts(parser.parse(markdown)))


def _parts(tokens: Sequence[Token]) -> Iterator[Part]:
    """Yield the parts that a parser found; any token that no reply should have is an error."""
    tag = ""
    for token in tokens:
        match token.type:
            case "heading_open" | "blockquote_open" | "list_item_open":
                tag = token.tag
            case "paragraph_open":
                tag = tag or "p"
            case "inline":
                yield tag, styled(_runs(token.children or []))
                tag = ""
            case "bullet_list_open" | "hr":
                yield token.tag, ()
            case "ordered_list_open":
                yield f"ol {token.attrs.get('start', 1)}", ()
            case "fence":
                content = token.content.removesuffix("\n")
                yield f"pre {token.info}", (("", content),) if content else ()
            case _:
                assert token.type.endswith("_close"), token
                yield from [(tag, ())] if tag else []
                tag = ""


def _runs(tokens: Sequence[Token]) -> Iterator[Styled]:
    look = ""
    for token in tokens:
        match token.type:
            case "text":
                yield look, token.content
            case "hardbreak":
                yield look, "\n"
            case "code_inline":
                yield "code", token.content
            case "strong_open" | "em_open":
                assert not look, "nothing is nested"
                look = token.tag
            case "link_open":
                assert not look, "nothing is nested"
                assert token.markup != "linkify", token
                look = f"a {token.attrs['href']}"
            case _:
                assert token.type in {"strong_close", "em_close", "link_close"}, token
                look = ""


def expected(reply: Reply) -> list[Part]:
    """Return the outline with fields as a list, and addresses as the parser writes them."""
    tags = {"fields": "ul", "field": "li"}
    return [
        (tags.get(tag, tag), tuple(_normalised(look, words) for look, words in runs))
        for tag, runs in outline(reply)
    ]


def _normalised(look: str, words: str) -> Styled:
    if not look.startswith("a "):
        return look, words
    address = look.removeprefix("a ")
    label = PLAIN.normalizeLinkText(address) if words == address else words
    return f"a {PLAIN.normalizeLink(address)}", label


@any_parser
@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_text_becomes_markup(text: str, parser: MarkdownIt) -> None:
    reply = everywhere(text)
    assert parsed(render_markdown(reply), parser) == expected(reply)


@any_parser
@pytest.mark.parametrize("address", ADDRESSES + HOSTILE_ADDRESSES)
def test_a_link_leads_to_its_address_or_nowhere(address: str, parser: MarkdownIt) -> None:
    reply = everywhere("label", address)
    assert parsed(render_markdown(reply), parser) == expected(reply)


@settings(max_examples=300, deadline=None)
@given(replies)
def test_any_reply_is_found_whole_by_a_parser(reply: Reply) -> None:
    markdown = render_markdown(reply)
    for parser in PARSERS.values():
        assert parsed(markdown, parser) == expected(reply)


@pytest.mark.parametrize("sign", "\\`*_[]<>|~@#=$^")
def test_signs_of_extensions_that_no_parser_here_has_are_escaped_too(sign: str) -> None:
    assert render_markdown(Reply((Paragraph((Text(f"a{sign}{sign}b"),)),))) == f"a\\{sign}\\{sign}b"


def test_ordinary_text_stays_readable() -> None:
    text = "At 10:30 on 26.02.2014, 22-year-old A. (B.) said: «No!» — that's 100% & more; isn't it?"
    markdown = render_markdown(Reply((Paragraph((Text(text),)),)))
    assert markdown == text.replace("26.02.2014", r"26\.02\.2014")
