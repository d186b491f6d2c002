"""What the person asking can mend: a message key and its arguments, never a sentence.

The sentence is found in the reader's language by the dispatcher. Anything that the person cannot
act on is an ordinary exception and rises to the dispatcher's one boundary.
"""

from __future__ import annotations


class UserError(Exception):
    """The person asking can act on this; ``key`` names the message, ``arguments`` fill it."""

    def __init__(self, key: str, /, **arguments: str | int) -> None:
        super().__init__(key)
        self.key = key
        self.arguments = arguments
        self.lines: tuple[str, ...] = ()
        """Commands to try instead, best first, as they are typed."""


class NameAmbiguousError(UserError):
    """A name fits several entries: the person chooses, the bot never does.

    ``candidates`` are entry ids, best first; ``kind`` is the kind of entry asked for.
    """

    def __init__(self, query: str, kind: str, candidates: tuple[str, ...]) -> None:
        super().__init__("name-ambiguous", query=query)
        self.kind = kind
        self.candidates = candidates


class NameUnknownError(UserError):
    """Nobody of that name is known; ``candidates`` are ids that look alike, best first.

    ``namesakes`` are ids of entries that name this person as *not* the one they are about.
    """

    def __init__(
        self,
        query: str,
        kind: str,
        candidates: tuple[str, ...] = (),
        namesakes: tuple[str, ...] = (),
    ) -> None:
        super().__init__("name-namesake" if namesakes else "name-unknown", query=query)
        self.kind = kind
        self.candidates = candidates
        self.namesakes = namesakes
