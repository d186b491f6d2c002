"""``/healthz`` and ``/readyz``: the bot's health by HTTP, one small request a connection."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from http import HTTPStatus

from community_bot.app.settings_forms import Place
from community_bot.app.supervising import Pause
from community_bot.core.i18n import Texts

_log = logging.getLogger(__name__)
_TEXTS = Texts("en")

_LARGEST_HEAD = 8_192
_SECONDS = 5.0
_MOST_AT_ONCE = 32
_AGAIN_AFTER = 60.0

Report = Callable[[], dict[str, object]]


async def serve_health(place: Place, report: Report, *, pause: Pause = asyncio.sleep) -> None:
    """Answer until cancelled; where the port is taken, say so and try again each minute."""
    door = _Door(report)
    while True:
        try:
            server = await asyncio.start_server(door.enter, *place, limit=_LARGEST_HEAD)
        except OSError as error:
            reason = error.strerror or str(error)
            _log.error(_TEXTS("health-port-taken", host=place.host, port=place.port, reason=reason))
            await pause(_AGAIN_AFTER)
            continue
        _log.info(_TEXTS("health-serving", host=place.host, port=place.port))
        async with server:
            await server.serve_forever()


class _Door:
    """Lets in so many at once, and each for a few seconds."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._inside = 0

    async def enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self._inside += 1
        try:
            if self._inside <= _MOST_AT_ONCE:
                async with asyncio.timeout(_SECONDS):
                    writer.write(await self._answer(reader))
                    await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # whoever asked has gone, or never came to ask
        finally:
            self._inside -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return _response(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, {})
        method, _, rest = head.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if method not in {b"GET", b"HEAD"}:
            return _response(HTTPStatus.METHOD_NOT_ALLOWED, {}, allow=True)
        status, body = self._page(path)
        return _response(status, body, is_bare=method == b"HEAD")

    def _page(self, path: bytes) -> tuple[HTTPStatus, dict[str, object]]:
        match path:
            case b"/healthz":
                return HTTPStatus.OK, {"alive": True}
            case b"/readyz":
                report = self._report()
                is_ready = report.get("ready") is True
                return HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE, report
            case _:
                return HTTPStatus.NOT_FOUND, {}


def _response(
    status: HTTPStatus, body: dict[str, object], *, is_bare: bool = False, allow: bool = False
) -> bytes:
    content = json.dumps(body).encode() + b"\n"
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"{'Allow: GET, HEAD' + chr(13) + chr(10) if allow else ''}"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + (b"" if is_bare else content)
