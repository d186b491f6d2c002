"""What the bot looks like to people: its display name and its picture, changed only when other."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from community_bot.adapters.matrix.errors import (
    MatrixError,
    NotFoundError,
    OutcomeUnknownError,
    UnauthorisedError,
)
from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.transport import Transport

_log = logging.getLogger(__name__)

_FILE = "avatar.json"
_LARGEST = 10_000_000
_KINDS = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}


@dataclass(frozen=True, slots=True)
class Looks:
    """What is wanted; what is empty is left as it is."""

    name: str = ""
    avatar: Path | None = None


class Profile:
    """The profile of an account. ``folder`` keeps which file the picture was made from."""

    def __init__(self, transport: Transport, user: str, folder: Path) -> None:
        self._transport = transport
        self._path = f"/v3/profile/{quote(user, safe='')}"
        self._file = folder / _FILE

    async def show(self, looks: Looks) -> None:
        """Make the profile as wanted; what cannot be done is logged. Raises UnauthorisedError."""
        try:
            if looks.name and await self._field("displayname") != looks.name:
                await self._set("displayname", looks.name)
            if looks.avatar is not None:
                await self._show_picture(looks.avatar)
        except UnauthorisedError:
            raise
        except MatrixError as error:
            _log.warning("the profile could not be set: %s", error)
        except (OSError, ValueError) as error:
            _log.warning("the picture of the profile cannot be used: %s", error)

    async def _show_picture(self, path: Path) -> None:
        content = await asyncio.to_thread(_picture, path)
        kind = next((kind for start, kind in _KINDS.items() if content.startswith(start)), "")
        if not kind:
            raise ValueError("it is no PNG, JPEG, GIF or WebP")
        digest = hashlib.sha256(content).hexdigest()
        current = await self._field("avatar_url")
        if current and self._made() == {"sha256": digest, "url": current}:
            return
        url = (await self._transport.upload(content, kind)).get("content_uri")
        if not isinstance(url, str) or not url.startswith("mxc://"):
            raise OutcomeUnknownError
        await self._set("avatar_url", url)
        self._file.write_text(json.dumps({"sha256": digest, "url": url}), encoding="utf-8")

    def _made(self) -> dict[str, object]:
        try:
            return as_object(json.loads(self._file.read_bytes()))
        except (OSError, ValueError):
            return {}

    async def _field(self, name: str) -> object:
        try:
            return (await self._transport.call("GET", f"{self._path}/{name}")).get(name)
        except NotFoundError:
            return None

    async def _set(self, name: str, value: str) -> None:
        await self._transport.call("PUT", f"{self._path}/{name}", {name: value})


def _picture(path: Path) -> bytes:
    """Read a picture. Raises OSError, and ValueError for one that is too large."""
    if path.stat().st_size > _LARGEST:
        raise ValueError("it is too large")
    return path.read_bytes()
