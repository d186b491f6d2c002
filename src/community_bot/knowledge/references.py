"""From what somebody types to the resolutions it may mean: by id, symbol, date, body or title.

Numbers are compared exactly: what looks like a symbol and is unknown finds nothing near it. Words
are compared but for their endings. Nothing is sure when something else fits as well, or when what
was typed speaks of more than the resolution found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from community_bot.domain.entities import Organisation, Resolution
from community_bot.knowledge.citing.citation_words import (
    Body,
    KnownResolution,
    TypedReference,
    is_akin,
    is_among,
)
from community_bot.knowledge.citing.dates import YEARLESS
from community_bot.knowledge.citing.symbols import Symbol, tokens_of
from community_bot.knowledge.citing.telling import Score, Told
from community_bot.knowledge.searching.folding import fold

How = Literal["id", "symbol", "date", "wrong-date", "title", "mentioned"]
_Row = tuple[int, ...]

_MAX_GUESSES = 10
_ENOUGH_WORDS = 2  # of a title that are its own
_BUCKET = 4  # letters that words have in common when they are akin
_DAY = len("2016-05-12")
_NO_BODY = Body((), frozenset())
_NO_SURFACES: Mapping[str, tuple[str, ...]] = MappingProxyType({})


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
    _symbols: Mapping[_Row, list[tuple[KnownResolution, Symbol]]]
    _words: Mapping[str, list[tuple[str, str]]]
    _about: Mapping[str, tuple[Body, frozenset[str]]]

    @classmethod
    def build(
        cls,
        resolutions: Iterable[Resolution],
        organisations: Mapping[str, Organisation],
        surfaces: Mapping[str, tuple[str, ...]] = _NO_SURFACES,
    ) -> ReferenceIndex:
        """Make the index.

        ``organisations`` by id tell how the resolutions' bodies are called, and whom they are
        about; ``surfaces`` the words with which each resolution is cited.
        """
        entries = sorted(resolutions, key=lambda entry: (entry.date.value, entry.id))
        about = _about(entries, organisations)
        ids = {entry.body for entry in entries}
        bodies = {id_: Body.of(organisations[id_]) for id_ in ids if id_ in organisations}
        known: dict[str, KnownResolution] = {}
        symbols: dict[_Row, list[tuple[KnownResolution, Symbol]]] = defaultdict(list)
        words: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for entry in entries:
            whom = [body for body, those in about.values() if entry.id in those]
            one = KnownResolution.of(
                entry, bodies.get(entry.body, _NO_BODY), whom, surfaces.get(entry.id, ())
            )
            known[one.id] = one
            for symbol in one.symbols:
                for row in symbol.numbers | symbol.joined:
                    symbols[row].append((one, symbol))
            for word in one.telling:
                words[word[:_BUCKET]].append((word, one.id))
        return cls(known, bodies, dict(symbols), dict(words), about)

    def find(self, text: str) -> tuple[Found, ...]:
        """Return the resolutions that ``text`` may mean, best first; never raises.

        Only one that is alone can be sure.
        """
        typed = TypedReference(text)
        for find in (
            self._by_name,
            self._by_symbol,
            self._by_date,
            self._by_mention,
            self._by_words,
        ):
            found = find(typed)
            if len(found) > 1:
                return tuple(replace(one, sure=False) for one in found)
            if found:
                return tuple(found)
        return ()

    def complete(self, prefix: str, limit: int = 25) -> tuple[tuple[str, str], ...]:
        """Return ids and labels of the resolutions that ``prefix`` may be the beginning of.

        What it surely means comes first, then what has it in one piece, then what has all its
        words, then what it may mean; newer ones before older ones.
        """
        *words, last = tuple(token.text for token in tokens_of(fold(prefix))) or ("",)
        piece = f" {' '.join((*words, last))}"
        pieces = (*(f" {word} " if word.isdecimal() else f" {word}" for word in words), f" {last}")
        newest = tuple(self._known.values())[::-1]
        found = self.find(prefix)
        ids = dict.fromkeys(one.id for one in found if one.sure)
        ids |= dict.fromkeys(one.id for one in newest if piece in one.line)
        ids |= dict.fromkeys(one.id for one in newest if all(map(one.line.__contains__, pieces)))
        ids |= dict.fromkeys(one.id for one in found)
        return tuple((id_, self._known[id_].label) for id_ in ids)[:limit]

    def _by_name(self, typed: TypedReference) -> list[Found]:
        """Find by the whole id or symbol, however it is spaced."""
        return [
            Found(one.id, "id" if typed.tokens == one.names[0] else "symbol", sure=True)
            for one in self._known.values()
            if typed.tokens in one.names
        ]

    def _by_symbol(self, typed: TypedReference) -> list[Found]:
        """Find by the numbers of a symbol, and by a date that is not its own as well."""
        sure: dict[str, bool] = {}
        for row in typed.rows():
            for known, symbol in self._symbols.get(row, ()):
                if self._is_symbol(typed, known, symbol, row):
                    is_sure = self._is_sure_symbol(typed, known, symbol, row)
                    sure[known.id] = is_sure or sure.get(known.id, False)
        found = [Found(id_, "symbol", is_sure) for id_, is_sure in sure.items()]
        if not found or any(_how_dated(typed, self._known[id_]) for id_ in sure):
            return found
        return found + [one for one in self._by_date(typed) if one.id not in sure]

    def _is_symbol(
        self, typed: TypedReference, known: KnownResolution, symbol: Symbol, row: _Row
    ) -> bool:
        """Whether this is more than a number: two of them, or one with letters or a body."""
        is_lettered = not symbol.letters.isdisjoint(typed.tokens)
        return len(row) > 1 or is_lettered or known.body in self._named(typed)

    def _is_sure_symbol(
        self, typed: TypedReference, known: KnownResolution, symbol: Symbol, row: _Row
    ) -> bool:
        if row not in symbol.numbers:
            return False  # its numbers run together
        body = self._bodies.get(known.body, _NO_BODY)
        letters = {one for one in typed.attached() if not is_among(one, body.words)}
        if letters and not (letters <= symbol.letters and symbol.needed.issubset(typed.tokens)):
            return False  # A/71/205 and A/HRC/71/205 are not A/RES/71/205
        own = {number for other in known.symbols for numbers in other.numbers for number in numbers}
        if not {*own, *row, int(known.year)}.issuperset(typed.numbers):
            return False
        if typed.dates:
            return _how_dated(typed, known) is not None
        return known.is_told_by(typed.words)

    def _by_date(self, typed: TypedReference) -> list[Found]:
        """Find by the day or month, of the body that is named and with the words that are there."""
        dated = [(how, one) for one in self._known.values() if (how := _how_dated(typed, one))]
        named = self._named(typed)
        dated = [(how, one) for how, one in dated if one.body in named] or dated
        words = typed.words
        told = [(how, one) for how, one in dated if all(is_among(w, one.explained) for w in words)]
        found = sorted(told or dated, key=lambda one: one[0])
        return [Found(one.id, how, self._is_sure_date(typed, one, named)) for how, one in found]

    def _is_sure_date(
        self, typed: TypedReference, known: KnownResolution, named: frozenset[str]
    ) -> bool:
        """Whether its day and year are there, or its month and year and its body."""
        own = (*known.dates, *known.wrong_dates)
        is_day = any(len(date) == _DAY and date in own for date in typed.dates)
        is_told = not (typed.numbers or typed.is_yearless) and known.is_told_by(typed.words)
        return is_told and (is_day or known.body in named)

    def _by_mention(self, typed: TypedReference) -> list[Found]:
        """Find those whose notes speak of a symbol that is not there."""
        rows = set(typed.rows())
        known = (one for one in self._known.values() if not one.mentioned.isdisjoint(rows))
        return [Found(one.id, "mentioned", sure=False) for one in known]

    def _by_words(self, typed: TypedReference) -> list[Found]:
        """Find by title, body, year and whom it is about. A date nothing has tells the year."""
        if not typed.words and (typed.dates or not typed.years):
            return []
        dated = {date[:4] for date in typed.dates if not date.startswith(YEARLESS)}
        years = typed.years or dated
        told = self._told_by(typed.words)
        scored = sorted(
            Score.of(one, told)
            for one in self._known.values()
            if _has_numbers(typed, one) and (not years or one.year in years)
        )
        whole = [score for score in scored if score.strange == 0]
        if len(whole) == 1:
            near = self._near(scored)
            if self._is_sure_title(typed, told, whole[0].id, is_alone=not near):
                return [Found(whole[0].id, "title", sure=True)]
            whole += near
        if whole:
            return [Found(score.id, "title", sure=False) for score in whole]
        guesses = [score for score in scored if score.strange <= len(told) / 2 and score.telling]
        return [Found(score.id, "title", sure=False) for score in guesses[:_MAX_GUESSES]]

    def _near(self, scored: Sequence[Score]) -> list[Score]:
        """Return those of the best one's body that fit but for a word.

        A title cited from memory easily gets a word of a like title.
        """
        best, *others = scored
        body = self._known[best.id].body
        near = (score for score in others if score.telling and score.strange < _ENOUGH_WORDS)
        return [score for score in near if self._known[score.id].body == body]

    def _is_sure_title(
        self, typed: TypedReference, told: Sequence[Told], id_: str, *, is_alone: bool
    ) -> bool:
        """Whether words tell a resolution by its title, or quote it if it is not alone."""
        known = self._known[id_]
        own = [word for word, one in zip(typed.words, told, strict=True) if id_ in one.titled]
        is_told = len(own) >= _ENOUGH_WORDS and all(one.is_of(known) for one in told)
        return is_told and not typed.dates and (is_alone or known.is_quoted(own))

    def _told_by(self, words: Sequence[str]) -> tuple[Told, ...]:
        """Return what each word tells."""
        named = [(body, ids) for body, ids in self._about.values() if body.named_in(words)]
        return tuple(
            Told(
                frozenset(
                    id_
                    for other, id_ in self._words.get(word[:_BUCKET], ())
                    if is_akin(word, other)
                ),
                frozenset(id_ for body, ids in named if is_among(word, body.words) for id_ in ids),
                frozenset(id_ for id_, body in self._bodies.items() if is_among(word, body.words)),
            )
            for word in words
        )

    def _named(self, typed: TypedReference) -> frozenset[str]:
        """Return the bodies that are named, by the longest of their names that are there."""
        named = {id_: body.named_in(typed.words) for id_, body in self._bodies.items()}
        longest = max(named.values(), default=0)
        return frozenset(id_ for id_, length in named.items() if length == longest > 0)


def _how_dated(typed: TypedReference, known: KnownResolution) -> How | None:
    if known.is_dated(typed.dates):
        return "date"
    return "wrong-date" if known.is_dated(typed.dates, wrongly=True) else None


def _has_numbers(typed: TypedReference, known: KnownResolution) -> bool:
    """Whether every number that was typed is the year or stands in the title."""
    return all(n == int(known.year) or str(n) in known.telling for n in typed.numbers)


def _about(
    entries: Iterable[Resolution], organisations: Mapping[str, Organisation]
) -> dict[str, tuple[Body, frozenset[str]]]:
    """Return the organisations that resolutions are about: how they are called, and the ids."""
    ids: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for whom in {one for point in entry.points for one in point.about if one in organisations}:
            ids[whom].add(entry.id)
    return {whom: (Body.of(organisations[whom]), frozenset(those)) for whom, those in ids.items()}
