"""What somebody chose and filled in, read from an interaction's own data, as a line of ours.

Read here and not by discord.py, which drops options that it does not know: somebody's Discord may
show commands as they were before an update, and whatever is left out would change the question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from discord import AppCommandOptionType

from community_bot.adapters.discord.options import PRIVATE
from community_bot.core.command import CommandTable
from community_bot.core.editing_params import NewValueType
from community_bot.core.invocation import read_line, write_line
from community_bot.core.params import QueryType

_Json = Mapping[str, object]
_VERBATIM = (QueryType, NewValueType)
_NESTED = {AppCommandOptionType.subcommand.value, AppCommandOptionType.subcommand_group.value}


@dataclass(frozen=True, slots=True)
class Typed:
    """A command by its words and options; ``begun`` is the option being typed, if any is."""

    words: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    private: bool | None = None
    begun: str = ""
    is_number: bool = False

    def line(self, table: CommandTable) -> str:
        """Return the command line that means the same."""
        command = table.get(" ".join(self.words))
        kinds = {param.option: param.type for param in command.params} if command else {}
        values = {
            name: value if isinstance(kinds.get(name), _VERBATIM) else _unquoted(value)
            for name, value in self.values.items()
        }
        return write_line(*self.words, **values)


def read_typed(data: object) -> Typed:
    """Read an interaction's data; raise ValueError for what Discord would never send."""
    try:
        return _read(data)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("the data of an interaction are malformed") from error


def _read(data: object) -> Typed:
    node = _mapping(data)
    words = [_text(node["name"])]
    options = _options(node)
    while options and options[0]["type"] in _NESTED:
        words.append(_text(options[0]["name"]))
        options = _options(options[0])
    values = {_text(option["name"]): option["value"] for option in options}
    private = values.pop(PRIVATE, None)
    begun = next((option for option in options if option.get("focused")), {})
    return Typed(
        tuple(words),
        {name: str(value) for name, value in values.items()},
        private if isinstance(private, bool) else None,
        str(begun.get("name", "")),
        begun.get("type") == AppCommandOptionType.integer.value,
    )


def _options(node: _Json) -> list[_Json]:
    options = node.get("options") or []
    if not isinstance(options, list):
        raise TypeError(options)
    return [_mapping(option) for option in options]


def _mapping(value: object) -> _Json:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _unquoted(value: str) -> str:
    """Take off quotation marks around a whole value: descriptions ask for them, as a line must.

    Words to search for keep theirs, since there they make a phrase; a value of a file is written as
    it was typed.
    """
    call = read_line(value, len(value))
    if len(call.words) == 1 and not call.options and call.words[0].quoted:
        return call.words[0].text or value
    return value
