"""How what is to be served differs from what is on record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from community_bot.domain.entities import About
from community_bot.knowledge.folder import Folder
from community_bot.knowledge.reading.record import Record


@dataclass(frozen=True, slots=True)
class Differing:
    """What is to be recorded, and which entries are ``gone``.

    ``new`` are other revisions, ``restamped`` the same ones in other words, such as with a comment
    more. ``known`` are the revisions on record of all entries that may differ.
    """

    new: Sequence[Record]
    restamped: Sequence[Record]
    gone: Sequence[str]
    known: Mapping[str, str]
    is_first: bool

    @property
    def records(self) -> Sequence[Record]:
        """All whose text is to be kept."""
        return (*self.new, *self.restamped)

    @property
    def is_nothing(self) -> bool:
        """Whether all is on record."""
        return not (self.new or self.restamped or self.gone or self.is_first)


def compared(
    records: Sequence[Record], before: Folder, known: Mapping[str, str], *, is_first: bool
) -> Differing:
    """Compare records with what is on record; ``before`` is the folder that was served last."""
    old = before.records
    here = {entry_of(record) for record in records}
    return Differing(
        new=[it for it in records if entry_of(it) and known.get(entry_of(it)) != it.revision],
        restamped=[
            it
            for it in records
            if it.path in old
            and old[it.path].digest != it.digest
            and known.get(entry_of(it)) == it.revision
        ],
        gone=[entry for entry in known if entry not in here],
        known=known,
        is_first=is_first,
    )


def entry_of(record: Record) -> str:
    """Return the id of a record's entry; nothing for what the base says of itself."""
    return "" if isinstance(record.entry, About) else record.entry.id
