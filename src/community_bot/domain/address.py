"""Who asks, and where: platform, place and role.

Identifiers are the platform's immutable ones. Display names are never kept: they prove nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Platform(StrEnum):
    """Where a message comes from and goes to."""

    DISCORD = "discord"
    MATRIX = "matrix"
    TERMINAL = "terminal"


class Role(IntEnum):
    """What somebody may do; each role may do all that the lower ones may."""

    EVERYONE = 0
    POSTER = 1
    EDITOR = 2
    MODERATOR = 3
    ADMIN = 4


@dataclass(frozen=True, slots=True)
class Address:
    """A place to answer in: ``space`` is a server or space, ``thread`` a thread in a room."""

    platform: Platform
    space: str = ""
    room: str = ""
    thread: str = ""


_ACCOUNT_IDS = {
    Platform.DISCORD: re.compile(r"[1-9][0-9]{0,19}"),
    # Historical user ids may hold other characters; whoever is granted a role must have one that
    # cannot be mistaken for another (Matrix specification, appendices, 4.2.1).
    Platform.MATRIX: re.compile(r"@[a-z0-9._=/+-]{1,200}:[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?"),
    Platform.TERMINAL: re.compile(r"[a-z0-9-]{1,32}"),
}


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """Somebody's account on one platform, by its immutable user id; written ``platform:id``."""

    platform: Platform
    id: str

    def __str__(self) -> str:
        return f"{self.platform.value}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Account:
        """Read ``platform:id``; raise ValueError for what no account can be called."""
        platform, _, id_ = text.partition(":")
        account = cls(Platform(platform), id_)
        if _ACCOUNT_IDS[account.platform].fullmatch(id_) is None:
            raise ValueError(f"{text!r} is no account")
        return account


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody on one platform, by its immutable user id, with the role they hold now."""

    platform: Platform
    id: str
    role: Role = Role.EVERYONE

    @property
    def account(self) -> Account:
        """The account that acts."""
        return Account(self.platform, self.id)
