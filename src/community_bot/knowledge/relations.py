"""What entries must satisfy together: references, the people of summaries, names that look alike.

What one entry asks of the others is kept small beside it, so that after a change only those that it
can affect are looked at again. Knows no file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache, cached_property

from community_bot.domain import entities
from community_bot.domain.entities import About, Entry, Person, Statement
from community_bot.domain.values import Kind
from community_bot.knowledge.problems import Finding, Route
from community_bot.knowledge.scripts import skeleton
from community_bot.knowledge.shapes import Holds, parts, shapes

ANY = "entry"
"""A reference to an entry of any kind."""
SUBJECT = "subject"
"""A reference to an entry of any kind that something can be said about, so to no source."""
STANDING = "standing"
"""A reference to a sort of court that ``about.yaml`` words."""

_WANTED: Mapping[tuple[type, str], str] = {
    (entities.Event, "case"): Kind.CASE,
    (entities.Event, "standing"): STANDING,
    (entities.Resolution, "body"): Kind.ORGANISATION,
    (entities.Resolution, "related"): Kind.RESOLUTION,
    (entities.OtherDate, "where"): Kind.STATEMENT,
    (entities.Statement, "publisher"): Kind.ORGANISATION,
    (entities.Mention, "ref"): SUBJECT,
    (entities.Point, "about"): ANY,
    (entities.Demand, "about"): ANY,
    (entities.Annotation, "about"): ANY,
    (entities.SummarySentence, "persons"): Kind.PERSON,
    (entities.About, "main_statement"): Kind.STATEMENT,
}
_LONGEST_NAME = 6
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Ties:
    """What ties one entry to others: all that is needed to know whom a change can affect.

    ``needs`` are what it refers to, as ``kind/id``. The rest is empty but for a person, who has
    ``spellings`` and ``skeletons`` of the names, and a statement, which has ``words`` of the
    summary.
    """

    needs: frozenset[str]
    spellings: frozenset[str] = frozenset()
    skeletons: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def ties_of(entry: Entry | About) -> Ties:
    """Return what ties an entry to others."""
    needs = frozenset(sys.intern(f"{want}/{target}") for _, want, target in _references(entry))
    if isinstance(entry, Person):
        names = [it.text for it in entry.names.values()]
        aliases = [it.text for it in entry.aliases]
        return Ties(
            needs,
            spellings=frozenset(" ".join(_words(it)) for it in (*names, *aliases)),
            skeletons=frozenset(map(skeleton, names)),
        )
    if isinstance(entry, Statement):
        texts = (sentence.text.get("en", "") for sentence in entry.summary)
        return Ties(needs, words=frozenset(word for text in texts for word in _words(text)))
    return Ties(needs)


def offers_of(kind: Kind, entry_id: str) -> tuple[str, ...]:
    """Return what a file of this kind and id lets others refer to, as their ``needs`` have it."""
    names = (kind, ANY) if kind is Kind.SOURCE else (kind, ANY, SUBJECT)
    return tuple(f"{name}/{entry_id}" for name in names)


def standings_of(about: About) -> frozenset[str]:
    """Return the sorts of court that events may name, as their ``needs`` have it."""
    return frozenset(f"{STANDING}/{name}" for name in about.standings)


def standings_needed(ties: Ties) -> frozenset[str]:
    """Return the sorts of court that an entry refers to."""
    return frozenset(need for need in ties.needs if need.startswith(f"{STANDING}/"))


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from an earlier reading, as far as other entries can tell."""

    ids: frozenset[str]
    needs: frozenset[str]
    names: tuple[frozenset[str], ...]
    skeletons: frozenset[str]

    @classmethod
    def of(cls, ties: Sequence[Ties], offers: AbstractSet[str]) -> Change:
        """Make it of the ties, old and new, of what differs, and of what offers came or went."""
        ids = frozenset(offer.partition("/")[2] for offer in offers)
        wanted = (*Kind, ANY, SUBJECT, STANDING)
        return cls(
            ids,
            frozenset(f"{kind}/{one}" for kind in wanted for one in ids),
            tuple({frozenset(name.split()) for one in ties for name in one.spellings}),
            frozenset(name for one in ties for name in one.skeletons),
        )

    def affects(self, ties: Ties) -> bool:
        """Say whether an entry with these ties must be looked at again."""
        return not (
            ties.needs.isdisjoint(self.needs)
            and ties.skeletons.isdisjoint(self.skeletons)
            and not (ties.words and any(name <= ties.words for name in self.names))
        )


@dataclass(frozen=True)
class Surroundings:
    """What one entry is judged against: what there is to refer to, and all the people."""

    offers: AbstractSet[str]
    people: Mapping[str, tuple[Person, Ties]]

    @cached_property
    def spellings(self) -> Mapping[str, frozenset[str]]:
        """The ids of the people whom each spelling of a name can mean."""
        return _by_value((ties.spellings, one) for one, (_, ties) in self.people.items())

    @cached_property
    def skeletons(self) -> Mapping[str, frozenset[str]]:
        """The ids of the people whose full names look alike."""
        return _by_value((ties.skeletons, one) for one, (_, ties) in self.people.items())


