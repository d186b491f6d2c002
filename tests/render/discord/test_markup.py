"""Discord's markdown: an independent reader finds in it the document, whole, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from strategies.discord_markdown import UNWANTED, Seen, read_markdown
from strategies.discord_outlines import Outline
from strategies.documents import (
    ADDRESSES,
    HOSTILE,
    HOSTILE_ADDRESSES,
    all_inlines,
    everywhere,
    replies,
)

from community_bot.adapters.discord.choices import choices_of
from community_bot.adapters.discord.layout import texts_of
from community_bot.adapters.discord.markup import DiscordWriter, escape
from community_bot.adapters.discord.render import Asked, render
from community_bot.core.render.clean import cleaned
from community_bot.core.render.walk import write
from community_bot.domain.document import (
    Code,
    CodeBlock,
    Emphasis,
    Heading,
    Inline,
    Link,
    Paragraph,
    Quotation,
    Reply,
    Strong,
    Text,
    Time,
)

# What attackers send, row by row of the threat model: mentions, markup, spoofed links, odd letters.
THREATS = (
    "x` <@everyone> `x",
    "``x` <@everyone> `x``",
    "@@everyoneeveryone",
    "<@&123456789012345678>",
    "@here",
    "@\u200beveryone",
    "<@!1> <#1> <id:guide> </ban:1> <:x:1> <a:x:1> <t:1:R> <sound:1:1> :tada: :a::b:",
    "[un](https://un.org) and [b](https://evil.example)",
    "[x\n](https://e)",
    "[https://un.org](https://evil.example)",
    "</blockquote><h1>",
    "<img src=mxc://e/x>",
    "```\nopens and never closes",
    "-# small",
    "# title",
    "\u200b# title",
    "### title ###",
    ">>> all of it",
    "> a\n>>> b",
    "a_b_c _d_ *e* __f__ ~~g~~ ||h||",
    "1. one\n2) two\n - three\n+ four",
    "https://un.org@evil.example https://un.org.evil.example https://аррӏе.example",
    "javascript:x data:x discord.gg/x DISCORD.com/invite/x steam://run/1",
    "<https://evil.example> <mail@evil.example> <tel:+123456789>",
    "А\u043bе\u0441ь Al\u202egnik a\u200bb \ud800 \u2028 e" + "\u0301" * 200,
    "¯\\_(ツ)_/¯ \\ \\\\ \\[a](b)",
)


def seen(reply: Reply) -> list[Seen]:
    """Return what somebody sees who turns all the pages of an answer, its footer once."""
    count = count_of(render(reply, Asked("x")))
    pages = [list(texts_of(render(reply, Asked("x", page)))) for page in range(1, count + 1)]
    is_below = all(len(page) > 1 for page in pages)  # else pages are alike as wholes
    if is_below and len({page[-1] for page in pages}) == 1:
        pages = [*(page[:-1] for page in pages[:-1]), pages[-1]]
    return [one for page in pages for text in page for one in read_markdown(text)]


def assert_is_seen(reply: Reply) -> None:
    Outline(reply, choices_of(reply, "x").printed).assert_is(seen(reply))


def count_of(components: Iterable[dict[str, object]]) -> int:
    for one in components:
        inner = one.get("components")
        for button in inner if isinstance(inner, list) else []:
            if button.get("custom_id") == "cb-page":
                return int(button["label"].partition("/")[2])
    return 1


def markdown(*content: Inline) -> str:
    return write(cleaned(Reply((Paragraph(content),))), DiscordWriter())


@pytest.mark.parametrize("text", THREATS + HOSTILE)
def test_no_hostile_text_becomes_markup(text: str) -> None:
    assert_is_seen(everywhere(text))


@pytest.mark.parametrize("text", THREATS + HOSTILE)
def test_a_hostile_text_alone_is_shown_as_it_is(text: str) -> None:
    found = read_markdown(escape(text))
    assert {(one.block, one.look) for one in found} <= {("p", "")}
    assert "".join(one.words for one in found) == text


@pytest.mark.parametrize("address", ADDRESSES + HOSTILE_ADDRESSES)
def test_a_link_leads_to_its_address_or_nowhere(address: str) -> None:
    reply = Reply((Paragraph((Link("label", address), Text(" and "), Link(address, address))),))
    assert_is_seen(reply)


@settings(max_examples=300, deadline=None)
@given(replies)
@example(Reply((Heading((Strong("1"), Code(""), Emphasis("1"))),)))
@example(Reply((Heading((Emphasis("1"), Code(""), Strong("1"))),)))
@example(Reply((), footer=(Heading((Strong("1"), Code(""), Emphasis("1"))),)))
@example(Reply((Heading((Strong("1"), Link(" ", ""), Emphasis("1"))),)))
@example(Reply((Paragraph((Link("", ADDRESSES[-1]), Link("", ADDRESSES[-1]))),)))
@example(Reply((Quotation("", (Link("", ADDRESSES[-1]), Link("", ADDRESSES[-1]))),)))
@example(Reply((Heading((Text("# "),)),)))
def test_any_reply_is_found_whole_by_a_reader(reply: Reply) -> None:
    assert_is_seen(reply)


@settings(max_examples=150, deadline=None)
@given(replies)
def test_no_content_becomes_what_pings_or_leads_elsewhere(reply: Reply) -> None:
    found = seen(reply)
    assert not {part for one in found for part in one.look.split("+")} & UNWANTED
    clean = cleaned(reply)
    inlines = list(all_inlines(clean.blocks + clean.footer))
    addresses = {one.url for one in inlines if isinstance(one, Link)}
    led_to = {one.look[2:] for one in found if one.look.startswith("a ")}
    assert led_to <= addresses | {escaped(one) for one in addresses}
    moments = {str(one.timestamp) for one in inlines if isinstance(one, Time)}
    assert {one.words for one in found if one.look == "time"} <= moments


def escaped(address: str) -> str:
    return address.replace("(", "%28").replace(")", "%29")


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Title: a “b”, P8_TA(2017)0087", "[Title: a “b”, P8_TA(2017)0087](<https://e.example/a>)"),
        ("a *b*", r"a \*b\* ([e.example](<https://e.example/a>))"),
        ("a [b]", r"a \[b] ([e.example](<https://e.example/a>))"),
        ("_a_", r"\_a\_ ([e.example](<https://e.example/a>))"),
        ("Freedom ✊", "Freedom ✊ ([e.example](<https://e.example/a>))"),
        ("# 1", r"\# 1 ([e.example](<https://e.example/a>))"),
    ],
)
def test_a_label_that_clients_would_change_stands_beside_its_link(
    label: str, expected: str
) -> None:
    assert markdown(Link(label, "https://e.example/a")) == expected


@pytest.mark.parametrize(
    ("label", "address", "expected"),
    [
        ("https://un.org", "https://evil.example", r"https\://un.org <https://evil.example>"),
        ("un.org", "https://un.org.evil.example", "un.org <https://un.org.evil.example>"),
        ("un", "https://un.org@evil.example", r"un \<https\://un.org\@evil.example>"),
        ("apple", "https://аррӏе.example", "[apple](<https://аррӏе.example>)"),
        ("x", "javascript:alert(1)", r"x \<javascript:alert(1)>"),
        ("x", "data:text/html,x", r"x \<data:text/html,x>"),
    ],
)
def test_a_link_that_pretends_shows_where_it_leads(label: str, address: str, expected: str) -> None:
    assert markdown(Link(label, address)) == expected


def test_an_address_of_thousands_of_characters_keeps_its_message_within_the_limit() -> None:
    address = "https://e.example/" + "a" * 3_000
    reply = Reply(tuple(Paragraph((Link(f"label {n}", address),)) for n in range(3)))
    found = seen(reply)
    assert "".join(one.words for one in found).count("label") == 3
    assert {one.look for one in found if not one.words.isspace()} == {f"a {address}"}


def test_brackets_in_an_address_do_not_end_its_link() -> None:
    written = markdown(Link("a", "https://e.example/a)(b"))
    assert written == "[a](<https://e.example/a%29%28b>)"


def test_a_moment_is_shown_in_the_readers_own_zone() -> None:
    assert markdown(Time(1_700_000_000, "14 November 2023")) == "<t:1700000000:f>"
    assert markdown(Time(10**14, "far off")) == "far off"


@pytest.mark.parametrize(
    "between", [(), (Text(""),), (Code(""),), (Strong(""), Code("")), (Link(" ", ""),)]
)
def test_marks_of_emphasis_that_would_touch_are_left_out(between: tuple[Inline, ...]) -> None:
    reply = Reply((Paragraph((Strong("a"), *between, Emphasis("b"), Text("c"))),))
    assert [*texts_of(render(reply, Asked("x")))] == ["**a**bc"]


def test_every_line_of_a_quotation_is_quoted_and_its_citation_stands_below() -> None:
    reply = Reply((Quotation("# One.\n\nTwo *2*.", (Text("¶ 3, a report"),)),))
    (text,) = texts_of(render(reply, Asked("x")))
    assert text == "> \\# One.\n> \n> Two \\*2\\*.\n-# — ¶ 3, a report"


def test_a_code_with_backticks_stays_to_the_letter() -> None:
    assert markdown(Code("a`b")) == "``a`b``"
    assert markdown(Code("`a")) == "`` `a ``"
    assert markdown(Code("a``b")) == r"a\`\`b"
    block = write(cleaned(Reply((CodeBlock("a\n```\nb"),))), DiscordWriter())
    assert block == "a\n\\`\\`\\`\nb"


def test_number_signs_at_the_end_of_a_title_are_kept() -> None:
    found = read_markdown(write(cleaned(Reply((Heading((Text("C#"),)),))), DiscordWriter()))
    assert "".join(one.words for one in found).rstrip("\u2060") == "C#"


def test_ordinary_text_stays_readable() -> None:
    text = "At 10:30, 22-year-old A. (B.) said: «No!» — that's 100% & more; isn't it? a/b, e@f.org"
    assert escape(text) == text.replace("@", r"\@")
