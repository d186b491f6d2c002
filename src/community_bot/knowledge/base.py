"""The knowledge base: an immutable snapshot of all entries, and what follows from them.

Back-links, name indexes and the search are derived here, once, so that handlers only ask. A changed
file makes a new snapshot that shares what did not change. Knows no file: reading is `folder`.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar, cast

from community_bot.domain.entities import (
    About,
    Case,
    Entry,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.values import Kind, StatusValue
from community_bot.knowledge.backlinks import targets_of, updated_referrers
from community_bot.knowledge.change import Change, known_names
from community_bot.knowledge.folder import Folder
from community_bot.knowledge.names import NameIndex
from community_bot.knowledge.ordering import Moment, moments_of, sort_key
from community_bot.knowledge.reading.record import ABOUT, Record, path_of

if TYPE_CHECKING:
    from community_bot.knowledge.references import ReferenceIndex
    from community_bot.knowledge.search import SearchIndex

_E = TypeVar("_E", bound=Entry)
_NAMED_KINDS = (Kind.PERSON, Kind.ORGANISATION, Kind.CASE)
# Statements among them, for the words with which they cite.
_CITING_KINDS = {Kind.RESOLUTION, Kind.ORGANISATION, Kind.STATEMENT}


class KnowledgeBase:
    """All entries by id, with what they say of each other. Never changes once it is made."""

    def __init__(
        self,
        records: Mapping[str, Record],
        known: tuple[Mapping[str, Entry], Mapping[str, str]] | None = None,
    ) -> None:
        """Make it of the records; ``known`` are their entries and revisions by id, if known."""
        self._records = records
        about = records.get(ABOUT)
        self.about = about.entry if about and isinstance(about.entry, About) else None
        self.about_revision = about.revision if about else ""
        self.entries, self._revisions = known or _by_id(records.values())
        self._names: dict[Kind, NameIndex] = {}

    @classmethod
    def of(cls, folder: Folder) -> KnowledgeBase:
        """Make the base of a folder that was read without problems."""
        return cls(folder.records)

    def updated(self, folder: Folder) -> KnowledgeBase:
        """Make the base of the folder as it is now, from this one and what differs.

        What was derived here is brought up to date there, or shared where nothing touches it.
        """
        change = Change.between(self._records, folder.records)
        base = KnowledgeBase(folder.records, self._known(change))
        base._names = {
            kind: index.updated(names) if (names := change.names(kind)) else index
            for kind, index in self._names.items()
        }
        # A cached property is derived once, so putting it there is all that carrying over takes.
        derived, carried = self.__dict__, base.__dict__
        if "search" in derived:
            carried["search"] = self.search.updated(change.entries, change.removed)
        if "referrers" in derived:
            carried["referrers"] = updated_referrers(self.referrers, change)
        if "references" in derived and not change.kinds & _CITING_KINDS:
            carried["references"] = self.references
        if "languages" in derived and not change.kinds & {Kind.STATEMENT, Kind.PERSON}:
            carried["languages"] = self.languages
        if "_all_moments" in derived:
            carried["_all_moments"] = _updated_moments(self._all_moments, change)
        if "_by_kind" in derived:
            carried["_by_kind"] = _updated_by_kind(self._by_kind, change)
        return base

    def _known(self, change: Change) -> tuple[Mapping[str, Entry], Mapping[str, str]] | None:
        """Return the entries and revisions after a change, unless any come or go with it."""
        new = {one.entry.id: one for one in change.added if not isinstance(one.entry, About)}
        if change.removed or not new.keys() <= self.entries.keys():
            return None
        # To look at thousands of entries takes longer than to copy two maps.
        entries = {**self.entries, **{entry.id: entry for entry in change.entries}}
        return entries, {**self._revisions, **{id_: one.revision for id_, one in new.items()}}

    def prepare(self) -> None:
        """Derive now what is otherwise derived when it is first asked for."""
        for kind in _NAMED_KINDS:
            self.names(kind)
        _ = self.search, self.references, self.referrers, self.languages, self._all_moments
        _ = self.fingerprint

    def revision(self, entry_id: str) -> str:
        """Return the revision of an entry: a hash of what it says."""
        return self._revisions[entry_id]

    def reference(self, entry_id: str) -> str:
        """Return ``id@revision``, as it stands under an answer."""
        return f"{entry_id}@{self._revisions[entry_id]}"

    def related(self, entry_id: str) -> frozenset[str]:
        """Return the ids of the entries that an entry names, and of those that name it."""
        record = self._records[path_of(self.entries[entry_id].KIND, entry_id)]
        named = (id_ for id_ in targets_of(record) if id_ in self.entries)
        return frozenset((*named, *self.referrers.get(entry_id, ())))

    @cached_property
    def fingerprint(self) -> str:
        """A hash of what all entries say: the same for two bases that say the same."""
        told = sorted(f"{path}@{record.revision}" for path, record in self._records.items())
        return hashlib.sha256("\n".join(told).encode()).hexdigest()

    def of_kind(self, kind: type[_E]) -> tuple[_E, ...]:
        """Return the entries of one kind: people and organisations by name, texts by date."""
        return cast("tuple[_E, ...]", self._by_kind.get(kind.KIND, ()))

    def with_status(self, status: StatusValue) -> tuple[Person, ...]:
        """Return the people of one status, by name."""
        return self._by_status.get(status, ())

    @cached_property
    def _by_status(self) -> Mapping[StatusValue, tuple[Person, ...]]:
        found: dict[StatusValue, list[Person]] = {}
        for person in self.of_kind(Person):
            found.setdefault(person.status.value, []).append(person)
        return {status: tuple(people) for status, people in found.items()}

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
            return tuple(sorted(moments_of(entry)))
        found = [*moments_of(entry)]
        for person in self.referring(entry_id, Person):
            found += (
                moment for moment in moments_of(person) if person.events[moment[2]].case == entry_id
            )
        return tuple(sorted(found))

    @cached_property
    def _all_moments(self) -> tuple[Moment, ...]:
        return tuple(sorted(one for entry in self.entries.values() for one in moments_of(entry)))

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
        return updated_referrers({}, Change.between({}, self._records))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that statements are held or known in, and names are written in."""
        tags: dict[str, None] = {}
        for statement in self.of_kind(Statement):
            tags[statement.language] = None
            tags.update(dict.fromkeys(version.language for version in statement.versions))
        for names in dict.fromkeys(tuple(person.names) for person in self.of_kind(Person)):
            tags.update(dict.fromkeys(names))
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


