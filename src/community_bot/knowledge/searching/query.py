"""What somebody typed to search for: terms, and the same terms understood more widely.

Nothing typed is search syntax but quotation marks around a phrase and an asterisk after a word.
Knows SQLite's FTS5 only as the language that a query is written in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from community_bot.knowledge.searching.folding import STOP_WORDS, words_of

_QUOTES = '"“”„‟«»＂'  # noqa: RUF001 - the last is what full-width keyboards type
_TYPED = re.compile(f"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}](\\*?)|([^\\s{_QUOTES}]+)")
_MAX_TERMS = 16
_MIN_STARRED = 3  # letters; fewer would begin every other word there is
_MIN_OPEN = 4
_MIN_SHORTENED = 6
_MAX_ENDING = 3


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand side by side. When it ``is_open`` the last may be the start of a word."""

    words: tuple[str, ...]
    is_open: bool = False
    is_quoted: bool = False

    def opened(self) -> Term:
        """Return the term with its last word open, when that is long enough to mean something."""
        is_long = len(self.words[-1]) >= _MIN_OPEN and self.words[-1].isalpha()
        return replace(self, is_open=True) if is_long and not self.is_quoted else self

    def shortened(self) -> Term:
        """Return the term without what may be the ending of its last word.

        Ukrainian, Russian and Turkish words change up to three letters there from case to case.
        """
        *first, last = self.words
        if self.is_quoted or len(last) < _MIN_SHORTENED or not last.isalpha():
            return self
        stem = last[: -min(_MAX_ENDING, len(last) // 3)]
        return Term((*first, stem), is_open=True)

    def __str__(self) -> str:
        """Write the term in FTS5's language; words hold letters and digits only."""
        phrase = f'"{" ".join(self.words)}"'
        # The whole word counts for itself and as a beginning, so it ranks above longer ones.
        return f"({phrase} OR {phrase} *)" if self.is_open else phrase


def parse(text: str) -> tuple[Term, ...]:
    """Return the different terms of ``text``, without its stop words, at most sixteen.

    Of more terms the longest are kept, since long words are rare ones.
    """
    terms = tuple(dict.fromkeys(_terms(text)))
    if len(terms) <= _MAX_TERMS:
        return terms
    kept = sorted(terms, key=lambda term: -sum(map(len, term.words)))[:_MAX_TERMS]
    return tuple(term for term in terms if term in kept)


def all_of(terms: Sequence[Term]) -> str:
    """Write the query for texts that have every term, in themselves or in their context.

    One at least is in the text itself: who is asked for by name alone need not get all there is.
    """
    written = tuple(map(str, terms))
    own = any_of(terms)
    return own if len(written) == 1 else f"{' AND '.join(written)} AND {own}"


def any_of(terms: Iterable[Term]) -> str:
    """Write the query for texts that have some of the terms; of none, an empty one."""
    written = " OR ".join(map(str, terms))
    return written and f"words : ({written})"


def _terms(text: str) -> Iterator[Term]:
    for match in _TYPED.finditer(text):
        phrase, phrase_star, bare = match.groups()
        words = tuple(word.key for word in words_of(bare or phrase))
        if not words:
            continue
        if bare:
            is_starred = bare.endswith("*") and (len(words) > 1 or len(words[0]) >= _MIN_STARRED)
            if is_starred or len(words) > 1 or not _is_stop_word(words[0]):
                yield Term(words, is_open=is_starred)
        else:
            yield Term(words, is_open=bool(phrase_star), is_quoted=True)


def _is_stop_word(word: str) -> bool:
    # A lone letter is an initial or a slip, but where letters have no case it may be a word.
    return word in STOP_WORDS or (len(word) == 1 and word.upper() != word)
