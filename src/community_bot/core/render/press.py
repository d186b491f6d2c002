"""Write parts of one reply again and again, as a page is measured while it is filled.

Cleaning and writing words takes longest. Most blocks, and all runs of words in them, stay the same
objects however a document is cut between them, so each is cleaned and written once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from community_bot.core.render.clean import clean_block, clean_run, cleaned
from community_bot.core.render.walk import write, write_block, write_run
from community_bot.domain.document import Block, Fields, Listing

if TYPE_CHECKING:
    from collections.abc import Callable

    from community_bot.core.render.walk import Writer
    from community_bot.domain.document import Reply

_T = TypeVar("_T")
_R = TypeVar("_R")


class Press:
    """Writes in several formats at once. It keeps all that it was given: use one a reply."""

    def __init__(self, *writers: Writer) -> None:
        run = Remembering(clean_run, id)
        self._clean = Remembering(partial(clean_block, run=run), identity)
        self._forms = tuple((writer, _remembering(writer)) for writer in writers)

    def write(self, reply: Reply) -> tuple[str, ...]:
        """Return a reply, or a part of one, in each of the formats."""
        clean = cleaned(reply, self._clean)
        return tuple([write(clean, writer, write_one) for writer, write_one in self._forms])


def identity(block: Block) -> object:
    """Return what is the same for the same block, and for lists of the same items."""
    match block:
        case Listing(items, ordered, start):
            return (ordered, start, *map(id, items))
        case Fields(fields):
            return tuple(map(id, fields))
        case _:
            return id(block)


def _remembering(writer: Writer) -> Callable[[Block], str]:
    run = Remembering(partial(write_run, writer), id)
    return Remembering(partial(write_block, writer, run=run), id)


class Remembering(Generic[_T, _R]):
    """Does something with each of some objects once. ``key`` tells by identity which are one."""

    def __init__(self, do: Callable[[_T], _R], key: Callable[[_T], object]) -> None:
        self._do = do
        self._key = key
        self._done: dict[object, tuple[_T, _R]] = {}

    def __call__(self, it: _T) -> _R:
        """Return what was made of it, now or before."""
        key = self._key(it)
        found = self._done.get(key)
        if found is None:
            # It is kept, so that nothing else gets its identity.
            found = self._done[key] = (it, self._do(it))
        return found[1]
