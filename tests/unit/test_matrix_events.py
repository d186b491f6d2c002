"""Whatever JSON a homeserver sends, it is an event, a batch or nothing, and never an exception."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_bot.adapters.matrix.asking import txn_of
from community_bot.adapters.matrix.batch import Batch, filter_for, parse_batch
from community_bot.adapters.matrix.events import (
    MAX_BODY,
    Edit,
    Membership,
    Message,
    Reaction,
    Redaction,
    Tombstone,
    Undecrypted,
    answered_question,
    parse_event,
)
from community_bot.adapters.matrix.rooms import inviter

OWN = "@bot:here.example"
ANN = "@ann:here.example"

_WORDS = st.sampled_from(
    [
        *("m.room.message", "m.room.encrypted", "m.room.redaction", "m.reaction", "m.room.member"),
        *("m.text", "m.replace", "m.thread", "m.annotation", "join", "$one", "$two", "!room"),
        *(OWN, ANN, "m.room.tombstone", "", "> <@ann:x> y", "\ud800", "$" * 300),
    ]
)
_KEYS = st.sampled_from(
    [
        *("type", "sender", "event_id", "content", "origin_server_ts", "state_key", "redacts"),
        *("body", "msgtype", "m.relates_to", "m.new_content", "m.in_reply_to", "rel_type", "key"),
        *("m.mentions", "user_ids", "is_falling_back", "membership", "session_id", "unsigned"),
        *("rooms", "join", "invite", "leave", "timeline", "events", "state", "invite_state"),
        *("next_batch", "summary", "to_device", "device_lists", "!room", "limited", "prev_batch"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | _WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=8)
    ),
    max_leaves=40,
)


def said(content: object, **more: object) -> dict[str, object]:
    return {
        "type": "m.room.message",
        "event_id": "$question",
        "sender": ANN,
        "origin_server_ts": 1_700_000_000_000,
        "content": content,
        **more,
    }


def text(body: object, **more: object) -> dict[str, object]:
    return {"msgtype": "m.text", "body": body, **more}


@given(JSON)
def test_any_json_is_an_event_or_none(raw: object) -> None:
    event = parse_event(raw, OWN)
    if event is not None:
        assert txn_of(event.id)
        assert event.sender != OWN or isinstance(event, Membership | Tombstone)
    assert isinstance(answered_question(raw, OWN), str)


@given(JSON, JSON)
def test_any_content_of_a_well_formed_event_is_read_or_left(content: object, of: object) -> None:
    parse_event(said(content), OWN)
    parse_event(said(text("!ping", **{"m.relates_to": content, "m.mentions": of})), OWN)
    parse_event(said(content, type="m.room.encrypted", state_key=of), OWN)


@given(st.dictionaries(_KEYS, JSON))
def test_any_object_is_a_batch_or_none(raw: dict[str, object]) -> None:
    batch = parse_batch(raw)
    if batch is not None:
        for invited in batch.invited:
            inviter(invited.state, OWN)


@given(JSON)
def test_any_rooms_make_a_batch(rooms: object) -> None:
    room = {"!room": rooms}
    raw: dict[str, object] = {"next_batch": "s1", "rooms": {"join": room, "invite": room}}
    assert isinstance(parse_batch(raw), Batch)


def test_a_message_says_where_it_stands() -> None:
    relation = {"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$x"}}
    content = text("!ping", **{"m.relates_to": relation, "m.mentions": {"user_ids": [OWN, 5]}})
    assert parse_event(said(content), OWN) == Message(
        "$question", ANN, 1_700_000_000_000, "!ping", frozenset({OWN}), "$root", "$x"
    )


def test_what_an_old_client_quotes_is_not_what_somebody_said() -> None:
    quoted = "> <@bot:here.example> a long\n> answer\n\n!ping"
    content = text(quoted, **{"m.relates_to": {"m.in_reply_to": {"event_id": "$x"}}})
    event = parse_event(said(content), OWN)
    assert isinstance(event, Message)
    assert event.body == "!ping"


def test_an_edit_is_its_new_words() -> None:
    relation = {"rel_type": "m.replace", "event_id": "$old"}
    content = text("* !ping", **{"m.relates_to": relation, "m.new_content": text("!ping")})
    event = parse_event(said(content), OWN)
    assert isinstance(event, Edit)
    assert (event.target, event.body) == ("$old", "!ping")


@pytest.mark.parametrize(
    "raw",
    [
        said(text("!ping"), sender=OWN),
        said({"msgtype": "m.notice", "body": "!ping"}),
        said(text("x" * (MAX_BODY + 1))),
        said({}),  # redacted
        said(text("!ping"), origin_server_ts="now"),
        said(text("!ping"), origin_server_ts=True),
        said(text("!ping"), origin_server_ts=10**400),
        said(text("!ping"), origin_server_ts=-1),
        said(text("!ping"), event_id="question"),
        said(text("!ping", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$question"}})),
        said(text("!ping", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$old"}})),
    ],
)
def test_what_is_not_for_us_is_nothing(raw: object) -> None:
    assert parse_event(raw, OWN) is None


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (said({}, type="m.room.redaction", redacts="$x"), Redaction),
        (said({"redacts": "$x"}, type="m.room.redaction"), Redaction),
        (said({"session_id": "x"}, type="m.room.encrypted"), Undecrypted),
        (said({"membership": "join"}, type="m.room.member", state_key=OWN, sender=OWN), Membership),
        (said({"replacement_room": "!next"}, type="m.room.tombstone", state_key=""), Tombstone),
        (
            said(
                {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": "🗑️"}},
                type="m.reaction",
            ),
            Reaction,
        ),
    ],
)
def test_other_events_that_matter(raw: object, kind: type) -> None:
    assert isinstance(parse_event(raw, OWN), kind)


def test_an_answer_is_known_by_its_relation_and_an_edit_is_none() -> None:
    relation: dict[str, object] = {"m.in_reply_to": {"event_id": "$question"}}
    answer = said({"m.relates_to": relation}, sender=OWN, type="m.room.encrypted")
    assert answered_question(answer, OWN) == "$question"
    assert answered_question(said({"m.relates_to": relation}), OWN) == ""
    edit = said({"m.relates_to": {**relation, "rel_type": "m.replace"}}, sender=OWN)
    assert answered_question(edit, OWN) == ""


def test_the_filter_is_json() -> None:
    assert json.loads(json.dumps(filter_for(OWN))) == filter_for(OWN)
