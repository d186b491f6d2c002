"""What a homeserver answers, as an error that says what to do about it; over real connections."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from system.matrix.faults import Fault, drop, faulty_server, hang, status
from terminal import StillClock

from community_bot.adapters.matrix.batch import Batch
from community_bot.adapters.matrix.bridge import Work
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.errors import (
    ForbiddenError,
    InteractionNeededError,
    MatrixError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    RefusedError,
    UnauthorisedError,
    UnreachableError,
)
from community_bot.adapters.matrix.outbound import Outbound
from community_bot.adapters.matrix.sync import Sync
from community_bot.adapters.matrix.transport import Transport

LIMITED = "M_LIMIT_EXCEEDED"
ME = Identity("@bot:here.example", "DEVICE")


async def outcome(*faults: Fault, seconds: float = 5.0) -> MatrixError:
    async with faulty_server() as server, Transport(server.url, "secret") as transport:
        server.plan += faults
        with pytest.raises(MatrixError) as caught:
            await transport.call("GET", "/v3/sync", seconds=seconds)
        assert len(server.seen) == 1, "one call is one attempt"
        return caught.value


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (status(429, {"errcode": LIMITED, "retry_after_ms": 1500}), 1.5),
        (status(429, {"errcode": LIMITED}, {"Retry-After": "7"}), 7.0),
        (status(429, {"errcode": LIMITED, "retry_after_ms": 1}, {"Retry-After": "7"}), 7.0),
        (status(429, {"errcode": LIMITED}), 5.0),
        (status(429, text="slow down"), 5.0),
        (status(400, {"errcode": LIMITED, "retry_after_ms": 250}), 0.25),
        (status(429, {"retry_after_ms": "soon"}, {"Retry-After": "soon"}), 5.0),
        (status(429, {"retry_after_ms": -5}), 0.0),
        (status(429, {"retry_after_ms": 10**12}), 600.0),
        (status(429, {"retry_after_ms": 10**400}), 600.0),
        (status(429, {}, {"Retry-After": f"Mon, 01 Jan {10**20} 00:00:00 GMT"}), 5.0),
        (status(429, {}, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), 0.0),
    ],
)
async def test_how_long_to_wait_is_read_in_every_form(fault: Fault, seconds: float) -> None:
    error = await outcome(fault)
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (status(401, {"errcode": "M_UNKNOWN_TOKEN"}), UnauthorisedError),
        (status(403, {"errcode": "M_USER_DEACTIVATED"}), UnauthorisedError),
        (status(401, {"flows": [], "session": "x"}), InteractionNeededError),
        (status(403, {"errcode": "M_FORBIDDEN"}), ForbiddenError),
        (status(404, {"errcode": "M_NOT_FOUND"}), NotFoundError),
        (status(413, {"errcode": "M_TOO_LARGE"}), RefusedError),
        (status(400, {"errcode": ["M_BAD_JSON"]}), RefusedError),
        (status(302, text="moved", headers={"Location": "http://127.0.0.1:1/"}), RefusedError),
        (status(500, text="<html>"), OutcomeUnknownError),
        (status(502, {"errcode": "M_UNKNOWN"}), OutcomeUnknownError),
        (status(504, []), OutcomeUnknownError),
        (status(200, text="no json"), OutcomeUnknownError),
        (status(200, [1]), OutcomeUnknownError),
        (status(200, text="[" * 100_000), OutcomeUnknownError),
    ],
)
async def test_each_answer_has_its_error(fault: Fault, kind: type[MatrixError]) -> None:
    error = await outcome(fault)
    assert type(error) is kind
    assert "secret" not in repr(error)


async def test_a_connection_that_breaks_may_have_brought_it() -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plan.append(drop)
        with pytest.raises(OutcomeUnknownError):
            await transport.call("PUT", "/v3/rooms")
        server.plan = [drop]
        with pytest.raises(OutcomeUnknownError):
            await transport.call("POST", "/v3/rooms")


async def test_a_soft_logout_is_told_apart() -> None:
    error = await outcome(status(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}))
    assert isinstance(error, UnauthorisedError)
    assert error.is_soft_logout


async def test_a_server_that_never_answers_is_given_up() -> None:
    assert isinstance(await outcome(hang, seconds=0.05), OutcomeUnknownError)


async def test_no_server_is_told_from_one_that_may_have_heard() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        async with Transport(f"http://127.0.0.1:{unused.getsockname()[1]}") as transport:
            with pytest.raises(UnreachableError):
                await transport.call("GET", "/v3/sync")


@dataclass(slots=True)
class NoTokens:
    def load(self) -> str:
        return "s0"

    def save(self, token: str) -> None:
        del token


async def test_what_is_sent_is_sent_until_it_is_known_to_be() -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        again = status(429, {"errcode": LIMITED, "retry_after_ms": 1})
        server.plan += [again, status(429, {}, {"Retry-After": "0"}), drop]
        client = MatrixClient(transport, ME)
        outbound = Outbound(client, StillClock())
        sent = await outbound.deliver("!room", lambda: client.send("!room", {"a": "ö"}, "txn"))
        assert sent == "$sent"
        assert len(server.seen) == 4
        assert len(set(server.seen)) == 1, "each attempt has the same transaction id"


async def test_one_room_that_is_limited_holds_up_no_other() -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plan.append(status(429, {"errcode": LIMITED, "retry_after_ms": 600_000}))
        client = MatrixClient(transport, ME)
        outbound = Outbound(client, StillClock())
        limited = asyncio.create_task(
            outbound.deliver("!one", lambda: client.send("!one", {}, "txn"))
        )
        await server.is_asked.wait()
        assert await outbound.deliver("!two", lambda: client.send("!two", {}, "txn")) == "$sent"
        assert not limited.done()
        limited.cancel()
        await asyncio.wait([limited])


async def test_who_is_limited_without_a_wait_does_not_ask_as_fast_as_the_wire_allows() -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plans["/sync"] = [status(429, {}, {"Retry-After": "0"})] * 100
        client = MatrixClient(transport, ME)
        running = asyncio.create_task(Sync(client, NoTokens(), Nobody(), StillClock()).run())
        for number in range(50):
            await client.send("!room", {}, f"txn{number}")
        running.cancel()
        await asyncio.wait([running])
    assert sum(one.endswith("/sync") for one in server.seen) < 10


async def test_a_refused_token_ends_the_loop_after_one_request() -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plan += [status(401, {"errcode": "M_UNKNOWN_TOKEN"})] * 3
        sync = Sync(MatrixClient(transport, ME), NoTokens(), Nobody(), StillClock())
        with pytest.raises(UnauthorisedError):
            await sync.run()
        assert len(server.seen) == 1


class Nobody:
    def work(self, batch: Batch, *, answers: bool, is_late: bool) -> Iterator[tuple[str, Work]]:
        del batch, answers, is_late
        return iter(())
