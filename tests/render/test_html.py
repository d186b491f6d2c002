"""HTML: a cleaner finds nothing to remove, a parser finds the document and nothing else."""

from __future__ import annotations

from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given, settings
from strategies.documents import ADDRESSES, HOSTILE, HOSTILE_ADDRESSES, everywhere, replies
from strategies.outlines import Part, Styled, outline, styled

from community_bot.core.render.html import render_html
from community_bot.domain.document import Heading, Link, Listing, Paragraph, Reply, Text

# Of what the Matrix specification asks clients to show: all that a reply needs.
TAGS = {
    *("h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "hr", "br"),
    *("b", "em", "code", "pre", "a"),
}
HEADINGS = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h6"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "code": {"class"}}


class Reader(HTMLParser):
    """Collects the parts of a fragment, each block with its words and how they look."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, list[Styled]]] = []
        self.open: list[str] = []
        self.look = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "br":
            self.parts[-1][1].append((self.look, "\n"))
        elif tag == "hr":
            self.parts.append(("hr", []))
        elif tag == "pre":
            self.parts.append(("pre", []))
            self.open.append(tag)
        elif tag in {"b", "em", "code", "a"}:
            self.open_inline(tag, attributes)
        else:
            if not (tag == "p" and self.open):
                start = f" {attributes.get('start', 1)}" if tag == "ol" else ""
                self.parts.append((tag + start, []))
            self.open.append(tag)

    def open_inline(self, tag: str, attributes: dict[str, str | None]) -> None:
        assert not self.look, "nothing is nested"
        if self.open[-1] == "pre":
            language = (attributes.get("class") or "").removeprefix("language-")
            self.parts[-1] = (f"pre {language}", [])
        else:
            name = {"b": "strong"}.get(tag, tag)
            self.look = f"a {attributes['href']}" if tag == "a" else name
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.look = ""

    def handle_data(self, data: str) -> None:
        if self.open:
            self.parts[-1][1].append((self.look, data))
        else:
            assert data == "\n", "words stand in blocks only"


def parsed(html: str) -> list[Part]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return [
        (tag, tuple(runs) if tag.startswith("pre") else styled(runs)) for tag, runs in reader.parts
    ]


def expected(reply: Reply) -> list[Part]:
    """Return the outline with headings two levels down and fields as lines of a paragraph."""
    parts: list[Part] = []
    for tag, runs in outline(reply):
        if tag == "field":
            parts[-1] = ("p", styled((*parts[-1][1], ("", "\n"), *runs)))
        elif tag in HEADINGS:
            parts.append((HEADINGS[tag], runs))
        else:
            parts.append((tag, runs))
    return parts


def nothing_to_clean(html: str) -> bool:
    kept = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, link_rel=None)
    return parsed(kept) == parsed(html)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_text_becomes_markup(text: str) -> None:
    reply = everywhere(text)
    html = render_html(reply)
    assert parsed(html) == expected(reply)
    assert nothing_to_clean(html)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_link_leads_to_its_address(address: str) -> None:
    reply = everywhere("label", address)
    html = render_html(reply)
    assert parsed(html) == expected(reply)
    assert nothing_to_clean(html)


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_a_hostile_address_is_words(address: str) -> None:
    html = render_html(Reply((Paragraph((Link("label", address),)),)))
    assert "<a" not in html
    assert nothing_to_clean(html)


@settings(max_examples=200, deadline=None)
@given(replies)
def test_any_reply_is_found_whole_by_a_parser(reply: Reply) -> None:
    html = render_html(reply)
    assert parsed(html) == expected(reply)
    assert nothing_to_clean(html)


def test_an_ordered_list_says_where_it_starts() -> None:
    items = ((Text("one"),), (Text("two"),))
    html = render_html(Reply((Listing(items, ordered=True, start=4),)))
    assert html == '<ol start="4"><li>one</li><li>two</li></ol>'


def test_headings_leave_the_larger_levels_to_the_page_around() -> None:
    html = render_html(Reply(tuple(Heading((Text("T"),), level) for level in (1, 2, 9))))
    assert html == "<h3>T</h3>\n<h4>T</h4>\n<h6>T</h6>"
