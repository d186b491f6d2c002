"""Replies as Matrix messages: within the limits of an event, mentioning nobody, losing nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from strategies.documents import replies

from community_bot.adapters.matrix.render import (
    MAX_CONTENT,
    Asked,
    Contents,
    in_answer_to,
    in_place_of,
    read_page,
    render,
    size_of,
)
from community_bot.adapters.matrix.transport import encode
from community_bot.domain.document import Action, Code, Listing, Paragraph, Reply, Text

KEYS = {"msgtype", "body", "format", "formatted_body", "m.mentions"}
LONG = Reply(
    (Listing(tuple((Text(f"Пункт {n}: " + "слово " * 40),) for n in range(300))),),
    actions=tuple(Action(f"Дія {n}", f"person id-{n}") for n in range(200)),
    footer=(Paragraph((Text("revision "), Code("x@1"))),),
)


@given(replies)
@settings(max_examples=50, deadline=None)
def test_any_reply_is_one_small_message_that_mentions_nobody(reply: Reply) -> None:
    content = render(reply, Asked("line", "!"))
    assert content.keys() == KEYS
    assert content["m.mentions"] == {}
    assert len(encode(content)) <= MAX_CONTENT


def test_the_pages_hold_all_words_and_each_leads_to_the_next() -> None:
    asked = Asked("people", "!")
    words = ""
    pages = 0
    while True:
        content = render(LONG, asked)
        assert len(encode(content)) <= MAX_CONTENT
        pages += 1
        body = str(content["body"])
        assert "<code>!page" in str(content["formatted_body"]) or "`!page" not in body
        following = re.search(r"`!(page \d+ people)`", body)
        words += body
        if following is None:
            break
        line, page = read_page(following[1])
        assert page == pages + 1
        asked = Asked(line, "!", page)
    assert pages > 3
    for n in range(300):
        assert f"Пункт {n}: " in words
    for n in range(200):
        assert f"`!person id-{n}`" in words
    assert "x@1" in words


@pytest.mark.parametrize("page", [0, 9_999])
def test_a_page_that_is_not_there_is_the_nearest(page: int) -> None:
    near = render(LONG, Asked("people", "!", page))
    assert len(encode(near)) <= MAX_CONTENT


@given(replies)
@settings(max_examples=100, deadline=None)
def test_what_is_measured_is_never_less_than_what_is_sent_and_hardly_more(reply: Reply) -> None:
    contents = Contents()
    frame = Reply((), actions=(Action("More", "!page 2 people"),))
    measured = contents.measure(frame)(reply.blocks)
    sent = size_of(contents.of(replace(frame, blocks=reply.blocks)))
    assert sent <= measured <= sent + 6 + 6 * len(reply.blocks)


def test_commands_are_printed_with_the_prefix_of_the_room() -> None:
    reply = Reply((), actions=(Action("More", "person umerov"),))
    assert "`?person umerov`" in str(render(reply, Asked("x", "?"))["body"])
    assert "`person umerov`" in str(render(reply, Asked("x"))["body"])


def test_an_answer_is_a_reply_and_stands_in_the_thread_of_its_question() -> None:
    content = render(Reply(()), Asked("x"))
    reply = {"m.in_reply_to": {"event_id": "$q"}}
    assert in_answer_to(content, "$q", "")["m.relates_to"] == reply
    thread = {"rel_type": "m.thread", "event_id": "$t", "is_falling_back": False}
    assert in_answer_to(content, "$q", "$t")["m.relates_to"] == {**reply, **thread}
    assert "m.relates_to" not in content


def test_an_edit_of_the_longest_page_has_room_in_an_encrypted_event() -> None:
    content = render(LONG, Asked("people", "!"))
    edit = in_place_of(content, "$answer")
    assert len(encode(content)) > MAX_CONTENT - 500
    assert edit["m.new_content"] == content
    assert edit["body"] == f"* {content['body']}"
    assert edit["formatted_body"] == f"* {content['formatted_body']}"
    assert edit["m.mentions"] == {}
    encrypted = len(encode(edit)) * 4 / 3
    assert encrypted + 4_000 < 65_536


def test_an_edit_of_a_short_answer_shows_it_to_clients_that_know_no_edits() -> None:
    content = render(Reply((Paragraph((Text("Yes."),)),)), Asked("x"))
    edit = in_place_of(content, "$answer")
    assert edit["body"] == "* Yes."
    assert json.loads(encode(edit)) == edit
