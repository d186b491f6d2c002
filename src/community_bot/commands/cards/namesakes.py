"""People whom entries name as *not* the ones they are about: which of them somebody means."""

from __future__ import annotations

from collections.abc import Sequence

from community_bot.core.command import Context
from community_bot.domain.entities import Case, Namesake, Organisation, Person
from community_bot.knowledge.names import KnownNames, NameIndex


def namesakes_meant(context: Context, query: str, ids: Sequence[str]) -> list[Namesake]:
    """Return those whom ``query`` could mean, of the namesakes that the entries ``ids`` list."""
    if not ids:
        return []
    others: list[Namesake] = []
    for id_ in ids:
        entry = context.knowledge.entries[id_]
        if isinstance(entry, Person | Organisation | Case):
            others += entry.not_to_confuse
    spellings = {
        str(number): KnownNames((other.text, *other.also)) for number, other in enumerate(others)
    }
    meant = {number for number, _ in NameIndex.build(spellings).resolve(query).candidates}
    return [other for number, other in enumerate(others) if not meant or str(number) in meant]
