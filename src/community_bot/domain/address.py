"""Who asks, and where: platform, place and role.

Identifiers are the platform's immutable ones. Display names are never kept: they prove nothing.
"""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody on one platform, by its immutable user id, with the role they hold now."""

    platform: Platform
    id: str
    role: Role = Role.EVERYONE
