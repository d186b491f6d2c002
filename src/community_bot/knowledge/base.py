"""The knowledge base: an immutable snapshot of all entries, and what follows from them.

Back-links, name indexes and the search are derived here, once, so that handlers only ask. A changed
file makes a new snapshot that shares what did not change. Knows no file: reading is `folder`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from community_bot.domain.entities import (
    About,
    Case,
    Entry,
    Event,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.values import Kind
from community_bot.knowledge.change import Change, known_names
from community_bot.knowledge.folder import Folder
from community_bot.knowledge.names import NameIndex
from community_bot.knowledge.reading.record import Record

if TYPE_CHECKING:
    from community_bot.knowledge.references import ReferenceIndex
    from community_bot.knowledge.search import SearchIndex

_E = TypeVar("_E", bound=Entry)
Moment = tuple[str, str, int]
"""A key that sorts by time, the id of the entry, and the number of the event in that entry."""

_NAMED_KINDS = (Kind.PERSON, Kind.ORGANISATION, Kind.CASE)
# Statements among them, for the words with which they cite.
_CITING_KINDS = {Kind.RESOLUTION, Kind.ORGANISATION, Kind.STATEMENT}


class KnowledgeBase:
    """All entries by id, with what they say of each other. Never changes once it is made."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records
        self.about: About | None = None
        entries: dict[str, Entry] = {}
        self._revisions: dict[str, str] = {}
        for record in records.values():
            if isinstance(record.entry, About):
                self.about = record.entry
            else:
                entries[record.entry.id] = record.entry
                self._revisions[record.entry.id] = record.revision
        self.entries: Mapping[str, Entry] = entries
        self._names: dict[Kind, NameIndex] = {}

    @classmethod
    def of(cls, folder: Folder) -> KnowledgeBase:
        """Make the base of a folder that was read without problems."""
        return cls(folder.records)

    def updated(self, folder: Folder) -> KnowledgeBase:
        """Make the base of the folder as it is now, from this one and what differs.

        What was derived here is brought up to date there, or shared where nothing touches it.
        """
        base = KnowledgeBase(folder.records)
        change = Change.between(self._records, folder.records)
        base._names = {
            kind: index.updated(names) if (names := change.names(kind)) else index
            for kind, index in self._names.items()
        }
        # A cached property is derived once, so putting it there is all that carrying over takes.
        derived, carried = self.__dict__, base.__dict__
        if "search" in derived:
            carried["search"] = self.search.updated(change.entries, change.removed)
        if "referrers" in derived:
            carried["referrers"] = _updated_referrers(self.referrers, change)
        if "references" in derived and not change.kinds & _CITING_KINDS:
            carried["references"] = self.references
        if "languages" in derived and not change.kinds & {Kind.STATEMENT, Kind.PERSON}:
            carried["languages"] = self.languages
        if "_all_moments" in derived:
            carried["_all_moments"] = _updated_moments(self._all_moments, change)
        if "_by_kind" in derived:
            fresh = _by_kind(entry for entry in base.entries.values() if entry.KIND in change.kinds)
            kept = {kind: one for kind, one in self._by_kind.items() if kind not in change.kinds}
            carried["_by_kind"] = kept | fresh
        return base

    def prepare(self) -> None:
        """Derive now what is otherwise derived when it is first asked for."""
        for kind in _NAMED_KINDS:
            self.names(kind)
        _ = self.search, self.references, self.referrers, self.languages, self._all_moments

    def revision(self, entry_id: str) -> str:
        """Return the revision of an entry: a hash of what it says."""
        return self._revisions[entry_id]

    def reference(self, entry_id: str) -> str:
        """Return ``id@revision``, as it stands under an answer."""
        return f"{entry_id}@{self._revisions[entry_id]}"

    def of_kind(self, kind: type[_E]) -> tuple[_E, ...]:
        """Return the entries of one kind: people and organisations by name, texts by date."""
        return cast("tuple[_E, ...]", self._by_kind.get(kind.KIND, ()))

    def has(self, kind: Kind) -> bool:
        """Tell whether there is any entry of a kind."""
        return kind in self._by_kind

    def get(self, kind: type[_E], entry_id: str) -> _E:
        """Return an entry that is known to be there: the loader has checked every reference."""
        entry = self.entries[entry_id]
        if not isinstance(entry, kind):
            raise TypeError(f"{entry_id} is no {kind.KIND}")
        return entry

    def referring(self, entry_id: str, kind: type[_E]) -> tuple[_E, ...]:
        """Return the entries of ``kind`` that name ``entry_id`` anywhere."""
        ids = self.referrers.get(entry_id, ())
        found = [entry for id_ in ids if isinstance(entry := self.entries[id_], kind)]
        return tuple(sorted(found, key=sort_key))

    def mentions(self, entry_id: str) -> Iterator[tuple[Statement, tuple[str, ...]]]:
        """Yield each statement that mentions an entry, with the labels of the paragraphs."""
        for statement in self.referring(entry_id, Statement):
            labels = tuple(
                paragraph.label
                for paragraph in statement.paragraphs
                if any(mention.ref == entry_id for mention in paragraph.mentions)
            )
            if labels:
                yield statement, labels

    def moments(self, entry_id: str | None = None) -> tuple[Moment, ...]:
        """Return what is dated, in order of time: one entry's, or everything there is.

        To a case belong the events of its people that name it.
        """
        if entry_id is None:
            return self._all_moments
        entry = self.entries[entry_id]
        if not isinstance(entry, Case):
            return tuple(sorted(_moments_of(entry)))
        found = [*_moments_of(entry)]
        for person in self.referring(entry_id, Person):
            found += (
                moment
                for moment in _moments_of(person)
                if person.events[moment[2]].case == entry_id
            )
        return tuple(sorted(found))

    @cached_property
    def _all_moments(self) -> tuple[Moment, ...]:
        return tuple(sorted(one for entry in self.entries.values() for one in _moments_of(entry)))

    def names(self, kind: Kind) -> NameIndex:
        """Return the index of the names of one kind of entry."""
        if kind not in self._names:
            known = {
                entry.id: known_names(entry)
                for entry in self._by_kind.get(kind, ())
                if isinstance(entry, Person | Organisation | Case)
            }
            self._names[kind] = NameIndex.build(known, personal=kind is Kind.PERSON)
        return self._names[kind]

    @cached_property
    def search(self) -> SearchIndex:
        """The full-text index."""
        # `ask` may not need it, and it must answer at once.
        from community_bot.knowledge.search import SearchIndex  # noqa: PLC0415 - see above

        return SearchIndex.build(self.entries.values())

    @cached_property
    def references(self) -> ReferenceIndex:
        """The index by which resolutions are found."""
        from community_bot.knowledge.references import ReferenceIndex  # noqa: PLC0415 - likewise

        organisations = {one.id: one for one in self.of_kind(Organisation)}
        said: dict[str, dict[str, None]] = {}
        for statement in self.of_kind(Statement):
            for paragraph in statement.paragraphs:
                for mention in paragraph.mentions:
                    said.setdefault(mention.ref, {})[mention.surface] = None
        surfaces = {id_: tuple(those) for id_, those in said.items()}
        return ReferenceIndex.build(self.of_kind(Resolution), organisations, surfaces)

    @cached_property
    def referrers(self) -> Mapping[str, tuple[str, ...]]:
        """For each id, the ids of the entries that name it."""
        return _updated_referrers({}, Change.between({}, self._records))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that statements are held or known in, and names are written in."""
        tags: dict[str, None] = {}
        for statement in self.of_kind(Statement):
            tags[statement.language] = None
            tags.update(dict.fromkeys(version.language for version in statement.versions))
        for person in self.of_kind(Person):
            tags.update(dict.fromkeys(person.names))
        return tuple(tags)

    @staticmethod
    def titles(entry: Entry) -> tuple[str, ...]:
        """Return what an entry is called, in every language it is called something in."""
        match entry:
            case Person() | Organisation() | Case():
                return tuple(name.text for name in entry.names.values())
            case Resolution():
                return tuple(entry.title.text.values())
            case Statement():
                aliases = (alias.text for alias in entry.aliases)
                return (*entry.title.text.values(), *aliases)
            case Source():
                return (entry.title,)

    @cached_property
    def _by_kind(self) -> Mapping[Kind, tuple[Entry, ...]]:
        return _by_kind(self.entries.values())


def _by_kind(entries: Iterable[Entry]) -> dict[Kind, tuple[Entry, ...]]:
    kinds: dict[Kind, list[Entry]] = {}
    for entry in entries:
        kinds.setdefault(entry.KIND, []).append(entry)
    return {kind: tuple(sorted(found, key=sort_key)) for kind, found in kinds.items()}


def _updated_moments(old: tuple[Moment, ...], change: Change) -> tuple[Moment, ...]:
    touched = {*change.removed, *(entry.id for entry in change.entries)}
    moments = [moment for moment in old if moment[1] not in touched]
    for entry in change.entries:
        moments += _moments_of(entry)
    # Sorting what is nearly sorted takes little more than looking at it.
    return tuple(sorted(moments))


def _moments_of(entry: Entry) -> Iterator[Moment]:
    match entry:
        case Person() | Organisation() | Case():
            for index, event in enumerate(entry.events):
                yield moment_of(event), entry.id, index
        case Resolution() | Statement():
            yield chronological(entry.date.value), entry.id, 0
        case Source():
            return


def chronological(date: str) -> str:
    """Return a key that sorts dates; a month or a year comes after the days that it holds."""
    return f"{date}-99-99"[: len("YYYY-MM-DD")]


def moment_of(event: Event) -> str:
    """Return a key that sorts events: by their beginning, which is never after their end."""
    begun = chronological(event.date)
    return min(begun, chronological(event.until)) if event.until else begun


def sort_key(entry: Entry) -> tuple[str, str]:
    """Order texts by date and everything else by its English name, then by id."""
    match entry:
        case Resolution() | Statement():
            return chronological(entry.date.value), entry.id
        case Source():
            return entry.id, entry.id
        case Person() | Organisation() | Case():
            return entry.names["en"].text, entry.id


def _targets(record: Record) -> frozenset[str]:
    """Return the ids that an entry names."""
    return frozenset(need.partition("/")[2] for need in record.ties.needs)


def _updated_referrers(
    old: Mapping[str, tuple[str, ...]], change: Change
) -> Mapping[str, tuple[str, ...]]:
    found = dict(old)
    for record in change.gone:
        if not isinstance(record.entry, About):
            for target in _targets(record):
                left = tuple(id_ for id_ in found.get(target, ()) if id_ != record.entry.id)
                found[target] = left
    added: dict[str, list[str]] = {}
    for record in change.added:
        if not isinstance(record.entry, About):
            for target in _targets(record):
                added.setdefault(target, []).append(record.entry.id)
    return found | {target: (*found.get(target, ()), *ids) for target, ids in added.items()}
