"""What answering needs from outside, and the parts that its pieces share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from community_bot.core.dispatch import Dispatcher
from community_bot.core.ports import Clock
from community_bot.domain.address import Role


class Surroundings(Protocol):
    """What the adapter asks of those who know settings, roles and people's choices."""

    def language(self, guild: str, channel: str, locale: str) -> str:
        """Return the tag of the language to answer in; ``locale`` is the reader's on Discord."""

    def is_private(self) -> bool:
        """Tell whether only who asked sees an answer, unless they ask otherwise."""

    async def role(self, user: str) -> Role:
        """Return what somebody may do now."""


class Moves(Protocol):
    """Who keeps something about servers, and must hear where the bot is and is not any more.

    Each may be told twice of the same.
    """

    async def left(self, guild: str) -> None:
        """Take in that the bot is not in a server any more."""

    async def came(self, guild: str) -> None:
        """Take in that the bot is in a server, perhaps again."""

    async def compare(self, guilds: frozenset[str]) -> None:
        """Take in that the bot is in these servers, and in no others."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pieces that answer share."""

    dispatcher: Dispatcher
    surroundings: Surroundings
    clock: Clock
    moves: Moves
