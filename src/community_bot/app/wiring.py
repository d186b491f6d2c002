"""The object graph, built by hand: which parts there are and what each is given."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import community_bot
from community_bot.commands import COMMANDS
from community_bot.commands.explaining import explain_error
from community_bot.core.command import CommandTable
from community_bot.core.dispatch import Dispatcher, Limits
from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot

KNOWLEDGE_VARIABLE = "COMMUNITY_BOT_KNOWLEDGE"
BUILT_IN = Path(community_bot.__file__).parent / "_knowledge"
"""The copy of the shipped base that a wheel carries; an update replaces it, so nothing edits it."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Bot:
    """The wired bot: the snapshot it serves and the dispatcher that answers from it."""

    snapshot: Snapshot
    dispatcher: Dispatcher


def knowledge_folder(given: Path | None) -> Path:
    """Find the knowledge base: as given, else by variable, else ``./knowledge``, else our own copy.

    What is named explicitly is returned even when it is not there: the reader reports that.
    """
    if given is not None:
        return given
    named = os.environ.get(KNOWLEDGE_VARIABLE)
    if named:
        return Path(named)
    local = Path("knowledge")
    return local if local.is_dir() else BUILT_IN


def command_table() -> CommandTable:
    """Return the table of all commands."""
    return CommandTable(COMMANDS)


def wire(snapshot: Snapshot, *, clock: Clock | None = None, limits: Limits | None = None) -> Bot:
    """Put the parts together around a snapshot."""
    dispatcher = Dispatcher(
        command_table(), snapshot, explain_error, clock or SystemClock(), limits
    )
    return Bot(snapshot, dispatcher)
