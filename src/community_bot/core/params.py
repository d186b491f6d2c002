"""The plain types that a command's parameters may have: text, numbers, languages, closed lists.

Reading raises UserError, so that a wrong value becomes a clear sentence and nothing runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, NewType, Protocol

from community_bot.core.invocation import Word
from community_bot.domain.entities import Resolution
from community_bot.domain.errors import UserError

if TYPE_CHECKING:
    from community_bot.core.command import Context

_HALVES = re.compile("[\ud800-\udfff]")
Choice = tuple[str, str]
"""A value to send and the label that a person sees."""

MAX_CHOICES = 25

Query = NewType("Query", str)
"""Words to search for; phrases keep their quotation marks."""

Year = NewType("Year", int)

Page = NewType("Page", int)
"""A page of a long list, from 1."""


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Which paragraphs of a statement: ranges of numbers or labels, or all of them."""

    ranges: tuple[tuple[str, str], ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether every paragraph is meant, introduction included."""
        return not self.ranges


@dataclass(frozen=True, slots=True)
class Language:
    """A language that somebody names, by its tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class CommandName:
    """The name of a command, or one of its aliases."""

    text: str


class ParamType(Protocol):
    """How one type of parameter reads what was typed.

    A type that ``claims`` nothing takes whatever is left, if ``takes_any_word``, but one word only
    if ``takes_one_word``. ``missing`` is the key of what is said when it is left out. With
    ``takes_options`` it takes options of another line; ``is_long`` allows ``MAX_TEXT``.
    """

    takes_any_word: ClassVar[bool]
    missing: ClassVar[str]
    takes_options: ClassVar[bool]
    is_long: ClassVar[bool]
    takes_one_word: ClassVar[bool]

    def claims(self, word: Word, context: Context) -> bool:
        """Tell whether a word without a key is meant for a parameter of this type."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the value; raise UserError with what is wrong."""

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Return what could be meant, best first."""

    def closed_list(self) -> tuple[str, ...]:
        """Return all there is to choose from, where that is a closed list."""


def joined(words: Sequence[Word]) -> str:
    """Return words as one text, with single spaces."""
    # JSON can bring half a character, which nothing can keep.
    return _HALVES.sub("\ufffd", " ".join(word.text for word in words))


class TextType:
    """Any words, joined by single spaces."""

    takes_any_word: ClassVar[bool] = True
    missing: ClassVar[str] = "argument-missing"
    takes_options: ClassVar[bool] = False
    is_long: ClassVar[bool] = False
    takes_one_word: ClassVar[bool] = False

    def claims(self, word: Word, context: Context) -> bool:
        """Claim nothing: any word could be text."""
        del word, context
        return False

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the words as they are."""
        del context
        return joined(words)

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer nothing."""
        del prefix, context
        return ()

    def closed_list(self) -> tuple[str, ...]:
        """Return nothing: the list is open."""
        return ()


class OptionType(TextType):
    """Text that is given by name only: a bare word may mean something else."""

    takes_any_word: ClassVar[bool] = False


class QueryType(TextType):
    """Words to search for: quotation marks stay, since they make a phrase."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the words, phrases in straight quotation marks."""
        del context
        return " ".join(f'"{word.text}"' if word.quoted else word.text for word in words)


class CommandType(TextType):
    """The name of a command."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the name as typed; whether it exists is the handler's question."""
        del context
        return CommandName(joined(words))

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the commands that this person may use."""
        wanted = prefix.casefold()
        names = (command.name for command in context.table.visible_to(context.actor.role))
        return ((name, name) for name in names if name.startswith(wanted))


class YearType(TextType):
    """A year of four digits."""

    takes_any_word: ClassVar[bool] = False

    _SHAPE = re.compile(r"[0-9]{4}")

    def claims(self, word: Word, context: Context) -> bool:
        """Claim four digits."""
        del context
        return self._SHAPE.fullmatch(word.text) is not None

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the year."""
        del context
        text = joined(words)
        if self._SHAPE.fullmatch(text) is None:
            raise UserError("year-unreadable", value=text)
        return int(text)

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the years that the base has resolutions of."""
        years = {entry.date.value[:4] for entry in context.knowledge.of_kind(Resolution)}
        return ((year, year) for year in sorted(years) if year.startswith(prefix))


class PageType(OptionType):
    """A page number."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the number."""
        del context
        text = joined(words)
        if re.fullmatch(r"[0-9]{1,6}", text) is None:
            raise UserError("page-unreadable", value=text)
        return int(text)


class ParagraphsType(TextType):
    """Paragraph numbers: ``3``, ``2-4``, ``1,3,5``, ``L1``, ``all``."""

    takes_any_word: ClassVar[bool] = False

    _CLAIMED = re.compile(r"(?i)all|[-–—,;]|¶?L?[0-9]+(?:[-–—,;]+¶?L?[0-9]+)*[,;.]?", re.ASCII)
    _RANGE = re.compile(r"(L?[0-9]+)(?:-(L?[0-9]+))?")
    _AROUND_DASH = re.compile(r"\s*[-–—]\s*")
    _BETWEEN = re.compile(r"\s*[,;]\s*|\s+")

    def claims(self, word: Word, context: Context) -> bool:
        """Claim numbers and ranges always, and what begins like a number unless it is an id."""
        text = word.text
        if word.quoted or not text:
            return False
        if self._CLAIMED.fullmatch(text):
            return True
        return text.lstrip("-+")[:1].isnumeric() and text not in context.knowledge.entries

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the ranges as typed; whether they exist is asked of the statement."""
        del context
        text = joined(words)
        if text.strip().casefold() == "all":
            return Paragraphs()
        ranges: list[tuple[str, str]] = []
        plain = self._AROUND_DASH.sub("-", text.replace("¶", " "))
        for piece in self._BETWEEN.split(plain.strip(" ,;.")):
            match = self._RANGE.fullmatch(piece.upper())
            if match is None:
                raise UserError("paragraphs-unreadable", value=text)
            ranges.append((match[1], match[2] or match[1]))
        return Paragraphs(tuple(ranges))

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer ``all``: what else there is depends on the statement."""
        del context
        return (("all", "all"),) if "all".startswith(prefix.casefold()) else ()


class LanguageType(TextType):
    """A language, by tag or by what the reader calls it."""

    takes_any_word: ClassVar[bool] = False

    def claims(self, word: Word, context: Context) -> bool:
        """Claim the tags that the base has texts in."""
        return not word.quoted and word.text in context.knowledge.languages

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the language; raise UserError when the base has nothing in it."""
        text = joined(words)
        wanted = text.casefold()
        for tag in context.knowledge.languages:
            if wanted in {tag.casefold(), context.texts.language_name(tag).casefold()}:
                return Language(tag)
        known = ", ".join(context.knowledge.languages)
        raise UserError("language-unknown", value=text, known=known)

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the languages of the base by name."""
        wanted = prefix.casefold()
        names = ((tag, context.texts.language_name(tag)) for tag in context.knowledge.languages)
        return (
            (tag, name)
            for tag, name in names
            if tag.casefold().startswith(wanted) or name.casefold().startswith(wanted)
        )


@dataclass(frozen=True, slots=True)
class ChoiceType(TextType):
    """One of a closed list; the reader sees it worded by the catalogue under ``prefix``."""

    takes_any_word: ClassVar[bool] = False
    values: type[StrEnum]
    prefix: str

    def claims(self, word: Word, context: Context) -> bool:
        """Claim a word of the list."""
        return self._find(word.text, context) is not None

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the value; raise UserError with the list."""
        text = joined(words)
        found = self._find(text, context)
        if found is None:
            raise UserError("choice-unknown", value=text, known=", ".join(self.closed_list()))
        return found

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the list in the reader's language."""
        wanted = prefix.casefold()
        for value in self.values:
            label = context.texts(f"{self.prefix}-{value.value}")
            if value.value.startswith(wanted) or label.casefold().startswith(wanted):
                yield value.value, label

    def closed_list(self) -> tuple[str, ...]:
        """Return the values as they are written."""
        return tuple(value.value for value in self.values)

    def _find(self, text: str, context: Context) -> StrEnum | None:
        wanted = text.casefold()
        for value in self.values:
            label = context.texts(f"{self.prefix}-{value.value}").casefold()
            if wanted in {value.value, value.value.replace("-", " "), label}:
                return value
        return None