def _by_id(records: Iterable[Record]) -> tuple[Mapping[str, Entry], Mapping[str, str]]:
    entries: dict[str, Entry] = {}
    revisions: dict[str, str] = {}
    for record in records:
        if not isinstance(record.entry, About):
            entries[record.entry.id] = record.entry
            revisions[record.entry.id] = record.revision
    return entries, revisions


def _by_kind(entries: Iterable[Entry]) -> dict[Kind, tuple[Entry, ...]]:
    kinds: dict[Kind, list[Entry]] = {}
    for entry in entries:
        kinds.setdefault(entry.KIND, []).append(entry)
    return {kind: tuple(sorted(found, key=sort_key)) for kind, found in kinds.items()}


def _updated_moments(old: tuple[Moment, ...], change: Change) -> tuple[Moment, ...]:
    touched = {*change.removed, *(entry.id for entry in change.entries)}
    moments = [moment for moment in old if moment[1] not in touched]
    for entry in change.entries:
        for moment in moments_of(entry):
            insort(moments, moment)
    return tuple(moments)


def _updated_by_kind(
    old: Mapping[Kind, tuple[Entry, ...]], change: Change
) -> dict[Kind, tuple[Entry, ...]]:
    touched = {*change.removed, *(entry.id for entry in change.entries)}
    kinds = dict(old)
    for kind in change.kinds:
        entries = [entry for entry in old.get(kind, ()) if entry.id not in touched]
        for entry in change.entries:
            if entry.KIND is kind:
                insort(entries, entry, key=sort_key)
        if entries:
            kinds[kind] = tuple(entries)
        else:
            kinds.pop(kind, None)
    return kinds
