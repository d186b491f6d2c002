# ruff: noqa: RUF001 - words of several scripts
"""What somebody typed to name a resolution, and what one is known by, both taken apart into words.

Knows no body by heart: how bodies are called stands in the knowledge base.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from community_bot.domain.entities import Organisation, Resolution
from community_bot.knowledge.citing.dates import YEARLESS, dates_in
from community_bot.knowledge.citing.symbols import Symbol, Token, pairs_in, tokens_of
from community_bot.knowledge.searching.folding import STOP_WORDS, fold

_MAX_TYPED = 400
_MIN_STEM = 4
_MAX_ENDING = 3
_MAX_INITIALS = 12
_YEARS = range(1800, 2200)
# What people call any resolution, and what they write around its number and date. Not whatever a
# title may tell it by: law, order, judgment.
_GENERIC = frozenset(
    """
    resolution resolutions res decision no nr num number symbol document adopted dated
    резолюція резолюції резолюцію резолюцією резолюцій рішення рішенням року році рік р номер
    резолюция резолюции резолюцию резолюцией резолюций решение решения года году год г номер
    karar karari kararini kararinin kararinda kararlar kararlari kararlarini
    tarih tarihli tarihinde sayili numarali yil yili yilinda yilindaki aldigi alinan
    qarar qarari
    du de la le les des sur
    """.split()  # noqa: SIM905 - one line a language is easier to read
)
_IDLE = STOP_WORDS | _GENERIC
# Turkish parts endings from short names: BM'nin, AP'nin. So does English: UN's.
_ENDING = re.compile(r"(?i)\b([a-zçğıöşü]{2,4})['`´‘’ʼ][a-zçğıöşü]{1,4}\b")


def is_akin(word: str, other: str) -> bool:
    """Whether two folded words differ in no more than their last three letters.

    They have four letters in common at least, so short words and numbers must be equal.
    """
    if word == other or not (word.isalpha() and other.isalpha()):
        return word == other
    stem = max(_MIN_STEM, max(len(word), len(other)) - _MAX_ENDING)
    return len(word) >= stem <= len(other) and word[:stem] == other[:stem]


def is_among(word: str, others: Iterable[str]) -> bool:
    """Whether one of ``others`` is akin to ``word``."""
    return any(is_akin(word, other) for other in others)


class TypedReference:
    """What somebody typed.

    ``dates`` are all days and months that it may mean, ``numbers`` and ``words`` what stands
    besides; the words are without stop words and without those that any resolution is called by.
    A day without its year takes the one year that is typed elsewhere.
    """

    def __init__(self, text: str) -> None:
        folded = _folded(text[:_MAX_TYPED])
        self.dates: tuple[str, ...] = ()
        self._loose: list[tuple[int, ...]] = []
        rest = folded
        for dated in dates_in(folded):
            self.dates += dated.values
            if dated.loose:
                digits = tokens_of(folded[dated.start : dated.end])
                self._loose.append(tuple(int(one.text) for one in digits if one.is_number))
            rest = rest[: dated.start] + " " * (dated.end - dated.start) + rest[dated.end :]
        self.tokens = _tokens(folded)
        self._rest = tokens_of(rest)
        self.numbers = tuple(int(token.text) for token in self._rest if token.is_number)
        words = dict.fromkeys(token.text for token in self._rest if not token.is_number)
        self.words = tuple(word for word in words if word not in _IDLE)
        self.years = {f"{number:04}" for number in self.numbers if number in _YEARS}
        if len(self.years) == 1 and self.is_yearless:
            (year,) = self.years
            self.dates = tuple(date.replace(YEARLESS, f"{year}-") for date in self.dates)
            self.numbers = tuple(number for number in self.numbers if number != int(year))

    @property
    def is_yearless(self) -> bool:
        """Whether a day lacks its year."""
        return any(date.startswith(YEARLESS) for date in self.dates)

    def rows(self) -> Iterator[tuple[int, ...]]:
        """Yield the numbers between any two spaces, those of loose dates, and all together."""
        chunks: dict[int, list[Token]] = {}
        for token in self._rest:
            chunks.setdefault(token.chunk, []).append(token)
        for chunk in chunks.values():
            yield tuple(int(token.text) for token in chunk if token.is_number)
        yield from self._loose
        yield self.numbers

    def attached(self) -> frozenset[str]:
        """Return the letters that no space parts from a number, but for those that mean nothing."""
        chunks = {token.chunk for token in self._rest if token.is_number}
        return frozenset(
            token.text
            for token in self._rest
            if token.chunk in chunks and not token.is_number and token.text not in _GENERIC
        )


@dataclass(frozen=True, slots=True)
class Body:
    """How an organisation is called: what names it, and the words that its names are made of."""

    spellings: tuple[frozenset[str], ...]
    words: frozenset[str]

    @classmethod
    def of(cls, organisation: Organisation) -> Body:
        """Take its names and aliases, and the initials of each, in every language."""
        names = (name.text for name in organisation.names.values())
        aliases = (alias.text for alias in organisation.aliases)
        spellings: set[frozenset[str]] = set()
        words: set[str] = set()
        for name in (*names, *aliases):
            said = tuple(word for word in _words(name) if word not in _IDLE)
            spellings.add(frozenset(said))
            if len(said) > 1:
                spellings.add(frozenset(("".join(word[0] for word in said),)))
            words |= {*said, *_initials(said)}
        return cls(tuple(filter(None, spellings)), frozenset(words))

    def named_in(self, words: Sequence[str]) -> int:
        """Return how long the longest of its names is, in words, that is among ``words``; or 0."""
        return max(
            (
                len(spelling)
                for spelling in self.spellings
                if all(is_among(word, words) for word in spelling)
            ),
            default=0,
        )


@dataclass(frozen=True, slots=True)
class KnownResolution:
    """What one resolution is known by.

    ``names`` are its id and symbols in tokens, ``titles`` the telling words of each title and
    citation in their order, ``telling`` all of those and its symbols' letters, ``explained`` these
    and the words of its body and of whom it is about, ``mentioned`` the numbers of symbols in its
    notes, ``line`` everything in one line.
    """

    id: str
    body: str
    names: tuple[tuple[str, ...], ...]
    dates: tuple[str, ...]
    wrong_dates: tuple[str, ...]
    symbols: tuple[Symbol, ...]
    titles: tuple[tuple[str, ...], ...]
    telling: frozenset[str]
    explained: frozenset[str]
    mentioned: frozenset[tuple[int, ...]]
    label: str
    line: str

    @classmethod
    def of(
        cls, entry: Resolution, body: Body, about: Iterable[Body] = (), surfaces: Iterable[str] = ()
    ) -> KnownResolution:
        """Take a resolution's id, dates, symbols and titles in every language.

        ``about`` are the organisations that it is about, ``surfaces`` the words it is cited with.
        """
        date = entry.date
        dates = (date.value, *(other.value for other in date.conflicts if other.value))
        written = tuple(symbol.text for symbol in entry.symbols)
        symbols = tuple(map(Symbol.read, written))
        titles = tuple(entry.title.text.values())
        phrases = tuple(
            tuple(word for word in _words(text) if not word.isdecimal())
            for text in (*titles, *surfaces)
        )
        # Not its body's words: those tell nothing from the other resolutions of that body.
        idle = _IDLE | body.words
        telling = {word for title in titles for word in _words(title)}
        telling.update(*phrases, *(symbol.letters for symbol in symbols))
        line = " ".join((entry.id, *written, *titles, *surfaces, *sorted(body.words), *dates))
        return cls(
            id=entry.id,
            body=entry.body,
            names=(_tokens(entry.id), *(symbol.tokens for symbol in symbols)),
            dates=dates,
            wrong_dates=tuple(other.date for other in entry.also_dated),
            symbols=symbols,
            titles=tuple(tuple(word for word in phrase if word not in idle) for phrase in phrases),
            telling=frozenset(telling) - idle,
            explained=frozenset(telling).union(body.words, *(one.words for one in about)),
            mentioned=frozenset(
                pair for note in entry.notes for one in note.text.values() for pair in pairs_in(one)
            ),
            label=f"{written[0] if written else date.value} · {entry.title.text['en']}",
            line=f" {' '.join(_tokens(fold(line)))} ",
        )

    @property
    def year(self) -> str:
        """The year it was adopted in."""
        return self.dates[0][:4]

    def is_dated(self, dates: Iterable[str], *, wrongly: bool = False) -> bool:
        """Whether it was adopted on one of ``dates``, or in that month; ``wrongly``: is said to."""
        own = self.wrong_dates if wrongly else self.dates
        return any(_is_date(a, b) for a in own for b in dates)

    def is_told_by(self, words: Sequence[str]) -> bool:
        """Whether most of ``words`` speak of it or of its body, or there are none."""
        strange = sum(not is_among(word, self.explained) for word in words)
        return not strange or strange < len(words) / 2

    def is_quoted(self, words: Sequence[str]) -> bool:
        """Whether ``words`` stand side by side and in this order in one of its titles."""
        return any(
            all(map(is_akin, words, title[start:]))
            for title in self.titles
            for start in range(len(title) - len(words) + 1)
        )


def _is_date(own: str, typed: str) -> bool:
    """Whether two dates agree in all that both say."""
    if typed.startswith(YEARLESS):
        own, typed = own[len("YYYY-") :], typed[len(YEARLESS) :]
    return bool(own) and (own.startswith(typed) or typed.startswith(own))


def _folded(text: str) -> str:
    return fold(_ENDING.sub(r"\1", text))


def _words(text: str) -> tuple[str, ...]:
    """Return the folded words and numbers of a name or title, without its dates."""
    folded = _folded(text)
    for dated in reversed([one for one in dates_in(folded) if not one.loose]):
        folded = f"{folded[: dated.start]} {folded[dated.end :]}"
    return _tokens(folded)


def _initials(words: Sequence[str]) -> Iterator[str]:
    """Yield the initials of all words that stand side by side: United Nations gives UN."""
    letters = "".join(word[0] for word in words[:_MAX_INITIALS])
    for start in range(len(letters)):
        for end in range(start + 2, len(letters) + 1):
            yield letters[start:end]


def _tokens(folded: str) -> tuple[str, ...]:
    return tuple(token.text for token in tokens_of(folded))
