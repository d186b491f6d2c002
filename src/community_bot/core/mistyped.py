"""A line that names no command: what may have been meant by it, as an error with lines to try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from community_bot.core.command import Command, Context
from community_bot.core.invocation import MAX_LINE, Call, write_line
from community_bot.domain.errors import UserError
from community_bot.domain.values import Kind

_LIKE = 70
"""How like, in percent, the words must be that a command's name goes on with."""
_OFFERED = 3


def going_on(start: str, commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return those of the commands whose names go on after these words."""
    begun = f"{start.casefold()} "
    return tuple(one for one in commands if one.name.startswith(begun))


def unknown_command(line: str, call: Call, context: Context) -> UserError:
    """Return the error for a line without a command, with what this person may have meant."""
    words = [word.text.casefold() for word in call.words]
    if not words:
        return UserError("nothing-asked")
    start, group = _begun(words, context)
    if group:
        return _unfinished(line, words, start, group)
    error = UserError("command-unknown", name=call.words[0].text)
    near = context.table.like(call.words[0].text, context.actor.role)
    error.lines = tuple(_line(name, line, 1) for name in near)
    if not error.lines:
        # Many people just type a name: offer it, but never answer for it.
        people = context.knowledge.names(Kind.PERSON).resolve(line).candidates[:_OFFERED]
        error.lines = tuple(write_line("person", id_) for id_, _ in people)
        error.lines += (f"find {line.strip()}"[:MAX_LINE],)
    return error


def _begun(words: Sequence[str], context: Context) -> tuple[str, tuple[Command, ...]]:
    """Return the most words that names of commands begin with, and the commands of these names."""
    for count in range(len(words), 0, -1):
        start = " ".join(words[:count])
        group = going_on(start, context.table.visible_to(context.actor.role))
        if group:
            return start, group
    return "", ()


def _unfinished(line: str, words: Sequence[str], start: str, group: Sequence[Command]) -> UserError:
    """Return the error for a name that goes on with a mistyped word, a wrong one or with none."""
    following = [one.name.removeprefix(f"{start} ") for one in group]
    begun = len(start.split())
    near = sorted(_like(words[begun:], following), reverse=True)[:_OFFERED]
    if near:
        error = UserError("command-unknown", name=" ".join(words[: begun + 1]))
        names = ((f"{start} {it}", begun + len(it.split())) for _, it in near)
        error.lines = tuple(_line(name, line, count) for name, count in names)
        return error
    error = UserError("command-unfinished", name=start, known=", ".join(following))
    error.lines = (write_line("help", *start.split()),)
    return error


def _like(typed: Sequence[str], following: Sequence[str]) -> Iterator[tuple[float, str]]:
    from rapidfuzz import fuzz  # noqa: PLC0415 - only a mistake needs it

    for one in following:
        likeness = fuzz.ratio(" ".join(typed[: len(one.split())]), one)
        if likeness >= _LIKE:
            yield likeness, one


def _line(name: str, line: str, words: int) -> str:
    """Return a line with a name in the place of its first words."""
    rest = line.split(maxsplit=words)[words:]
    return " ".join((name, *rest)).strip()[:MAX_LINE]
