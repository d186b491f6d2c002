"""The gateway of the small Discord: sessions with replay, heartbeats, and all that can go wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web
from ledger.discord import ROOMS, SERVER, TOKEN


@dataclass(slots=True)
class Session:
    """What was sent in a session, for whoever resumes it; ``socket`` is where it goes on now."""

    id: str
    shard: int
    events: list[dict[str, Any]] = field(default_factory=list)
    socket: web.WebSocketResponse | None = None


class Gateway:
    """Serves the gateway; its attributes are what a test wants to go wrong."""

    def __init__(self, user: dict[str, Any], application: str) -> None:
        self.url = ""
        self.token = TOKEN
        self.shards = 1
        self.beat = 41.25
        self.refused = 0
        """How many connections are refused from now on."""
        self.is_hanging_up = False
        """Whether connections are closed before anything is said on them."""
        self.is_dumb = False
        """Whether nothing at all is said on a connection that stands."""
        self.is_answering_heartbeats = True
        self.closes_with = 0
        """A code that whoever begins or resumes a session is sent away with."""
        self.connections = 0
        self.identified = 0
        self.resumed = 0
        self.heartbeats = 0
        self.sessions: dict[str, Session] = {}
        self.guilds = [guild()]
        self.down: set[str] = set()
        """Servers of which nothing but their ids is known."""
        self.identify: dict[str, Any] = {}
        self._user = user
        self._application = application
        self._open: set[web.WebSocketResponse] = set()
        self._news = asyncio.Event()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at after whatever comes."""
        while not is_so():
            self._news.clear()
            await self._news.wait()

    @property
    def is_joined(self) -> bool:
        """Whether all shards have a session that is connected now."""
        return len(self._live) == self.shards

    async def joined(self) -> None:
        """Wait until all shards have a session."""
        await self.until(lambda: self.is_joined)

    @property
    def _live(self) -> list[Session]:
        return [one for one in self.sessions.values() if one.socket is not None]

    async def send(self, name: str, data: Any) -> None:  # noqa: ANN401 - whatever JSON
        """Send an event in the newest session, or keep it for when that is resumed."""
        session = list(self.sessions.values())[-1]
        event = {"op": 0, "t": name, "s": len(session.events) + 1, "d": data}
        session.events.append(event)
        if session.socket is not None and not self.is_dumb:
            await session.socket.send_str(json.dumps(event))

    async def say(self, words: Any) -> None:  # noqa: ANN401 - JSON, or what is none
        """Say something of its own on every connection."""
        for session in self._live:
            assert session.socket is not None
            await session.socket.send_str(words if isinstance(words, str) else json.dumps(words))

    async def drop(self) -> None:
        """Break all connections without a word."""
        for session in self._live:
            socket, session.socket = session.socket, None
            assert socket is not None
            transport = socket._req.transport if socket._req else None  # noqa: SLF001
            if transport is not None:
                transport.abort()

    def freeze(self) -> None:
        """Have all connections stand, but take in nothing more from them."""
        for session in self._live:
            transport = session.socket._req.transport  # type: ignore[union-attr]  # noqa: SLF001
            transport.pause_reading()  # type: ignore[union-attr]

    async def hang_up(self, code: int) -> None:
        """Close all connections with a code."""
        for session in self._live:
            socket, session.socket = session.socket, None
            assert socket is not None
            await socket.close(code=code)

    async def close(self) -> None:
        """Be done with all connections."""
        for socket in list(self._open):
            transport = socket._req.transport if socket._req else None  # noqa: SLF001
            if transport is not None:
                transport.abort()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve a connection."""
        self.connections += 1
        self._news.set()
        if self.refused:
            self.refused -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        self._open.add(socket)
        try:
            if self.is_hanging_up:
                await socket.close(code=1001)
                return socket
            await socket.send_json({"op": 10, "d": {"heartbeat_interval": self.beat * 1000}})
            async for said in socket:
                if said.type is WSMsgType.TEXT:
                    await self._hear(socket, json.loads(said.data))
        except ConnectionError:
            pass  # whoever spoke is gone, or was cut off
        finally:
            self._open.discard(socket)
            for session in self.sessions.values():
                if session.socket is socket:
                    session.socket = None
            self._news.set()
        return socket

    async def _hear(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> None:
        match said["op"]:
            case 1:
                self.heartbeats += 1
                if self.is_answering_heartbeats and not self.is_dumb:
                    await socket.send_json({"op": 11})
            case 2 | 6 if self.closes_with or said["d"]["token"] != self.token:
                await socket.close(code=self.closes_with or 4004)
            case 2 if not self.is_dumb:
                await self._begin(socket, said["d"])
            case 6 if not self.is_dumb:
                await self._resume(socket, said["d"])
        self._news.set()

    async def _begin(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        self.identified += 1
        self.identify = asked
        shard = asked.get("shard", [0, 1])
        session = Session(f"session-{self.identified}", shard[0], socket=socket)
        self.sessions[session.id] = session
        ready = {
            "v": 10,
            "user": self._user,
            "guilds": [{"id": one["id"], "unavailable": True} for one in self.guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": shard,
            "application": {"id": self._application, "flags": 0},
        }
        await self.send("READY", ready)
        for one in self.guilds:
            is_here = (int(one["id"]) >> 22) % shard[1] == shard[0]
            if is_here and one["id"] not in self.down:
                await self.send("GUILD_CREATE", one)

    async def _resume(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        session = self.sessions.get(asked["session_id"])
        if session is None:
            await socket.send_json({"op": 9, "d": False})
            return
        self.resumed += 1
        session.socket = socket
        for event in session.events[asked["seq"] or 0 :]:
            await socket.send_str(json.dumps(event))
        await self.send("RESUMED", {})

    def forget(self) -> None:
        """Forget all sessions, so that none can be resumed."""
        self.sessions.clear()


def guild(id_: str = SERVER) -> dict[str, Any]:
    """Return a server as the gateway tells it."""
    everyone = {"id": id_, "name": "@everyone", "color": 0, "hoist": False, "position": 0}
    everyone |= {"permissions": "0", "managed": False, "mentionable": False, "flags": 0}
    channels = [
        {"id": room, "type": 0, "name": name, "position": 0, "permission_overwrites": []}
        for name, room in ROOMS.items()
    ]
    return {
        "id": id_,
        "name": "server",
        "icon": None,
        "owner_id": "1",
        "roles": [everyone],
        "emojis": [],
        "stickers": [],
        "features": [],
        "channels": channels,
        "threads": [],
        "members": [],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
        "member_count": 2,
        "large": False,
        "unavailable": False,
        "joined_at": "2026-01-01T00:00:00+00:00",
        "preferred_locale": "en-US",
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "afk_timeout": 0,
        "premium_tier": 0,
        "system_channel_flags": 0,
        "premium_progress_bar_enabled": False,
        "application_id": None,
    }
