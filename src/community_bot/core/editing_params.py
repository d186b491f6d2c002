"""The parameter types of editing: entries by id, fields, changes, and who made them since when.

An entry is named by its id alone: whoever changes something must not mean another by a name. What
a field may be, which changes there are and who is on the team, handlers know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, NewType, cast

from community_bot.core.params import Choice, ChoiceType, OptionType, ParamType, TextType, joined
from community_bot.core.posting_params import NumberedType
from community_bot.core.time_params import When, WhenType
from community_bot.domain.entities import Source
from community_bot.domain.errors import UserError
from community_bot.domain.values import EventType, Kind, SourceKind

if TYPE_CHECKING:
    from community_bot.core.command import Context
    from community_bot.core.invocation import Word
    from community_bot.knowledge.base import KnowledgeBase

_LIKE = 80
"""How like, in percent, an id must be to be meant by a mistyped one."""
_MEANT = 3

EntryId = NewType("EntryId", str)
"""The id of an entry that there is."""

AnyId = NewType("AnyId", str)
"""The id of an entry that there is, or was."""

FreeId = NewType("FreeId", str)
"""The id of an entry that there is not: one to come, or one that is gone."""

FieldName = NewType("FieldName", str)
"""A field of an entry, with dots: ``status.text.uk``."""

NewValue = NewType("NewValue", str)
"""What is to stand in a field."""

OptionText = NewType("OptionText", str)
"""A few words, given by name only."""

SourceRef = NewType("SourceRef", str)
"""A source: the id of one, or an address."""

ChangeId = NewType("ChangeId", int)
MemberRef = NewType("MemberRef", str)
"""Somebody of the team: a name, a number such as ``#3``, or an account."""


@dataclass(frozen=True, slots=True)
class ChangeIds:
    """The numbers of changes, each once."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """A moment that is past."""

    moment: datetime


@dataclass(frozen=True, slots=True)
class EntryIdType(TextType):
    """The id of an entry; one ``kind`` may be all that is offered, though any is read."""

    kind: Kind | None = None

    takes_one_word: ClassVar[bool] = True

    def claims(self, word: Word, context: Context) -> bool:
        """Claim the ids that there are."""
        return word.text.casefold() in context.knowledge.entries

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the id; raise UserError where no entry has it."""
        text = joined(words).strip()
        if text.casefold() not in context.knowledge.entries:
            raise _unknown(text, context.knowledge)
        return EntryId(text.casefold())

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer ids with their titles."""
        base, wanted = context.knowledge, prefix.casefold()
        for entry in base.entries.values():
            if self.kind not in {None, entry.KIND}:
                continue
            title = next(iter(base.titles(entry)))
            if entry.id.startswith(wanted) or wanted in title.casefold():
                yield entry.id, title


def _unknown(text: str, base: KnowledgeBase) -> UserError:
    """Return the error for what is no id, with the ids that may be meant: a name, a mistyped id."""
    from rapidfuzz import process  # noqa: PLC0415 - only a mistake needs it

    people = base.names(Kind.PERSON).resolve(text).candidates[:_MEANT]
    meant = [id_ for id_, _ in people]
    if not meant:
        near = process.extract(
            text.casefold(), list(base.entries), limit=_MEANT, score_cutoff=_LIKE
        )
        meant = [id_ for id_, _, _ in near]
    if not meant:
        return UserError("draft-entry-unknown", entry=text)
    return UserError("draft-entry-unknown-like", entry=text, meant=", ".join(meant))


class AnyIdType(EntryIdType):
    """An id that no entry needs to have, or not any more."""

    _SHAPE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the id; raise UserError for what can be none."""
        del context
        text = joined(words).strip()
        if self._SHAPE.fullmatch(text) is None:
            raise UserError("draft-id", entry=text)
        return AnyId(text)


class FreeIdType(AnyIdType):
    """An id that is no entry's now."""

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer nothing: those that are known are taken."""
        del prefix, context
        return ()


class OneWordType(TextType):
    """One word, whatever it is."""

    takes_one_word: ClassVar[bool] = True


class NewValueType(TextType):
    """Words of any length that is read."""

    is_long: ClassVar[bool] = True


class SourceRefType(OptionType):
    """A source by id or address, given by name only."""

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the sources that there are."""
        wanted = prefix.casefold()
        for source in context.knowledge.of_kind(Source):
            if source.id.startswith(wanted) or wanted in source.title.casefold():
                yield source.id, source.title


class ChangeIdType(NumberedType):
    """The number of a change."""

    takes_one_word: ClassVar[bool] = True

    def claims(self, word: Word, context: Context) -> bool:
        """Claim what looks like one, with its letter."""
        del context
        return re.fullmatch(rf"(?i){self.letter}[0-9]{{1,9}}", word.text, re.ASCII) is not None


class ChangeIdsType(TextType):
    """The numbers of changes: ``C12``, ``C12,C13``, ``12 13``."""

    _ONE = NumberedType("C")

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the numbers; raise UserError when one is none."""
        texts = re.split(r"[\s,;]+", joined(words).strip(" ,;"))
        one = [type(words[0])(text) for text in texts]
        numbers = (cast("int", self._ONE.read([word], context)) for word in one)
        return ChangeIds(tuple(dict.fromkeys(numbers)))


class SinceType(OptionType):
    """A moment that is past: ``2h`` ago, or ``2026-11-22 09:30Z``; in UTC, if nothing else."""

    _AGO = re.compile(r"([1-9][0-9]{0,3})\s*([mhd])", re.ASCII | re.IGNORECASE)
    _UNITS: ClassVar[Mapping[str, str]] = {"m": "minutes", "h": "hours", "d": "days"}

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the moment; raise UserError for none, or for one to come."""
        text = joined(words).strip()
        ago = self._AGO.fullmatch(text)
        if ago is not None:
            step = timedelta(**{self._UNITS[ago[2].lower()]: int(ago[1])})
            return Since(context.now - step)
        when = cast("When", WhenType().read(words, context))
        moment = when.instant("UTC", context.now)
        if when.day is None:
            # The next such time is meant where posts are planned; here it is the last.
            moment -= timedelta(days=1)
        if moment > context.now:
            raise UserError("since-ahead", value=text)
        return Since(moment)


EDITING_TYPES: Mapping[object, ParamType] = {
    EntryId: EntryIdType(),
    AnyId: AnyIdType(),
    FreeId: FreeIdType(),
    FieldName: OneWordType(),
    NewValue: NewValueType(),
    OptionText: OptionType(),
    SourceRef: SourceRefType(),
    ChangeId: ChangeIdType("C"),
    ChangeIds: ChangeIdsType(),
    MemberRef: OptionType(),
    Since: SinceType(),
    EventType: ChoiceType(EventType, "event"),
    SourceKind: ChoiceType(SourceKind, "source"),
}
