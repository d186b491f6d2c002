"""What the core itself needs from outside, as protocols that others implement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from community_bot.core.snapshot import ReloadReport


class Clock(Protocol):
    """The time, so that tests can choose it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""


class KnowledgeControl(Protocol):
    """What a moderator may ask of the loaded knowledge."""

    @property
    def is_outdated(self) -> bool:
        """Whether the files are broken, so that what is served is older than they are."""

    async def reload(self) -> ReloadReport:
        """Read the files again and serve them if they are right."""
