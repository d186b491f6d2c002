"""A conversation at the terminal, without one: lines in, the exact plain text out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from community_bot.app.wiring import Bot, wire
from community_bot.core.dispatch import Limits
from community_bot.core.invocation import Invocation
from community_bot.core.limits import Rate
from community_bot.core.render.text import render_text
from community_bot.core.snapshot import Snapshot, load_snapshot
from community_bot.domain.address import Actor, Address, Platform, Role
from community_bot.domain.document import Reply

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
BASES = {
    "shipped": ROOT / "knowledge",
    "dreyfus": TESTS / "bases" / "dreyfus",
    "empty": TESTS / "bases" / "empty",
}
TERMINAL = Address(Platform.TERMINAL)
UNLIMITED = Limits(per_actor=Rate(burst=1_000_000, per_second=1_000_000.0))


@dataclass(slots=True)
class StillClock:
    """A clock that shows what the test sets."""

    moment: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds


@cache
def base_of(name: str) -> Snapshot:
    """Load a base once for all tests that only read it."""
    return load_snapshot(BASES[name])


@dataclass(frozen=True, slots=True)
class Terminal:
    """Somebody at a terminal, in one role and one language."""

    bot: Bot
    role: Role = Role.EVERYONE
    language: str = "en"

    @classmethod
    def at(
        cls,
        base: str | Snapshot = "shipped",
        *,
        role: Role = Role.EVERYONE,
        language: str = "en",
        limits: Limits = UNLIMITED,
        clock: StillClock | None = None,
    ) -> Terminal:
        snapshot = base_of(base) if isinstance(base, str) else base
        return cls(wire(snapshot, clock=clock or StillClock(), limits=limits), role, language)

    def invocation(self, line: str) -> Invocation:
        actor = Actor(Platform.TERMINAL, "somebody", self.role)
        return Invocation(line, actor, TERMINAL, self.language)

    async def ask(self, line: str) -> Reply:
        reply = await self.bot.dispatcher.dispatch(self.invocation(line))
        assert reply is not None, "the bot kept silent"
        return reply

    async def say(self, line: str) -> str:
        return render_text(await self.ask(line))


def typed(line: str, base: str | Snapshot) -> str:
    """Return what a dialogue types: ``{some-id}`` stands for the revision of now."""
    current = (base_of(base) if isinstance(base, str) else base).current
    return re.sub(r"\{([a-z0-9-]+)\}", lambda match: current.reference(match[1]), line)
