"""The bots that ours is measured against, each a process: ``matrix_bots.py floor|echo URL …``.

``floor`` is the least that a bot can do: one loop of /sync, and a PUT for each message. ``echo`` is
matrix-nio as its examples use it.
"""

from __future__ import annotations

import asyncio
import sys
from urllib.parse import quote
from uuid import uuid4

import aiohttp

READY = "ready"


async def floor(url: str, user: str, token: str, length: int) -> None:
    """Answer each message with so many characters, with nothing between aiohttp and the server."""
    tasks: set[asyncio.Task[None]] = set()
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(f"{url}/_matrix/client/v3/", headers=headers) as session:

        async def answer(room: str, event: str) -> None:
            path = f"rooms/{quote(room, safe='')}/send/m.room.message/{uuid4().hex}"
            async with session.put(path, json=_content("x" * length, event)) as response:
                await response.read()

        query: dict[str, str] = {}
        while True:
            async with session.get("sync", params=query) as response:
                news = await response.json()
            for room, one in news.get("rooms", {}).get("join", {}).items() if query else ():
                for event in one["timeline"]["events"]:
                    if event["type"] == "m.room.message" and event["sender"] != user:
                        task = asyncio.create_task(answer(room, event["event_id"]))
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
            if not query:
                _tell_ready()
            query = {"timeout": "30000", "since": news["next_batch"]}


async def echo(url: str, user: str, token: str, device: str) -> None:
    """Answer each message with its own words, from a callback of matrix-nio's client."""
    from nio import AsyncClient, MatrixRoom, RoomMessageText  # noqa: PLC0415 - the floor is without

    client = AsyncClient(url, user)
    client.restore_login(user, device, token)

    async def answer(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender != user:
            content = _content(event.body, event.event_id)
            await client.room_send(room.room_id, "m.room.message", content)

    await client.sync()
    client.add_event_callback(answer, RoomMessageText)
    _tell_ready()
    await client.sync_forever(timeout=30_000)


def _content(body: str, event: str) -> dict[str, object]:
    relation = {"m.in_reply_to": {"event_id": event}}
    return {"msgtype": "m.notice", "body": body, "m.relates_to": relation}


def _tell_ready() -> None:
    sys.stderr.write(f"{READY}\n")
    sys.stderr.flush()


def main() -> None:
    """Run one of them until it is killed."""
    kind, url, user, token, last = sys.argv[1:]
    running = echo(url, user, token, last) if kind == "echo" else floor(url, user, token, int(last))
    asyncio.run(running)


if __name__ == "__main__":
    main()
