"""From the words of a query to a verdict: one person for sure, several, or nobody.

Naming the wrong person is worse than asking, so every doubt asks: a runner-up as near, a slip in a
surname that stands alone, a word that is somebody else's real name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from community_bot.knowledge.naming.alignment import FAR, Asked, Fit, Person, fit
from community_bot.knowledge.naming.equivalents import (
    EQUIVALENT,
    are_apart,
    initials_of,
    keys_of,
    lines_of,
    same_father,
)
from community_bot.knowledge.naming.lexicon import INFLECTED, Lexicon
from community_bot.knowledge.naming.onomastics import (
    TITLES,
    Kind,
    Part,
    base_forms,
    is_declined,
    is_feminine,
)
from community_bot.knowledge.naming.sounds import DOUBTFUL, abbreviated
from community_bot.knowledge.naming.spelling import clean, fold


class Verdict(StrEnum):
    """What a query turned out to be."""

    MATCH = "match"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Resolved:
    """The verdict on a query.

    ``candidates`` are ids with a score of 0 to 1, best first: for a match the first is the answer,
    for none they are only suggestions. ``namesakes`` are the ids of entries whose namesake,
    somebody else, was named; the verdict is then none.
    """

    status: Verdict
    candidates: tuple[tuple[str, float], ...] = ()
    namesakes: tuple[str, ...] = ()


NOBODY = Resolved(Verdict.NONE)
_MOST = 25
_SUGGESTIONS = 5
_POOL = 100
"""People looked at more closely; a query that fits more has to say more."""
_MOST_POSTS = 20_000
"""People followed from one word; more only happens in bases of hundreds of thousands."""
_CREDIT = 3.0
"""What a word that fits exactly adds to a person's chance of a closer look; costs reduce it."""
_INITIAL = 0.05
_TIE = 0.3
"""Two people whose costs are no farther apart are told apart by asking."""
_LONE_TIE = 0.85
"""The same for a surname alone, where one kindred sound may make another surname."""
_SLIP = 1.0
_OFFERED = 1.65
"""The most that a surname alone may cost to be suggested: a slip, with a doubt about it."""
_LONG = 6
"""Letters of a surname in which a slip still leaves enough to know it by."""
_COMMON = 2
"""A given name of so many people is not meant as one person's surname."""


def understand(parts: Sequence[Part], lexicon: Lexicon) -> tuple[Asked, ...]:
    """Look every word up; titles that are no known name are dropped."""
    said = [part for part in parts if part.text not in TITLES or part.text in lexicon.ids]
    asked = []
    for part in said:
        found = {} if part.kind is Kind.INITIAL else lexicon.find(part.text)
        # A surname alone has no equivalents, so that a query of one known word needs no table.
        is_plain = len(said) == 1 and any(cost == 0.0 for cost in found.values())
        same = found if is_plain or part.kind is Kind.INITIAL else _as_given(part, found, lexicon)
        asked.append(Asked(part.kind, part.text, found, same))
    return tuple(asked)


def _as_given(part: Part, found: Mapping[int, float], lexicon: Lexicon) -> dict[int, float]:
    """Return what a word costs as a given name: its other forms too, but no other given name."""
    text, texts = part.text, lexicon.texts
    costs = {n: cost for n, cost in found.items() if not are_apart(text, texts[n])}
    for cost, forms in ((EQUIVALENT, (text,)), (EQUIVALENT + INFLECTED, base_forms(text))):
        for line in {line for form in forms for line in lines_of(form)}:
            for number in {n for key in keys_of(line) for n in lexicon.by_key.get(key, ())}:
                if line in lines_of(texts[number]):
                    costs[number] = min(cost, costs.get(number, FAR))
    return costs


