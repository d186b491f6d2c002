"""Commands as values: declared once, everything else is derived from the declaration.

A handler is one typed async function that returns a Reply. Its name, its parameters and their types
give the text parser, the usage line, ``help``, completion and the role check. Nothing registers
itself: the table is built by whoever wires the program.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_type_hints

from community_bot.core.entry_params import param_type
from community_bot.core.i18n import Texts
from community_bot.core.invocation import (
    MAX_LINE,
    MAX_TEXT,
    Call,
    Word,
    first_words,
    read_line,
    write_line,
)
from community_bot.core.params import OptionType, ParamType
from community_bot.core.ports import KnowledgeControl
from community_bot.domain.address import Actor, Address, Role
from community_bot.domain.document import Reply
from community_bot.domain.errors import NameAmbiguousError, NameUnknownError, UserError
from community_bot.knowledge.base import KnowledgeBase

_LIKE = 70
"""How like, in percent, a name must be to be meant by a mistyped one."""

Handler = Callable[..., Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Context:
    """All that a handler may use; ``typed`` is for completion alone: the half-typed line so far."""

    knowledge: KnowledgeBase
    texts: Texts
    table: CommandTable
    actor: Actor
    address: Address
    now: datetime
    stale_months: int
    control: KnowledgeControl
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter. ``name`` is the Python name; people write ``option``."""

    name: str
    type: ParamType
    required: bool

    @property
    def option(self) -> str:
        """The name as people write it."""
        return self.name.replace("_", "-")

    def is_open(self, given: Mapping[str, object]) -> bool:
        """Tell whether it takes one more bare word, when these were given some already."""
        return not (self.type.takes_one_word and self.name in given)

    @property
    def usage(self) -> str:
        """The parameter as a usage shows it: in brackets if it may be left out."""
        if isinstance(self.type, OptionType):
            return f"{self.option}=…" if self.required else f"[{self.option}=…]"
        return self.option.upper() if self.required else f"[{self.option}]"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its names, who may use it, what it takes and what runs.

    ``writes`` says that a command for everyone changes what is kept. ``looks_at_role`` says that
    the handler of one reads ``context.actor.role``, which is EVERYONE otherwise, whoever asks. One
    that is not listed is for the bot to write and for anybody to repeat: it is explained to whoever
    asks for it by name.
    """

    name: str
    handler: Handler
    params: tuple[Param, ...]
    aliases: tuple[str, ...] = ()
    role: Role = Role.EVERYONE
    looks_at_role: bool = False
    is_listed: bool = True
    writes: bool = False

    @property
    def runs_once(self) -> bool:
        """Whether running it a second time for one question could do harm."""
        return self.writes or self.role > Role.EVERYONE

    @property
    def needs_role(self) -> bool:
        """Whether it must be known what somebody may do: for most questions nobody looks."""
        return self.looks_at_role or self.role > Role.EVERYONE

    @property
    def max_line(self) -> int:
        """Most characters of a line with this command."""
        return MAX_LINE + MAX_TEXT * sum(param.type.is_long for param in self.params)

    @property
    def slug(self) -> str:
        """The name as message keys use it."""
        return self.name.replace(" ", "-")

    @property
    def usage(self) -> str:
        """The command with its parameters, optional ones in brackets."""
        return " ".join((self.name, *(param.usage for param in self.params)))

    def bind(self, call: Call, context: Context) -> dict[str, object]:
        """Return the handler's arguments; raise UserError for whatever does not fit.

        An option goes where its name says. A bare word goes to the type that claims it, else to
        the first free text; what no parameter can take is an error.
        """
        given = self._options(call)
        taken = {param.name for param in self.params if param.option in dict(call.options)}
        open_params = [param for param in self.params if param.name not in taken]
        for word in call.words:
            param = self._taker(word, (one for one in open_params if one.is_open(given)), context)
            if param is None:
                raise self._unexpected(word, open_params)
            given.setdefault(param.name, []).append(word)
        for param in self.params:
            if param.required and param.name not in given:
                raise self._missing(param)
        return {
            param.name: self._read(param, given, context)
            for param in self.params
            if param.name in given
        }

    def _missing(self, param: Param) -> UserError:
        known = ", ".join(param.type.closed_list())
        if known:
            return UserError(
                "argument-missing-listed", name=param.option, known=known, usage=self.usage
            )
        return UserError(param.type.missing, name=param.option, usage=self.usage)

    def _read(self, param: Param, given: dict[str, list[Word]], context: Context) -> object:
        length = sum(len(word.raw or word.text) for word in given[param.name])
        limit = MAX_TEXT if param.type.is_long else MAX_LINE
        if length > limit:
            raise UserError("value-too-long", name=param.option, length=length, limit=limit)
        try:
            return param.type.read(given[param.name], context)
        except (NameAmbiguousError, NameUnknownError) as error:
            error.lines = tuple(
                self._line({**given, param.name: [Word(id_)]}) for id_ in error.candidates
            )
            raise

    def _line(self, given: dict[str, list[Word]]) -> str:
        texts = {
            param.option: " ".join(word.text for word in given[param.name])
            for param in self.params
            if param.name in given
        }
        if len(texts) == 1 and self.params[0].option in texts:
            return write_line(*self.name.split(), *texts.values())
        return write_line(*self.name.split(), **texts)

    def _unexpected(self, word: Word, params: Sequence[Param]) -> UserError:
        for param in params:
            known = ", ".join(param.type.closed_list())
            if known:
                return UserError("word-not-listed", word=word.text, known=known, usage=self.usage)
        return UserError("word-unexpected", word=word.text, usage=self.usage)

    def _options(self, call: Call) -> dict[str, list[Word]]:
        by_option = {param.option: param for param in self.params}
        hand_on = next((param for param in self.params if param.type.takes_options), None)
        handed: list[Word] = []
        given: dict[str, list[Word]] = {}
        for key, value in call.options:
            param = by_option.get(key)
            if param is None and hand_on is not None:
                handed.append(Word(value, key=key))
                continue
            if param is None:
                known = ", ".join(by_option) or "–"
                raise UserError("option-unknown", name=key, command=self.name, known=known)
            if param.name in given:
                raise UserError("option-repeated", name=key)
            given[param.name] = [Word(value)]
        if hand_on is not None and handed:
            given.setdefault(hand_on.name, []).extend(handed)
        return given

    @staticmethod
    def _taker(word: Word, params: Iterable[Param], context: Context) -> Param | None:
        params = tuple(params)
        claiming = (param for param in params if param.type.claims(word, context))
        free = (param for param in params if param.type.takes_any_word)
        return next(claiming, None) or next(free, None)


def command(  # noqa: PLR0913 - a keyword for each thing to declare
    name: str,
    *,
    aliases: tuple[str, ...] = (),
    role: Role = Role.EVERYONE,
    looks_at_role: bool = False,
    is_listed: bool = True,
    writes: bool = False,
    types: Mapping[str, ParamType] | None = None,
) -> Callable[[Handler], Command]:
    """Make a Command of an async function; what it takes after the context, the command takes.

    ``types`` go before those that annotations stand for: types that know more than a base can tell.
    """

    def declare(handler: Handler) -> Command:
        hints = get_type_hints(handler)
        params: list[Param] = []
        for parameter in list(inspect.signature(handler).parameters.values())[1:]:
            kind, optional = param_type(hints[parameter.name])
            kind = (types or {}).get(parameter.name, kind)
            params.append(Param(parameter.name, kind, required=not optional))
        return Command(
            name, handler, tuple(params), aliases, role, looks_at_role, is_listed, writes
        )

    return declare


class CommandTable:
    """The commands there are, found by name or alias; a name may be of several words."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self.commands = tuple(commands)
        self._by_name: dict[str, Command] = {}
        for one in self.commands:
            for name in (one.name, *one.aliases):
                if name in self._by_name:
                    raise ValueError(f"two commands are called {name!r}")
                self._by_name[name] = one
        self._most_words = max((name.count(" ") + 1 for name in self._by_name), default=1)

    @property
    def names(self) -> tuple[str, ...]:
        """All names and aliases."""
        return tuple(self._by_name)

    def visible_to(self, role: Role) -> tuple[Command, ...]:
        """Return the commands that somebody of this role may use."""
        return tuple(one for one in self.commands if one.role <= role)

    def get(self, name: str) -> Command | None:
        """Return the command of this name or alias."""
        return self._by_name.get(name.casefold())

    def like(self, name: str, role: Role) -> tuple[str, ...]:
        """Return the names most like a mistyped one, among the commands that ``role`` may use."""
        from rapidfuzz import process  # noqa: PLC0415 - only a mistake needs it

        names = [one.name for one in self.visible_to(role)]
        near = process.extract(name, names, limit=3, score_cutoff=_LIKE)
        return tuple(found for found, _, _ in near)

    def meant(self, line: str) -> Command | None:
        """Return the command that the first words of a line name; the rest is not looked at."""
        return self.split(Call(tuple(map(Word, first_words(line, self._most_words)))))[0]

    def read(self, line: str) -> tuple[Command | None, Call]:
        """Return the command that a line names, and the rest of the line taken apart.

        Raises UserError when the line is longer than the command, or any, may have it.
        """
        first = self.meant(line) if len(line) > MAX_LINE else None
        command, call = self.split(read_line(line, first.max_line if first else MAX_LINE))
        if command is not None and len(line) > command.max_line:
            raise UserError("line-too-long", length=len(line), limit=command.max_line)
        return command, call

    def split(self, call: Call) -> tuple[Command | None, Call]:
        """Return the command that the first words name, and the call without them."""
        for count in range(min(self._most_words, len(call.words)), 0, -1):
            name = " ".join(word.text for word in call.words[:count])
            found = self.get(name)
            if found is not None:
                return found, Call(call.words[count:], call.options)
        return None, call
