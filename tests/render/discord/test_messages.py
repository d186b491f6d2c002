"""Replies as Discord messages: within every limit, losing nothing, with what can be done next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from gc import collect
from weakref import ref

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.documents import HOSTILE, everywhere, replies

from community_bot.adapters.discord.choices import MAX_OPTIONS, shortened, slash
from community_bot.adapters.discord.layout import MAX_COMPONENTS, MAX_TEXT, Json, texts_of
from community_bot.adapters.discord.render import COMPONENTS_V2, Asked, pages_of, render
from community_bot.adapters.discord.tokens import BIN, PICK, read_token, token_of, units
from community_bot.adapters.discord.views import text_of, view_of
from community_bot.domain.document import (
    Action,
    Code,
    ErrorReport,
    Heading,
    Link,
    Listing,
    Paragraph,
    Quotation,
    Reply,
    Rule,
    Text,
)

BUTTON, SELECT = 2, 3
STATEMENT_WITH_SOURCES = Reply(
    (
        Quotation("Words.", (Text("¶ 1 [1]"),)),
        Heading((Text("Sources"),), 2),
        Listing(((Text("A paper: "), Link("Title", "https://e.example/1")),), ordered=True),
    )
)
LONG = Reply(
    (Listing(tuple((Text(f"Пункт {n}: " + "слово " * 40),) for n in range(100))),),
    actions=tuple(Action(f"Дія {n}", f"person id-{n}") for n in range(50)),
    footer=(Paragraph((Text("revision "), Code("x@1"))),),
)
NARROW = Reply(
    (Paragraph((Text("Whom do you mean?"),)),),
    actions=(
        Action("Oleh A – born 1970; " + "released " * 20, "person oleh-a"),
        Action("Oleh B – born 1971", "person oleh-b"),
    ),
    candidates=("oleh-a", "oleh-b"),
    error=ErrorReport("name-ambiguous", "Whom do you mean?"),
)


def walked(components: object) -> Iterator[Json]:
    for one in components if isinstance(components, list | tuple) else ():
        yield one
        yield from walked(one.get("components"))


def ids(components: object) -> list[str]:
    return [str(one["custom_id"]) for one in walked(components) if "custom_id" in one]


def assert_within_limits(components: object) -> None:
    every = list(walked(components))
    assert 1 <= len(every) <= MAX_COMPONENTS
    texts = [str(one["content"]) for one in every if "content" in one]
    assert all(text.strip() for text in texts)
    assert texts
    assert sum(map(units, texts)) <= MAX_TEXT
    assert len(ids(components)) == len(set(ids(components)))
    assert all(1 <= units(id_) <= 100 for id_ in ids(components))
    for one in every:
        if one["type"] == BUTTON:
            assert units(str(one.get("label", ""))) <= 80
            assert str(one.get("label", "")).strip() or "emoji" in one
        if one["type"] == SELECT:
            options = one["options"]
            assert isinstance(options, list)
            assert 1 <= len(options) <= MAX_OPTIONS
            assert len({option["value"] for option in options}) == len(options)
            for option in options:
                parts = (option["label"], option["value"], option.get("description", "x"))
                assert all(1 <= units(part) <= 100 for part in parts)
        inner = one.get("components")
        assert inner is None or (isinstance(inner, list) and inner)
        assert one["type"] != 1 or (isinstance(inner, list) and len(inner) <= 5)


def count_of(components: object) -> int:
    labels = [str(one["label"]) for one in walked(components) if one.get("custom_id") == "cb-page"]
    return int(labels[0].partition("/")[2]) if labels else 1


lines = st.sampled_from(("person umerov", "x" * 90, "find " + "слово " * 60, ""))


@settings(max_examples=200, deadline=None)
@given(replies, lines)
def test_any_reply_is_within_every_limit_on_every_page(reply: Reply, line: str) -> None:
    first = render(reply, Asked(line))
    for page in range(1, count_of(first) + 1):
        assert_within_limits(render(reply, Asked(line, page)))
    for post in pages_of(reply, "P12 r3"):
        assert_within_limits(json.loads(post)["components"])


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_labels_and_lines_are_within_every_limit(text: str) -> None:
    reply = Reply((), actions=(Action(text, text), Action(text * 40, "x"), Action("", text * 40)))
    assert_within_limits(render(reply, Asked(text)))
    assert_within_limits(render(everywhere(text), Asked(text)))


def test_the_pages_hold_all_words_and_each_leads_to_its_neighbours() -> None:
    asked = Asked("people")
    count = count_of(render(LONG, asked))
    assert count > 3
    words = ""
    for page in range(1, count + 1):
        components = render(LONG, Asked("people", page))
        words += text_of(components)
        turned = [read_token(id_) for id_ in ids(components) if id_.endswith(":people")]
        assert turned == [("people", page - 1), ("people", page + 1)]
        disabled = [one["custom_id"] for one in walked(components) if one.get("disabled")]
        assert ("cb:0:people" in disabled) == (page == 1)
        assert (f"cb:{count + 1}:people" in disabled) == (page == count)
    assert all(f"Пункт {n}: " in words for n in range(100))
    assert all(f"`/person id-{n}`" in words for n in range(10, 50))
    assert words.count("`x@1`") == count


@pytest.mark.parametrize("page", [0, -5, 9_999])
def test_a_page_that_is_not_there_is_the_nearest(page: int) -> None:
    nearest = 1 if page < 1 else count_of(render(LONG, Asked("people")))
    assert render(LONG, Asked("people", page)) == render(LONG, Asked("people", nearest))


def test_pages_whose_line_is_too_long_for_a_button_are_not_promised() -> None:
    components = render(LONG, Asked("find " + "word " * 30))
    assert "cb-page" not in ids(components)
    assert "more pages do not fit here" in text_of(components)


def test_an_action_is_a_button_that_carries_its_line() -> None:
    reply = Reply((), actions=(Action("Timeline", "timeline ilmi-umerov"),))
    components = render(reply, Asked("person umerov"))
    assert ids(components) == ["cb:1:timeline ilmi-umerov", BIN]
    assert "timeline" not in text_of(components)


def test_an_action_too_long_for_a_button_is_printed_as_a_command() -> None:
    line = "statement paragraphs=" + ",".join(map(str, range(50)))
    components = render(Reply((), actions=(Action("Read", line),)), Asked("x"))
    assert ids(components) == [BIN]
    assert text_of(components) == f"- Read: `{slash(line)}`"


def test_a_command_is_printed_as_it_is_typed_on_discord() -> None:
    line = 'statement id=j-accuse paragraphs="1, 3"'
    (message,) = pages_of(Reply((), actions=(Action("Read", line),)), "P1 r1")
    (words, *_) = texts_of(json.loads(message)["components"])
    assert words == "- Read: `/statement id:j-accuse paragraphs:1, 3`"
    assert slash('post send "hunger strike"') == '/post send "hunger strike"'


def test_what_is_said_of_a_button_is_printed_where_its_label_has_no_room() -> None:
    label = "Oleh Sentsov – born 13 July 1976; " + "film director " * 5
    components = render(Reply((), actions=(Action(label, "person x"),)), Asked("x"))
    button = next(one for one in walked(components) if one.get("custom_id") == "cb:1:person x")
    assert button["label"] == "Oleh Sentsov"
    assert label.strip() in text_of(components)


def test_several_candidates_are_a_select_and_are_described_in_full() -> None:
    components = render(NARROW, Asked("person oleh"))
    (select,) = (one for one in walked(components) if one["type"] == SELECT)
    options = select["options"]
    assert isinstance(options, list)
    assert select["custom_id"] == PICK
    assert [option["label"] for option in options] == ["Oleh A", "Oleh B"]
    assert options[1]["description"] == "born 1971"
    assert [read_token(option["value"]) for option in options] == [
        ("person oleh-a", 1),
        ("person oleh-b", 1),
    ]
    assert NARROW.actions[0].label.strip() in text_of(components)


def test_an_error_has_a_colour_and_a_private_answer_no_bin() -> None:
    (frame, *rest) = render(NARROW, Asked("x"))
    assert "accent_color" in frame
    assert BIN in ids(rest)
    plain = render(Reply((Paragraph((Text("Hello."),)),), private=True), Asked("x"))
    assert "accent_color" not in plain[0]
    assert ids(plain) == []


def test_a_rule_is_a_dividing_line() -> None:
    reply = Reply((Paragraph((Text("a"),)), Rule(), Paragraph((Text("b"),))))
    (frame, _) = render(reply, Asked("x"))
    inner = frame["components"]
    assert isinstance(inner, list)
    assert [one["type"] for one in inner] == [10, 14, 10]


def test_no_dividing_line_stands_at_the_edge_of_a_page() -> None:
    (frame, _) = render(Reply((Rule(), Paragraph((Text("a"),)), Rule(), Rule())), Asked("x"))
    assert frame["components"] == [{"type": 10, "content": "a"}]


def test_sources_stand_in_small_letters_below_a_line() -> None:
    (frame, *_) = render(STATEMENT_WITH_SOURCES, Asked("x"))
    inner = frame["components"]
    assert isinstance(inner, list)
    assert [one["type"] for one in inner] == [10, 14, 10]
    assert inner[2]["content"] == "### Sources\n-# 1\\. A paper: [Title](<https://e.example/1>)"


def test_a_reply_of_many_short_sections_has_not_too_many_components() -> None:
    blocks = tuple(part for n in range(60) for part in (Heading((Text(f"{n}"),), 2), Rule()))
    for page in range(1, count_of(render(Reply(blocks), Asked("x"))) + 1):
        assert_within_limits(render(Reply(blocks), Asked("x", page)))


def test_a_letter_with_thousands_of_accents_is_cut_rather_than_lost() -> None:
    text = "e" + "\u0301" * 6_000
    reply = Reply((Quotation(text, ()),))
    pages = range(1, count_of(render(reply, Asked("x"))) + 1)
    words = "".join(text_of(render(reply, Asked("x", page))) for page in pages)
    assert words.count("\u0301") == 6_000


def test_a_post_prints_its_actions_and_ends_each_message_with_its_mark() -> None:
    posts = [json.loads(one) for one in pages_of(LONG, "P12 r3")]
    assert len(posts) > 3
    for number, post in enumerate(posts, 1):
        assert post.keys() == {"flags", "components", "allowed_mentions"}
        assert post["flags"] == COMPONENTS_V2
        assert post["allowed_mentions"] == {"parse": []}
        assert not ids(post["components"])
        last = text_of(post["components"]).rpartition("\n")[2]
        assert last == f"-# P12 r3 {number}/{len(posts)}"
    words = "".join(text for post in posts for text in texts_of(post["components"]))
    assert all(f"`/person id-{n}`" in words for n in range(50))
    assert words.count("`x@1`") == len(posts)
    (short,) = pages_of(Reply((Paragraph((Text("Hello."),)),)), "P1 r1")
    assert text_of(json.loads(short)["components"]) == "Hello.\n-# P1 r1"


@given(st.text(max_size=120), st.integers(0, 9999))
def test_a_token_gives_its_line_and_page_again(line: str, page: int) -> None:
    token = token_of(line, page)
    if token is not None:
        assert units(token) <= 100
        assert read_token(token) == (line, page)


@pytest.mark.parametrize("custom_id", ["", "cb:", "cb:1:", "cb:x:y", BIN, PICK, "cb-page", "v:1"])
def test_what_is_no_token_is_not_read_as_one(custom_id: str) -> None:
    assert read_token(custom_id) is None


def test_a_cut_label_ends_between_letters() -> None:
    assert shortened("👨\u200d👩\u200d👧👨\u200d👩\u200d👧", 10) == "👨\u200d👩\u200d👧…"
    assert shortened("short", 5) == "short"


async def test_a_view_sends_the_components_and_nothing_listens_to_it() -> None:
    components = render(NARROW, Asked("x"))
    view = view_of(components)
    assert view.to_components() == list(components)
    assert view.has_components_v2()
    assert view.is_finished()
    assert view.timeout is None


class Line(str):
    """A line of which one can tell whether somebody has it still."""

    __slots__ = ("__weakref__",)


@pytest.mark.parametrize("is_private", [True, False])
def test_what_one_person_was_told_is_not_kept_ready(*, is_private: bool) -> None:
    line = Line("person name=umerov")
    render(Reply((Paragraph((Text("His card."),)),), private=is_private), Asked(line))
    kept = ref(line)
    del line
    collect()
    assert (kept() is None) is is_private


@pytest.mark.parametrize("nothing", [Paragraph(()), Listing(((),))])
def test_what_shows_nothing_is_no_page(nothing: Paragraph | Listing) -> None:
    long = Link("", "https://example.org/" + "long/" * 600)
    reply = Reply((nothing, Paragraph((long, long))))
    assert text_of(render(reply, Asked("x"))).startswith("<https://example.org/long/")