def check_relations(entry: Entry | About, ties: Ties, around: Surroundings) -> Iterator[Finding]:
    """Yield what is wrong with an entry, seen beside all others."""
    missing = ties.needs - around.offers
    if missing:
        for route, wanted, target in _references(entry):
            if f"{wanted}/{target}" in missing:
                yield _unresolved(route, wanted, target, around.offers)
    if isinstance(entry, Person):
        yield from _stands_apart(entry, ties, around)
    elif isinstance(entry, Statement):
        yield from _summary_names(entry, around)


def _references(entry: Entry | About) -> Iterator[tuple[Route, str, str]]:
    """Yield each reference's route, what it must lead to, and the id."""
    for route, part in parts(entry):
        for name, wanted, is_many in _reference_fields(part.__class__):
            value = getattr(part, name)
            if is_many:
                for index, target in enumerate(value):
                    yield (*route, name, index), wanted, target
            elif value is not None:
                yield (*route, name), wanted, value


@cache
def _reference_fields(part: type) -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (shape.name, wanted, shape.holds is Holds.LIST)
        for shape in shapes(part).values()
        if (wanted := _WANTED.get((part, shape.name)) or (shape.name == "cite" and Kind.SOURCE))
    )


def _unresolved(route: Route, wanted: str, target: str, offers: AbstractSet[str]) -> Finding:
    if wanted == STANDING:
        return Finding(route, "problem-standing", (("id", target),))
    found = next((kind for kind in Kind if f"{kind}/{target}" in offers), None)
    if found is None:
        return Finding(route, "problem-reference", (("id", target),))
    if wanted == SUBJECT:
        return Finding(route, "problem-reference-source", (("id", target),))
    kinds = (("id", target), ("found", str(found)), ("kind", str(wanted)))
    return Finding(route, "problem-reference-kind", kinds)


def _stands_apart(person: Person, ties: Ties, around: Surroundings) -> Iterator[Finding]:
    """Ask two people whose names look alike to be told apart; the later id has the finding."""
    alike = {other for name in ties.skeletons for other in around.skeletons[name]}
    for other_id in sorted(other for other in alike if other < person.id):
        other, other_ties = around.people[other_id]
        if _tells_apart(person, other_ties) or _tells_apart(other, ties):
            continue
        yield Finding(("names",), "problem-lookalike", (("id", other_id),))


def _tells_apart(person: Person, other: Ties) -> bool:
    namesakes = (text for it in person.not_to_confuse for text in (it.text, *it.also))
    return any(skeleton(text) in other.skeletons for text in namesakes)


def _summary_names(statement: Statement, around: Surroundings) -> Iterator[Finding]:
    """Expect whom a sentence names in a paragraph that it cites."""
    mentioned = {it.label: {one.ref for one in it.mentions} for it in statement.paragraphs}
    surfaces = _people_by_surface(statement, around.offers)
    for index, sentence in enumerate(statement.summary):
        cited = set().union(*(mentioned.get(label, ()) for label in sentence.paragraphs))
        labels = ("paragraphs", ", ".join(sentence.paragraphs))
        for number, person_id in enumerate(sentence.persons):
            if person_id not in cited:
                arguments = (("id", person_id), labels)
                route: Route = ("summary", index, "persons", number)
                yield Finding(route, "problem-summary-person", arguments)
        for name in _phrases(sentence.text.get("en", "")):
            ids = around.spellings.get(name, frozenset()) | surfaces.get(name, frozenset())
            # Whom ``persons`` lists has been judged above.
            if ids and ids.isdisjoint(cited) and ids.isdisjoint(sentence.persons):
                arguments = (("id", ", ".join(sorted(ids))), labels)
                yield Finding(("summary", index, "text", "en"), "problem-summary-person", arguments)


def _people_by_surface(
    statement: Statement, offers: AbstractSet[str]
) -> Mapping[str, frozenset[str]]:
    """Return whom the statement's own words for people mean; "they" and the like are no names."""
    return _by_value(
        ([" ".join(_words(mention.surface))], mention.ref)
        for paragraph in statement.paragraphs
        for mention in paragraph.mentions
        if f"{Kind.PERSON}/{mention.ref}" in offers and mention.surface != mention.surface.lower()
    )


def _by_value(pairs: Iterable[tuple[Iterable[str], str]]) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for names, one in pairs:
        for name in names:
            found[name] = found[name] | {one} if name in found else frozenset((one,))
    return found


def _phrases(text: str) -> set[str]:
    """Return all runs of words that could be a name."""
    words = _words(text)
    return {
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + _LONGEST_NAME, len(words)) + 1)
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
