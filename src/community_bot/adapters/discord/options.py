"""A command's parameter as a slash option: its kind, its bounds, what there is to choose from."""

from __future__ import annotations

import inspect

import discord
from discord import AppCommandOptionType, app_commands

from community_bot.adapters.discord.localising import option_name, text
from community_bot.core.command import Command, Param
from community_bot.core.invocation import MAX_LINE, MAX_TEXT
from community_bot.core.list_params import CountType
from community_bot.core.params import (
    MAX_CHOICES,
    ChoiceType,
    PageType,
    ParamType,
    TextType,
    YearType,
)

PRIVATE = "private"
"""The option that every command has beside its own: the answer is for the asker's eyes only."""

_MOST = 999_999
_FIRST_YEAR, _LAST_YEAR = 1000, 9999

type_ = AppCommandOptionType
_Choices = list[app_commands.Choice[int | float | str]]


class Option(app_commands.Transformer[discord.Client]):
    """What Discord is told of an option. Values are read by the core, as everywhere."""

    def __init__(
        self,
        kind: AppCommandOptionType,
        bounds: tuple[int, int] | None = None,
        choices: _Choices | None = None,
    ) -> None:
        self._kind = kind
        self._bounds = bounds
        self._choices = choices

    @property
    def type(self) -> AppCommandOptionType:
        """The kind of value that Discord asks for."""
        return self._kind

    @property
    def min_value(self) -> int | None:
        """The least number, or the fewest characters."""
        return self._bounds[0] if self._bounds else None

    @property
    def max_value(self) -> int | None:
        """The greatest number, or the most characters."""
        return self._bounds[1] if self._bounds else None

    @property
    def choices(self) -> _Choices | None:
        """All values there are, where that is a closed list."""
        return self._choices

    async def transform(
        self, interaction: discord.Interaction[discord.Client], value: object, /
    ) -> object:
        """Return the value as it came."""
        del interaction
        return value


class CompletedOption(Option):
    """An option that Discord asks us about while it is typed."""

    async def autocomplete(
        self, interaction: discord.Interaction[discord.Client], value: float | str, /
    ) -> _Choices:
        """Offer nothing: that there is this method tells Discord to ask, and the tree answers."""
        del interaction, value
        return []


def option_of(param: Param) -> Option:
    """Return the kind of option that a parameter is."""
    match param.type:
        case PageType():
            return Option(type_.integer, (1, _MOST))
        case CountType():
            return Option(type_.integer, (0, _MOST))
        case YearType():
            return CompletedOption(type_.integer, (_FIRST_YEAR, _LAST_YEAR))
        case ChoiceType() as kind if len(kind.values) <= MAX_CHOICES:
            return Option(type_.string, choices=_closed_list(kind))
        case kind:
            bounds = (1, MAX_TEXT if kind.is_long else MAX_LINE)
            return (CompletedOption if _offers(kind) else Option)(type_.string, bounds)


def signature_of(command: Command) -> inspect.Signature:
    """Return the signature from which discord.py makes the options, required ones first."""
    params = sorted(command.params, key=lambda param: not param.required)
    options = [_parameter(param.name, option_of(param), param.required) for param in params]
    options.append(_parameter(PRIVATE, Option(type_.boolean), is_required=False))
    interaction = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return inspect.Signature([interaction, *options])


def names_of(command: Command) -> dict[str, app_commands.locale_str]:
    """Return what each option is called, by the name of the parameter."""
    names = {param.name: option_name(command, param.option) for param in command.params}
    return {**names, PRIVATE: text("option-private")}


def descriptions_of(command: Command) -> dict[str, app_commands.locale_str]:
    """Return what each option is for, by the name of the parameter."""
    about = {param.name: text(f"param-{command.slug}-{param.option}") for param in command.params}
    return {**about, PRIVATE: text("param-private")}


def _parameter(name: str, option: Option, is_required: bool) -> inspect.Parameter:  # noqa: FBT001
    default = inspect.Parameter.empty if is_required else None
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=option
    )


def _closed_list(kind: ChoiceType) -> _Choices:
    return [
        app_commands.Choice(name=text(f"{kind.prefix}-{value.value}"), value=value.value)
        for value in kind.values
    ]


def _offers(kind: ParamType) -> bool:
    """Tell whether a type has anything to offer: what it inherits from free text offers nothing."""
    return type(kind).complete is not TextType.complete
