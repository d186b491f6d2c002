"""What stands before a real server, and answers some requests itself."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from system.matrix.faults import Fault
from yarl import URL


@dataclass(slots=True)
class Proxy:
    """``faults`` are by what "METHOD path" looks like; what is like none goes to the server."""

    server: str
    url: str = ""
    faults: dict[str, Fault] = field(default_factory=dict)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        for pattern, fault in self.faults.items():
            if re.search(pattern, f"{request.method} {request.path}"):
                return await fault(request)
        return await self._passed_on(request)

    async def _passed_on(self, request: web.Request) -> web.StreamResponse:
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method,
                URL(self.server + request.raw_path, encoded=True),
                data=await request.read(),
                headers={"Authorization": request.headers.get("Authorization", "")},
            ) as answer,
        ):
            body = await answer.read()
            return web.Response(status=answer.status, body=body, content_type="application/json")


@asynccontextmanager
async def proxy_to(server: str) -> AsyncIterator[Proxy]:
    """Run one on a free loopback port."""
    proxy = Proxy(server)
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", proxy.handle)
    async with TestServer(application, host="127.0.0.1") as running:
        proxy.url = str(running.make_url("")).rstrip("/")
        yield proxy
