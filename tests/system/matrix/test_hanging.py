"""A /sync that hangs: it is given up and asked again, and who asks how the bot is, is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr
from system.matrix.faults import Fault, Faulty, faulty_server, hang, status
from terminal import base_of

from community_bot.adapters.matrix.batch import Batch
from community_bot.adapters.matrix.bridge import Work
from community_bot.adapters.matrix.client import GRACE, Identity, MatrixClient
from community_bot.adapters.matrix.sync import WAIT, Sync
from community_bot.adapters.matrix.transport import Transport
from community_bot.app.health import DEAF_AFTER, Link, Readiness
from community_bot.app.matrix import MatrixPlatform
from community_bot.app.questions import SystemClock
from community_bot.app.settings import Settings
from community_bot.app.settings_matrix import MatrixSettings
from community_bot.app.wiring import wire

BOT = Identity("@bot:x.example", "DEVICE")


class Frozen(SystemClock):
    """The machine's clock, but for the seconds that a test counts itself."""

    seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


class NoPlace:
    def load(self) -> str:
        return "s0"

    def save(self, token: str) -> None:
        del token


class Quiet:
    def work(self, batch: Batch, *, answers: bool, is_late: bool) -> Iterator[tuple[str, Work]]:
        del batch, answers, is_late
        yield from ()


async def test_a_sync_that_hangs_is_given_up_and_asked_again() -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plans["/sync"] = [hang]
        loop = Sync(
            MatrixClient(transport, BOT), NoPlace(), Quiet(), SystemClock(), wait=0.05, grace=0.05
        )
        running = asyncio.create_task(loop.run())
        await until(server, lambda: syncs(server) > 1)
        running.cancel()


def test_it_is_asked_again_before_the_bot_counts_as_deaf() -> None:
    assert WAIT + GRACE < DEAF_AFTER == 90


@pytest.mark.parametrize("is_new", [True, False])
async def test_the_first_sync_of_a_start_is_short_so_that_soon_nothing_is_late(
    *, is_new: bool
) -> None:
    waits: list[int] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        waits.append(int(request.query["timeout"]))
        return web.json_response({"next_batch": f"s{len(waits)}"})

    class Place(NoPlace):
        def load(self) -> str:
            return "" if is_new else "s0"

    async with faulty_server() as server, Transport(server.url) as transport:
        server.plans["/sync"] = [answer, answer, hang]
        loop = Sync(MatrixClient(transport, BOT), Place(), Quiet(), SystemClock())
        running = asyncio.create_task(loop.run())
        await until(server, lambda: syncs(server) > 2)
        running.cancel()
    first, second = waits
    assert first == 0 if is_new else 0 < first <= 2_000
    assert second == WAIT * 1000


def with_a_gap(*events: object) -> Fault:
    timeline = {"limited": True, "prev_batch": "t1", "events": list(events)}
    return status(200, {"next_batch": "s1", "rooms": {"join": {"!a:x": {"timeline": timeline}}}})


async def test_a_room_whose_past_the_server_cannot_read_makes_the_bot_deaf_nowhere() -> None:
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plans["/sync"] = [with_a_gap(), status(200, {"next_batch": "s2"}), hang]
        server.plans["/messages"] = [status(500)] * 100
        loop = Sync(MatrixClient(transport, BOT), NoPlace(), Quiet(), SystemClock(), most_tries=2)
        running = asyncio.create_task(loop.run())
        await until(server, lambda: syncs(server) > 1)
        running.cancel()
        assert sum(one.endswith("/messages") for one in server.seen) == 2


async def test_an_event_of_no_moment_that_there_is_ends_no_reading() -> None:
    odd = {"type": "m.room.message", "origin_server_ts": -(10**400)}
    async with faulty_server() as server, Transport(server.url) as transport:
        server.plans["/sync"] = [with_a_gap(), status(200, {"next_batch": "s2"}), hang]
        server.plans["/messages"] = [status(200, {"chunk": [odd], "end": "t0"})]
        loop = Sync(MatrixClient(transport, BOT), NoPlace(), Quiet(), SystemClock())
        running = asyncio.create_task(loop.run())
        await until(server, lambda: syncs(server) > 1)
        running.cancel()


async def test_who_asks_how_the_bot_is_is_told_that_it_hears_nothing(tmp_path: Path) -> None:
    clock = Frozen()
    async with faulty_server() as server, service(server, tmp_path, clock) as ready:
        assert ready() == (False, Link.CONNECTING)
        server.plans["/whoami"] = [
            status(200, {"user_id": BOT.user, "device_id": BOT.device}),
        ]
        server.plans["/sync"] = [status(200, {"next_batch": "s1"}), hang]
        await until(server, lambda: syncs(server) > 1)
        assert ready() == (True, Link.CONNECTED)
        clock.seconds += DEAF_AFTER - 1
        assert ready() == (True, Link.CONNECTED)
        clock.seconds += 2
        assert ready() == (False, Link.DEAF)


@asynccontextmanager
async def service(
    server: Faulty, folder: Path, clock: Frozen
) -> AsyncIterator[Callable[[], tuple[bool, Link]]]:
    """Run Matrix as the service does; yield what tells whether the bot is ready, and its link."""
    settings = Settings(
        state_dir=folder,
        matrix=MatrixSettings(
            homeserver=server.url, user_id=BOT.user, access_token=SecretStr("secret")
        ),
    )
    platform = MatrixPlatform(settings, clock)
    bot = wire(base_of("dreyfus"), clock=clock, carriers=platform.carriers)
    readiness = Readiness(bot.snapshot, [platform.health], dict)

    def ready() -> tuple[bool, Link]:
        return readiness.report()["ready"] is True, platform.health().link

    running, _ = platform.services(bot)
    task = asyncio.ensure_future(running.run())
    yield ready
    task.cancel()
    await asyncio.wait([task])
    await bot.close()


def syncs(server: Faulty) -> int:
    return sum(one.endswith("/sync") for one in server.seen)


async def until(server: Faulty, is_so: Callable[[], bool]) -> None:
    while not is_so():
        server.is_asked.clear()
        await server.is_asked.wait()
