"""What is told of the bot's health: of each platform whether it is connected, and no more."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from processes import call
from terminal import base_of

from community_bot.app.health import DEAF_AFTER, Link, PlatformHealth, Readiness, link_of
from community_bot.app.health_asking import lines_of
from community_bot.app.health_serving import Report, serve_health
from community_bot.app.settings_forms import Place
from community_bot.domain.address import Platform
from community_bot.publishing.health import LaneState, LaneStatus

READY: dict[str, object] = {"ready": True}
DEAF: dict[str, object] = {"ready": False}


def free_place() -> Place:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Place("127.0.0.1", probe.getsockname()[1])


@asynccontextmanager
async def served(report: Report) -> AsyncIterator[Place]:
    place = free_place()
    task = asyncio.create_task(serve_health(place, report))
    while True:
        await asyncio.sleep(0)
        with suppress(OSError):
            _, writer = await asyncio.open_connection(*place)
            writer.close()
            break
    yield place
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def asked(place: Place, request: bytes) -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection(*place)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *fields = head.decode().split("\r\n")
    return int(first.split()[1]), dict(field.split(": ", 1) for field in fields), body


def get(path: str, method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


@pytest.mark.parametrize(("report", "status"), [(READY, 200), (DEAF, 503)])
async def test_readiness_is_a_status_and_what_it_rests_on(
    report: dict[str, object], status: int
) -> None:
    async with served(lambda: report) as place:
        found, head, body = await asked(place, get("/readyz"))
    assert found == status
    assert json.loads(body) == report
    assert int(head["Content-Length"]) == len(body)


async def test_a_deaf_bot_is_alive() -> None:
    async with served(lambda: DEAF) as place:
        assert (await asked(place, get("/healthz")))[0] == 200


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get("/"), 404),
        (get("/readyz/.."), 404),
        (get("/readyz?now"), 200),
        (get("/readyz", "POST"), 405),
        (b"\r\n\r\n", 405),
        (b"GET /readyz HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n", 431),
    ],
)
async def test_what_else_is_asked_is_refused(request_: bytes, status: int) -> None:
    async with served(lambda: READY) as place:
        assert (await asked(place, request_))[0] == status
        assert (await asked(place, get("/readyz")))[0] == 200


async def test_head_has_no_body() -> None:
    async with served(lambda: READY) as place:
        status, head, body = await asked(place, get("/readyz", "HEAD"))
    assert (status, body) == (200, b"")
    assert int(head["Content-Length"]) > 0


async def test_a_taken_port_is_a_sentence_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    tried: asyncio.Queue[float] = asyncio.Queue()

    async def pause(seconds: float) -> None:
        tried.put_nowait(seconds)
        await asyncio.Event().wait()

    async with served(lambda: READY) as place:
        task = asyncio.create_task(serve_health(place, lambda: DEAF, pause=pause))
        assert await tried.get() > 1
        task.cancel()
        assert (await asked(place, get("/readyz")))[0] == 200
    assert str(place.port) in caplog.text


@pytest.mark.parametrize(
    ("heard", "is_refused", "link"),
    [
        (None, False, Link.CONNECTING),
        (0.0, False, Link.CONNECTED),
        (DEAF_AFTER, False, Link.CONNECTED),
        (DEAF_AFTER + 1, False, Link.DEAF),
        (0.0, True, Link.REFUSED),
    ],
)
def test_a_platform_is_connected_while_it_is_heard_of(
    heard: float | None, *, is_refused: bool, link: Link
) -> None:
    assert link_of(heard, is_refused=is_refused) is link


def platform(link: Link, heard: float | None, device: str) -> Callable[[], PlatformHealth]:
    return lambda: PlatformHealth(Platform.MATRIX, link, heard, device)


def readiness(*platforms: Callable[[], PlatformHealth]) -> Readiness:
    lanes = {Platform.MATRIX: LaneState(LaneStatus.TOKEN_REFUSED)}
    return Readiness(base_of("dreyfus"), platforms, lambda: lanes)


@pytest.mark.parametrize("link", Link)
def test_the_bot_is_ready_when_all_platforms_are_connected(link: Link) -> None:
    one = platform(Link.CONNECTED, 1.0, "signed")
    other = platform(link, 1.0, "signed")
    assert readiness().report()["ready"] is True
    assert readiness(one, other).report()["ready"] is (link is Link.CONNECTED)


def test_people_read_a_line_for_each_platform() -> None:
    report = readiness(platform(Link.CONNECTED, 3.21, "foreign")).report()
    first, knowledge = lines_of(json.loads(json.dumps(report)))
    assert first.startswith("matrix: connected, last heard of 3 s ago, its device is not verified")
    assert first.endswith("posts wait")
    assert str(len(base_of("dreyfus").current.entries)) in knowledge


def test_what_answers_may_be_no_bot_at_all() -> None:
    first, _ = lines_of({"platforms": {"x": 1}, "knowledge": []})
    assert first == "x: not connected yet"


def test_where_nobody_answers_a_sentence_says_so() -> None:
    place = free_place()
    done = call("health", COMMUNITY_BOT_HEALTH=f"127.0.0.1:{place.port}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert str(place.port) in done.stderr


def test_where_health_is_off_a_sentence_says_so() -> None:
    done = call("health", COMMUNITY_BOT_HEALTH="off")
    assert done.returncode == 1
    assert "off" in done.stderr


@pytest.mark.parametrize(
    ("device", "warnings"),
    [
        ("", []),
        ("signed", []),
        ("foreign", ["matrix-device-foreign"]),
        ("lost", ["matrix-device-lost"]),
    ],
)
def test_a_device_that_others_cannot_trust_is_a_warning_and_no_failure(
    device: str, warnings: list[str]
) -> None:
    report = readiness(platform(Link.CONNECTED, 1.0, device)).report()
    assert (report["ready"], report["warnings"]) == (True, warnings)
    said = "\n".join(lines_of(report))
    assert ("not verified" in said) is (device == "foreign")
    assert ("keys of its device are lost" in said) is (device == "lost")
