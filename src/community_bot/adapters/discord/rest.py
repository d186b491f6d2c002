"""Discord's API, one attempt a call: for what is posted, whose retries are the delivery's.

discord.py repeats what fails for 25 seconds and sleeps through limits, with the same lock for all
that goes to a channel; it serves the answers, which have little time anyway.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

import aiohttp

from community_bot.adapters.discord.errors import (
    AnswerLostError,
    RateLimitedError,
    RefusedError,
    UnauthorisedError,
    UnreachableError,
)
from community_bot.adapters.discord.limits import Limits

Json = dict[str, object]

DEADLINE = 15.0
"""Seconds that a request may take: fewer than the delivery waits, so that the outcome is told."""
_CONNECTING = 8.0
_SURE_FOR = 5.0
"""Seconds for which a token that was taken is believed to be valid."""
_BAN = 60.0
"""Seconds to wait when Discord's gatekeeper refuses everything and does not say for how long."""
_ID = re.compile(r"/\d+")


class Rest:
    """Makes requests with a token. ``refused`` is set once the token is not valid any more.

    When nothing was answered lately, requests go one by one until one is taken, so that a token
    that was revoked meanwhile is not shown again and again: addresses are banned for that.
    """

    def __init__(
        self,
        api: str,
        token: str,
        *,
        deadline: float = DEADLINE,
        refused: asyncio.Event | None = None,
    ) -> None:
        self._api = api.rstrip("/")
        self._deadline = deadline
        self._headers = {
            "Authorization": f"Bot {token}",
            "User-Agent": f"DiscordBot (community-bot, {version('community-bot')})",
        }
        self.refused = refused or asyncio.Event()
        self._limits = Limits()
        self._probe = asyncio.Lock()
        self._taken_at = -_SURE_FOR
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        timeout = aiohttp.ClientTimeout(total=self._deadline, sock_connect=_CONNECTING)
        self._session = aiohttp.ClientSession(
            headers=self._headers, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def request(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        query: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401 - whatever JSON Discord answers
        """Make a request once; return what was answered. Raises DiscordError."""
        if self._is_sure():
            return await self._ask(method, path, body, query)
        try:
            async with asyncio.timeout(_SURE_FOR):
                await self._probe.acquire()
        except TimeoutError as error:
            raise UnreachableError from error
        try:
            if not self._is_sure():
                return await self._ask(method, path, body, query)
        finally:
            self._probe.release()
        return await self._ask(method, path, body, query)

    def _is_sure(self) -> bool:
        return asyncio.get_running_loop().time() < self._taken_at + _SURE_FOR

    async def _ask(
        self, method: str, path: str, body: Json | None, query: Mapping[str, str] | None
    ) -> Any:  # noqa: ANN401 - whatever JSON Discord answers
        if self.refused.is_set():
            raise UnauthorisedError
        if self._session is None:
            raise UnreachableError
        bucket = _bucket(method, path)
        now = asyncio.get_running_loop().time()
        if (wait := self._limits.wait(bucket, now)) > 0:
            raise RateLimitedError(wait, is_global=self._limits.is_for_all(now), is_counted=False)
        try:
            async with self._session.request(
                method, self._api + path, json=body, params=query
            ) as response:
                text = await response.text(encoding="utf-8", errors="replace")
                return self._answer(bucket, response, text)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnreachableError from error
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            raise AnswerLostError from error

    def _answer(self, bucket: str, response: aiohttp.ClientResponse, text: str) -> Any:  # noqa: ANN401
        now = asyncio.get_running_loop().time()
        said = _parsed(text)
        status = response.status
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise self._limited(bucket, response.headers, said, now)
        self._limits.learn(bucket, response.headers, now)
        if status == HTTPStatus.UNAUTHORIZED:
            self.refused.set()
            raise UnauthorisedError
        if status >= HTTPStatus.BAD_REQUEST:
            code = said.get("code") if isinstance(said, dict) else None
            raise RefusedError(status, code if isinstance(code, int) else 0)
        self._taken_at = now
        if status == HTTPStatus.NO_CONTENT:
            return None
        if said is None:
            raise AnswerLostError
        return said

    def _limited(
        self, bucket: str, headers: Mapping[str, str], said: object, now: float
    ) -> RateLimitedError:
        """Read a refusal in any of its forms, and remember it."""
        body = said if isinstance(said, dict) else None
        wait = _seconds(None if body is None else body.get("retry_after"))
        if wait is None:
            wait = _seconds(headers.get("Retry-After"))
        # What is not JSON comes from the gatekeeper before the API, and is about the address.
        is_global = body is None or body.get("global") is True or "X-RateLimit-Global" in headers
        if wait is None and body is None:
            wait = _BAN
        if wait is not None:
            self._limits.note(bucket, now + wait, is_global=is_global)
        is_shared = headers.get("X-RateLimit-Scope") == "shared"
        return RateLimitedError(wait, is_global=is_global, is_counted=not is_shared)


def _parsed(text: str) -> object:
    try:
        parsed: object = json.loads(text)
    except ValueError:
        return None
    return parsed


def _seconds(value: object) -> float | None:
    """Return a number of seconds; None for what is none."""
    if not isinstance(value, int | float | str):
        return None
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _bucket(method: str, path: str) -> str:
    """Return what a limit is for: a method and a path in one channel or server."""
    start, *rest = _ID.split(path, maxsplit=1)
    major = _ID.search(path)
    tail = _ID.sub("/id", rest[0]) if rest else ""
    return f"{method} {start}{major.group() if major else ''}{tail}"
