"""What differs between two readings of a folder, as those who derive something from it need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from community_bot.domain.entities import About, Alias, Case, Entry, Named, Organisation, Person
from community_bot.domain.values import Kind
from community_bot.knowledge.names import KnownNames
from community_bot.knowledge.reading.record import Record


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two bases: the records that are new, and those that are no more."""

    added: tuple[Record, ...]
    gone: tuple[Record, ...]

    @classmethod
    def between(cls, old: Mapping[str, Record], new: Mapping[str, Record]) -> Change:
        """Compare by identity: a record that was not read again is the same object."""
        return cls(
            tuple(record for path, record in new.items() if old.get(path) is not record),
            tuple(record for path, record in old.items() if new.get(path) is not record),
        )

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries that are new or otherwise than before."""
        return tuple(one.entry for one in self.added if not isinstance(one.entry, About))

    @property
    def removed(self) -> tuple[str, ...]:
        """The ids of the entries that are there no more."""
        kept = {entry.id for entry in self.entries}
        gone = (one.entry.id for one in self.gone if not isinstance(one.entry, About))
        return tuple(id_ for id_ in gone if id_ not in kept)

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of entry that the change touches."""
        touched = (one.entry for one in (*self.added, *self.gone))
        return frozenset(entry.KIND for entry in touched if not isinstance(entry, About))

    def names(self, kind: Kind) -> dict[str, KnownNames | None]:
        """Return what the change means for the names of one kind; None is a name that is gone."""
        names: dict[str, KnownNames | None] = {
            one.entry.id: None
            for one in self.gone
            if not isinstance(one.entry, About) and one.entry.KIND is kind
        }
        for entry in self.entries:
            if isinstance(entry, Person | Organisation | Case) and entry.KIND is kind:
                names[entry.id] = known_names(entry)
        return names


def known_names(entry: Named) -> KnownNames:
    """Return the spellings by which an entry is found, and those of others like it."""
    aliases: tuple[Alias, ...] = entry.aliases
    namesakes = (
        spelling for other in entry.not_to_confuse for spelling in (other.text, *other.also)
    )
    names = (*(name.text for name in entry.names.values()), *(alias.text for alias in aliases))
    return KnownNames(
        names=tuple(dict.fromkeys(names)),
        weak=entry.weak_aliases,
        namesakes=tuple(dict.fromkeys(namesakes)),
    )
