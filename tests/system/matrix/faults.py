"""A homeserver that does what a real one does not do on demand: each answer is written down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Faulty:
    """``plan`` are the answers still to be given, in order; then there is only success.

    ``plans`` are the same for requests whose path ends so.
    """

    url: str = ""
    plan: list[Fault] = field(default_factory=list)
    plans: dict[str, list[Fault]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(f"{request.method} {request.path}")
        self.is_asked.set()
        for end, plan in (*self.plans.items(), ("", self.plan)):
            if plan and request.path.endswith(end):
                return await plan.pop(0)(request)
        return web.json_response({"event_id": "$sent", "next_batch": "s1"})


def status(
    code: int, body: object = None, headers: Mapping[str, str] | None = None, text: str = ""
) -> Fault:
    """Answer with a status."""

    async def answer(request: web.Request) -> web.StreamResponse:
        del request
        if text:
            return web.Response(status=code, text=text, headers=headers)
        return web.json_response(body, status=code, headers=headers)

    return answer


async def drop(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang(request: web.Request) -> web.StreamResponse:
    """Never answer."""
    del request
    await asyncio.Event().wait()
    return web.Response()


@asynccontextmanager
async def faulty_server() -> AsyncIterator[Faulty]:
    """Run such a server on a free loopback port."""
    faulty = Faulty()
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", faulty.handle)
    async with TestServer(application, host="127.0.0.1") as server:
        faulty.url = str(server.make_url("")).rstrip("/")
        yield faulty
