"""What entries must satisfy beside each other: references, people in summaries, distinct names.

Each was judged by itself before. Opens no file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from community_bot.domain.entities import Person, Statement
from community_bot.domain.values import Kind
from community_bot.knowledge.problems import Finding, Route
from community_bot.knowledge.reading.record import Record, id_of
from community_bot.knowledge.reading.scripts import skeleton
from community_bot.knowledge.reading.ties import (
    ALL_STANDINGS,
    STANDING,
    SUBJECT,
    Ties,
    references,
    spelling,
    words_of,
)

_LONGEST_NAME = 8
Known = tuple[Person, Ties]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What entries are judged beside.

    ``offers`` is all that can be referred to. ``spellings`` and ``skeletons`` say which people can
    be meant by a name or taken for one another, as far as the entries to be judged ask.
    """

    offers: AbstractSet[str]
    spellings: Mapping[str, Sequence[Known]]
    skeletons: Mapping[str, Sequence[Known]]

    @classmethod
    def of(
        cls, judged: Iterable[Record], records: Collection[Record], offers: AbstractSet[str]
    ) -> Surroundings:
        """Find among all ``records`` what those to be judged will ask for."""
        phrases: set[str] = set()
        skeletons: set[str] = set()
        for record in judged:
            skeletons |= record.ties.skeletons
            if isinstance(record.entry, Statement):
                for sentence in record.entry.summary:
                    phrases |= _phrases(sentence.text.get("en", ""))
        # Asked of everybody, and most have none of the names: so this is asked first.
        called = [it for it in records if not it.ties.spellings.isdisjoint(phrases)]
        alike = [it for it in records if not it.ties.skeletons.isdisjoint(skeletons)]
        return cls(
            offers,
            _by_name(called, lambda ties: ties.spellings & phrases),
            _by_name(alike, lambda ties: ties.skeletons & skeletons),
        )


def check_relations(record: Record, around: Surroundings) -> Iterator[Finding]:
    """Yield what is wrong with an entry, seen beside all others."""
    missing = record.ties.needs - around.offers
    if missing:
        for route, wanted, target in references(record.entry):
            if f"{wanted}/{target}" in missing:
                yield from _unresolved(route, wanted, target, around.offers)
    yield from _same_id(record, around.offers)
    if isinstance(record.entry, Person):
        yield from _stands_apart(record.entry, record.ties, around)
    elif isinstance(record.entry, Statement):
        yield from _summary_names(record.entry, around)


def _unresolved(
    route: Route, wanted: str, target: str, offers: AbstractSet[str]
) -> Iterator[Finding]:
    found = next((kind for kind in Kind if f"{kind}/{target}" in offers), None)
    if wanted == STANDING:
        if ALL_STANDINGS not in offers:
            yield Finding(route, "problem-standing", (("id", target),))
    elif found is None:
        yield Finding(route, "problem-reference", (("id", target),))
    elif wanted == SUBJECT:
        yield Finding(route, "problem-reference-source", (("id", target),))
    else:
        kinds = (("id", target), ("found", str(found)), ("kind", str(wanted)))
        yield Finding(route, "problem-reference-kind", kinds)


def _same_id(record: Record, offers: AbstractSet[str]) -> Iterator[Finding]:
    """Find a file of another kind with the same id, in a folder before this one."""
    folder, _, name = record.path.rpartition("/")
    if folder:
        first = min(kind.folder for kind in Kind if f"{kind}/{id_of(name)}" in offers)
        if first != folder:
            yield Finding(("id",), "problem-id-twice", (("path", f"{first}/{name}"),))


def _stands_apart(person: Person, ties: Ties, around: Surroundings) -> Iterator[Finding]:
    """Ask two people whose names look alike to be told apart; the later id has the finding."""
    for name in sorted(ties.skeletons):
        for other, other_ties in around.skeletons[name]:
            if other.id >= person.id:
                continue
            if not (_tells_apart(person, other_ties) or _tells_apart(other, ties)):
                yield Finding(("names",), "problem-lookalike", (("id", other.id),))
                return


def _tells_apart(person: Person, other: Ties) -> bool:
    namesakes = (text for it in person.not_to_confuse for text in (it.text, *it.also))
    return any(skeleton(text) in other.skeletons for text in namesakes)


def _summary_names(statement: Statement, around: Surroundings) -> Iterator[Finding]:
    """Expect whom a sentence names to be mentioned in a paragraph that it cites."""
    mentioned = {it.label: {one.ref for one in it.mentions} for it in statement.paragraphs}
    surfaces = _people_by_surface(statement, around.offers)
    for index, sentence in enumerate(statement.summary):
        cited = set().union(*(mentioned.get(label, ()) for label in sentence.paragraphs))
        paragraphs = ("paragraphs", ", ".join(sentence.paragraphs))
        for number, person_id in enumerate(sentence.persons):
            if person_id not in cited:
                route: Route = ("summary", index, "persons", number)
                yield Finding(route, "problem-summary-person", (("id", person_id), paragraphs))
        route = ("summary", index, "text", "en")
        for phrase in sorted(_phrases(sentence.text.get("en", ""))):
            ids = {person.id for person, _ in around.spellings.get(phrase, ())}
            ids |= surfaces.get(phrase, set())
            # Whom ``persons`` lists was judged above.
            if ids and ids.isdisjoint(cited) and ids.isdisjoint(sentence.persons):
                who = ("id", ", ".join(sorted(ids)))
                yield Finding(route, "problem-summary-person", (who, paragraphs))


def _people_by_surface(
    statement: Statement, offers: AbstractSet[str]
) -> Mapping[str, AbstractSet[str]]:
    """Return whom the statement's own words for people mean; "they" and the like are no names."""
    found: dict[str, set[str]] = {}
    for paragraph in statement.paragraphs:
        for mention in paragraph.mentions:
            is_name = mention.surface != mention.surface.lower()
            if is_name and f"{Kind.PERSON}/{mention.ref}" in offers:
                found.setdefault(spelling(mention.surface), set()).add(mention.ref)
    return found


def _by_name(
    records: Iterable[Record], asked: Callable[[Ties], frozenset[str]]
) -> Mapping[str, Sequence[Known]]:
    found: dict[str, list[Known]] = {}
    for record in records:
        if isinstance(record.entry, Person):
            for name in asked(record.ties):
                found.setdefault(name, []).append((record.entry, record.ties))
    return found


def _phrases(text: str) -> set[str]:
    """Return all runs of words that could be a name."""
    words = words_of(text)
    return {
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1)
    }
