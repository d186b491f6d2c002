"""How far apart two words are, and how well a query fits one person.

A cost of 0 is the same name and a slip of the hand costs about 1. A word of the query that nothing
known of a person answers, or that contradicts it, vetoes being sure, whatever the rest says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from community_bot.knowledge.naming.onomastics import Kind, is_middle_name
from community_bot.knowledge.naming.sounds import BREATH, GLIDE, VOWELS, Reading, alike

FAR = 9.0
"""The cost of words that have nothing to do with each other."""
_GLIDE_GAP = 0.4
"""A glide beside a vowel, which romanisations write or leave out."""
_UNKNOWN = 0.2
"""A patronymic or second initial of which nothing is known: it neither helps nor contradicts."""
_UNANSWERED = 2.0
"""A word that nothing in the person's names answers: it vetoes."""
_NO_FAMILY = 2.5
"""No word of the query is the surname: it vetoes too."""
_TAIL = 1.2
"""The added half of a double surname alone: people drop the second half, hardly ever the first."""
_LEADING_H = 1.6
"""Hasan and Asan, Halim and Alim are different names, not one with a slip."""


def closest(a: tuple[Reading, ...], b: tuple[Reading, ...]) -> float:
    """Return the least distance between any readings of two words."""
    return min((distance(x, y) for x in a for y in b), default=FAR)


def distance(a: Reading, b: Reading) -> float:
    """Return what it costs to take one reading for the other, ``FAR`` beyond one slip."""
    x, y = a.sounds, b.sounds
    if a.key == b.key:
        return _substituted(x, y)
    if not x or not y or OSA.distance(a.key, b.key, score_cutoff=1) > 1:
        return FAR
    at = next((i for i, (c, d) in enumerate(zip(a.key, b.key, strict=False)) if c != d), -1)
    at = min(len(x), len(y)) if at < 0 else at
    if len(x) > len(y):
        return _gap(x, at) + _substituted(x[:at] + x[at + 1 :], y)
    if len(x) < len(y):
        return _gap(y, at) + _substituted(x, y[:at] + y[at + 1 :])
    if a.key[at + 1 :] == b.key[at + 1 :]:
        return _substituted(x, y)
    return 1.0 + _substituted((*x[:at], x[at + 1], x[at], *x[at + 2 :]), y)


def _substituted(x: tuple[int, ...], y: tuple[int, ...]) -> float:
    """Return the cost of the sounds that differ between two rows of one length."""
    return sum(0.0 if c & d else alike(c, d) for c, d in zip(x, y, strict=True))


def _gap(sounds: tuple[int, ...], at: int) -> float:
    """Return the cost of a sound that one side lacks: little for a glide beside a vowel."""
    if not at and sounds[0] & BREATH:
        return _LEADING_H
    beside = (sounds[at - 1] if at else 0) | (sounds[at + 1] if at + 1 < len(sounds) else 0)
    return _GLIDE_GAP if sounds[at] & GLIDE and beside & VOWELS else 1.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a query, and the known words it may be: at all, as a given or a father's name."""

    kind: Kind
    text: str
    found: Mapping[int, float]
    as_given: Mapping[int, float] = field(default_factory=dict)
    as_father: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Known words of one person by role, as numbers in the lexicon."""

    id: str
    family: tuple[int, ...]
    given: tuple[int, ...]
    fathers: tuple[int, ...]
    tails: frozenset[int]
    spellings: tuple[str, ...]
    is_namesake: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Fit:
    """How well a query fits a person; the least is the best."""

    cost: float
    is_vetoed: bool
    lacks_family: bool
    lacks_given: bool
    family_cost: float = 0.0
    worst_given: float = 0.0


@dataclass(frozen=True, slots=True)
class _Cost:
    """What one word of a query costs in each role that it could play in a person's name."""

    family: float
    tail: float
    given: float
    father: float

    @property
    def surname(self) -> float:
        return min(self.family, self.tail + _TAIL)


def fit(asked: tuple[Asked, ...], person: Person) -> Fit | None:
    """Return the best way to read the query as this person's name; None when no word fits."""
    costs = [_cost(word, person) for word in asked]
    fits = [_fit(asked, costs, i, person) for i, c in enumerate(costs) if c.surname < FAR]
    if not fits and any(min(c.given, c.father) < FAR for c in costs):
        fits.append(_fit(asked, costs, None, person))
    return min(fits, default=None)


def _cost(word: Asked, person: Person) -> _Cost:
    found, tails = word.found, person.tails
    family = tail = given = father = FAR
    if word.kind is not Kind.INITIAL:
        for n in person.family:
            if n in tails:
                tail = min(tail, found.get(n, FAR))
            else:
                family = min(family, found.get(n, FAR))
    for n in person.given:
        given = min(given, word.as_given.get(n, FAR))
    for n in person.fathers:
        father = min(father, found.get(n, FAR), word.as_father.get(n, FAR))
    return _Cost(family, tail, given, father)


def _fit(asked: tuple[Asked, ...], costs: list[_Cost], surname: int | None, person: Person) -> Fit:
    family = _NO_FAMILY if surname is None else costs[surname].surname
    has_given = any(
        c.given < FAR and asked[i].kind is not Kind.INITIAL
        for i, c in enumerate(costs)
        if i != surname
    )
    total, worst, vetoed = family, 0.0, surname is None
    for i, word in enumerate(asked):
        if i == surname:
            continue
        if word.kind is Kind.INITIAL:
            cost = _initial(costs[i], person, is_first=not has_given)
            has_given = True
        else:
            cost = _other(word, costs[i], person, has_given=has_given)
        vetoed = vetoed or cost >= _UNANSWERED
        worst = max(worst, cost)
        total += cost
    return Fit(total, vetoed, surname is None, not has_given, family, worst)


def _initial(cost: _Cost, person: Person, *, is_first: bool) -> float:
    answered = cost.given if is_first else min(cost.given, cost.father)
    if answered < FAR:
        return answered
    is_unknown = not (person.given if is_first else person.fathers)
    return _UNKNOWN if is_unknown else _UNANSWERED


def _other(word: Asked, cost: _Cost, person: Person, *, has_given: bool) -> float:
    is_fathers = word.kind is Kind.FATHER or (has_given and is_middle_name(word.text))
    answered = min(cost.given, cost.family, cost.tail, cost.father if is_fathers else FAR)
    if answered < FAR:
        return answered
    return _UNKNOWN if is_fathers and not person.fathers else _UNANSWERED
