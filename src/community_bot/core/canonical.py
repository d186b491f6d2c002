"""The line that goes on meaning the same: each option by its name, each entry by its id.

What somebody types may be any spelling of a name, and what they leave out the handler may choose.
Such a line can mean another entry once the base has grown; a canonical one cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from community_bot.core.command import Command
from community_bot.core.entry_params import IdType
from community_bot.core.invocation import MAX_LINE, write_line
from community_bot.core.list_params import EntryIds
from community_bot.core.params import CommandName, Language, Paragraphs
from community_bot.core.reading_params import EntryRevisions
from community_bot.domain.entities import (
    Case,
    Entry,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.errors import UserError

_ENTRIES = (Person, Organisation, Case, Resolution, Statement, Source)


def canonical_line(
    command: Command, arguments: Mapping[str, object], shown: Iterable[Entry] = ()
) -> str:
    """Write a command with its arguments; ``shown`` are the entries that its answer showed.

    Raises UserError when the line is longer than what is read.
    """
    options = {name: written(value) for name, value in arguments.items()}
    shown = tuple(shown)
    for name, kind in left_out(command, arguments):
        chosen = next((one.id for one in shown if isinstance(one, kind)), None)
        if chosen is not None:
            options[name] = chosen
    ordered = {param.name: options[param.name] for param in command.params if param.name in options}
    line = write_line(*command.name.split(), **ordered)
    if len(line) > MAX_LINE:
        raise UserError("line-too-long", length=len(line), limit=MAX_LINE)
    return line


def left_out(
    command: Command, arguments: Mapping[str, object]
) -> tuple[tuple[str, type[Statement | Source]], ...]:
    """Return the parameters, with their kinds of entry, for which the handler itself chooses."""
    return tuple(
        (param.name, param.type.type)
        for param in command.params
        if isinstance(param.type, IdType) and param.type.has_default
        if param.name not in arguments
    )


def named_entries(arguments: Mapping[str, object]) -> frozenset[str]:
    """Return the ids of the entries that are among the arguments."""
    values = arguments.values()
    listed = (id_ for value in values if isinstance(value, EntryIds) for id_ in value.ids)
    return frozenset((*listed, *(one.id for one in values if isinstance(one, _ENTRIES))))


def written(value: object) -> str:
    """Write an argument as its type reads it."""
    match value:
        case Paragraphs(ranges):
            pieces = (first if first == last else f"{first}-{last}" for first, last in ranges)
            return ",".join(pieces) or "all"
        case Language(tag):
            return tag
        case CommandName(text):
            return text
        case EntryRevisions(revisions):
            return ",".join(f"{one.id}@{one.revision}" for one in revisions)
        case EntryIds(ids):
            return ",".join(ids)
        case _ if isinstance(value, _ENTRIES):
            return value.id
        case _:
            return str(value)
