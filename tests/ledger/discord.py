"""A host that speaks as much of Discord's API as posting does; in a process of its own, too.

``python -m ledger.discord SETTINGS``, with the settings of ``ledger.server``. What a fault is on
the wire is decided here; which request has one, and what is taken, by the host and its book.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web

from ledger.book import Book
from ledger.host import Answer, DroppedError, Fault, Host

TOKEN, OWN = "a-token", "700000000000000007"
SERVER = "900000000000000009"
ROOMS = {"news": "1000000000000000001", "archive": "1000000000000000002"}
ROOMS["elsewhere"] = "1000000000000000003"
BASE = "/api/v10"
_BEGAN = 1_420_070_400_000
_ERRORS = {
    "token": (401, 0, "401: Unauthorized"),
    "room": (403, 50013, "Missing Permissions"),
    "never": (400, 50035, "Invalid Form Body"),
    "gone": (404, 10008, "Unknown Message"),
    "stuck": (403, 50005, "Cannot edit a message authored by another user"),
}
_LIMITS = {
    "X-RateLimit-Limit": "50",
    "X-RateLimit-Remaining": "49",
    "X-RateLimit-Reset-After": "1.0",
}
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Kept:
    """A message as it stands; ``body`` is what was sent of it last."""

    id: str
    channel: str
    body: dict[str, Any]
    author: str = OWN
    is_published: bool = False


@dataclass(slots=True)
class Recorded:
    """A request that was made."""

    method: str
    path: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)


def refusal(status: int, code: int, message: str = "") -> web.Response:
    """Return an error as Discord words it."""
    return answered({"message": message, "code": code}, status)


def answered(
    said: Any,  # noqa: ANN401 - whatever JSON
    status: int = 200,
    headers: dict[str, str] = _LIMITS,
) -> web.Response:
    """Return an answer. discord.py takes for JSON what says that it is so in these words only."""
    headers = {**headers, "Content-Type": "application/json"}
    return web.Response(body=json.dumps(said).encode(), status=status, headers=headers)


class Channels:
    """Channels of one server, and the messages in them; nonces are the book's keys."""

    def __init__(self, host: Host, now: Callable[[], float] = time.time) -> None:
        self.host = host
        self._now = now
        self.token = TOKEN
        self.requests: list[Recorded] = []
        self.channels: dict[str, dict[str, Any]] = {}
        self.messages: dict[str, Kept] = {}
        self.members: dict[str, list[str]] = {}
        self.is_history_hidden = False
        self._ids: dict[str, str] = {}
        self._sent: dict[str, tuple[str, dict[str, Any]]] = {}
        self._seen = 0
        self._count = itertools.count(1)
        self.faults = 0
        self._news = asyncio.Event()
        for name, id_ in ROOMS.items():
            self.add(id_, name=name)

    def add(self, id_: str, *, kind: int = 0, server: str = SERVER, **more: object) -> str:
        """Have another channel."""
        self.channels[id_] = {"id": id_, "type": kind, "guild_id": server, "name": id_, **more}
        return id_

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at after each message."""
        while not is_so():
            self._news.clear()
            await self._news.wait()

    def routes(self) -> list[web.RouteDef]:
        channel = BASE + "/channels/{channel}"
        message = channel + "/messages/{message}"
        return [
            web.get(channel, self.handled(self._channel)),
            web.patch(channel, self.handled(self._change_channel)),
            web.get(channel + "/messages", self.handled(self._history)),
            web.post(channel + "/messages", self.handled(self._post)),
            web.get(message, self.handled(self._message)),
            web.patch(message, self.handled(self._edit)),
            web.delete(message, self.handled(self._delete)),
            web.post(message + "/crosspost", self.handled(self._publish)),
            web.post(channel + "/threads", self.handled(self._begin_thread)),
            web.get(channel + "/threads/archived/public", self.handled(self._sleeping)),
            web.get(BASE + "/guilds/{server}/threads/active", self.handled(self._awake)),
            web.get(BASE + "/guilds/{server}/members/{user}", self.handled(self._member)),
        ]

    def texts(self, room: str) -> list[str]:
        """Return what one reads in a channel."""
        return [text_of(one.body) for one in self._in(ROOMS.get(room, room))]

    def bodies(self, method: str, ending: str) -> list[Any]:
        """Return the bodies of the requests of a method whose path ends so."""
        made = [one for one in self.requests if one.method == method]
        return [one.body for one in made if one.path.endswith(ending)]

    def handled(self, answer: Handler) -> Handler:
        """Return a handler that notes requests, and lets the host's faults happen."""

        async def handle(request: web.Request) -> web.StreamResponse:
            body = await request.json() if request.can_read_body else None
            path = request.path.removeprefix(BASE)
            self.requests.append(Recorded(request.method, path, body, dict(request.query)))
            if request.headers.get("Authorization") != f"Bot {self.token}":
                return refusal(*_ERRORS["token"])
            if request.match_info.get("channel", ROOMS["news"]) not in self.channels:
                return refusal(404, 10003, "Unknown Channel")
            try:
                return await answer(request)
            except _FaultError as fault:
                return self._shown(fault.answer)
            except DroppedError:
                return self._dropped(request)

        return handle

    async def asked(self, request: web.Request, do: str, **more: object) -> Answer:
        """Let the host answer what a request is in its own words."""
        channel = request.match_info.get("channel", "")
        room = self.channels.get(channel, {}).get("name", channel)
        try:
            said = await self.host.answer({"do": do, "room": room, "key": "", "since": 0, **more})
        finally:
            self._catch_up()  # it may have been taken, whatever is answered
        if "error" in said:
            raise _FaultError(said)
        return said

    def _catch_up(self) -> None:
        """Do with the messages what stands in the book since it was looked into last."""
        for entry in self.host.book.entries[self._seen :]:
            if entry.deed == "send":
                kept = self.keep(*self._sent[entry.key])
                self._ids[entry.id] = kept.id
            elif entry.deed == "edit":
                self.messages[self._ids[entry.id]].body = self._sent[entry.key][1]
            else:
                del self.messages[self._ids[entry.id]]
        self._seen = len(self.host.book.entries)

    def _shown(self, said: Answer) -> web.StreamResponse:
        self.faults += 1
        if said["error"] == "later":
            return self._limited(said.get("retry_after"), is_global=said.get("all", False))
        if said["error"] in _ERRORS:
            return refusal(*_ERRORS[said["error"]])
        status = (500, 502, 503, 504)[self.faults % 4]
        return web.Response(status=status, text="<html>failed</html>", content_type="text/html")

    def _limited(self, seconds: float | None, *, is_global: bool) -> web.StreamResponse:
        """Ask to wait, each time in another of the forms that there are."""
        said = {"message": "slow down", "retry_after": seconds or 0.0, "global": is_global}
        match self.faults % 3:
            case 0:
                headers = {**_LIMITS, "Via": "1.1 google", "X-RateLimit-Scope": "shared"}
                return answered(said, 429, headers)
            case 1:
                return answered(said, 429, {})
            case _:
                page = "<html>error 1015</html>"
                headers = {} if seconds is None else {"Retry-After": str(seconds)}
                return web.Response(
                    status=429, text=page, content_type="text/html", headers=headers
                )

    def _dropped(self, request: web.Request) -> web.StreamResponse:
        self.faults += 1
        if request.transport is not None:
            request.transport.abort() if self.faults % 2 else request.transport.close()
        return web.Response()

    async def _channel(self, request: web.Request) -> web.StreamResponse:
        await self.asked(request, "find")
        channel = self.channels[request.match_info["channel"]]
        messages = self._in(channel["id"])
        last = messages[-1].id if messages else None
        return answered({"last_message_id": last, **channel})

    async def _change_channel(self, request: web.Request) -> web.StreamResponse:
        channel = self.channels[request.match_info["channel"]]
        if channel.get("thread_metadata", {}).get("locked"):
            return refusal(403, 50013, "Missing Permissions")
        channel.setdefault("thread_metadata", {}).update(await request.json())
        return answered(channel)

    async def _history(self, request: web.Request) -> web.StreamResponse:
        await self.asked(request, "find")
        after, limit = int(request.query.get("after", "0")), int(request.query.get("limit", "50"))
        there = [one for one in self._in(request.match_info["channel"]) if int(one.id) > after]
        if self.is_history_hidden:
            there = []
        piece = there[:limit] if "after" in request.query else there[-limit:]
        return answered([self.shown(one) for one in reversed(piece)])

    async def _message(self, request: web.Request) -> web.StreamResponse:
        await self.asked(request, "find")
        kept = self.messages.get(request.match_info["message"])
        return answered(self.shown(kept)) if kept else refusal(*_ERRORS["gone"])

    async def _post(self, request: web.Request) -> web.StreamResponse:
        body, channel = await request.json(), request.match_info["channel"]
        if self._is_asleep(channel):
            return refusal(400, 50083, "Thread is archived")
        return await self._take(request, channel, body)

    async def _take(
        self, request: web.Request, channel: str, body: dict[str, Any]
    ) -> web.StreamResponse:
        key = body.get("nonce") if body.get("enforce_nonce") else None
        key = self._noted(channel, body, key)
        replied = body.get("message_reference", {}).get("message_id", "")
        said = await self.asked(request, "send", key=key, text=text_of(body), reply_to=replied)
        kept = self.messages.get(self._ids[said["id"]])
        return answered(self.shown(kept)) if kept else refusal(*_ERRORS["gone"])

    def _noted(self, channel: str, body: dict[str, Any], key: str | None = None) -> str:
        """Note what is sent under a key, one of its own if it has none."""
        key = key or f"keyless {next(self._count)}"
        self._sent[key] = channel, body
        return key

    def keep(self, channel: str, body: dict[str, Any], *, author: str = OWN) -> Kept:
        """Have a message stand in a channel."""
        id_ = str((int(self._now() * 1000) - _BEGAN << 22) + next(self._count))
        self.messages[id_] = kept = Kept(id_, channel, body, author)
        self._news.set()
        return kept

    async def _edit(self, request: web.Request) -> web.StreamResponse:
        id_, body = request.match_info["message"], await request.json()
        channel = request.match_info["channel"]
        if self._is_asleep(channel):
            return refusal(400, 50083, "Thread is archived")
        key = self._noted(channel, body)
        await self.asked(request, "edit", id=self._book_id(id_), text=text_of(body), key=key)
        return answered(self.shown(self.messages[id_]))

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        await self.asked(request, "delete", id=self._book_id(request.match_info["message"]))
        return web.Response(status=204)

    async def _publish(self, request: web.Request) -> web.StreamResponse:
        kept = self.messages[request.match_info["message"]]
        await self.asked(request, "publish", id=kept.id)
        if kept.is_published:
            return refusal(400, 40033, "This message has already been crossposted")
        kept.is_published = True
        return answered(self.shown(kept))

    async def _begin_thread(self, request: web.Request) -> web.StreamResponse:
        body, forum = await request.json(), request.match_info["channel"]
        key = self._noted(forum, body["message"])
        try:
            text = text_of(body["message"])
            said = await self.asked(request, "send", key=key, text=text, reply_to="")
        finally:
            for kept in [one for one in self._in(forum) if one.author == OWN]:
                kept.channel = self.add(
                    kept.id, kind=11, parent_id=forum, owner_id=OWN, name=body["name"]
                )
        id_ = self._ids[said["id"]]
        thread = {**self.channels[id_], "message": self.shown(self.messages[id_])}
        return answered(thread, status=201)

    async def _awake(self, request: web.Request) -> web.StreamResponse:
        del request
        return answered({"threads": self._threads(are_asleep=False), "members": []})

    async def _sleeping(self, request: web.Request) -> web.StreamResponse:
        forum = request.match_info["channel"]
        threads = [one for one in self._threads(are_asleep=True) if one["parent_id"] == forum]
        return answered({"threads": threads, "members": [], "has_more": False})

    async def _member(self, request: web.Request) -> web.StreamResponse:
        roles = self.members.get(request.match_info["user"])
        if request.match_info["server"] != SERVER or roles is None:
            return refusal(404, 10007, "Unknown Member")
        return answered({"user": {"id": request.match_info["user"]}, "roles": roles})

    def shown(self, kept: Kept) -> dict[str, Any]:
        """Return a message as Discord tells it."""
        author = {"id": kept.author, "username": "bot", "discriminator": "0", "avatar": None}
        shown = {key: kept.body.get(key, []) for key in ("components", "embeds", "attachments")}
        return {
            "id": kept.id,
            "channel_id": kept.channel,
            "author": author,
            "content": kept.body.get("content") or "",
            "flags": kept.body.get("flags", 0) | int(kept.is_published),
            "timestamp": "2026-01-01T00:00:00+00:00",
            "edited_timestamp": None,
            "type": 0,
            "pinned": False,
            "tts": False,
            "mention_everyone": False,
            **{key: [] for key in ("mentions", "mention_roles")},
            **shown,
        }

    def _in(self, channel: str) -> list[Kept]:
        return [one for one in self.messages.values() if one.channel == channel]

    def _book_id(self, id_: str) -> str:
        return next((book for book, ours in self._ids.items() if ours == id_), "")

    def _is_asleep(self, channel: str) -> bool:
        return bool(self.channels[channel].get("thread_metadata", {}).get("archived"))

    def _threads(self, *, are_asleep: bool) -> list[dict[str, Any]]:
        threads = [one for one in self.channels.values() if one["type"] == 11]
        return [one for one in threads if self._is_asleep(one["id"]) == are_asleep]


class _FaultError(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer["error"])
        self.answer = answer


def text_of(body: dict[str, Any]) -> str:
    """Return the words of a message, without the sign that makes its last line small."""
    words = [body["content"]] if body.get("content") else []
    return "\n".join([*words, *_words(body.get("components") or [])]).replace("\n-# ", "\n")


def _words(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        found += [component["content"]] if "content" in component else []
        found += _words(component.get("components", []))
    return found


async def serve(channels: Channels) -> None:
    """Serve on loopback until the standard input ends."""
    application = web.Application()
    application.add_routes(channels.routes())
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


def main() -> None:
    """Read the settings, serve."""
    settings = json.loads(sys.argv[1])
    book = Book(time.time, path=Path(settings["path"]), key_window=settings["key_window"])
    shares = {Fault(name): share for name, share in settings["shares"].items()}
    host = Host(book, shares=shares, chance=Random(settings["seed"]))  # noqa: S311 - no secret
    host.slow = settings["slow"]
    asyncio.run(serve(Channels(host)))


if __name__ == "__main__":
    main()
