"""What the adapter needs from outside, and the parts that its pieces share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from community_bot.adapters.matrix.addressing import Self
from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.outbound import Outbound
from community_bot.core.dispatch import Dispatcher
from community_bot.core.ports import Clock
from community_bot.domain.address import Role


class Surroundings(Protocol):
    """What the adapter asks of those who know settings, roles and people's choices."""

    def prefix(self, room: str) -> str:
        """Return what commands begin with in a room; may be empty."""

    def language(self, room: str, user: str) -> str:
        """Return the tag of the language to answer somebody in."""

    async def role(self, user: str) -> Role:
        """Return what somebody may do now."""

    async def is_moderators(self, room: str) -> bool:
        """Tell whether a room is where the bot tells moderators what they have to know."""

    def may_invite(self, room: str, user: str) -> bool:
        """Tell whether the bot comes into a room when somebody asks it to."""


class Moves(Protocol):
    """Who keeps something about rooms, and must hear where the bot is and is not any more.

    Each may be told twice of the same. What could not be kept is found again by ``compare``.
    """

    async def left(self, room: str) -> None:
        """Take in that the bot is not in a room any more."""

    async def came(self, room: str) -> None:
        """Take in that the bot is in a room, perhaps again."""

    async def moved(self, old: str, new: str, level: int | None) -> None:
        """Take in that a room goes on in another.

        What is granted to a power level in the old room may go along up to ``level``, if any.
        """

    async def compare(self, joined: frozenset[str]) -> frozenset[str]:
        """Take in which rooms the bot is in now; return those of which something is kept."""


class NoMoves:
    """Keeps nothing about rooms."""

    async def left(self, room: str) -> None:
        """Do nothing."""

    async def came(self, room: str) -> None:
        """Do nothing."""

    async def moved(self, old: str, new: str, level: int | None) -> None:
        """Do nothing."""

    async def compare(self, joined: frozenset[str]) -> frozenset[str]:
        """Keep nothing."""
        del joined
        return frozenset()


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pieces of the adapter share.

    ``key_patience`` is how many seconds a key may come later than what it is needed for.
    """

    client: MatrixClient
    outbound: Outbound
    dispatcher: Dispatcher
    surroundings: Surroundings
    clock: Clock
    own: Self
    key_patience: float = 10.0
    moves: Moves = field(default_factory=NoMoves)
