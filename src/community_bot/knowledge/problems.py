"""What is wrong with a file, where, and under which message: never a sentence, never a fix.

The sentence that says what is wrong and what to do is found by ``key`` in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Arguments = tuple[tuple[str, str | int], ...]
"""What fills the placeholders of a message, in a fixed order so that problems compare."""

MOST_PROBLEMS = 100
"""How many problems of one file are looked for: nobody mends more at a time."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend at ``path:line:column``; both numbers start at 1.

    Problems sort by place, so a list of them reads as one goes through the files.
    """

    path: str
    line: int
    column: int
    key: str
    arguments: Arguments = ()

    @property
    def values(self) -> dict[str, str | int]:
        """Return the arguments by name."""
        return dict(self.arguments)


class BrokenFileError(ValueError):
    """A file cannot become an entry; ``problems`` say why, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(", ".join(f"{it.path}:{it.line}: {it.key}" for it in self.problems))


Route = tuple[str | int, ...]
"""The way from the top of a file's content to one of its values: keys and indices."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with what an entry says, at ``route``; the place follows from it."""

    route: Route
    key: str
    arguments: Arguments = ()
