"""Data: the whole document, from which it can be made again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies.documents import HOSTILE, everywhere, replies

from community_bot.core.render.data import answer_data, reply_data
from community_bot.domain.document import (
    Action,
    Block,
    Code,
    CodeBlock,
    Emphasis,
    ErrorReport,
    Field,
    Fields,
    Form,
    FormInput,
    Heading,
    Inline,
    Inlines,
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

INLINES: dict[str, type[Inline]] = {
    "text": Text,
    "strong": Strong,
    "emphasis": Emphasis,
    "code": Code,
    "link": Link,
    "time": Time,
}
BLOCKS: dict[str, type[Block]] = {
    "heading": Heading,
    "paragraph": Paragraph,
    "listing": Listing,
    "fields": Fields,
    "quotation": Quotation,
    "code-block": CodeBlock,
    "rule": Rule,
}


def read_inlines(data: list[dict[str, Any]]) -> Inlines:
    return tuple(INLINES[inline.pop("inline")](**inline) for inline in data)


def read_block(data: dict[str, Any]) -> Block:
    for key in ("content", "citation"):
        if key in data:
            data[key] = read_inlines(data[key])
    if "items" in data:
        data["items"] = tuple(map(read_inlines, data["items"]))
    if "fields" in data:
        data["fields"] = tuple(
            Field(field["label"], read_inlines(field["value"])) for field in data["fields"]
        )
    return BLOCKS[data.pop("block")](**data)


def read_reply(data: dict[str, Any]) -> Reply:
    return Reply(
        blocks=tuple(map(read_block, data["blocks"])),
        actions=tuple(Action(**action) for action in data["actions"]),
        entries=tuple(data["entries"]),
        candidates=tuple(data["candidates"]),
        error=data["error"] and ErrorReport(**data["error"]),
        footer=tuple(map(read_block, data["footer"])),
        language=data["language"],
        private=data["private"],
        form=data["form"] and read_form(data["form"]),
        keeps_actions=data["keeps_actions"],
    )


def read_form(data: dict[str, Any]) -> Form:
    inputs = tuple(FormInput(**one) for one in data["inputs"])
    return Form(data["title"], data["line"], inputs)


@settings(max_examples=150, deadline=None)
@given(replies)
def test_a_reply_comes_back_from_its_json_as_it_was(reply: Reply) -> None:
    assert read_reply(json.loads(json.dumps(reply_data(reply)))) == reply


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_data_like_any_other(text: str) -> None:
    reply = everywhere(text)
    assert read_reply(json.loads(json.dumps(reply_data(reply)))) == reply


@settings(max_examples=50, deadline=None)
@given(st.text(), replies)
def test_an_answer_says_what_was_asked_and_what_it_shows(command: str, reply: Reply) -> None:
    data = answer_data(command, reply)
    assert list(data) == ["command", "entries", "candidates", "reply", "error"]
    assert data["command"] == command
    assert data["entries"] == list(reply.entries)
    assert data["candidates"] == list(reply.candidates)
    assert data["reply"] == reply_data(reply)
    assert (data["error"] is None) == (reply.error is None)


def test_an_error_has_its_key_and_message() -> None:
    reply = Reply((), error=ErrorReport("name-unknown", "Nobody of that name is known."))
    assert answer_data("person x", reply)["error"] == {
        "key": "name-unknown",
        "message": "Nobody of that name is known.",
    }
