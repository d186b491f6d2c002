"""How well the words somebody typed fit the titles of a resolution.

Knows no threshold: what is well enough is `references`' business.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from community_bot.knowledge.citing.citation_words import KnownResolution


class Told(NamedTuple):
    """What one typed word tells: ids of resolutions and of bodies."""

    titled: frozenset[str]
    """The resolutions with the word in a title, a symbol or a citation."""
    about: frozenset[str]
    """The resolutions about whom the word helps to name."""
    bodies: frozenset[str]
    """The bodies that it may name."""

    def is_of(self, known: KnownResolution) -> bool:
        """Whether the word is of a resolution's title, or of its body's name."""
        return known.id in self.titled or known.body in self.bodies


class Score(NamedTuple):
    """How well words fit one resolution; what fits better sorts first."""

    strange: int
    """How many of the words have nothing to do with it."""
    telling: int
    """How many are of its titles or of whom it is about, as a number that is not above 0."""
    id: str

    @classmethod
    def of(cls, known: KnownResolution, told: Iterable[Told]) -> Score:
        """Count what the words tell of a resolution."""
        strange = telling = 0
        for one in told:
            is_about = known.id in one.about
            strange += not (is_about or one.is_of(known))
            telling -= is_about or known.id in one.titled
        return cls(strange, telling, known.id)
