"""Who may do what: the people of a team, their accounts, and what they are granted.

A grant is to a member (a human with accounts on several platforms), to whoever holds a role in a
named server, or to whoever has a power level in a named room. Nothing here is a display name.
"""

from __future__ import annotations

from dataclasses import dataclass

from community_bot.domain.address import Account, Platform, Role

EVERYWHERE = "all"
"""Stands in ``Grant.on`` for every destination there is and will be."""


@dataclass(frozen=True, slots=True)
class Member:
    """A human of the team. ``number`` is never used again; ``name`` is what admins call them."""

    number: int
    name: str = ""
    accounts: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerRole:
    """Whoever holds a role in one named server; written ``discord-role:SERVER/ROLE``."""

    platform: Platform
    server: str
    role: str


@dataclass(frozen=True, slots=True)
class PowerLevel:
    """Whoever has at least a power level in one named room; written ``matrix-level:ROOM/LEVEL``."""

    platform: Platform
    room: str
    level: int


Standing = ServerRole | PowerLevel
"""What an account holds on its platform now, and may not hold a minute later."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role granted to a member, by number, or to a standing.

    ``on`` names the destinations that a poster or an editor may post to; moderators and admins may
    post to all of them.
    """

    id: int
    role: Role
    subject: int | Standing
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Team:
    """All members and grants there are."""

    members: tuple[Member, ...] = ()
    grants: tuple[Grant, ...] = ()
