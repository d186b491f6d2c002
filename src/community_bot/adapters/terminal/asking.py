"""Where somebody sits at this terminal, and as whom: a question from there as the core takes it.

The terminal is a platform like the others, with rooms to post to and people who may do more or
less. Whoever sits at it may take any seat, so it is the one adapter that vouches for a role. Knows
no screen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from community_bot.core.invocation import Invocation
from community_bot.domain.address import Account, Actor, Address, Platform, Role
from community_bot.domain.errors import UserError

LOBBY = "lobby"
"""The room that everybody begins in."""

_SOMEBODY = "local"
_ROOM = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LONGEST_ROOM = 32

JOIN, AS = "/join", "/as"
ROLES = tuple(role.name.lower() for role in Role)


@dataclass(frozen=True, slots=True)
class Seat:
    """A room of this terminal, and who sits there: a name, a role, a language."""

    room: str = LOBBY
    role: Role = Role.EVERYONE
    name: str = _SOMEBODY
    language: str = "en"

    def invocation(self, line: str) -> Invocation:
        """Return what is typed here as a question."""
        actor = Actor(Platform.TERMINAL, self.name, self.role)
        address = Address(Platform.TERMINAL, room=self.room)
        return Invocation(line, actor, address, self.language)

    @property
    def prompt(self) -> str:
        """What stands before the line to type: the room, role and name that are not the usual."""
        parts = (
            self.room if self.room != LOBBY else "",
            self.role.name.lower() if self.role is not Role.EVERYONE else "",
            self.name if self.name != _SOMEBODY else "",
        )
        return f"{' '.join(filter(None, parts))}> "

    def moved(self, line: str) -> Seat | None:
        """Return the seat that ``/join ROOM`` or ``/as ROLE [NAME]`` leads to.

        None for any other line. Raises UserError for what is no room, role or name.
        """
        match line.split():
            case [word, *rest] if word.casefold() == JOIN:
                return self._in_room(rest)
            case [word, *rest] if word.casefold() == AS:
                return self._as_somebody(rest)
            case _:
                return None

    def _in_room(self, words: list[str]) -> Seat:
        room = words[0].casefold() if len(words) == 1 else ""
        if len(room) > _LONGEST_ROOM or not _ROOM.fullmatch(room):
            raise UserError("chat-join-wrong")
        return replace(self, room=room)

    def _as_somebody(self, words: list[str]) -> Seat:
        if len(words) not in (1, 2) or words[0].casefold() not in ROLES:
            raise UserError("chat-as-wrong", roles=", ".join(ROLES))
        seat = replace(self, role=Role[words[0].upper()])
        if len(words) == 1:
            return seat
        name = words[1].casefold()
        try:
            Account.parse(f"{Platform.TERMINAL}:{name}")
        except ValueError:
            raise UserError("chat-name-wrong") from None
        return replace(seat, name=name)
