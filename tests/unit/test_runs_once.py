"""A command that changes something runs once for one question, and for the team never late."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from terminal import UNLIMITED, StillClock, base_of

from community_bot.commands.explaining import explain_error
from community_bot.core.command import CommandTable, Context, command
from community_bot.core.dispatch import Dispatcher
from community_bot.core.invocation import Invocation
from community_bot.domain.address import Actor, Address, Platform, Role
from community_bot.domain.document import Paragraph, Reply, Text


@dataclass(slots=True)
class Kept:
    keys: set[str] = field(default_factory=set)

    async def begin(self, key: str, now: datetime) -> bool:
        del now
        is_first = key not in self.keys
        self.keys.add(key)
        return is_first


async def outcomes(line: str, *, key: str = "k", is_late: bool = False) -> list[str]:
    """Ask the same twice; return what ran, or why nothing did."""
    found: list[str] = []

    async def run(context: Context) -> Reply:
        del context
        found.append("ran")
        return Reply((Paragraph((Text("done"),)),))

    table = CommandTable(
        (
            command("look")(run),
            command("write", writes=True)(run),
            command("team", role=Role.POSTER)(run),
        )
    )
    one = Dispatcher(
        table, base_of("dreyfus"), explain_error, StillClock(), UNLIMITED, handled=Kept()
    )
    actor = Actor(Platform.TERMINAL, "olga", Role.POSTER)
    asked = Invocation(line, actor, Address(Platform.TERMINAL), key=key, is_late=is_late)
    for _ in range(2):
        reply = await one.dispatch(asked)
        assert reply is not None
        if reply.error is not None:
            found.append(reply.error.key)
    return found


async def test_what_only_answers_runs_as_often_as_it_is_asked() -> None:
    assert await outcomes("look") == ["ran", "ran"]


async def test_what_changes_something_runs_once_for_one_question() -> None:
    assert await outcomes("write") == ["ran", "perhaps-done"]
    assert await outcomes("team") == ["ran", "perhaps-done"]


async def test_a_question_without_a_key_cannot_come_twice() -> None:
    assert await outcomes("team", key="") == ["ran", "ran"]


async def test_for_the_team_nothing_is_done_late() -> None:
    assert await outcomes("team", is_late=True) == ["came-too-late", "perhaps-done"]
    assert await outcomes("write", is_late=True) == ["ran", "perhaps-done"]


async def test_a_line_that_cannot_be_read_may_be_asked_again() -> None:
    assert await outcomes("team now") == ["word-unexpected", "word-unexpected"]
