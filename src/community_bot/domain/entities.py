"""The entries of the knowledge base, as immutable values: people, texts, cases and sources.

One definition serves the files, the JSON Schemas and the handlers. ``cite`` holds ids of sources;
dates are ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``, so they sort as text. A field that is there in a
file must be known here: unknown keys are errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from community_bot.domain.values import (
    Check,
    Count,
    Date,
    EntryId,
    EventType,
    Flag,
    Kind,
    Label,
    Localised,
    Part,
    SourceKind,
    StatusValue,
    Tag,
    Text,
    Url,
)

Citations = tuple[EntryId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as it is written in one language."""

    text: Text
    cite: Citations = ()
    check: Check = Check.SEEN
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another spelling that is enough, alone, to find the entry."""

    text: Text
    tag: Tag | None = None
    cite: Citations = ()
    check: Check = Check.SEEN
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """Somebody else who could be taken for the one this entry is about."""

    text: Text
    also: tuple[Text, ...] = ()
    note: Localised
    cite: Citations = ()
    check: Check = Check.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Another reading of ``field``, kept because sources differ; the fact's own value is preferred.

    ``value`` is written as the field itself would be; ``text`` says it in words where that is
    clearer.
    """

    field: Text
    value: Text | None = None
    text: Localised | None = None
    cite: Citations
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A sourced sentence or two in our own words."""

    text: Localised
    cite: Citations = ()
    check: Check = Check.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """When and where somebody was born."""

    value: Date
    place: Localised | None = None
    cite: Citations
    check: Check = Check.SEEN
    conflicts: tuple[Conflict, ...] = ()
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What somebody is or was: an office, a profession; no dates means none are known."""

    title: Localised
    since: Date | None = None
    until: Date | None = None
    as_of: Date | None = None
    cite: Citations
    check: Check = Check.SEEN
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A court's sentence. ``suspended`` means not to be served in custody."""

    years: Count = 0
    months: Count = 0
    suspended: Flag = False
    probation_years: Count = 0
    regime: Localised | None = None
    ban_years: Count = 0
    ban: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One dated thing that happened; ``until`` closes a period.

    ``standing`` is a key of the base's ``standings``: what sort of court it was.
    """

    type: EventType
    date: Date
    until: Date | None = None
    approximate: Flag = False
    text: Localised | None = None
    case: EntryId | None = None
    place: Localised | None = None
    court: Localised | None = None
    standing: EntryId | None = None
    articles: tuple[Text, ...] = ()
    sentence: Sentence | None = None
    cite: Citations
    check: Check = Check.SEEN
    conflicts: tuple[Conflict, ...] = ()
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where a person stands; ``as_of`` is the last day it was known to be so."""

    value: StatusValue
    since: Date | None = None
    as_of: Date
    text: Localised | None = None
    cite: Citations
    check: Check = Check.SEEN
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person whom statements or resolutions name."""

    KIND: ClassVar[Kind] = Kind.PERSON

    id: EntryId
    kind: Literal[Kind.PERSON]
    names: Mapping[Tag, Name]
    aliases: tuple[Alias, ...] = ()
    weak_aliases: tuple[Text, ...] = ()
    not_to_confuse: tuple[Namesake, ...] = ()
    about: Remark | None = None
    born: Birth | None = None
    posts: tuple[Post, ...] = ()
    events: tuple[Event, ...] = ()
    status: Status
    notes: tuple[Remark, ...] = ()
    reviewed: Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation, an assembly or a publisher."""

    KIND: ClassVar[Kind] = Kind.ORGANISATION

    id: EntryId
    kind: Literal[Kind.ORGANISATION]
    names: Mapping[Tag, Name]
    aliases: tuple[Alias, ...] = ()
    weak_aliases: tuple[Text, ...] = ()
    not_to_confuse: tuple[Namesake, ...] = ()
    about: Remark | None = None
    posts: tuple[Post, ...] = ()
    events: tuple[Event, ...] = ()
    notes: tuple[Remark, ...] = ()
    links: tuple[Url, ...] = ()
    reviewed: Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A prosecution that several people may share; its members are whoever's events point to it."""

    KIND: ClassVar[Kind] = Kind.CASE

    id: EntryId
    kind: Literal[Kind.CASE]
    names: Mapping[Tag, Name]
    aliases: tuple[Alias, ...] = ()
    weak_aliases: tuple[Text, ...] = ()
    not_to_confuse: tuple[Namesake, ...] = ()
    about: Remark
    articles: tuple[Text, ...] = ()
    events: tuple[Event, ...] = ()
    notes: tuple[Remark, ...] = ()
    reviewed: Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a text is called: ``official`` wording, or a short label of ours."""

    text: Localised
    official: Flag = True
    cite: Citations = ()
    check: Check = Check.SEEN
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedFact:
    """A date with its source."""

    value: Date
    cite: Citations
    check: Check = Check.SEEN
    conflicts: tuple[Conflict, ...] = ()
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A document symbol by which a text is cited."""

    text: Text
    cite: Citations = ()
    check: Check = Check.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """How a text was adopted; ``abstentions`` is absent where a court voted."""

    in_favour: Count
    against: Count
    abstentions: Count | None = None
    about: Localised | None = None
    cite: Citations
    check: Check = Check.SEEN
    conflicts: tuple[Conflict, ...] = ()
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that a text says, in our own words; ``about`` are the entries it concerns."""

    text: Localised
    about: tuple[EntryId, ...] = ()
    cite: Citations
    check: Check = Check.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherDate:
    """A wrong date under which ``where``, a statement, cites a text."""

    date: Date
    where: EntryId
    note: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """A decision of an assembly or a court. The first of ``symbols`` is the one to cite it by."""

    KIND: ClassVar[Kind] = Kind.RESOLUTION

    id: EntryId
    kind: Literal[Kind.RESOLUTION]
    title: Title
    body: EntryId
    date: DatedFact
    symbols: tuple[Symbol, ...] = ()
    vote: Vote | None = None
    vote_note: Remark | None = None
    points: tuple[Point, ...] = ()
    also_dated: tuple[OtherDate, ...] = ()
    related: tuple[EntryId, ...] = ()
    notes: tuple[Remark, ...] = ()
    links: tuple[Url, ...] = ()
    reviewed: Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entry that a paragraph speaks of, and the words it does so with, to the letter."""

    ref: EntryId
    surface: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """An editor's note on some words of a paragraph; it never changes them."""

    surface: Text
    note: Localised
    about: EntryId | None = None
    cite: Citations = ()
    check: Check = Check.SEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementParagraph:
    """One paragraph to the letter. ``label`` is ``1`` … in the body and ``L1`` … in the lead."""

    label: Label
    part: Part
    text: Text
    mentions: tuple[Mention, ...] = ()
    notes: tuple[Annotation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionParagraph:
    """A paragraph of a version in another language, numbered like the statement's own."""

    label: Label
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """The same statement as published in another language; the text only where we hold it."""

    language: Tag
    title: Text | None = None
    paragraphs: tuple[VersionParagraph, ...] = ()
    cite: Citations
    check: Check = Check.SEEN
    note: Localised | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """One sentence of a summary in our own words, and the paragraphs that bear it out."""

    text: Localised
    paragraphs: tuple[Label, ...]
    persons: tuple[EntryId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Something that the statement asks for."""

    text: Localised
    paragraph: Label
    about: tuple[EntryId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A public statement, paragraph by paragraph, with the editor's notes kept apart.

    ``since`` is what a reader must know of what became of its subject, lest it mislead today.
    """

    KIND: ClassVar[Kind] = Kind.STATEMENT

    id: EntryId
    kind: Literal[Kind.STATEMENT]
    title: Title
    aliases: tuple[Alias, ...] = ()
    issuer: Localised
    signed_by: tuple[Text, ...] = ()
    publisher: EntryId | None = None
    date: DatedFact
    language: Tag
    cite: Citations
    paragraphs: tuple[StatementParagraph, ...]
    versions: tuple[Version, ...] = ()
    summary: tuple[SummarySentence, ...] = ()
    demands: tuple[Demand, ...] = ()
    since: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    reviewed: Date


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publication that facts are cited from; other entries name it by its id."""

    KIND: ClassVar[Kind] = Kind.SOURCE

    id: EntryId
    kind: Literal[Kind.SOURCE]
    title: Text
    title_inferred: Flag = False
    publisher: Text
    date: Date | None = None
    url: Url
    archive_url: Url | None = None
    language: Tag
    type: SourceKind
    retrieved: Date | None = None
    note: Localised | None = None
    reviewed: Date


Entry = Person | Organisation | Case | Resolution | Statement | Source
Named = Person | Organisation | Case


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a whole knowledge base says of itself, from ``about.yaml`` at its top.

    ``standings`` words the kinds of court that events name, ``codes`` the codes of law that begin
    the articles of events, such as ``XX-CC``; ``fallbacks`` gives, per language tag,
    the tags to try when a text is missing, in order, before English; ``cautions`` warn
    readers of what passing on an answer may mean for them.
    """

    title: Localised
    description: Localised
    contact: Localised | None = None
    cautions: tuple[Remark, ...] = ()
    main_statement: EntryId | None = None
    standings: Mapping[EntryId, Localised] = field(default_factory=dict)
    codes: Mapping[Text, Localised] = field(default_factory=dict)
    fallbacks: Mapping[Tag, tuple[Tag, ...]] = field(default_factory=dict)
