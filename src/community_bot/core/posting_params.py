"""The parameter types of posting: what and where, and what the bot numbered.

Whether a place is there, and whether somebody may post to it, is not asked here: that is kept in
a store, and a handler asks. So nothing here completes what only some may know of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, NewType, cast

from community_bot.core.i18n import available_languages
from community_bot.core.invocation import Word, write_line
from community_bot.core.params import (
    ChoiceType,
    Language,
    LanguageType,
    OptionType,
    ParamType,
    TextType,
    joined,
)
from community_bot.domain.errors import UserError

if TYPE_CHECKING:
    from community_bot.core.command import Context

PlaceName = NewType("PlaceName", str)
"""What a destination is called."""

LongText = NewType("LongText", str)
"""Somebody's own words, of any length that is read."""

PostLanguage = NewType("PostLanguage", Language)
"""The language of a post; never a bare word, which is part of the post."""

PostId = NewType("PostId", int)
ScheduleId = NewType("ScheduleId", int)


@dataclass(frozen=True, slots=True)
class FollowId:
    """What is followed: ``F12``, or the schedule ``S12`` that brings what a day has."""

    letter: str
    number: int

    def __str__(self) -> str:
        """Write it as it is typed."""
        return f"{self.letter}{self.number}"


class YesNo(StrEnum):
    """An answer to a question that only the person can answer."""

    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of destinations, each once, in the order given."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class What:
    """What to post: the rest of a line, which may be words or another command's line."""

    words: tuple[Word, ...]

    @property
    def first(self) -> str:
        """The first word: it may name a command."""
        return self._inner.lstrip().partition(" ")[0]

    @property
    def has_options(self) -> bool:
        """Whether there are ``key=value`` pieces, which only a command's line may have."""
        return any(word.key for word in self.words)

    @property
    def text(self) -> str:
        """The words as they were typed; quotation marks around all of them do not count."""
        return self._inner.strip()

    @property
    def line(self) -> str:
        """The other command's line."""
        options = (write_line(**{word.key: word.text}) for word in self.words if word.key)
        return " ".join((self.text, *options))

    @property
    def _inner(self) -> str:
        plain = [word for word in self.words if not word.key]
        if len(plain) == 1:
            return plain[0].text
        return "".join(word.raw or f" {word.text}" for word in plain)


class WhatType(TextType):
    """The rest of the line."""

    takes_options: ClassVar[bool] = True
    is_long: ClassVar[bool] = True

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the words as they were typed."""
        del context
        return What(tuple(words))


class LongTextType(OptionType):
    """Words of any length that is read."""

    is_long: ClassVar[bool] = True


class NamesType(OptionType):
    """Destinations: ``news,matrix-news``."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the names; raise UserError when there is none."""
        del context
        found = re.split(r"[\s,;]+", joined(words).strip(" ,;").casefold())
        if found == [""]:
            raise UserError("names-missing")
        return Names(tuple(dict.fromkeys(found)))


class PlaceNameType(TextType):
    """What a destination is called: letters, digits and hyphens, as it is typed everywhere."""

    _SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the name; raise UserError when nothing may be called so."""
        del context
        text = joined(words)
        name = text.strip().casefold()
        # "all" stands for every destination where rights are granted.
        if self._SHAPE.fullmatch(name) is None or name == "all":
            raise UserError("place-name-unreadable", value=text)
        return name


class PostLanguageType(LanguageType):
    """A language that the bot speaks or the base has texts in."""

    def claims(self, word: Word, context: Context) -> bool:
        """Claim nothing: a bare word is part of what is posted."""
        del word, context
        return False

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the language; raise UserError when there is nothing in it."""
        wanted = joined(words).casefold()
        for tag in available_languages():
            if wanted in {tag.casefold(), context.texts.language_name(tag).casefold()}:
                return Language(tag)
        return super().read(words, context)


@dataclass(frozen=True, slots=True)
class NumberedType(TextType):
    """What the bot numbered: ``P12``, ``p12`` or ``12``."""

    letter: str

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the number; raise UserError when it is none."""
        del context
        text = joined(words).strip()
        match = re.fullmatch(rf"(?i){self.letter}?([0-9]{{1,9}})", text, re.ASCII)
        if match is None:
            raise UserError("number-unreadable", value=text, example=f"{self.letter}12")
        return int(match[1])


class FollowIdType(TextType):
    """What is followed, by the id that the list of it shows."""

    _KINDS = (NumberedType("F"), NumberedType("S"))

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the id; raise UserError when it is none."""
        kind = self._KINDS[joined(words).strip().casefold().startswith("s")]
        return FollowId(kind.letter, cast("int", kind.read(words, context)))


POSTING_TYPES: Mapping[object, ParamType] = {
    Names: NamesType(),
    PlaceName: PlaceNameType(),
    PostLanguage: PostLanguageType(),
    What: WhatType(),
    LongText: LongTextType(),
    YesNo: ChoiceType(YesNo, "answer"),
    PostId: NumberedType("P"),
    ScheduleId: NumberedType("S"),
    FollowId: FollowIdType(),
}
