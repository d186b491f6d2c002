"""What could end a half-typed line: commands, then values for their parameters, then options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from community_bot.core.command import Command, CommandTable, Context, Param
from community_bot.core.invocation import Call, Word, write_line
from community_bot.core.params import MAX_CHOICES, Choice, OptionType

_BRIEF = 100
_OPTION = re.compile(r"([a-z][a-z-]*)=(\S*)$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``text`` takes the place of the last ``replaces`` characters; people see ``label``."""

    text: str
    replaces: int
    label: str


def complete_line(table: CommandTable, line: str, context: Context) -> tuple[Suggestion, ...]:
    """Return what could end a line for this person, best first, at most ``MAX_CHOICES``."""
    line = line.lstrip()
    for name in sorted(table.names, key=len, reverse=True):
        rest = line[len(name) :]
        if line[: len(name)].casefold() == name and rest[:1].isspace():
            command = table.get(name)
            if command is None or command.role > context.actor.role:
                return ()
            rest = rest.lstrip()
            typing = replace(context, typed=rest)
            return tuple(islice(_arguments(command, rest, typing), MAX_CHOICES))
    names = (one.name for one in table.visible_to(context.actor.role))
    wanted = line.casefold()
    fitting = (name for name in sorted(names) if name.startswith(wanted))
    return tuple(Suggestion(name, len(line), name) for name in islice(fitting, MAX_CHOICES))


def complete_value(
    command: Command, option: str, call: Call, context: Context
) -> tuple[Choice, ...]:
    """Return what a half-typed value of one option could become, at most ``MAX_CHOICES``.

    For platforms that ask for each option by itself; ``call`` has all that is typed, what is begun
    among it. Whoever may not use the command gets nothing.
    """
    if command.role > context.actor.role:
        return ()
    param = next((one for one in command.params if one.option == option), None)
    if param is None:
        return ()
    options = dict(call.options)
    # What is long tells a completion nothing, and would hide what comes after it.
    brief = {key: value for key, value in options.items() if len(value) <= _BRIEF}
    typing = replace(context, typed=write_line(*(word.text for word in call.words), **brief))
    return tuple(islice(param.type.complete(options.get(option, ""), typing), MAX_CHOICES))


def _arguments(command: Command, rest: str, context: Context) -> Iterator[Suggestion]:
    match = _OPTION.search(rest)
    if match is not None:
        params = [param for param in command.params if param.option == match[1]]
        yield from _values(params, match[2], context)
        return
    last = rest.rpartition(" ")[2]
    given = {key for key, _ in re.findall(r"(?:^|\s)([a-z][a-z-]*)=(\S*)", rest)}
    before = [Word(word) for word in rest.split(" ")[:-1]]
    left = [param for param in command.params if param.option not in given]
    open_params = [param for param in left if not _is_taken(param, before, context)]
    tail = _free_tail(rest, left, context)
    for param in open_params:
        if isinstance(param.type, OptionType):
            continue  # its name comes first
        yield from _values([param], tail if param.type.takes_any_word else last, context)
    for param in open_params:
        if last and param.option.startswith(last.casefold()):
            yield Suggestion(f"{param.option}=", len(last), f"{param.option}=")


def _is_taken(param: Param, before: Iterable[Word], context: Context) -> bool:
    """Say whether a parameter of one word has its word already."""
    if not param.type.takes_one_word:
        return False
    return any(param.type.claims(word, context) for word in before)


def _free_tail(rest: str, params: Sequence[Param], context: Context) -> str:
    """Return the end of a line that free text may begin with: after options and claimed words."""
    words = rest.split(" ")
    for index in range(len(words) - 2, -1, -1):
        word = Word(words[index])
        if "=" in word.text or any(param.type.claims(word, context) for param in params):
            return " ".join(words[index + 1 :])
    return rest


def _values(params: Iterable[Param], prefix: str, context: Context) -> Iterator[Suggestion]:
    for param in params:
        for value, label in param.type.complete(prefix, context):
            yield Suggestion(write_line(value), len(prefix), label)
