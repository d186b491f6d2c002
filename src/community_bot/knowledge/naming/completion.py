"""Names that start with what has been typed so far, for completion as people type.

Any word of a name may be the one that is being typed; words before it have to be in the name too.
Diacritics and apostrophes do not matter. What only sounds so, as a name in another script does, is
offered when nothing is spelt so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from community_bot.knowledge.naming.alignment import Person
from community_bot.knowledge.naming.lexicon import INFLECTED, Lexicon
from community_bot.knowledge.naming.spelling import clean, fold, in_latin, words

_POOL = 120
"""Names looked at before the best are chosen: one letter fits thousands."""
_SHORTEST_SOUND = 3
"""Letters from which a sound is looked for in the same script too; fewer fit almost anything."""


def complete(
    prefix: str,
    limit: int,
    lexicon: Lexicon,
    people: Sequence[Person | None],
    posts: Sequence[Iterable[int]],
) -> tuple[tuple[str, str], ...]:
    """Return at most ``limit`` ids by name, each with its first spelling that is as typed."""
    typed = [w.text for w in words(clean(prefix))]
    if not typed:
        return ()
    *before, last = typed
    allowed = _with_words(before, lexicon, posts)
    for numbers in (lexicon.spelt_from(fold(last)), _sounding(last, lexicon)):
        places = (
            (place, lexicon.texts[number])
            for number in dict.fromkeys(numbers)
            for place in posts[number]
            if allowed is None or place in allowed
        )
        shown = _shown(islice(places, _POOL), fold(last), people)
        if shown:
            ranked = sorted((name.casefold(), name, id_) for id_, name in shown.items())
            return tuple((id_, name) for _, name, id_ in ranked[:limit])
    return ()


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


def _sounding(last: str, lexicon: Lexicon) -> Iterator[int]:
    for number in lexicon.sounding_from(last):
        if len(last) >= _SHORTEST_SOUND or in_latin(last) != in_latin(lexicon.texts[number]):
            yield number


def _shown(
    places: Iterable[tuple[int, str]], begun: str, people: Sequence[Person | None]
) -> dict[str, str]:
    """Return the ids of people, given with the word they were found by, and what to show."""
    shown: dict[str, str] = {}
    for place, word in places:
        person = people[place]
        if person is not None and not person.is_namesake and person.id not in shown:
            shown[person.id] = _spelling(person, begun, word)
    return shown


def _spelling(person: Person, begun: str, word: str) -> str:
    """Return the first spelling with a word as typed, else with the word found, else the first."""
    texts = {name: [w.text for w in words(clean(name))] for name in person.spellings}
    for name, found in texts.items():
        if any(fold(text).startswith(begun) for text in found):
            return name
    return next((name for name, found in texts.items() if word in found), person.spellings[0])
