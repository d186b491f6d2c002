"""One request to a homeserver: one attempt, bounded, with its outcome as a value or an error.

Knows HTTP and the specification's error bodies, no endpoint. It never waits to try again: who asked
knows better what else there is to do meanwhile. Only aiohttp repeats, at once and only once, what
only reads, when a connection breaks under it.
"""

from __future__ import annotations

import email.utils
import json
import math
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp

from community_bot.adapters.matrix.errors import (
    ForbiddenError,
    InteractionNeededError,
    MatrixError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    RefusedError,
    UnauthorisedError,
    UnreachableError,
)

Json = dict[str, object]

REQUEST_SECONDS = 30.0
"""Longest that an ordinary request may take in all."""
_CONNECT_SECONDS = 10.0
_MAX_BODY = 64 * 1024 * 1024
_UNSAID_WAIT = 5.0
"""Seconds to wait when a server limits us and does not say for how long."""
_LONGEST_WAIT = 600.0
_LONGEST_CODE = 255
_KINDS: dict[int, type[MatrixError]] = {
    HTTPStatus.FORBIDDEN: ForbiddenError,
    HTTPStatus.NOT_FOUND: NotFoundError,
}
_BAD_TOKEN = {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"}


class Transport:
    """Speaks to one homeserver with one access token. Use it as an async context manager."""

    def __init__(self, homeserver: str, access_token: str = "") -> None:
        self._base = homeserver.rstrip("/") + "/_matrix/client"
        self._session: aiohttp.ClientSession | None = None
        self.access_token = access_token
        self._refused: tuple[str, UnauthorisedError] | None = None

    async def __aenter__(self) -> Self:
        # The sync, and as many rooms at once as will be answered in.
        connector = aiohttp.TCPConnector(limit=32)
        # Left to itself, aiohttp looks for a proxy anew, in a thread, before each request.
        self._session = aiohttp.ClientSession(
            connector=connector, proxy=_proxy(self._base), middlewares=(_once,)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        seconds: float = REQUEST_SECONDS,
    ) -> Json:
        """Make one attempt, of at most ``seconds`` in all. Raises MatrixError.

        ``path`` follows ``/_matrix/client`` and is quoted already.
        """
        data = None if body is None else encode(body)
        return await self._attempt(method, self._base + path, data, query=query, seconds=seconds)

    async def upload(self, content: bytes, kind: str) -> Json:
        """Give the server a file of a kind such as ``image/png``. Raises MatrixError."""
        url = self._base.removesuffix("client") + "media/v3/upload"
        return await self._attempt("POST", url, content, kind=kind)

    async def _attempt(  # noqa: PLR0913 - what a request is made of
        self,
        method: str,
        url: str,
        data: bytes | None,
        *,
        kind: str = "application/json",
        query: Mapping[str, str] | None = None,
        seconds: float = REQUEST_SECONDS,
    ) -> Json:
        if self._session is None:
            raise RuntimeError("the transport is not open")
        headers = {"Content-Type": kind}
        token = self.access_token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if self._refused and self._refused[0] == token:
            # Who goes on asking with a token that is not valid may be shut out altogether.
            before = self._refused[1]
            raise UnauthorisedError(before.code, is_soft_logout=before.is_soft_logout)
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=_CONNECT_SECONDS)
        try:
            async with self._session.request(
                method,
                url,
                params=query,
                data=data,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                raw = await _body(response)
                return _outcome(response.status, response.headers, raw)
        except UnauthorisedError as error:
            self._refused = (token, error) if token else None
            raise
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnreachableError from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OutcomeUnknownError from error


async def _once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from repeating unseen what changes something.

    What was taken the first time may be limited the second, and would then count as not taken.
    """
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        if request.method == "GET":
            raise
        raise OutcomeUnknownError from error


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an address."""
    parts = urllib.parse.urlsplit(url)
    if urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def encode(content: Mapping[str, object]) -> bytes:
    """Write JSON as short as it gets: UTF-8 as it is, no blanks."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Read an answer, but not without end."""
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > _MAX_BODY:
            raise OutcomeUnknownError(status=response.status)
        parts.append(part)
    return b"".join(parts)


def _outcome(status: int, headers: Mapping[str, str], raw: bytes) -> Json:
    """Return the body of a success, or raise what the answer means."""
    body = _object(raw)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        if body is None:
            raise OutcomeUnknownError(status=status)
        return body
    raise _error(status, headers, body or {})


def _object(raw: bytes) -> Json | None:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _error(status: int, headers: Mapping[str, str], body: Json) -> MatrixError:
    code = _text(body, "errcode")
    if status == HTTPStatus.TOO_MANY_REQUESTS or code == "M_LIMIT_EXCEEDED":
        return RateLimitedError(_wait(headers, body))
    if status == HTTPStatus.UNAUTHORIZED and "flows" in body:
        return InteractionNeededError(_text(body, "session"))
    if status == HTTPStatus.UNAUTHORIZED or code in _BAD_TOKEN:
        return UnauthorisedError(code, is_soft_logout=body.get("soft_logout") is True)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return OutcomeUnknownError(code, status=status)
    return _KINDS.get(status, RefusedError)(code, status=status)


def _text(body: Json, key: str) -> str:
    found = body.get(key)
    return found[:_LONGEST_CODE] if isinstance(found, str) else ""


def _wait(headers: Mapping[str, str], body: Json) -> float:
    """Return for how many seconds a server asks to wait; the header is newer than the body."""
    said = _seconds(headers.get("Retry-After", ""))
    if said is None:
        milliseconds = body.get("retry_after_ms")
        if isinstance(milliseconds, float) and not math.isfinite(milliseconds):
            milliseconds = None
        if isinstance(milliseconds, int | float):
            # Bounded first: an integer may be too large to be divided.
            said = min(max(milliseconds, 0), _LONGEST_WAIT * 1000) / 1000
    return _UNSAID_WAIT if said is None else min(max(said, 0.0), _LONGEST_WAIT)


def _seconds(header: str) -> float | None:
    """Read ``Retry-After``: seconds, or the date to wait for."""
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        moment = email.utils.parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()
