"""From what somebody types to the resolutions it may mean: by id, symbol, date, body or title.

Numbers are compared exactly: what looks like a symbol and is unknown finds nothing near it. Words
are compared but for their endings. Nothing is sure when something else fits, or when what was typed
speaks of more than the resolution found.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from community_bot.knowledge.citation_words import (
    Body,
    KnownResolution,
    TypedReference,
    is_akin,
    is_among,
)
from community_bot.knowledge.folding import fold
from community_bot.knowledge.symbols import tokens_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from community_bot.domain.entities import Organisation, Resolution
    from community_bot.knowledge.symbols import Symbol

How = Literal["id", "symbol", "date", "wrong-date", "title"]

_MAX_GUESSES = 10
_ENOUGH_WORDS = 2
_DAY = len("2016-05-12")
_NO_BODY = Body((), frozenset())


@dataclass(frozen=True, slots=True)
class Found:
    """A resolution that may be meant, and how it was found; ``sure`` when nothing else can be."""

    id: str
    how: How
    sure: bool


@dataclass(frozen=True, slots=True)
class ReferenceIndex:
    """Finds resolutions. Never changes."""

    _known: Mapping[str, KnownResolution]
    _bodies: Mapping[str, Body]
    _numbered: Mapping[tuple[int, ...], tuple[str, ...]]
    _titled: Mapping[str, tuple[str, ...]]

    @classmethod
    def build(
        cls, resolutions: Iterable[Resolution], organisations: Mapping[str, Organisation]
    ) -> ReferenceIndex:
        """Make the index; ``organisations`` by id have the names of the resolutions' bodies."""
        entries = sorted(resolutions, key=lambda entry: (entry.date.value, entry.id))
        ids = {entry.body for entry in entries}
        bodies = {id_: Body.of(organisations[id_]) for id_ in ids if id_ in organisations}
        known = {
            entry.id: KnownResolution.of(entry, bodies.get(entry.body, _NO_BODY))
            for entry in entries
        }
        numbered = ((row, one) for one in known.values() for symbol in one.symbols for row in symbol.numbers)
        titled = ((word, one) for one in known.values() for word in one.title)
        return cls(known, bodies, _by_key(numbered), _by_key(titled))

    def find(self, text: str) -> tuple[Found, ...]:
        """Return the resolutions that ``text`` may mean, best first; never raises.

        Only one that is alone can be sure.
        """
        typed = TypedReference(text)
        for find in (self._by_name, self._by_symbol, self._by_date, self._by_words):
            found = find(typed)
            if len(found) > 1:
                return tuple(replace(one, sure=False) for one in found)
            if found:
                return tuple(found)
        return ()

    def complete(self, prefix: str, limit: int = 25) -> tuple[tuple[str, str], ...]:
        """Return ids and labels of the resolutions that ``prefix`` may be the beginning of.

        Those that have it in one piece come first, newer ones before older ones.
        """
        *words, last = tuple(token.text for token in tokens_of(fold(prefix))) or ("",)
        start = f" {' '.join((*words, last))}"
        pieces = (*(f" {word} " if word.isdecimal() else f" {word}" for word in words), f" {last}")
        newest = sorted(self._known.values(), key=lambda one: one.dates[0], reverse=True)
        ids = dict.fromkeys(one.id for one in self.find(prefix))
        ids |= dict.fromkeys(one.id for one in newest if start in one.line)
        ids |= dict.fromkeys(one.id for one in newest if all(piece in one.line for piece in pieces))
        return tuple((id_, self._known[id_].label) for id_ in ids)[:limit]

    def _by_name(self, typed: TypedReference) -> list[Found]:
        known = self._known.values()
        ids = [Found(one.id, "id", sure=True) for one in known if one.name == typed.tokens]
        return ids or [
            Found(one.id, "symbol", sure=True)
            for one in known
            if any(symbol.tokens == typed.tokens for symbol in one.symbols)
        ]

    def _by_symbol(self, typed: TypedReference) -> list[Found]:
        found: dict[str, Found] = {}
        is_dated = not typed.dates
        for row in typed.rows():
            for id_ in self._numbered.get(row, ()):
                known = self._known[id_]
                for symbol in known.symbols:
                    if row in symbol.numbers and self._is_named(symbol, row, typed, known):
                        sure = self._is_sure_symbol(symbol, row, typed, known)
                        found[id_] = Found(id_, "symbol", sure or (id_ in found and found[id_].sure))
                is_dated |= _how_dated(typed, known) is not None
        others = [] if is_dated or not found else self._by_date(typed)
        return [*found.values(), *(one for one in others if one.id not in found)]

    def _is_named(
        self, symbol: Symbol, row: tuple[int, ...], typed: TypedReference, known: KnownResolution
    ) -> bool:
        """Whether a number is more than a number: two of them, or with letters or a body's name."""
        is_lettered = not symbol.letters.isdisjoint(typed.tokens)
        return len(row) > 1 or is_lettered or known.body in self._named(typed)

    def _is_sure_symbol(
        self, symbol: Symbol, row: tuple[int, ...], typed: TypedReference, known: KnownResolution
    ) -> bool:
        attached = {one for one in typed.attached() if not is_among(one, self._body(known).words)}
        if attached and not (attached <= symbol.letters and symbol.needed.issubset(typed.tokens)):
            return False  # A/71/205 and A/HRC/71/205 are not A/RES/71/205
        own = {number for other in known.symbols for rows in other.numbers for number in rows}
        year = int(known.dates[0][:4])
        if not own | {*row, year} >= set(typed.numbers):
            return False
        if typed.dates:
            return _how_dated(typed, known) is not None
        return self._is_about(typed, known)

    def _by_date(self, typed: TypedReference) -> list[Found]:
        found = [
            (known, how)
            for known in self._known.values()
            if (how := _how_dated(typed, known)) is not None
        ]
        named = self._named(typed)
        of_body = [(known, how) for known, how in found if known.body in named]
        about = [(known, how) for known, how in of_body or found if self._has_all(typed, known)]
        chosen = about or of_body or found
        return [
            Found(known.id, how, self._is_sure_date(typed, known))
            for known, how in sorted(chosen, key=lambda one: one[1])
        ]

    def _is_sure_date(self, typed: TypedReference, known: KnownResolution) -> bool:
        is_precise = any(
            len(date) == _DAY and date in (*known.dates, *known.wrong_dates) for date in typed.dates
        )
        return not typed.numbers and self._is_about(typed, known) and (
            is_precise or known.body in self._named(typed)
        )

    def _by_words(self, typed: TypedReference) -> list[Found]:
        """Find by title, body and year. A date that nothing has only tells the year."""
        if not typed.words and (typed.dates or not typed.years):
            return []
        years = typed.years or {date[:4] for date in typed.dates}
        scored = []
        for known in self._candidates(typed):
            if self._has_numbers(typed, known) and (not years or known.dates[0][:4] in years):
                titled = sum(is_among(word, known.title) for word in typed.words)
                strange = sum(not self._explains(known, word) for word in typed.words)
                scored.append((strange, -titled, known.id))
        whole = sorted(one for one in scored if not one[0])
        is_sure = len(whole) == 1 and -whole[0][1] >= _ENOUGH_WORDS and not typed.dates
        if whole:
            return [Found(id_, "title", is_sure) for _, _, id_ in whole]
        half = len(typed.words) / 2
        return [
            Found(id_, "title", sure=False)
            for strange, titled, id_ in sorted(scored)[:_MAX_GUESSES]
            if titled and strange <= half
        ]

    def _candidates(self, typed: TypedReference) -> Iterable[KnownResolution]:
        """Return what has any of the words in its title or body, or everything when there is none."""
        if not typed.words:
            return self._known.values()
        bodies = {
            id_
            for id_, body in self._bodies.items()
            if any(is_among(word, body.words) for word in typed.words)
        }
        titled = {
            id_
            for word, ids in self._titled.items()
            if is_among(word, typed.words)
            for id_ in ids
        }
        return [one for one in self._known.values() if one.id in titled or one.body in bodies]

    def _has_numbers(self, typed: TypedReference, known: KnownResolution) -> bool:
        """Whether every number stands in the title or is the year."""
        year = int(known.dates[0][:4])
        return all(number == year or str(number) in known.title for number in typed.numbers)

    def _named(self, typed: TypedReference) -> frozenset[str]:
        """Return the bodies that are named, by the longest of the names that are there."""
        named = {
            id_: max(
                (
                    len(spelling)
                    for spelling in body.spellings
                    if all(is_among(word, typed.words) for word in spelling)
                ),
                default=0,
            )
            for id_, body in self._bodies.items()
        }
        longest = max(named.values(), default=0)
        return frozenset(id_ for id_, length in named.items() if length == longest > 0)

    def _body(self, known: KnownResolution) -> Body:
        return self._bodies.get(known.body, _NO_BODY)
