"""A conversation at the terminal, without one: lines in, the exact plain text out.

A ``Terminal`` is the bot as ``chat`` wires it, with a clock that stands still and a database in
memory of its own. One that posts anything is used as ``async with Terminal.at(...) as at:``, so
that its database is closed; one that only answers never opens it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Self

from community_bot.adapters.terminal.asking import Seat
from community_bot.adapters.terminal.carrier import Shown, TerminalCarrier
from community_bot.adapters.terminal.conversation import Conversation
from community_bot.app.wiring import Bot, wire
from community_bot.core.dispatch import Limits
from community_bot.core.invocation import Invocation
from community_bot.core.limits import Rate, Rates
from community_bot.core.render.text import render_text
from community_bot.core.snapshot import Snapshot, load_snapshot
from community_bot.domain.address import Account, Role
from community_bot.domain.document import Reply

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
BASES = {
    "shipped": ROOT / "knowledge",
    "dreyfus": TESTS / "bases" / "dreyfus",
    "empty": TESTS / "bases" / "empty",
}
UNLIMITED = Limits(rates=Rates.alike(Rate(burst=1_000_000, per_second=1_000_000.0)))


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


@dataclass(slots=True)
class Terminal:
    """Somebody at a terminal. ``shown`` is what was posted to its rooms and not looked at yet."""

    bot: Bot
    seat: Seat
    clock: StillClock
    shown: list[Shown]
    carrier: TerminalCarrier

    @classmethod
    def at(  # noqa: PLR0913 - a keyword for each part that a test may choose
        cls,
        base: str | Snapshot = "shipped",
        *,
        role: Role = Role.EVERYONE,
        language: str = "en",
        limits: Limits = UNLIMITED,
        clock: StillClock | None = None,
        admins: Iterable[Account] = (),
    ) -> Self:
        if isinstance(base, str):
            # The reading is shared, what listens to its changes is not.
            loaded = base_of(base)
            base = Snapshot(loaded.folder, loaded.current)
        clock = clock or StillClock()
        shown: list[Shown] = []
        carrier = TerminalCarrier(shown.append)
        bot = wire(base, clock=clock, limits=limits, carriers=(carrier,), admins=admins)
        return cls(bot, Seat(role=role, language=language), clock, shown, carrier)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.bot.close()

    def conversation(self) -> Conversation:
        return Conversation(self.bot.dispatcher, self.seat, self.carrier)

    def invocation(self, line: str) -> Invocation:
        return self.seat.invocation(line)

    async def ask(self, line: str) -> Reply:
        """Type a line; return its answer."""
        conversation = self.conversation()
        reply = await conversation.answer(line)
        self.seat = conversation.seat
        assert reply is not None, "the bot kept silent"
        return reply

    async def say(self, line: str) -> str:
        """Type a line; return its answer as it is shown."""
        return render_text(await self.ask(line))

    async def posted(self) -> tuple[str, ...]:
        """Let all happen that is due; return what appeared in the rooms since the last look."""
        await self.bot.settle()
        texts = self.conversation().texts
        found = tuple(f"{one.heading(texts)}\n{one.body}" for one in self.shown)
        self.shown.clear()
        return found


def typed(line: str, base: str | Snapshot) -> str:
    """Return what a dialogue types: ``{some-id}`` stands for the revision of now."""
    current = (base_of(base) if isinstance(base, str) else base).current
    return re.sub(r"\{([a-z0-9-]+)\}", lambda match: current.reference(match[1]), line)
