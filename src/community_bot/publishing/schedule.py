"""What is posted again and again, and what a channel follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from community_bot.domain.topic import Topic

__all__ = ["Follow", "Run", "Schedule", "Seen", "Topic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A command line posted by the clock: ``cron`` has five fields, in each destination's zone.

    ``grace`` is how many seconds late a run may still be made. ``topic`` is set for what the bot
    schedules itself, such as anniversaries: a run with nothing to say posts nothing.
    """

    id: int = 0
    cron: str
    line: str
    language: str = ""
    grace: int
    author: int | None = None
    is_paused: bool = False
    topic: Topic | None = None

    @property
    def short_id(self) -> str:
        """The id that people see and type."""
        return f"S{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """When a schedule is next due at one destination, aware UTC."""

    schedule: int
    destination: int
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A destination follows a topic. ``subject`` is a person's id for ``Topic.PERSON``."""

    id: int = 0
    topic: Topic
    subject: str = ""
    destination: int
    author: int | None = None

    @property
    def short_id(self) -> str:
        """The id that people see and type."""
        return f"F{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An entry as followers were last told of it."""

    id: str
    revision: str
    kind: str
    status: str = ""
