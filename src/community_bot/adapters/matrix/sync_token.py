"""Where the bot has read to, kept in one small file between two runs."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Protocol

from community_bot.adapters.matrix.client import Identity

_HALF = 4096


class TokenStore(Protocol):
    """Keeps the token of the last batch whose questions are all answered."""

    def load(self) -> str:
        """Return the token; nothing when there is none for this device."""

    def save(self, token: str) -> None:
        """Keep a token instead of the one before."""


class TokenFile:
    """A token in a file, together with the account and device that it is worth something for.

    It is written with every answer, so it is written in place, which costs a fraction of replacing
    a file: to two halves in turn, of which the newer whole one counts. Whether it is on the disk
    before a power cut does not matter: with an older token questions come again, and the same
    answer sent again is no second answer.
    """

    def __init__(self, path: Path, identity: Identity) -> None:
        self._path = path
        self._whose = [identity.user, identity.device]
        self._count = 0

    def load(self) -> str:
        """Return the token; nothing when there is none for this device."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return ""
        halves = [_read(raw[:_HALF]), _read(raw[_HALF:])]
        self._count, whose, token = max(halves, key=lambda half: half[0])
        return token if whose == self._whose else ""

    def save(self, token: str) -> None:
        """Keep a token instead of the one before. Raises OSError."""
        self._count += 1
        written = json.dumps([self._count, self._whose, token]).encode()
        if len(written) > _HALF:
            raise OSError(errno.EFBIG, "the server's token is too long")
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.pwrite(file, written.ljust(_HALF), self._count % 2 * _HALF)
        finally:
            os.close(file)


def _read(half: bytes) -> tuple[int, list[str], str]:
    """Read one half; what was written only in part counts less than any."""
    try:
        count, whose, token = json.loads(half)
    except (ValueError, TypeError):
        return 0, [], ""
    return (
        (count, whose, token) if isinstance(count, int) and isinstance(token, str) else (0, [], "")
    )
