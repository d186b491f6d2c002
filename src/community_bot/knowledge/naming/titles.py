# ruff: noqa: RUF001 - words of several scripts
"""Names that are not people's: bodies, agencies, cases. Words in any order, as many as it takes.

A title answers to itself, to an alias, and to some of its words when they tell it from all others:
with the word that the rest of it belongs to (Mejlis of …) among them, or more than half of those
that carry meaning. Less than that asks or suggests: an EU Parliament is not the EU. Knows nothing
of surnames and given names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from community_bot.knowledge.naming.alignment import Person
from community_bot.knowledge.naming.lexicon import INFLECTED, Lexicon
from community_bot.knowledge.naming.spelling import clean, fold, words
from community_bot.knowledge.naming.verdict import NOBODY, Resolved, Verdict

# Words without meaning of their own, in the languages that titles come in.
_EMPTY_WORDS = """
the a an of and for in on at to by about de la le les du des et und der die das von и і й та в у
на з за по для про о об от від ve ile bir
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())
# What many titles have in common: it may be said, but names nothing alone. Nor does a number.
_GENERIC_WORDS = """
case court committee council assembly people peoples agency news union organisation organization
group party centre center association mission office body national international дело справа суд
комитет комітет совет рада народ народа народу агентство союз організація организация группа група
партия партія центр dava davası mahkeme mahkemesi komite meclis konsey halk halkı ajans ajansı
birlik örgüt parti
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_SLIP = 1.0
_LONG = 6
_MOST = 25
_SUGGESTIONS = 5
# A word of more titles than this tells none of them from the others.
_COMMON = 50

_Found = Mapping[int, float]


def title_words(name: str) -> tuple[str, ...]:
    """Return the words of a title that carry meaning, or all of them when none does."""
    every = tuple(w.text for w in words(clean(name)))
    return tuple(w for w in every if w not in _EMPTY) or every


def resolve_title(
    query: str, lexicon: Lexicon, entries: Sequence[Person | None], posts: Sequence[Iterable[int]]
) -> Resolved:
    """Return which title a query names; a match answers every word of the query."""
    texts = title_words(query)
    asked = [_find(text, lexicon) for text in texts]
    places = sorted(_places(asked, posts))
    near = [entry for place in places if (entry := entries[place]) is not None]
    if not near:
        return NOBODY
    shares = [(_share(asked, entry), entry) for entry in near]
    full = [entry for share, entry in shares if share == 1.0]
    folded = _folded(query)
    whole = [e for e in full if any(_folded(name) == folded for name in e.spellings)]
    namesakes = tuple(e.id for e in whole if e.is_namesake)
    ranked = sorted(
        (-share, entry not in whole, entry.id) for share, entry in shares if not entry.is_namesake
    )
    candidates = tuple((id_, round(-share, 4)) for share, _, id_ in ranked)
    if namesakes:
        return Resolved(Verdict.NONE, candidates[:_SUGGESTIONS], namesakes)
    answering = whole or [entry for entry in full if not entry.is_namesake]
    if len(answering) == 1 and (whole or _is_enough(texts, asked, answering[0], lexicon)):
        return Resolved(Verdict.MATCH, candidates[:_MOST])
    if answering:
        return Resolved(Verdict.AMBIGUOUS, candidates[:_MOST])
    return Resolved(Verdict.NONE, candidates[:_SUGGESTIONS])


def _places(asked: Sequence[_Found], posts: Sequence[Iterable[int]]) -> set[int]:
    """Return where a word of the query stands; words that are everywhere only where no other is."""
    found = [{place for n in one for place in posts[n]} for one in asked]
    rare = [places for places in found if 0 < len(places) <= _COMMON]
    return set().union(*(rare or found))


def _find(text: str, lexicon: Lexicon) -> dict[int, float]:
    """Return the known words that ``text`` is: as written, as inflected, or one slip off."""
    limit = _SLIP if len(text) >= _LONG else INFLECTED
    return {n: cost for n, cost in lexicon.find(text).items() if cost <= limit}


def _folded(name: str) -> tuple[str, ...]:
    return tuple(fold(w.text) for w in words(clean(name)))


def _share(asked: Sequence[_Found], entry: Person) -> float:
    """Return the part of the query's words that an entry answers, of 1."""
    return sum(any(n in found for n in entry.given) for found in asked) / len(asked)


def _is_enough(
    texts: Sequence[str], asked: Sequence[_Found], entry: Person, lexicon: Lexicon
) -> bool:
    """Say whether the query says enough of some spelling of the title to mean it and no other."""
    if all(text in _GENERIC or text.isdigit() for text in texts):
        return False
    said = {n for found in asked for n in found}
    for name in entry.spellings:
        numbers = [lexicon.ids[text] for text in title_words(name)]
        hit = [n in said for n in numbers]
        if sum(hit) * 2 > len(hit) or (hit[0] and _has_head(name)):
            return True
    return False


def _has_head(name: str) -> bool:
    """Say whether a title starts with a word of which the rest is said, as in ``A of the B``."""
    empty = [w.text in _EMPTY for w in words(clean(name))]
    head = empty.index(False) if False in empty else len(empty)
    return True in empty[head + 1 : head + 2]