def gather(asked: tuple[Asked, ...], posts: Sequence[Collection[int]]) -> tuple[list[int], bool]:
    """Return the people worth a closer look, and whether any had to be left out who fit as well.

    The rarest word finds people first; a word that very many share only adds to their credit.
    """
    costs = [_cheapest(word) for word in asked if word.found or word.as_given]
    costs.sort(key=lambda found: sum(len(posts[number]) for number, _ in found))
    credit: dict[int, float] = {}
    for place, found in enumerate(costs):
        people: dict[int, float] = {}
        for number, cost in found:
            if place and len(people) + len(posts[number]) > _MOST_POSTS:
                break
            for person in posts[number]:
                people.setdefault(person, _CREDIT - cost)
        is_open = not place or len(credit) + len(people) <= _POOL
        for person, worth in people.items():
            if is_open or person in credit:
                credit[person] = credit.get(person, 0.0) + worth
    ranked = sorted(credit, key=credit.__getitem__, reverse=True)
    least = credit[ranked[0]] - _TIE if ranked else 0.0
    return ranked[:_POOL], len(ranked) > _POOL and credit[ranked[_POOL]] >= least


def _cheapest(word: Asked) -> list[tuple[int, float]]:
    """Return the words of any role that one word may be, the likeliest first."""
    found = dict(word.as_given)
    for number, cost in word.found.items():
        found[number] = min(cost, found.get(number, cost))
    return sorted(found.items(), key=lambda item: item[1])


def weigh(
    asked: tuple[Asked, ...], people: Sequence[Person], lexicon: Lexicon
) -> list[tuple[Fit, Person]]:
    """Return how each person fits the query, best first, one row a person or namesake."""
    asked = tuple(_with_pool(word, people, lexicon) for word in asked)
    fits = [(found, person) for person in people if (found := fit(asked, person)) is not None]
    return sorted(fits, key=lambda row: (row[0], row[1].id))


def _with_pool(word: Asked, people: Sequence[Person], lexicon: Lexicon) -> Asked:
    """Add what can only be told against the people at hand: initials and fathers' names."""
    texts = lexicon.texts
    if word.kind is Kind.INITIAL:
        bits = abbreviated(word.text)
        names = {n for p in people for n in (*p.given, *p.fathers)}
        found = {n: _INITIAL for n in names if initials_of(texts[n]) & bits}
        return Asked(word.kind, word.text, found, found)
    if word.kind is Kind.FATHER:
        names = {n for p in people for n in p.fathers}
        costs = {n: same_father(word.text, texts[n]) for n in names}
        return Asked(word.kind, word.text, word.found, word.as_given, costs)
    return word


def decide(
    asked: tuple[Asked, ...],
    rows: list[tuple[Fit, Person]],
    lexicon: Lexicon,
    given: Mapping[int, int],
    *,
    is_cut: bool,
) -> Resolved:
    """Turn the weighed people into a verdict.

    ``given`` counts who has a word as a given name; ``is_cut`` says that not all could be weighed.
    """
    own = [row for row in rows if not row[1].is_namesake]
    candidates = _scored(own)
    near = _scored([row for row in own if _is_like(row[0])])
    theirs = _namesakes(rows, own) or _bare_namesakes(asked, rows, own)
    if theirs and (not own or own[0][0].is_vetoed):
        rest = tuple(c for c in near if c[0] not in theirs)
        return Resolved(Verdict.NONE, rest[:_SUGGESTIONS], theirs)
    if not own:
        return NOBODY
    best, person = own[0]
    is_sure = not best.is_vetoed and (
        _lone_is_sure(asked, best, person, lexicon, given)
        if best.lacks_given
        else _full_is_sure(best) and not _may_be_a_woman(asked, person)
    )
    margin = _LONE_TIE if best.lacks_given else _TIE
    tied = [p for found, p in own if found.cost <= best.cost + margin and not found.is_vetoed]
    if is_sure and len(tied) == 1 and not is_cut and not theirs:
        return Resolved(Verdict.MATCH, candidates[:_MOST])
    if is_sure or _is_bare(asked, best) or len(tied) > 1:
        return Resolved(Verdict.AMBIGUOUS, candidates[:_MOST])
    return Resolved(Verdict.NONE, near[:_SUGGESTIONS])


def _is_like(found: Fit) -> bool:
    """Say whether a person is worth suggesting: by a surname, and without more by a near one."""
    return not found.lacks_family and not (found.lacks_given and found.family_cost > _OFFERED)


