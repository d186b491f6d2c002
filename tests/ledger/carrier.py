"""A carrier to a host: in this process, or in its own behind a socket on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from community_bot.core.render.text import render_text
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Reply
from community_bot.publishing.errors import (
    DestinationRefusedError,
    HistoryUnreadableError,
    MessageGoneError,
    MessageRefusedError,
    NotAcceptedError,
    NotEditableError,
    OutcomeUnknownError,
    TokenRefusedError,
)
from ledger.host import Answer, DroppedError, Request

Line = Callable[[Request], Awaitable[Answer]]


class LedgerCarrier:
    """Implements ``publishing.ports.Carrier``; may pose as any platform."""

    def __init__(
        self,
        line: Line,
        *,
        platform: Platform = Platform.TERMINAL,
        key_window: timedelta = timedelta.max,
    ) -> None:
        self._line = line
        self._platform = platform
        self._key_window = key_window

    @property
    def platform(self) -> Platform:
        return self._platform

    @property
    def key_window(self) -> timedelta:
        return self._key_window

    def pages(self, reply: Reply, mark: str) -> tuple[str, ...]:
        return (f"{render_text(reply)}\n{mark}",)

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        answer = await self._ask(address, "send", key, text=payload, reply_to=reply_to)
        return str(answer["id"])

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        await self._ask(address, "edit", key, id=message, text=payload)

    async def delete(self, address: Address, message: str, key: str) -> None:
        await self._ask(address, "delete", key, id=message)

    async def find(self, address: Address, payload: str, key: str, since: datetime) -> str | None:
        del payload
        answer = await self._ask(address, "find", key, since=since.timestamp())
        return answer["id"] if answer["id"] is None else str(answer["id"])

    async def _ask(self, address: Address, do: str, key: str, **more: object) -> Answer:
        try:
            answer = await self._line({"do": do, "room": address.room, "key": key, **more})
        except DroppedError as error:
            raise OutcomeUnknownError from error
        if "error" in answer:
            raise _meaning(answer)
        return answer


def _meaning(answer: Answer) -> Exception:
    match answer["error"]:
        case "later":
            asked = answer.get("retry_after")
            return NotAcceptedError(
                retry_after=None if asked is None else timedelta(seconds=asked),
                whole_platform=answer.get("all", False),
                is_invalid=True,
            )
        case "token":
            return TokenRefusedError()
        case "room":
            return DestinationRefusedError()
        case "never":
            return MessageRefusedError()
        case "unreadable":
            return HistoryUnreadableError()
        case "stuck":
            return NotEditableError()
        case "gone":
            return MessageGoneError()
        case _:
            return OutcomeUnknownError()


def line_to(port: int) -> Line:
    """Return a line to a host in a process of its own: a connection for each request."""

    async def ask(request: Request) -> Answer:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError as error:
            raise NotAcceptedError from error
        try:
            writer.write(json.dumps(request).encode() + b"\n")
            await writer.drain()
            said = await reader.readline()
        except OSError as error:
            raise DroppedError from error
        finally:
            writer.close()
        if not said.endswith(b"\n"):
            raise DroppedError
        answer: dict[str, Any] = json.loads(said)
        return answer

    return ask
