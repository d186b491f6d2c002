"""A word to those whose messages the bot cannot read: one in each room, instead of silence."""

from __future__ import annotations

import asyncio

from community_bot.adapters.matrix.asking import Asker
from community_bot.adapters.matrix.events import Undecrypted
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.render import Asked, in_answer_to, render
from community_bot.core.i18n import Texts
from community_bot.domain.document import Paragraph, Reply, Text


class Hints:
    """Tells a room once, for as long as the bot runs, that something could not be read."""

    def __init__(self, parts: Parts, asker: Asker) -> None:
        self._client = parts.client
        self._surroundings = parts.surroundings
        self._patience = parts.key_patience
        self._asker = asker
        self._told: set[str] = set()

    def is_due(self, room: str) -> bool:
        """Tell whether a room may still be told; it may not any more once this has said so."""
        is_due = room not in self._told
        self._told.add(room)
        return is_due

    async def give(self, room: str, unread: Undecrypted) -> None:
        """Tell a room, unless the key comes after all: it often comes a little later."""
        await asyncio.sleep(self._patience)
        if not self._client.is_unreadable(unread.id):
            self._told.discard(room)
            return
        texts = Texts(self._surroundings.language(room, unread.sender))
        words = Paragraph((Text(texts("matrix-cannot-read")),))
        content = render(Reply((words,), language=texts.language), Asked(""))
        await self._asker.send(room, in_answer_to(content, unread.id, ""), f"hint {unread.id}")
