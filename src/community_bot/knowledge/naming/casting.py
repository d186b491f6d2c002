"""The role of every word in the names of one entry: surname, given name, father's name.

One name alone can only be guessed at; all names of one person together mostly settle which word is
the surname, whatever order each has. Knows no index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from community_bot.knowledge.naming.alignment import closest
from community_bot.knowledge.naming.lexicon import INFLECTED
from community_bot.knowledge.naming.onomastics import Roles, cast, take_apart
from community_bot.knowledge.naming.sounds import read


@dataclass(frozen=True, slots=True)
class KnownNames:
    """What a base knows of one entry's name.

    ``names`` are full names and aliases, each enough alone; ``weak`` are bare given names, which
    only narrow a list; ``namesakes`` are names of other people, who are never answered as this one;
    ``family`` may tell the surnames, which are else guessed from the names.
    """

    names: tuple[str, ...]
    weak: tuple[str, ...] = ()
    namesakes: tuple[str, ...] = ()
    family: tuple[str, ...] = ()


def cast_person(known: KnownNames) -> Roles:
    """Return the words of all names of a person by role."""
    family = frozenset(_texts(known.family)) or _agreed_surnames(known)
    roles = merge(cast(name, family) for name in known.names)
    bare = tuple(text for text in _texts(known.weak) if text not in roles.given)
    return Roles(roles.family, (*roles.given, *bare), roles.fathers, roles.tails)


def cast_namesake(name: str, own: Roles) -> Roles:
    """Return the roles in somebody else's name: what it shares with the entry's is the surname."""
    shared = [text for text in _texts((name,)) if any(_is_same(text, word) for word in own.family)]
    return cast(name, frozenset(shared))


def merge(every: Iterable[Roles]) -> Roles:
    """Return the words of several names of one person, each word once in a role."""
    roles = tuple(every)
    return Roles(
        family=tuple(dict.fromkeys(word for r in roles for word in r.family)),
        given=tuple(dict.fromkeys(word for r in roles for word in r.given)),
        fathers=tuple(dict.fromkeys(word for r in roles for word in r.fathers)),
        tails=tuple(dict.fromkeys(word for r in roles for word in r.tails)),
    )


def _agreed_surnames(known: KnownNames) -> frozenset[str]:
    """Return the words that most names agree on as the surname, as each name spells it."""
    bare = _texts(known.weak)
    votes = Counter(
        read(word)[0].key
        for name in known.names
        for word in cast(name).family
        if not any(_is_same(word, given) for given in bare)
    )
    if not votes:
        return frozenset()
    key, _ = votes.most_common(1)[0]
    return frozenset(
        text for text in _texts(known.names) if any(reading.key == key for reading in read(text))
    )


def _texts(names: Sequence[str]) -> list[str]:
    return [part.text for name in names for part in take_apart(name)]


def _is_same(one: str, other: str) -> bool:
    return closest(read(one), read(other)) <= INFLECTED
