"""What a carrier makes of a homeserver's answers, and how it cuts a post into messages."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta

import pytest
from system.matrix.faults import Fault, drop, faulty_server, status

from community_bot.adapters.matrix.carrier import KEY, MatrixCarrier
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.render import MAX_CONTENT, in_place_of
from community_bot.adapters.matrix.transport import Transport, encode
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Action, Listing, Paragraph, Reply, Text
from community_bot.publishing.errors import (
    DeliveryError,
    DestinationRefusedError,
    HistoryUnreadableError,
    MessageRefusedError,
    NotAcceptedError,
    OutcomeUnknownError,
    TokenRefusedError,
)

ME = "@bot:here.example"
ROOM = Address(Platform.MATRIX, room="!room")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMITED = {"errcode": "M_LIMIT_EXCEEDED"}


def carrier_to(transport: Transport) -> MatrixCarrier:
    return MatrixCarrier(Line(MatrixClient(transport, Identity(ME, "DEVICE"))))


async def outcome_of_sending(*faults: Fault) -> DeliveryError:
    async with faulty_server() as server, Transport(server.url, "secret") as transport:
        server.plan += faults
        with pytest.raises(DeliveryError) as caught:
            await carrier_to(transport).send(ROOM, "{}", "key")
        assert len(server.seen) == 1, "one call is one attempt"
        return caught.value


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        (status(401, {"errcode": "M_UNKNOWN_TOKEN"}), TokenRefusedError, "token-refused"),
        (status(403, {"errcode": "M_USER_DEACTIVATED"}), TokenRefusedError, "token-refused"),
        (
            status(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}),
            NotAcceptedError,
            "session-over",
        ),
        (status(403, {"errcode": "M_FORBIDDEN"}), DestinationRefusedError, "forbidden"),
        (status(404, {"errcode": "M_NOT_FOUND"}), DestinationRefusedError, "no-place"),
        (status(403, {"errcode": "M_RESOURCE_LIMIT_EXCEEDED"}), NotAcceptedError, "account-held"),
        (status(403, text="<html>a firewall"), OutcomeUnknownError, "server-failed"),
        (status(404, text="<html>a proxy"), OutcomeUnknownError, "server-failed"),
        (status(404, {"errcode": "M_UNRECOGNIZED"}), OutcomeUnknownError, "server-failed"),
        (
            status(302, text="moved", headers={"Location": "http://127.0.0.1:1/"}),
            OutcomeUnknownError,
            "server-failed",
        ),
        (status(413, {"errcode": "M_TOO_LARGE"}), MessageRefusedError, "too-large"),
        (status(413, text="<html>too large"), MessageRefusedError, "too-large"),
        (status(400, {"errcode": "M_BAD_JSON"}), MessageRefusedError, "malformed"),
        (status(500, {"errcode": "M_UNKNOWN"}), OutcomeUnknownError, "server-failed"),
        (status(502, text="<html>"), OutcomeUnknownError, "server-failed"),
        (status(504, text=""), OutcomeUnknownError, "server-failed"),
        (status(200, {"event_id": 5}), OutcomeUnknownError, "unclear"),
        (status(200, text="no json"), OutcomeUnknownError, "server-failed"),
        (drop, OutcomeUnknownError, "unclear"),
    ],
)
async def test_each_answer_says_what_is_known_of_an_attempt_and_why(
    fault: Fault, kind: type[DeliveryError], reason: str
) -> None:
    error = await outcome_of_sending(fault)
    assert type(error) is kind
    assert error.reason == f"delivery-{reason}"
    assert "secret" not in repr(error)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (status(429, {**LIMITED, "retry_after_ms": 1500}), 1.5),
        (status(429, LIMITED, {"Retry-After": "7"}), 7.0),
        (status(429, {**LIMITED, "retry_after_ms": 1}, {"Retry-After": "7"}), 7.0),
        (status(400, {**LIMITED, "retry_after_ms": 250}), 0.25),
        (status(429, text="slow down"), 5.0),
    ],
)
async def test_a_limit_holds_up_the_platform_as_long_as_it_says(
    fault: Fault, seconds: float
) -> None:
    error = await outcome_of_sending(fault)
    assert isinstance(error, NotAcceptedError)
    assert error.retry_after == timedelta(seconds=seconds)
    assert error.whole_platform


@pytest.mark.parametrize(
    ("line", "kind"),
    [(Line(), NotAcceptedError), (Line(is_refused=True), TokenRefusedError)],
)
async def test_without_a_session_nothing_is_taken(line: Line, kind: type[DeliveryError]) -> None:
    carrier = MatrixCarrier(line)
    for attempt in (
        carrier.send(ROOM, "{}", "key"),
        carrier.edit(ROOM, "$message", "{}", "key"),
        carrier.delete(ROOM, "$message", "key"),
        carrier.find(ROOM, "{}", "key", NOON),
    ):
        with pytest.raises(kind) as caught:
            await attempt
        assert type(caught.value) is kind
        assert getattr(caught.value, "whole_platform", True)


async def test_a_session_that_is_over_is_not_the_end_where_the_bot_can_sign_in_anew() -> None:
    async with faulty_server() as server, Transport(server.url, "secret") as transport:
        server.plan += [status(401, {"errcode": "M_UNKNOWN_TOKEN"})] * 2
        line = carrier_to(transport).line
        with pytest.raises(TokenRefusedError):
            await MatrixCarrier(line).send(ROOM, "{}", "key")
        line.can_sign_in_anew = True
        with pytest.raises(NotAcceptedError) as caught:
            await MatrixCarrier(line).send(ROOM, "{}", "key")
        assert caught.value.whole_platform


async def test_where_nobody_listens_surely_nothing_was_taken() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with Transport(f"http://127.0.0.1:{unused.getsockname()[1]}") as transport:
            with pytest.raises(NotAcceptedError):
                await carrier_to(transport).send(ROOM, "{}", "key")


async def test_a_broken_connection_is_not_followed_by_another_attempt_unseen() -> None:
    limited = status(429, {**LIMITED, "retry_after_ms": 1})
    # Else what the first attempt brought would count as surely not taken.
    assert isinstance(await outcome_of_sending(drop, limited), OutcomeUnknownError)


def event(**more: object) -> dict[str, object]:
    return {
        "event_id": "$it",
        "sender": ME,
        "type": "m.room.message",
        "origin_server_ts": NOON.timestamp() * 1000,
        "content": {KEY: "key"},
        **more,
    }


async def found_in(*pages: object) -> str | None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plan += [status(200, page) for page in pages]
        found = await carrier_to(transport).find(ROOM, "{}", "key", NOON)
        assert len(server.seen) == len(pages)
        return found


BEFORE = int((NOON - timedelta(minutes=9)).timestamp() * 1000)
LONG_BEFORE = int((NOON - timedelta(minutes=11)).timestamp() * 1000)
REDACTED = {"content": {}, "unsigned": {"redacted_because": {"sender": "@mod:here.example"}}}


async def test_history_is_read_back_as_far_as_it_may_matter() -> None:
    other = event(content={KEY: "other"}, origin_server_ts=BEFORE)
    old = event(content={}, origin_server_ts=LONG_BEFORE, unsigned={"transaction_id": "x"})
    foreign_and_old = event(sender="@eve:there.example", origin_server_ts=0)
    assert await found_in({"chunk": [other], "end": "1"}, {"chunk": [event()], "end": "2"}) == "$it"
    assert await found_in({"chunk": [other], "end": "1"}, {"chunk": [old], "end": "2"}) is None
    assert await found_in({"chunk": [], "end": "1"}, {"chunk": [other]}) is None
    pages = ({"chunk": [foreign_and_old], "end": "1"}, {"chunk": [event()]})
    assert await found_in(*pages) == "$it"
    assert await found_in({"chunk": [event(**REDACTED), event()]}) == "$it"
    by_transaction = {**REDACTED, "unsigned": {"transaction_id": "key"}}
    assert await found_in({"chunk": [event(**by_transaction)]}) == "$it"


@pytest.mark.parametrize(
    "page",
    [
        {"chunk": [event(**REDACTED)]},
        {"chunk": [event(type="m.room.encrypted", content={"session_id": "lost"})]},
    ],
)
async def test_what_cannot_be_read_may_be_what_was_sent(page: object) -> None:
    with pytest.raises(HistoryUnreadableError):
        await found_in(page)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (status(200, {}), OutcomeUnknownError),
        (status(200, {"chunk": "no"}), OutcomeUnknownError),
        (status(502), OutcomeUnknownError),
        (status(429, LIMITED), NotAcceptedError),
        (status(403, {"errcode": "M_FORBIDDEN"}), DestinationRefusedError),
        (status(401, {"errcode": "M_UNKNOWN_TOKEN"}), TokenRefusedError),
    ],
)
async def test_an_answer_without_history_is_no_empty_history(
    fault: Fault, kind: type[DeliveryError]
) -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plan.append(fault)
        with pytest.raises(kind):
            await carrier_to(transport).find(ROOM, "{}", "key", NOON)


async def test_a_history_without_end_is_given_up() -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plan += [status(200, {"chunk": [], "end": "on"})] * 200
        with pytest.raises(HistoryUnreadableError):
            await carrier_to(transport).find(ROOM, "{}", "key", NOON)


def test_a_long_post_is_cut_into_messages_that_each_bear_the_mark() -> None:
    items = tuple((Text(f"Пункт {n}: " + "слово " * 40),) for n in range(300))
    actions = (Action("Дія", "person x"),)
    reply = Reply((Listing(items),), actions=actions, footer=(Paragraph((Text("Подвал"),)),))
    pages = carrier_to(Transport("http://127.0.0.1:1")).pages(reply, "P12 r3")
    contents = [json.loads(page) for page in pages]
    assert len(pages) > 3
    for number, (page, content) in enumerate(zip(pages, contents, strict=True), 1):
        mark = f"P12 r3 {number}/{len(pages)}"
        assert content["body"].splitlines()[-1] == mark
        assert content["formatted_body"].splitlines()[-1] == f"<p>{mark}</p>"
        assert len(page.encode()) <= MAX_CONTENT
        assert len(encode({**in_place_of(content, "$" + "x" * 254), KEY: "x" * 22})) < 48_000
    words = "".join(content["body"] for content in contents)
    assert all(f"Пункт {n}: " in words for n in range(300))
    assert "`!person x`" in words
    assert "Подвал" in words


def test_a_short_post_is_one_message_and_offers_commands_as_they_are_typed() -> None:
    reply = Reply((Paragraph((Text("news"),)),), actions=(Action("More", "person x"),))
    (page,) = MatrixCarrier(Line(), prefix="?").pages(reply, "P1 r1")
    content = json.loads(page)
    assert "`?person x`" in content["body"]
    assert content["body"].endswith("\n\nP1 r1")
