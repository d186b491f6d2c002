"""Parameters for what somebody reads: the revisions under an answer, a text that others wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NewType

from community_bot.core.params import Choice, ParamType, TextType, joined
from community_bot.domain.errors import UserError

if TYPE_CHECKING:
    from community_bot.core.command import Context
    from community_bot.core.invocation import Word

Passage = NewType("Passage", str)
"""A text of any length that is read, in which something is looked for."""


@dataclass(frozen=True, slots=True)
class EntryRevision:
    """An ``id@revision`` as it stands under every answer."""

    id: str
    revision: str


@dataclass(frozen=True, slots=True)
class EntryRevisions:
    """All that stands under an answer, each once."""

    revisions: tuple[EntryRevision, ...]


class RevisionsType(TextType):
    """One or several ``id@revision``."""

    is_long: ClassVar[bool] = True

    _SHAPE = re.compile(r"([a-z0-9][a-z0-9-]{0,63})@([a-z2-7]{4,52})")
    _MOST = 25

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return the parts of each."""
        del context
        text = joined(words)
        found: dict[EntryRevision, None] = {}
        for piece in re.split(r"[\s,;`]+", text.strip(" ,;`").casefold()):
            match = self._SHAPE.fullmatch(piece)
            if match is None:
                raise UserError("revision-unreadable", value=text)
            found[EntryRevision(match[1], match[2])] = None
        if len(found) > self._MOST:
            raise UserError("revisions-too-many", limit=self._MOST)
        return EntryRevisions(tuple(found))

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer what is current."""
        base, begun = context.knowledge, prefix.partition("@")[0]
        # Few ids begin so; writing out every reference only to compare it would be slow.
        references = (base.reference(id_) for id_ in base.entries if id_.startswith(begun))
        return ((ref, ref) for ref in references if ref.startswith(prefix))


class RevisionType(RevisionsType):
    """One ``id@revision``."""

    is_long: ClassVar[bool] = False

    def read(self, words: Sequence[Word], context: Context) -> object:
        """Return its parts."""
        several = super().read(words, context)
        if not isinstance(several, EntryRevisions) or len(several.revisions) != 1:
            raise UserError("revisions-too-many", limit=1)
        return several.revisions[0]


class PassageType(TextType):
    """A text of several sentences."""

    is_long: ClassVar[bool] = True


READING_TYPES: dict[object, ParamType] = {
    EntryRevision: RevisionType(),
    EntryRevisions: RevisionsType(),
    Passage: PassageType(),
}
