"""What a number put to an answer does: it asks as if whoever put it there had typed the line."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

from community_bot.adapters.matrix.addressing import Manner, Question
from community_bot.adapters.matrix.asking import Asker, Asking
from community_bot.adapters.matrix.events import (
    Message,
    Reaction,
    answered_question,
    parse_event,
)
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.reactions import chosen_line
from community_bot.adapters.matrix.rooms import Rooms
from community_bot.adapters.matrix.transport import Json

_MOST_MADE = 5_000


class Choosing:
    """Reads choices. Only whoever asked may choose, and each choice is made once."""

    def __init__(self, parts: Parts, rooms: Rooms, asker: Asker) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._surroundings = parts.surroundings
        self._own = parts.own.user
        self._rooms = rooms
        self._asker = asker
        self._made: OrderedDict[str, None] = OrderedDict()

    async def read(self, room: str, reaction: Reaction, *, is_late: bool) -> Asking | None:
        """Return what a reaction asks for, if it is a choice and not made before."""
        raw = await self._event(room, reaction.target)
        if raw is None:
            return None
        choose = partial(chosen_line, self._client, room, raw, reaction)
        line = await self._outbound.patiently(choose)
        because_of = f"{reaction.target} {line}"
        if not line or because_of in self._made:
            return None
        message = await self._asked_by(room, raw, reaction)
        if message is None:
            return None
        self._made[because_of] = None
        if len(self._made) > _MOST_MADE:
            self._made.popitem(last=False)
        prefix = self._surroundings.prefix(room)
        question = Question(line, Manner.PREFIX, prefix)
        return self._asker.asking(room, message, question, is_late=is_late, because_of=because_of)

    async def _asked_by(self, room: str, answer: Json, reaction: Reaction) -> Message | None:
        """Return the question if whoever reacted has asked it.

        An answer that was brought to a direct chat stands beside no question; there, whoever is
        alone with the bot has asked.
        """
        id = answered_question(answer, self._own)
        raw = await self._event(room, id) if id else None
        if raw is not None and raw.get("sender") != self._own:
            asked = parse_event(raw, self._own)
            is_theirs = isinstance(asked, Message) and asked.sender == reaction.sender
            return asked if is_theirs and isinstance(asked, Message) else None
        if await self._outbound.patiently(lambda: self._rooms.is_direct(room)):
            return Message(reaction.target, reaction.sender, reaction.sent_at, "")
        return None

    async def _event(self, room: str, event: str) -> Json | None:
        return await self._outbound.patiently(lambda: self._client.event(room, event))
