"""Whether a message is for the bot, and which command line it then is. Pure; knows no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from community_bot.adapters.matrix.events import Message


class Manner(Enum):
    """How a question reached the bot, which decides what becomes of one that is no command."""

    PREFIX = "prefix"
    NAME = "name"
    REPLY = "reply"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Question:
    """A command line for the bot. ``prefix`` is what commands are printed with in the answer.

    One that ``is_unclear`` was made of something else: how to do that is what it asks.
    """

    line: str
    manner: Manner
    prefix: str
    is_unclear: bool = False


@dataclass(frozen=True, slots=True)
class Self:
    """What the bot is called: its user id, and the names that people type."""

    user: str
    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, user: str, display_name: str) -> Self:
        """Return all that somebody could type to call a user; the longest first."""
        local = user.removeprefix("@").partition(":")[0]
        names = {user, f"@{local}", local, display_name.strip(), f"@{display_name.strip()}"}
        return cls(user, tuple(sorted((n for n in names if n.strip("@")), key=len, reverse=True)))


def question_in(message: Message, own: Self, prefix: str) -> Question | None:
    """Return the question that a message puts by prefix or by name."""
    body = message.body.strip()
    if prefix and body.startswith(prefix):
        line = body[len(prefix) :]
        # "!!!" and "! " are no commands of anybody's.
        return Question(line.strip(), Manner.PREFIX, prefix) if line[:1].isalnum() else None
    rest = _after_name(body, own, is_mentioned=own.user in message.mentions)
    if rest is None:
        return None
    return Question(rest.removeprefix(prefix), Manner.NAME, prefix)


def question_without_name(message: Message, manner: Manner, prefix: str) -> Question | None:
    """Return what is said to the bot in a reply or in a chat of two, where no name is needed."""
    line = message.body.strip()
    return Question(line, manner, prefix) if line else None


def _after_name(body: str, own: Self, *, is_mentioned: bool) -> str | None:
    """Return what follows the bot's name; nothing when the bot is not called.

    A name counts at the start. Where the client says that the bot is mentioned, it counts anywhere:
    what follows it is meant, or else what stands before it.
    """
    folded = body.casefold()
    for name in own.names:
        if _starts(folded, name.casefold()) and (is_mentioned or _is_called(body, name, own.user)):
            return _trimmed(body[len(name) :])
    if not is_mentioned:
        return None
    for name in own.names:
        found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", body, re.IGNORECASE)
        if found:
            return _trimmed(body[found.end() :]) or body[: found.start()].strip()
    return None


def _starts(folded: str, name: str) -> bool:
    return folded.startswith(name) and not folded[len(name) : len(name) + 1].isalnum()


def _is_called(body: str, name: str, user: str) -> bool:
    """Tell whether a name at the start calls somebody, where the client does not say."""
    return name == user or body[len(name) : len(name) + 1] in {":", ","}


def _trimmed(rest: str) -> str:
    return rest.lstrip(" \t\n:,\u00a0").strip()
