"""Where the bot has read to, kept in one small file between two runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Protocol

from community_bot.adapters.matrix.client import Identity


class TokenStore(Protocol):
    """Keeps the token of the last batch whose questions are all answered."""

    def load(self) -> str:
        """Return the token; nothing when there is none for this device."""

    def save(self, token: str) -> None:
        """Keep a token instead of the one before."""


class TokenFile:
    """A token in a file, together with the account and device that it is worth something for.

    It is replaced, not written over; whether it is on the disk before a power cut does not matter:
    with an older token questions come again, and the same answer sent again is no second answer.
    """

    def __init__(self, path: Path, identity: Identity) -> None:
        self._path = path
        self._whose = {"user": identity.user, "device": identity.device}

    def load(self) -> str:
        """Return the token; nothing when there is none for this device."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ""
        if not isinstance(kept, dict) or {**kept, **self._whose} != kept:
            return ""
        token = kept.get("token")
        return token if isinstance(token, str) else ""

    def save(self, token: str) -> None:
        """Keep a token instead of the one before. Raises OSError."""
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps({**self._whose, "token": token}), encoding="utf-8")
        new.replace(self._path)
