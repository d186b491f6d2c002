"""The one person a name means, the several it may mean, or nobody.

Works on names alone: it knows no files, no entries and no commands. An index never changes once
built, so threads may share it; a changed base makes a new one that shares most of the old.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from community_bot.knowledge.naming import completion
from community_bot.knowledge.naming.alignment import Person
from community_bot.knowledge.naming.casting import KnownNames, cast_namesake, cast_person
from community_bot.knowledge.naming.equivalents import lines_of
from community_bot.knowledge.naming.lexicon import Lexicon
from community_bot.knowledge.naming.onomastics import TITLES, Kind, Part, Roles, take_apart
from community_bot.knowledge.naming.spelling import clean, other_layouts
from community_bot.knowledge.naming.titles import resolve_title, title_words
from community_bot.knowledge.naming.verdict import (
    NOBODY,
    Resolved,
    Verdict,
    decide,
    gather,
    understand,
    weigh,
)

__all__ = [
    "KnownNames",
    "NameIndex",
    "Resolved",
    "Verdict",
    "from_roster",
    "is_father",
    "is_given",
]

_TRUSTED = 0.65
"""The score from which a query that had to be read otherwise is believed."""
_SHORTEST_HALF = 2


class NameIndex:
    """Known names, ready to be asked for."""

    __slots__ = ("_given", "_is_personal", "_lexicon", "_own", "_people", "_places", "_posts")

    def __init__(self, *, personal: bool = True) -> None:
        self._is_personal = personal
        self._lexicon = Lexicon()
        # People by place, the places of an id, the places where a word stands, and how many have a
        # word as a given name. A place is never used again.
        self._people: list[Person | None] = []
        self._places: dict[str, range] = {}
        self._posts: list[array[int]] = []
        self._given: dict[int, int] = {}
        # Words whose list of places is not shared with an older index.
        self._own: set[int] = set()

    @classmethod
    def build(cls, known: Mapping[str, KnownNames], *, personal: bool = True) -> NameIndex:
        """Return an index of entries by id; ``personal=False`` is for bodies and cases."""
        return cls(personal=personal).updated(known)

    def updated(self, changes: Mapping[str, KnownNames | None]) -> NameIndex:
        """Return an index with entries added, replaced or (None) removed; this one stays."""
        new = NameIndex(personal=self._is_personal)
        new._lexicon = self._lexicon.copy()
        new._people = self._people.copy()
        new._places = self._places.copy()
        new._posts = self._posts.copy()
        new._given = self._given.copy()
        for id_, known in changes.items():
            new._remove(id_)
            if known is not None:
                new._add(id_, known)
        new._lexicon.settle()
        new._own = set()
        return new

    def resolve(self, query: str) -> Resolved:
        """Return whom a query names, of which 400 characters are read; never raises."""
        if not self._is_personal:
            return resolve_title(query, self._lexicon, self._people, self._posts)
        parts = take_apart(query)
        first = self._answer(parts)
        if first.status is Verdict.MATCH or first.namesakes:
            return first
        for otherwise in self._read_otherwise(query, parts):
            found = self._answer(otherwise)
            if found.namesakes or (
                found.status is Verdict.MATCH and found.candidates[0][1] >= _TRUSTED
            ):
                return found
        return first

    def complete(self, prefix: str, limit: int = 25) -> tuple[tuple[str, str], ...]:
        """Return ids, each with the spelling to show, of names that start so, best first."""
        return completion.complete(prefix, limit, self._lexicon, self._people, self._posts)

    def _answer(self, parts: Sequence[Part]) -> Resolved:
        asked = understand(parts, self._lexicon)
        if not any(word.found or word.as_given for word in asked):
            return NOBODY
        places, is_cut = gather(asked, self._posts)
        people = [person for place in places if (person := self._people[place]) is not None]
        rows = weigh(asked, people, self._lexicon)
        return decide(asked, rows, self._lexicon, self._given, is_cut=is_cut)

    def _read_otherwise(self, query: str, parts: tuple[Part, ...]) -> Iterator[tuple[Part, ...]]:
        """Yield what else may have been meant: words run together, cut in two, another keyboard."""
        knows = self._lexicon.knows
        for i, part in enumerate(parts):
            for a, b in _halves(part.text) if not knows(part.text) else ():
                if knows(a) and knows(b):
                    yield (*parts[:i], *take_apart(a), *take_apart(b), *parts[i + 1 :])
        for i, (one, other) in enumerate(pairwise(parts)):
            joined = one.text + other.text
            if Kind.INITIAL not in (one.kind, other.kind) and knows(joined):
                yield (*parts[:i], *take_apart(joined), *parts[i + 2 :])
        for typed in other_layouts(clean(query)):
            typed_parts = take_apart(typed)
            # A letter that would be a sign on the other keyboard was meant as a letter.
            is_whole = len(typed_parts) >= len(query.split())
            if is_whole and any(knows(part.text) for part in typed_parts):
                yield typed_parts

    def _remove(self, id_: str) -> None:
        for place in self._places.pop(id_, ()):
            person = self._people[place]
            if person is not None:
                self._people[place] = None
                for number in _words_of(person):
                    self._posts[number] = array("I", (p for p in self._posts[number] if p != place))
                for number in person.given:
                    self._given[number] -= 1

    def _add(self, id_: str, known: KnownNames) -> None:
        start = len(self._people)
        if self._is_personal:
            own = cast_person(known)
            self._put(id_, own, known.names)
            for name in known.namesakes:
                self._put(id_, cast_namesake(name, own), (name,), is_namesake=True)
        else:
            self._put(id_, _as_title(known.names + known.weak), known.names)
            for name in known.namesakes:
                self._put(id_, _as_title((name,)), (name,), is_namesake=True)
        self._places[id_] = range(start, len(self._people))

    def _put(
        self, id_: str, roles: Roles, spellings: tuple[str, ...], *, is_namesake: bool = False
    ) -> None:
        person = Person(
            id=id_,
            family=self._numbers(roles.family),
            given=self._numbers(roles.given),
            fathers=self._numbers(roles.fathers),
            tails=frozenset(self._numbers(roles.tails)),
            spellings=spellings,
            is_namesake=is_namesake,
        )
        place = len(self._people)
        self._people.append(person)
        for number in _words_of(person):
            if number not in self._own:
                self._own.add(number)
                self._posts[number] = self._posts[number][:]
            self._posts[number].append(place)
        for number in person.given:
            self._given[number] = self._given.get(number, 0) + 1

    def _numbers(self, texts: Iterable[str]) -> tuple[int, ...]:
        """Return the numbers of words, giving new ones to words not known before."""
        numbers = tuple(self._lexicon.add(text) for text in texts)
        self._posts += (array("I") for _ in range(len(self._lexicon.texts) - len(self._posts)))
        return numbers


def _as_title(names: Sequence[str]) -> Roles:
    words = dict.fromkeys(word for name in names for word in title_words(name))
    return Roles(family=(), given=tuple(words), fathers=())


def _words_of(person: Person) -> set[int]:
    return {*person.family, *person.given, *person.fathers}


def _halves(word: str) -> Iterator[tuple[str, str]]:
    for cut in range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1):
        yield word[:cut], word[cut:]


def is_given(word: str) -> bool:
    """Tell whether a word is a given name that people have somewhere, known here or not."""
    return word.lower() not in TITLES and bool(lines_of(clean(word).lower()))


def is_father(word: str) -> bool:
    """Tell whether a word by itself is a father's name, such as Rustemovych."""
    return [part.kind for part in take_apart(word)] == [Kind.FATHER]


def from_roster(roster: Iterable[Mapping[str, Any]]) -> NameIndex:
    """Return an index of entries with ``id``, ``names`` and, where known, ``family`` names."""
    return NameIndex.build(
        {
            entry["id"]: KnownNames(tuple(entry["names"]), family=tuple(entry.get("family", ())))
            for entry in roster
        }
    )
