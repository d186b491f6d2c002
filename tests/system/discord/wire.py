"""A small Discord on loopback, over real HTTP and WebSockets: the API and the gateway.

It is what SimCord is not: a wire on which things break. ``Wire.host.script`` and the gateway's own
methods say what goes wrong; every request is kept in ``Wire.channels.requests``.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from ledger.book import Book
from ledger.discord import BASE, OWN, SERVER, Channels, Recorded, answered, refusal
from ledger.host import Host
from system.discord.gateway import Gateway
from system.discord.openapi import problems

APPLICATION = "800000000000000008"
ME = {"id": OWN, "username": "bot", "discriminator": "0", "avatar": None, "bot": True}
SOMEBODY = {"id": "600000000000000006", "username": "ann", "discriminator": "0", "avatar": None}


@dataclass(slots=True)
class Callback:
    """What was answered to an interaction, and when by the loop's clock."""

    interaction: str
    body: Any
    at: float


@dataclass(slots=True)
class Wire:
    """The parts of the simulation. ``refusals`` holds statuses that the API answers with first."""

    channels: Channels
    gateway: Gateway
    host: Host
    url: str = ""
    callbacks: list[Callback] = field(default_factory=list)
    followups: list[Recorded] = field(default_factory=list)
    commands: list[dict[str, Any]] = field(default_factory=list)
    refusals: deque[int] = field(default_factory=deque)
    lost_callbacks: int = 0
    began: dict[str, float] = field(default_factory=dict)
    _count: Any = field(default_factory=lambda: itertools.count(2_000_000_000_000_000_000))
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def api(self) -> str:
        """The address of the API."""
        return self.url + BASE

    @property
    def requests(self) -> list[Recorded]:
        """All requests made to the API."""
        return self.channels.requests

    def revoke(self) -> None:
        """Have the token be valid no more."""
        self.channels.token = self.gateway.token = ""

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at after each callback and followup."""
        while not is_so():
            self._news.clear()
            await self._news.wait()

    async def interact(self, kind: int, data: dict[str, Any], **more: object) -> str:
        """Have somebody begin an interaction, in the server unless told otherwise; its id."""
        id_ = str(next(self._count))
        member: dict[str, Any] = {
            "user": SOMEBODY,
            "roles": [],
            "permissions": "0",
            "joined_at": None,
        }
        member |= {"deaf": False, "mute": False, "flags": 0}
        event = {
            "id": id_,
            "application_id": APPLICATION,
            "type": kind,
            "data": data,
            "token": f"interaction-{id_}",
            "version": 1,
            "locale": "en-US",
            "guild_locale": "en-US",
            "guild_id": SERVER,
            "guild": {"id": SERVER, "locale": "en-US", "features": []},
            "channel_id": "1000000000000000001",
            "channel": {"id": "1000000000000000001", "type": 0, "name": "news"},
            "member": member,
            "app_permissions": "0",
            "entitlements": [],
            "authorizing_integration_owners": {"0": SERVER},
            "context": 0,
            "attachment_size_limit": 0,
            **more,
        }
        event = {key: value for key, value in event.items() if value is not None}
        self.began[id_] = asyncio.get_running_loop().time()
        await self.gateway.send("INTERACTION_CREATE", event)
        return id_

    async def command(self, name: str, /, *, kind: int = 2, **options: object) -> str:
        """Have somebody use a slash command with options of text."""
        given = [{"name": key, "type": 3, "value": value} for key, value in options.items()]
        if kind == 4 and given:
            given[-1]["focused"] = True
        data = {"id": "1", "name": name, "type": 1, "options": given}
        return await self.interact(kind, data)

    def answer_to(self, interaction: str) -> Any:  # noqa: ANN401 - JSON
        """Return the body of the callback to an interaction; None while there is none."""
        bodies = (one.body for one in self.callbacks if one.interaction == interaction)
        return next(bodies, None)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of all that is not about channels."""
        handled = self.channels.handled
        application = BASE + "/applications/{application}/commands"
        webhook = BASE + "/webhooks/{application}/{token}"
        return [
            web.get(BASE + "/users/@me", handled(self._me)),
            web.get(BASE + "/oauth2/applications/@me", handled(self._application)),
            web.get(BASE + "/applications/@me", handled(self._application)),
            web.get(BASE + "/gateway/bot", handled(self._gateway)),
            web.get(application, handled(self._commands)),
            web.put(application, handled(self._sync)),
            web.post(BASE + "/interactions/{id}/{token}/callback", self._callback),
            web.route("*", webhook, self._followup),
            web.route("*", webhook + "/messages/{message}", self._followup),
            web.get("/gateway/", self.gateway.serve),
        ]

    @web.middleware
    async def refuse(self, request: web.Request, handler: Any) -> web.StreamResponse:  # noqa: ANN401
        """Answer with a failure while there are any in the list."""
        if self.refusals and request.path.startswith(BASE):
            self.channels.requests.append(Recorded(request.method, request.path[len(BASE) :]))
            status = self.refusals.popleft()
            return refusal(status, 0, "refused")
        response: web.StreamResponse = await handler(request)
        return response

    async def _me(self, request: web.Request) -> web.StreamResponse:
        del request
        return answered({**ME, "verified": True, "mfa_enabled": False, "flags": 0})

    async def _application(self, request: web.Request) -> web.StreamResponse:
        del request
        said = {"id": APPLICATION, "name": "bot", "icon": None, "description": "", "summary": ""}
        more = {"bot_public": True, "bot_require_code_grant": False, "verify_key": "", "flags": 0}
        return answered({**said, **more, "owner": SOMEBODY, "team": None, "rpc_origins": []})

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        del request
        limit = {"total": 1000, "remaining": 999, "reset_after": 0, "max_concurrency": 1}
        url = self.gateway.url
        return answered({"url": url, "shards": self.gateway.shards, "session_start_limit": limit})

    async def _commands(self, request: web.Request) -> web.StreamResponse:
        del request
        return answered(self.commands)

    async def _sync(self, request: web.Request) -> web.StreamResponse:
        self.commands = [
            {
                "description": "",
                **command,
                "id": str(next(self._count)),
                "application_id": APPLICATION,
                "version": str(next(self._count)),
                "default_member_permissions": None,
                "type": command.get("type", 1),
            }
            for command in await request.json()
        ]
        return answered(self.commands)

    async def _callback(self, request: web.Request) -> web.StreamResponse:
        body, id_ = await request.json(), request.match_info["id"]
        now = asyncio.get_running_loop().time()
        path = request.path.removeprefix(BASE)
        self.requests.append(Recorded("POST", path, body, dict(request.query)))
        self._news.set()
        if self.answer_to(id_) is not None:
            return refusal(400, 40060, "Interaction has already been acknowledged.")
        if id_ not in self.began or now - self.began[id_] > 3:
            return refusal(404, 10062, "Unknown interaction")
        self.callbacks.append(Callback(id_, body, now))
        self._news.set()
        if self.lost_callbacks and request.transport is not None:
            self.lost_callbacks -= 1
            request.transport.close()
        if request.query.get("with_response") not in {"1", "true"}:
            return web.Response(status=204)
        interaction: dict[str, Any] = {"id": id_, "type": 2}
        resource: dict[str, Any] = {"type": body["type"]}
        if body["type"] == 4:
            shown = self._shown(body.get("data") or {})
            interaction |= {"response_message_id": shown["id"], "response_message_loading": False}
            interaction["response_message_ephemeral"] = bool(shown["flags"] & 64)
            resource["message"] = shown
        return answered({"interaction": interaction, "resource": resource})

    async def _followup(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        made = Recorded(request.method, request.path.removeprefix(BASE), body, dict(request.query))
        self.requests.append(made)
        self.followups.append(made)
        self._news.set()
        if request.method == "DELETE":
            return web.Response(status=204)
        return answered(self._shown(body or {}))

    def _shown(self, body: dict[str, Any]) -> dict[str, Any]:
        return self.channels.shown(self.channels.keep("1000000000000000001", body))


@asynccontextmanager
async def wire(*, now: Callable[[], float] = time.time) -> AsyncIterator[Wire]:
    """Have a Discord for a block."""
    host = Host(Book(now, key_window=180))
    made = Wire(Channels(host, now), Gateway(ME, APPLICATION), host)
    application = web.Application(middlewares=[made.refuse])
    application.add_routes([*made.routes(), *made.channels.routes()])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    made.url = f"http://127.0.0.1:{port}"
    made.gateway.url = f"ws://127.0.0.1:{port}/gateway/"
    try:
        yield made
        assert not problems(made.requests)
    finally:
        await made.gateway.close()
        await runner.cleanup()
