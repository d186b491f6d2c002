"""The host: answers requests as a platform does, truthfully or as its fault script says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from enum import StrEnum
from random import Random
from typing import Any

from ledger.book import Book

Request = dict[str, Any]
Answer = dict[str, Any]


class DroppedError(Exception):
    """The connection ends without an answer."""


class Fault(StrEnum):
    """What can happen to a request."""

    NONE = "none"
    TAKEN_THEN_ERROR = "taken-then-error"
    TAKEN_THEN_DROPPED = "taken-then-dropped"
    ERROR = "error"
    DROPPED = "dropped"
    LATER = "later"
    LATER_UNASKED = "later-unasked"
    ALL_LATER = "all-later"
    SLOW_BEFORE = "slow-before"
    SLOW_AFTER = "slow-after"
    NEVER = "never"
    GONE = "gone"
    NEVER_ANSWERED = "never-answered"


class Host:
    """A platform with one account.

    What ``script`` holds happens first; then each fault in ``shares`` with its probability.
    """

    def __init__(
        self,
        book: Book,
        *,
        shares: dict[Fault, float] | None = None,
        chance: Random | None = None,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.book = book
        self.script: deque[Fault] = deque()
        self.faults: dict[str, Fault] = {}
        self.requests: list[Request] = []
        self.retry_after = 0.02
        self.slow = 0.2
        self.is_token_valid = True
        self.is_history_readable = True
        self.closed_rooms: set[str] = set()
        self.stuck: set[str] = set()
        self._shares = shares or {}
        self._chance = chance or Random(0)  # noqa: S311 - no secret
        self._wait = wait
        self.is_answering = asyncio.Event()
        self.is_answering.set()
        self._news = asyncio.Event()

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at after each request and each answer."""
        while not is_so():
            self._news.clear()
            await self._news.wait()

    async def answer(self, request: Request) -> Answer:
        """Answer one request. Raises DroppedError."""
        self.requests.append(request)
        self._news.set()
        try:
            return await self._answer(request)
        finally:
            self._news.set()

    async def _answer(self, request: Request) -> Answer:
        await self.is_answering.wait()
        if (refused := self._refused(request)) is not None:
            return refused
        fault = self._fault(request)
        if (asked := self._put_off(fault, request)) is not None:
            return asked
        match fault:
            case Fault.DROPPED:
                raise DroppedError
            case Fault.NEVER_ANSWERED:
                await asyncio.Event().wait()
            case Fault.SLOW_BEFORE:
                await self._wait(self.slow)
            case _:
                pass
        answer = self._do(request)
        match fault:
            case Fault.TAKEN_THEN_ERROR:
                return {"error": "unknown"}
            case Fault.TAKEN_THEN_DROPPED:
                raise DroppedError
            case Fault.SLOW_AFTER:
                await self._wait(self.slow)
            case _:
                pass
        return answer

    def _put_off(self, fault: Fault, request: Request) -> Answer | None:
        match fault:
            case Fault.LATER:
                return {"error": "later", "retry_after": self.retry_after}
            case Fault.ALL_LATER:
                return {"error": "later", "retry_after": self.retry_after, "all": True}
            case Fault.LATER_UNASKED:
                return {"error": "later"}
            case Fault.ERROR:
                return {"error": "unknown"}
            case Fault.NEVER | Fault.GONE if request["do"] != "find":
                return {"error": fault.value}
            case _:
                return None

    def _fault(self, request: Request) -> Fault:
        if (fault := self.faults.get(request["room"])) is not None:
            return fault
        if self.script:
            return self.script.popleft()
        drawn = self._chance.random()
        for fault, share in self._shares.items():
            drawn -= share
            if drawn < 0:
                return fault
        return Fault.NONE

    def _refused(self, request: Request) -> Answer | None:
        if not self.is_token_valid:
            return {"error": "token"}
        if request["room"] in self.closed_rooms:
            return {"error": "room"}
        if "poison" in request.get("text", ""):
            return {"error": "never"}
        if request["do"] == "find" and not self.is_history_readable:
            return {"error": "unreadable"}
        if request["do"] == "edit" and request["id"] in self.stuck:
            return {"error": "stuck"}
        return None

    def _do(self, request: Request) -> Answer:
        room, key = request["room"], request["key"]
        try:
            match request["do"]:
                case "send":
                    text, reply_to = request["text"], request["reply_to"]
                    return {"id": self.book.send(room, text, key, reply_to)}
                case "edit":
                    self.book.edit(room, request["id"], request["text"], key)
                case "delete":
                    self.book.delete(room, request["id"], key)
                case "find":
                    return {"id": self.book.find(room, key, request["since"])}
        except KeyError:
            return {"error": "gone"}
        return {"id": request["id"]}
