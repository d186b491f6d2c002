"""Parameters that the bot writes rather than people: ids in a list, and how many more there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NewType

from community_bot.core.params import OptionType, ParamType, joined
from community_bot.domain.errors import UserError

if TYPE_CHECKING:
    from community_bot.core.command import Context
    from community_bot.core.invocation import Word

Count = NewType("Count", int)
"""A number of things, given by name only."""


@dataclass(frozen=True, slots=True)
class EntryIds:
    """Ids of entries, which were there when the line was written and may not be now."""

    ids: tuple[str, ...]


class EntryIdsType(OptionType):
    """Ids of entries with commas between them, given by name only."""

    _SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}(?:,[a-z0-9][a-z0-9-]{0,63})*")

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the ids, each once; which of them there are is the handler's question."""
        del context
        text = joined(words)
        if self._SHAPE.fullmatch(text) is None:
            raise UserError("ids-unreadable", value=text)
        return EntryIds(tuple(dict.fromkeys(text.split(","))))


class CountType(OptionType):
    """A number of things."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the number."""
        del context
        text = joined(words)
        if re.fullmatch(r"[0-9]{1,6}", text) is None:
            raise UserError("count-unreadable", value=text)
        return int(text)


LIST_TYPES: dict[object, ParamType] = {EntryIds: EntryIdsType(), Count: CountType()}
