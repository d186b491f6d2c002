"""A question asked at this terminal, as the core takes it. Knows no screen."""

from __future__ import annotations

from community_bot.core.invocation import Invocation
from community_bot.domain.address import Actor, Address, Platform, Role


def terminal_invocation(line: str, *, role: Role, language: str) -> Invocation:
    """Return a question asked at this terminal."""
    actor = Actor(Platform.TERMINAL, "local", role)
    return Invocation(line, actor, Address(Platform.TERMINAL), language)
