# ruff: noqa: RUF001 - words of several scripts
"""What somebody typed to name a resolution, and what one is known by, both taken apart into words.

Knows no body by heart: how bodies are called stands in the knowledge base.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from community_bot.domain.entities import Organisation, Resolution
from community_bot.knowledge.citing.dates import dates_in
from community_bot.knowledge.citing.symbols import Symbol, Token, tokens_of
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
    резолюція резолюції резолюцію рішення року рік р номер
    резолюция резолюции резолюцию решение года год г номер
    karar karari kararini tarihli sayili yili
    du de la le les des sur
    """.split()  # noqa: SIM905 - one line a language is easier to read
)
_IDLE = STOP_WORDS | _GENERIC


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
    """

    def __init__(self, text: str) -> None:
        folded = fold(text[:_MAX_TYPED])
        self.dates: tuple[str, ...] = ()
        rest = folded
        for dated in dates_in(folded):
            self.dates += dated.values
            rest = rest[: dated.start] + " " * (dated.end - dated.start) + rest[dated.end :]
        self.tokens = _tokens(folded)
        self._rest = tokens_of(rest)
        self.numbers = tuple(int(token.text) for token in self._rest if token.is_number)
        words = dict.fromkeys(token.text for token in self._rest if not token.is_number)
        self.words = tuple(word for word in words if word not in _IDLE)
        self.years = {f"{number:04}" for number in self.numbers if number in _YEARS}

    def rows(self) -> Iterator[tuple[int, ...]]:
        """Yield the numbers between any two spaces, and all numbers together."""
        chunks: dict[int, list[Token]] = {}
        for token in self._rest:
            chunks.setdefault(token.chunk, []).append(token)
        for chunk in chunks.values():
            yield tuple(int(token.text) for token in chunk if token.is_number)
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
    """How a body is called: what names it, and the words that may stand around a number of its."""

    spellings: tuple[frozenset[str], ...]
    words: frozenset[str]

    @classmethod
    def of(cls, organisation: Organisation) -> Body:
        """Take the names and aliases of a body, and the initials of each, in every language."""
        names = (name.text for name in organisation.names.values())
        aliases = (alias.text for alias in organisation.aliases)
        spellings: set[frozenset[str]] = set()
        words: set[str] = set()
        for name in (*names, *aliases):
            said = tuple(word for word in _words(name) if word not in _IDLE)
            spellings |= {frozenset(said), frozenset(("".join(word[0] for word in said),))}
            words |= {*said, *_initials(said)}
        return cls(tuple(spelling for spelling in spellings if all(spelling)), frozenset(words))

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

    ``names`` are its id and symbols in tokens, ``telling`` the words of its titles and symbols,
    ``explained`` those and its body's, ``line`` everything in one line.
    """

    id: str
    body: str
    names: tuple[tuple[str, ...], ...]
    dates: tuple[str, ...]
    wrong_dates: tuple[str, ...]
    symbols: tuple[Symbol, ...]
    telling: frozenset[str]
    explained: frozenset[str]
    label: str
    line: str

    @classmethod
    def of(cls, entry: Resolution, body: Body) -> KnownResolution:
        """Take a resolution's id, dates, symbols and titles in every language."""
        date = entry.date
        dates = (date.value, *(other.value for other in date.conflicts if other.value))
        written = tuple(symbol.text for symbol in entry.symbols)
        symbols = tuple(map(Symbol.read, written))
        titles = tuple(entry.title.text.values())
        telling = {word for title in titles for word in _words(title)}
        telling.update(letters for symbol in symbols for letters in symbol.letters)
        line = fold(" ".join((entry.id, *written, *titles, *sorted(body.words), *dates)))
        return cls(
            id=entry.id,
            body=entry.body,
            names=(_tokens(entry.id), *(symbol.tokens for symbol in symbols)),
            dates=dates,
            wrong_dates=tuple(other.date for other in entry.also_dated),
            symbols=symbols,
            telling=frozenset(telling) - _IDLE,
            explained=frozenset(telling) | body.words,
            label=f"{written[0] if written else date.value} · {entry.title.text['en']}",
            line=f" {' '.join(_tokens(line))} ",
        )

    @property
    def year(self) -> str:
        """The year it was adopted in."""
        return self.dates[0][:4]

    def is_dated(self, dates: Iterable[str], *, wrongly: bool = False) -> bool:
        """Whether it was adopted on one of ``dates``, or in that month; ``wrongly``: is said to."""
        own = self.wrong_dates if wrongly else self.dates
        return any(a.startswith(b) or b.startswith(a) for a in own for b in dates)

    def is_told_by(self, words: Sequence[str]) -> bool:
        """Whether most of ``words`` speak of it or of its body, or there are none."""
        strange = sum(not is_among(word, self.explained) for word in words)
        return not strange or strange < len(words) / 2


def _words(text: str) -> tuple[str, ...]:
    """Return the folded words and numbers of a name or title, without its dates."""
    folded = fold(text)
    for dated in reversed(dates_in(folded)):
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
