"""Signs under what moderators are told on Matrix: what each does, and that the message says it."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from system.matrix.faults import Faulty, drop, faulty_server, status
from terminal import StillClock
from unit.test_matrix_carrier import ME, ROOM

from community_bot.adapters.matrix.carrier import MatrixCarrier
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.outbound import Outbound
from community_bot.adapters.matrix.reactions import SIGNS
from community_bot.adapters.matrix.render import MAX_CONTENT
from community_bot.adapters.matrix.signs import is_sign, pressed_line, signs_for, signs_in
from community_bot.adapters.matrix.transport import Transport
from community_bot.domain.document import Action, Listing, Paragraph, Reply, Text

YES, NO, TALK, LOOK = (
    "\N{WHITE HEAVY CHECK MARK}",
    "\N{CROSS MARK}",
    "\N{SPEECH BALLOON}",
    "\N{EYES}",
)
DECIDE = tuple(
    Action(f"{label} C1", f"kb {word} C1")
    for label, word in [
        ("Approve", "approve"),
        ("Reject", "reject"),
        ("Discuss", "discuss"),
        ("Look at", "show"),
    ]
)
NOTICE = Reply((Paragraph((Text("Ann proposes C1."),)),), actions=DECIDE, keeps_actions=True)


def content_of(reply: Reply) -> list[dict[str, object]]:
    return [json.loads(page) for page in MatrixCarrier(Line(), "!").pages(reply, "P1 r1")]


def test_a_notice_says_what_each_sign_does_and_how_to_type_it() -> None:
    (content,) = content_of(NOTICE)
    assert content["body"] == (
        "Ann proposes C1.\n\nTo do one of these, react with its sign:\n"
        f"{YES} Approve C1: `!kb approve C1`\n{NO} Reject C1: `!kb reject C1`\n"
        f"{TALK} Discuss C1: `!kb discuss C1`\n{LOOK} Look at C1: `!kb show C1`\n\nP1 r1"
    )
    assert f"{YES} Approve C1: <code>!kb approve C1</code>" in str(content["formatted_body"])
    assert signs_in(content) == {
        YES: "kb approve C1",
        NO: "kb reject C1",
        TALK: "kb discuss C1",
        LOOK: "kb show C1",
    }


def test_what_signs_do_not_tell_apart_is_numbered() -> None:
    lines = [f"kb {word} e{n}" for n in range(4) for word in ("right", "edit")]
    actions = [Action(line, line) for line in (*lines, "kb due")]
    assert list(signs_for(actions)) == list(SIGNS)
    assert list(signs_for(actions[:2])) == ["\N{THUMBS UP SIGN}", "\N{PENCIL}\ufe0f"]
    assert list(signs_for([Action("x", "person x"), *DECIDE])) == list(SIGNS[:5])


def test_any_other_post_has_no_signs() -> None:
    actions = (Action("More", "person x"),)
    (content,) = content_of(Reply(NOTICE.blocks, actions=actions))
    assert signs_in(content) == {}
    assert "`!person x`" in str(content["body"])


def test_a_long_notice_has_its_signs_below_the_last_of_its_messages() -> None:
    items = tuple((Text("слово " * 40),) for _ in range(100))
    pages = content_of(Reply((Listing(items),), actions=DECIDE, keeps_actions=True))
    assert len(pages) > 1
    assert [bool(signs_in(page)) for page in pages] == [*[False] * (len(pages) - 1), True]
    assert f"{LOOK} Look at C1: `!kb show C1`" in str(pages[-1]["body"])
    assert max(len(json.dumps(page, ensure_ascii=False).encode()) for page in pages) < MAX_CONTENT


@pytest.mark.parametrize(
    ("put", "line"),
    [
        (YES, "kb approve C1"),
        (f"{YES}\ufe0f", "kb approve C1"),
        ("\N{EYES}\U0001f3fd", "kb show C1"),
        ("\N{THUMBS UP SIGN}", ""),
        ("yes", ""),
        ("", ""),
    ],
)
def test_a_sign_is_known_however_a_client_draws_it(put: str, line: str) -> None:
    (content,) = content_of(NOTICE)
    assert pressed_line(content, put) == line


@given(st.text(max_size=5), st.dictionaries(st.text(max_size=3), st.integers() | st.text()))
def test_no_content_is_too_odd(key: str, said: dict[str, object]) -> None:
    is_sign(key)
    assert isinstance(pressed_line({"community-bot.signs": said}, key), str)
    assert pressed_line(said, key) == ""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put signs at once: here nothing else is to be posted before."""
    monkeypatch.setattr("community_bot.adapters.matrix.carrier._OFFERED_AFTER", 0.0)


async def put_by(server: Faulty, content: dict[str, object]) -> list[str]:
    """Post a notice, and return the requests that it took."""
    async with Transport(server.url, "secret") as transport:
        client = MatrixClient(transport, Identity(ME, "DEVICE"))
        line = Line(client, Outbound(client, StillClock()))
        await MatrixCarrier(line).send(ROOM, json.dumps(content), "key")
        tasks = [one for one in asyncio.all_tasks() if "_tried" in repr(one.get_coro())]
        await asyncio.wait_for(asyncio.gather(*tasks), 10) if tasks else None
    return server.seen


async def test_signs_are_put_in_order_after_the_notice() -> None:
    async with faulty_server() as server:
        first, *seen = await put_by(server, content_of(NOTICE)[0])
    assert "/send/m.room.message/" in first
    assert len(seen) == len(DECIDE)
    assert all("/send/m.reaction/" in one for one in seen)
    assert len(set(seen)) == len(seen), "each has a transaction of its own"


async def test_a_server_that_limits_the_bot_is_not_pressed_further() -> None:
    limited = {"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 1}
    async with faulty_server() as server:
        sent = {"event_id": "$sent"}
        server.plan += [status(200, sent), status(200, sent), status(429, limited)]
        assert len(await put_by(server, content_of(NOTICE)[0])) == 3


async def test_signs_that_stand_there_already_are_no_obstacle() -> None:
    twice = {"errcode": "M_DUPLICATE_ANNOTATION"}
    async with faulty_server() as server:
        server.plan += [status(200, {"event_id": "$sent"}), status(400, twice), status(400, twice)]
        assert len(await put_by(server, content_of(NOTICE)[0])) == 1 + len(DECIDE)


async def test_a_connection_that_breaks_leaves_the_notice_as_it_is() -> None:
    async with faulty_server() as server:
        server.plan += [status(200, {"event_id": "$sent"}), drop]
        assert len(await put_by(server, content_of(NOTICE)[0])) == 2
