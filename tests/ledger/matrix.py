"""A host that speaks as much Matrix as a carrier does, in a process of its own.

``python -m ledger.matrix SETTINGS``, with the settings of ``ledger.server``. What a fault is on the
wire is decided here; which request has one, and what is taken, by the host and its book.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from pathlib import Path
from random import Random
from typing import Any

from aiohttp import web

from ledger.book import Book, Entry
from ledger.host import Answer, DroppedError, Fault, Host

USER, DEVICE = "@bot:ledger.example", "LEDGER"
_ROOM = "/_matrix/client/v3/rooms/{room}"
_LIMITED = {"errcode": "M_LIMIT_EXCEEDED"}
_PIECE = 10


class Homeserver:
    """A homeserver with one account; transaction ids are the book's keys, and may be forgotten."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._contents: dict[tuple[str, str], dict[str, Any]] = {}
        self._limits = 0
        self._drops = 0

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_put(_ROOM + "/send/{kind}/{key}", self._faultily(self._send))
        application.router.add_put(_ROOM + "/redact/{event}/{key}", self._faultily(self._redact))
        application.router.add_get(_ROOM + "/event/{event}", self._faultily(self._event))
        application.router.add_get(_ROOM + "/messages", self._faultily(self._messages))
        application.router.add_get("/_matrix/client/v3/account/whoami", self._whoami)
        return application

    def _faultily(
        self, answer: Callable[[web.Request], Awaitable[Answer]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                said = await answer(request)
            except DroppedError:
                return self._dropped(request)
            match said.get("error"):
                case None:
                    return web.json_response(said)
                case "later":
                    return self._limited(said.get("retry_after", 0))
                case "gone":
                    return web.json_response({"errcode": "M_NOT_FOUND"}, status=404)
                case _:
                    return web.Response(status=502, text="<html>a gateway has failed</html>")

        return handle

    def _dropped(self, request: web.Request) -> web.StreamResponse:
        """End the connection without an answer: at once, or in good order."""
        self._drops += 1
        if request.transport is not None:
            request.transport.abort() if self._drops % 2 else request.transport.close()
        return web.Response()

    def _limited(self, seconds: float) -> web.Response:
        """Ask to wait, each time in another of the forms that there are."""
        self._limits += 1
        in_body = {**_LIMITED, "retry_after_ms": int(seconds * 1000)}
        match self._limits % 4:
            case 0:
                return web.json_response(in_body, status=429)
            case 1:
                return web.json_response(_LIMITED, status=429, headers={"Retry-After": "0"})
            case 2:
                return web.json_response(in_body, status=400)
            case _:
                until = formatdate(time.time(), usegmt=True)
                return web.Response(status=429, text="slow down", headers={"Retry-After": until})

    async def _send(self, request: web.Request) -> Answer:
        content = await request.json()
        room, key = request.match_info["room"], request.match_info["key"]
        self._contents[room, key] = content
        relation = content.get("m.relates_to", {})
        asked = {"room": room, "key": key}
        if relation.get("rel_type") == "m.replace":
            text = content["m.new_content"]["body"]
            asked |= {"do": "edit", "id": relation["event_id"].removeprefix("$"), "text": text}
        else:
            replied = relation.get("m.in_reply_to", {}).get("event_id", "")
            asked |= {"do": "send", "text": content["body"], "reply_to": replied}
        said = await self._host.answer(asked)
        if said.get("error") == "gone":
            return {"event_id": "$unseen"}  # as servers do with an edit of what is no more
        return said if "error" in said else {"event_id": f"${said['id']}"}

    async def _redact(self, request: web.Request) -> Answer:
        id = request.match_info["event"].removeprefix("$")
        asked = {"do": "delete", "id": id}
        said = await self._host.answer({**asked, **_place(request), "key": _key(request)})
        return said if said.get("error", "gone") != "gone" else {"event_id": "$redaction"}

    async def _event(self, request: web.Request) -> Answer:
        said = await self._read(request)
        events = (one for one in self._history(request.match_info["room"]))
        found = (one for one in events if one["event_id"] == request.match_info["event"])
        return said if "error" in said else next(found, {"error": "gone"})

    async def _messages(self, request: web.Request) -> Answer:
        said = await self._read(request)
        start = int(request.query.get("from", "0"))
        events = self._history(request.match_info["room"])[::-1]
        piece = events[start : start + _PIECE]
        end = {"end": str(start + _PIECE)} if len(events) > start + _PIECE else {}
        return said if "error" in said else {"chunk": piece, **end}

    async def _read(self, request: web.Request) -> Answer:
        """Let happen to a reading request what happens to any."""
        return await self._host.answer({"do": "find", "key": "", "since": 0, **_place(request)})

    def _history(self, room: str) -> list[dict[str, Any]]:
        entries = self._host.book.entries
        standing = {entry.id for entry in self._host.book.standing(room)}
        return [
            self._shown(entry, is_redacted=entry.deed == "send" and entry.id not in standing)
            for entry in entries
            if entry.room == room and entry.deed != "delete"
        ]

    def _shown(self, entry: Entry, *, is_redacted: bool) -> dict[str, Any]:
        """Return an entry as an event; nothing is told of transactions."""
        redacted = {"redacted_because": {"sender": USER}} if is_redacted else {}
        return {
            "event_id": f"${entry.id}" if entry.deed == "send" else f"$edit{entry.at}",
            "sender": USER,
            "type": "m.room.message",
            "origin_server_ts": int(entry.at * 1000),
            "content": {} if is_redacted else self._contents[entry.room, entry.key],
            "unsigned": redacted,
        }

    async def _whoami(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"user_id": USER, "device_id": DEVICE})


def _place(request: web.Request) -> dict[str, str]:
    return {"room": request.match_info["room"]}


def _key(request: web.Request) -> str:
    return request.match_info["key"]


async def serve(homeserver: Homeserver) -> None:
    """Serve on loopback until the standard input ends."""
    runner = web.AppRunner(homeserver.application(), access_log=None)
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
    asyncio.run(serve(Homeserver(host)))


if __name__ == "__main__":
    main()
