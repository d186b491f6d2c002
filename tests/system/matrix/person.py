"""Somebody on Matrix: a tiny client of its own, which shares nothing with the bot's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp

Json = dict[str, Any]
PATIENCE = 45.0
PASSWORD = "pass"  # noqa: S105 - of accounts that live as long as a test


@dataclass(slots=True)
class Person:
    """One account. ``heard`` are the events of each room, in the order in which they came."""

    url: str
    user: str
    token: str
    session: aiohttp.ClientSession
    device: str = ""
    since: str = ""
    heard: dict[str, list[Json]] = field(default_factory=dict)
    ephemeral: list[Json] = field(default_factory=list)

    async def call(self, method: str, path: str, body: Json | None = None, **query: str) -> Json:
        status, answer = await self.attempt(method, path, body, **query)
        assert status == 200, (status, path, answer)
        return answer

    async def attempt(
        self, method: str, path: str, body: Json | None = None, **query: str
    ) -> tuple[int, Json]:
        async with self.session.request(
            method,
            f"{self.url}/_matrix/client{path}",
            json=body,
            params=query,
            headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
        ) as response:
            return response.status, await response.json()

    async def create_room(self, *invited: str, **more: object) -> str:
        body = {"preset": "public_chat", "invite": list(invited), **more}
        return str((await self.call("POST", "/v3/createRoom", body))["room_id"])

    async def join(self, room: str) -> None:
        await self.call("POST", f"/v3/join/{quote(room)}", {})

    async def invite(self, room: str, user: str) -> None:
        await self.call("POST", f"/v3/rooms/{quote(room)}/invite", {"user_id": user})

    async def send(self, room: str, content: Json, kind: str = "m.room.message") -> str:
        path = f"/v3/rooms/{quote(room)}/send/{kind}/{uuid4().hex}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def say(self, room: str, body: str, **more: object) -> str:
        return await self.send(room, {"msgtype": "m.text", "body": body, **more})

    async def say_patiently(self, room: str, body: str) -> str:
        """Say something as soon as the server lets us."""
        path = f"/v3/rooms/{quote(room)}/send/m.room.message/{uuid4().hex}"
        while True:
            status, answer = await self.attempt("PUT", path, {"msgtype": "m.text", "body": body})
            if status == 200:
                return str(answer["event_id"])
            await asyncio.sleep(answer["retry_after_ms"] / 1000)

    async def edit(self, room: str, event: str, body: str) -> str:
        return await self.say(
            room,
            f"* {body}",
            **{
                "m.new_content": {"msgtype": "m.text", "body": body},
                "m.relates_to": {"rel_type": "m.replace", "event_id": event},
            },
        )

    async def redact(self, room: str, event: str) -> str:
        path = f"/v3/rooms/{quote(room)}/redact/{quote(event)}/{uuid4().hex}"
        return str((await self.call("PUT", path, {}))["event_id"])

    async def react(self, room: str, event: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.send(room, {"m.relates_to": relation}, "m.reaction")

    async def event(self, room: str, event: str) -> Json:
        return await self.call("GET", f"/v3/rooms/{quote(room)}/event/{quote(event)}")

    async def history(self, room: str) -> list[Json]:
        """Return all that the server has of a room, oldest first."""
        events: list[Json] = []
        query: dict[str, Any] = {"dir": "b", "limit": "1000"}
        while True:
            page = await self.call("GET", f"/v3/rooms/{quote(room)}/messages", **query)
            events += page["chunk"]
            if not page.get("end") or not page["chunk"]:
                return events[::-1]
            query["from"] = page["end"]

    async def sync(self) -> None:
        """Hear what is new, waiting for it a while."""
        limit = '{"room":{"timeline":{"limit":5000}}}'
        query: dict[str, Any] = {"timeout": "5000", "filter": limit}
        if self.since:
            query["since"] = self.since
        answer = await self.call("GET", "/v3/sync", **query)
        self.since = answer["next_batch"]
        for room, news in answer.get("rooms", {}).get("join", {}).items():
            self.heard.setdefault(room, []).extend(news["timeline"]["events"])
            self.ephemeral += news.get("ephemeral", {}).get("events", [])

    async def until(self, is_so: Callable[[], Any], patience: float = PATIENCE) -> Any:  # noqa: ANN401
        """Listen until something is so; return what it was."""
        async with asyncio.timeout(patience):
            while not (found := is_so()):
                await self.sync()
            return found

    async def answer_to(self, room: str, question: str, *, patience: float = PATIENCE) -> Json:
        """Wait for the first message that answers a question."""
        found: Json = await self.until(
            lambda: next(iter(answers(self.heard, room, question)), None), patience
        )
        return found

    async def answers_to(self, room: str, question: str, *, until: str) -> list[Json]:
        """Wait for the messages that answer a question, up to one that says some words."""
        patience = 10.0

        def has_come() -> bool:
            return any(
                until in one["content"]["body"] for one in answers(self.heard, room, question)
            )

        try:
            await self.until(has_come, patience)
        except TimeoutError as error:
            said = answers(self.heard, room, question)
            raise AssertionError(f"{until!r} is not in {said}") from error
        return answers(self.heard, room, question)

    async def change_of(self, room: str, event: str) -> Json:
        """Wait for an edit or a redaction of a message."""

        def change() -> Json | None:
            for one in self.heard.get(room, ()):
                relation = one["content"].get("m.relates_to", {})
                is_edit = relation.get("rel_type") == "m.replace"
                if (is_edit and relation.get("event_id") == event) or one.get("redacts") == event:
                    return one
            return None

        found: Json = await self.until(change)
        return found


def answers(heard: dict[str, list[Json]], room: str, question: str) -> list[Json]:
    """Return the messages of a room that answer a question."""
    return [event for event in heard.get(room, ()) if replied_to(event) == question]


def replied_to(event: Json) -> str:
    """Return what a message answers."""
    relation = event["content"].get("m.relates_to")
    replied = relation.get("m.in_reply_to", {}) if isinstance(relation, dict) else {}
    return str(replied.get("event_id", ""))


@asynccontextmanager
async def somebody(url: str, name: str = "") -> AsyncIterator[Person]:
    """Register a new account."""
    async with aiohttp.ClientSession() as session:
        person = Person(url, "", "", session)
        name = f"{name or 'someone'}-{uuid4().hex[:8]}"
        body = {"username": name, "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
        answer = await person.call("POST", "/v3/register", body)
        person.user = answer["user_id"]
        person.token = answer["access_token"]
        person.device = answer["device_id"]
        yield person
