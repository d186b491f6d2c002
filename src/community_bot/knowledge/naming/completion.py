"""Names that start with what has been typed so far, for completion as people type.

Any word of a name may be the one that is being typed; words before it have to be in the name too.
Diacritics, apostrophes and the script do not matter, but names that are spelt as typed come first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from community_bot.knowledge.naming.alignment import Person
from community_bot.knowledge.naming.lexicon import INFLECTED, Lexicon
from community_bot.knowledge.naming.spelling import clean, fold, words

_POOL = 120
"""Names looked at before the best are chosen: one letter fits thousands."""

_Rank = tuple[bool, bool, bool]
"""False is better: the typed word is in the spelling, as typed, and the spelling starts with it."""


def complete(
    prefix: str,
    limit: int,
    lexicon: Lexicon,
    people: Sequence[Person | None],
    posts: Sequence[Iterable[int]],
) -> tuple[tuple[str, str], ...]:
    """Return at most ``limit`` ids, each with the spelling that fits best, best first."""
    typed = [w.text for w in words(clean(prefix))]
    if not typed:
        return ()
    *before, last = typed
    allowed = _with_words(before, lexicon, posts)
    best: dict[str, tuple[_Rank, str]] = {}
    for looked_at, (number, place) in enumerate(_starting(last, lexicon, posts, allowed)):
        person = people[place]
        if person is not None and not person.is_namesake:
            rank, name = _best_spelling(person, lexicon.texts[number], typed)
            if person.id not in best or rank < best[person.id][0]:
                best[person.id] = (rank, name)
        if looked_at >= _POOL:
            break
    ranked = sorted((rank, name.casefold(), name, id_) for id_, (rank, name) in best.items())
    return tuple((id_, name) for _, _, name, id_ in ranked[:limit])


def _with_words(
    texts: Sequence[str], lexicon: Lexicon, posts: Sequence[Iterable[int]]
) -> set[int] | None:
    """Return who has names with all of these words, or words that start so; None is everybody."""
    allowed: set[int] | None = None
    for text in texts:
        found = lexicon.find(text)
        numbers = {n for n, cost in found.items() if cost <= INFLECTED}
        numbers.update(islice(lexicon.spelt_from(fold(text)), _POOL))
        places = {place for number in numbers for place in posts[number]}
        allowed = places if allowed is None else allowed & places
    return allowed


def _starting(
    last: str, lexicon: Lexicon, posts: Sequence[Iterable[int]], allowed: set[int] | None
) -> Iterator[tuple[int, int]]:
    seen: set[int] = set()
    for numbers in (lexicon.spelt_from(fold(last)), lexicon.sounding_from(last)):
        for number in numbers:
            if number not in seen:
                seen.add(number)
                yield from ((number, p) for p in posts[number] if allowed is None or p in allowed)


def _best_spelling(person: Person, word: str, typed: Sequence[str]) -> tuple[_Rank, str]:
    """Return the spelling to show, the first that is as typed, and the rank of the person."""
    begun = fold(typed[-1])
    whole = "".join(fold(text) for text in typed)
    starts_so = False
    ranked = []
    for order, name in enumerate(person.spellings):
        texts = [w.text for w in words(clean(name))]
        folded = [fold(text) for text in texts]
        is_spelt_so = any(text.startswith(begun) for text in folded)
        starts_so = starts_so or "".join(folded).startswith(whole)
        ranked.append((not (is_spelt_so or word in texts), not is_spelt_so, order, name))
    is_elsewhere, is_not_spelt_so, _, name = min(ranked)
    return (is_elsewhere, is_not_spelt_so, not starts_so), name
