"""The parameter types that name an entry, and the table of all types.

Names go through the base's indexes: what is surely meant is returned, everything else is asked or
said to be unknown. Nothing is chosen silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import TYPE_CHECKING, ClassVar, NewType, Union, cast, get_args, get_origin

from community_bot.core.editing_params import EDITING_TYPES
from community_bot.core.list_params import LIST_TYPES
from community_bot.core.params import (
    MAX_CHOICES,
    Choice,
    ChoiceType,
    CommandName,
    CommandType,
    Language,
    LanguageType,
    Page,
    PageType,
    Paragraphs,
    ParagraphsType,
    ParamType,
    Query,
    QueryType,
    TextType,
    Year,
    YearType,
    joined,
)
from community_bot.core.posting_params import POSTING_TYPES
from community_bot.core.reading_params import READING_TYPES
from community_bot.core.team_params import TEAM_TYPES
from community_bot.core.time_params import TIME_TYPES
from community_bot.domain.entities import (
    Case,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.errors import NameAmbiguousError, NameUnknownError, UserError
from community_bot.domain.topic import Topic
from community_bot.domain.values import Kind, StatusValue
from community_bot.knowledge.names import Verdict

if TYPE_CHECKING:
    from community_bot.core.command import Context
    from community_bot.core.invocation import Word


_SHORTEST_START = 3
"""Letters of a name by which people are offered: of a long one, many type only the start."""

NamedIn = NewType("NamedIn", Statement)
"""A statement that chooses the people whom it names."""


@dataclass(frozen=True, slots=True)
class TopicOrPerson:
    """What to follow; ``person`` is there for ``Topic.PERSON`` only."""

    topic: Topic
    person: Person | None = None


@dataclass(frozen=True, slots=True)
class NamedType(TextType):
    """A person, an organisation or a case, by any spelling of its name."""

    kinds: tuple[Kind, ...]

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the entry that is surely meant; ask or say so otherwise.

        Raises NameAmbiguousError and NameUnknownError: nothing is chosen silently.
        """
        text = joined(words)
        base = context.knowledge
        entry = base.entries.get(text.strip().casefold())
        if entry is not None and entry.KIND in self.kinds:
            return entry
        _refuse_emptiness(context, *self.kinds)
        found = [(kind, base.names(kind).resolve(text)) for kind in self.kinds]
        sure = [(kind, one) for kind, one in found if one.status is Verdict.MATCH]
        if len(sure) == 1:
            return base.entries[sure[0][1].candidates[0][0]]
        if sure:
            ids = tuple(one.candidates[0][0] for _, one in sure)
            raise NameAmbiguousError(text, self._word, ids)
        unsure = [one for _, one in found if one.status is Verdict.AMBIGUOUS]
        ranked = sorted(
            (scored for one in (unsure or [one for _, one in found]) for scored in one.candidates),
            key=lambda scored: -scored[1],
        )
        ids = tuple(dict.fromkeys(id_ for id_, _ in ranked))
        if unsure:
            raise NameAmbiguousError(text, self._word, ids[:MAX_CHOICES])
        namesakes = tuple(dict.fromkeys(id_ for _, one in found for id_ in one.namesakes))
        if not ids and not namesakes and len(text) >= _SHORTEST_START:
            ids = tuple(id_ for id_, _ in self.complete(text, context))
        raise NameUnknownError(text, self._word, ids[:3], namesakes)

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer names in any script."""
        for kind in self.kinds:
            yield from context.knowledge.names(kind).complete(prefix, MAX_CHOICES)

    @property
    def _word(self) -> str:
        return self.kinds[0].value if len(self.kinds) == 1 else "entry"


@dataclass(frozen=True, slots=True)
class ReferenceType(TextType):
    """A resolution, by symbol, date, body or title."""

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the one resolution that is surely meant; ask or say so otherwise."""
        text = joined(words)
        _refuse_emptiness(context, Kind.RESOLUTION)
        found = context.knowledge.references.find(text)
        if found and found[0].sure:
            return context.knowledge.entries[found[0].id]
        if found:
            ids = tuple(one.id for one in found[:MAX_CHOICES])
            raise NameAmbiguousError(text, Kind.RESOLUTION.value, ids)
        raise NameUnknownError(text, Kind.RESOLUTION.value)

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer symbols and titles."""
        return context.knowledge.references.complete(prefix, MAX_CHOICES)


@dataclass(frozen=True, slots=True)
class IdType(TextType):
    """A statement or a source, by its id or by words of its title.

    ``has_default`` says that a handler which is given none chooses one and shows it.
    """

    has_default: ClassVar[bool] = True
    type: type[Statement | Source]

    def claims(self, word: Word, context: Context) -> bool:
        """Claim the ids that there are."""
        return isinstance(context.knowledge.entries.get(word.text), self.type)

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the entry; raise UserError with what is near."""
        text = joined(words)
        kind = self.type.KIND
        entry = context.knowledge.entries.get(text.strip().casefold())
        if isinstance(entry, self.type):
            return entry
        _refuse_emptiness(context, kind)
        wanted = text.casefold()
        titled = [
            entry.id
            for entry in context.knowledge.of_kind(self.type)
            if any(wanted in title.casefold() for title in context.knowledge.titles(entry))
        ]
        if len(titled) == 1:
            return context.knowledge.entries[titled[0]]
        if titled:
            raise NameAmbiguousError(text, kind.value, tuple(titled[:MAX_CHOICES]))
        raise NameUnknownError(text, kind.value)

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer ids with their titles."""
        wanted = prefix.casefold()
        for entry in context.knowledge.of_kind(self.type):
            title = next(iter(context.knowledge.titles(entry)))
            if entry.id.startswith(wanted) or wanted in title.casefold():
                yield entry.id, title


class NamedInType(IdType):
    """A statement to choose people by: a bare word is meant for it only if it is an id."""

    takes_any_word: ClassVar[bool] = False
    has_default: ClassVar[bool] = False


class TopicOrPersonType(TextType):
    """What to follow: a topic, or a person by any spelling of the name."""

    _TOPICS = ChoiceType(Topic, "topic")
    _PERSON = NamedType((Kind.PERSON,))

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the topic; a word that is none is a person's name."""
        text = joined(words)
        try:
            topic = self._TOPICS.read(words, context)
        except UserError:
            person = self._person(words, context)
            return TopicOrPerson(Topic.PERSON, cast("Person", person))
        if topic is Topic.PERSON:
            raise UserError("choice-unknown", value=text, known=", ".join(self.closed_list()))
        return TopicOrPerson(cast("Topic", topic))

    def _person(self, words: Sequence[Word], context: Context) -> object:
        try:
            return self._PERSON.read(words, context)
        except NameUnknownError as error:
            if error.candidates:
                raise
            known = ", ".join(self.closed_list())
            raise UserError("topic-unknown", value=joined(words), known=known) from error

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the topics, then names."""
        topics = self._TOPICS.complete(prefix, context)
        yield from (choice for choice in topics if choice[0] != Topic.PERSON)
        yield from self._PERSON.complete(prefix, context)

    def closed_list(self) -> tuple[str, ...]:
        """Return the topics; a name may be given as well."""
        return tuple(topic.value for topic in Topic if topic is not Topic.PERSON)


def _refuse_emptiness(context: Context, *kinds: Kind) -> None:
    """Raise UserError when the base has no entry of these kinds: no name can be known then."""
    if not any(context.knowledge.has(kind) for kind in kinds):
        raise UserError("nothing-yet")


_BY_ANNOTATION: dict[object, ParamType] = {
    str: TextType(),
    Query: QueryType(),
    Year: YearType(),
    Page: PageType(),
    Paragraphs: ParagraphsType(),
    Language: LanguageType(),
    CommandName: CommandType(),
    Resolution: ReferenceType(),
    Statement: IdType(Statement),
    NamedIn: NamedInType(Statement),
    Source: IdType(Source),
    StatusValue: ChoiceType(StatusValue, "status"),
    TopicOrPerson: TopicOrPersonType(),
    **EDITING_TYPES,
    **LIST_TYPES,
    **POSTING_TYPES,
    **READING_TYPES,
    **TEAM_TYPES,
    **TIME_TYPES,
}
_NAMED: tuple[type[Person | Organisation | Case], ...] = (Person, Organisation, Case)


def param_type(annotation: object) -> tuple[ParamType, bool]:
    """Return the type for a parameter's annotation, and whether the parameter may be left out.

    Raises TypeError for an annotation that no parameter may have.
    """
    parts = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else (annotation,)
    optional = type(None) in parts
    parts = tuple(part for part in parts if part is not type(None))
    if all(part in _NAMED for part in parts):
        return NamedType(tuple(kind.KIND for kind in _NAMED if kind in parts)), optional
    if len(parts) == 1 and parts[0] in _BY_ANNOTATION:
        return _BY_ANNOTATION[parts[0]], optional
    raise TypeError(f"no parameter may be annotated {annotation!r}")