def _scored(rows: list[tuple[Fit, Person]]) -> tuple[tuple[str, float], ...]:
    return tuple((person.id, round(1 / (1 + found.cost), 4)) for found, person in rows)


def _is_bare(asked: tuple[Asked, ...], found: Fit) -> bool:
    """Say whether the query is one word that is a name of this person."""
    cost = found.worst_given if found.lacks_family else found.family_cost
    return len(asked) == 1 and cost <= EQUIVALENT + INFLECTED


def _bare_namesakes(
    asked: tuple[Asked, ...], rows: list[tuple[Fit, Person]], own: list[tuple[Fit, Person]]
) -> tuple[str, ...]:
    """Return the entries whose namesakes alone have the one word that was asked for."""
    if any(_is_bare(asked, found) for found, _ in own):
        return ()
    bare = (person.id for found, person in rows if person.is_namesake and _is_bare(asked, found))
    return tuple(dict.fromkeys(bare))


def _namesakes(rows: list[tuple[Fit, Person]], own: list[tuple[Fit, Person]]) -> tuple[str, ...]:
    """Return the entries whose namesakes fit with a given name, as well as anybody known does."""
    least = min((found.cost for found, _ in own if not found.is_vetoed), default=FAR) + _TIE
    return tuple(
        dict.fromkeys(
            person.id
            for found, person in rows
            if person.is_namesake
            and not (found.is_vetoed or found.lacks_given)
            and found.cost <= least
        )
    )


def _full_is_sure(best: Fit) -> bool:
    """Say whether surname and given name are near enough: at most one slip in each.

    A slip in one and a translation of the other are doubts of two kinds, and together too many.
    """
    if max(best.family_cost, best.worst_given) > _SLIP:
        return False
    if any(DOUBTFUL <= c < _SLIP for c in (best.family_cost, best.worst_given)):
        return False
    return best.cost <= _SLIP or min(best.family_cost, best.worst_given) >= _SLIP


def _may_be_a_woman(asked: tuple[Asked, ...], person: Person) -> bool:
    """Say whether what was taken for a case of a man's name may as well be a woman's name.

    Олександра Петренка is he; Александра Петренко and Валентина Петрова may be she, and with
    Олег Петрова the two words do not agree.
    """
    said = [word for word in asked if word.kind is Kind.PLAIN]
    surname = min(said, key=lambda w: _least(w.found, person.family), default=None)
    if surname is None:
        return False
    is_case = _least(surname.found, person.family) >= INFLECTED
    may_be_hers = is_feminine(surname.text) or not is_case
    for word in said:
        cost = FAR if word is surname else _least(word.as_given, person.given)
        is_other = INFLECTED <= cost < FAR and bool(lines_of(word.text))
        is_nominative = cost < INFLECTED and is_declined(word.text)
        if may_be_hers and (is_other or (is_case and is_nominative)):
            return True
    return False


def _least(costs: Mapping[int, float], numbers: tuple[int, ...]) -> float:
    return min((costs.get(n, FAR) for n in numbers), default=FAR)


def _lone_is_sure(
    asked: tuple[Asked, ...], best: Fit, person: Person, lexicon: Lexicon, given: Mapping[int, int]
) -> bool:
    """Say whether a surname alone is enough: as it is known, or one slip off a long one."""
    word = min(asked, key=lambda w: min((w.found.get(n, FAR) for n in person.family), default=FAR))
    if any(fold(word.text) == fold(clean(name).lower()) for name in person.spellings):
        return True
    if any(cost < INFLECTED and given.get(n, 0) >= _COMMON for n, cost in word.found.items()):
        return False
    if lines_of(word.text) or best.cost > _SLIP:
        return False
    return best.family_cost <= INFLECTED or (
        best.family_cost <= _SLIP
        and len(word.text) >= _LONG
        and any(
            lexicon.texts[n][0] == word.text[0] and lexicon.is_slip(word.text, n, best.family_cost)
            for n in person.family
        )
    )
