"""What a sign under a message of ours does: it asks as if whoever put it had typed the line."""

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
from community_bot.adapters.matrix.reactions import chosen_line, number_of, said_now
from community_bot.adapters.matrix.rooms import Rooms
from community_bot.adapters.matrix.signs import is_sign, pressed_line
from community_bot.adapters.matrix.transport import Json

_MOST_MADE = 5_000


class Choosing:
    """Reads signs.

    Of an answer only whoever asked may choose, and each choice is made once. Under a notice anybody
    may put a sign, with their own rights and as often as they like: what was decided stays decided.
    """

    def __init__(self, parts: Parts, rooms: Rooms, asker: Asker) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._surroundings = parts.surroundings
        self._own = parts.own.user
        self._rooms = rooms
        self._asker = asker
        self._made: OrderedDict[str, None] = OrderedDict()

    async def read(
        self, room: str, reaction: Reaction, *, is_late: bool, is_old: bool
    ) -> Asking | None:
        """Return what a reaction asks for, if it is a choice and not made before, or a press.

        Nobody waits for what is old, but moderators must know that nothing was done.
        """
        is_choice = number_of(reaction.key) is not None and not is_old
        if not (is_choice or await self._is_for_moderators(room, reaction)):
            return None
        raw = await self._event(room, reaction.target)
        if raw is None:
            return None
        content = await self._outbound.patiently(partial(said_now, self._client, room, raw))
        if line := pressed_line(content, reaction.key):
            return self._pressed(room, reaction, line, is_late=is_late or is_old)
        line = chosen_line(content or {}, reaction.key)
        if not line or not is_choice:
            return None
        return await self._chosen(room, raw, reaction, line, is_late=is_late)

    async def _is_for_moderators(self, room: str, reaction: Reaction) -> bool:
        """Tell without the server whether there may be a notice: most signs are not for us."""
        return is_sign(reaction.key) and await self._surroundings.is_moderators(room)

    def _pressed(self, room: str, reaction: Reaction, line: str, *, is_late: bool) -> Asking:
        """Return the question of whoever pressed; the answer is for them alone."""
        message = Message(reaction.target, reaction.sender, reaction.sent_at, "")
        question = Question(line, Manner.PREFIX, self._surroundings.prefix(room))
        return self._asker.asking(
            room, message, question, is_late=is_late, is_private=True, because_of=reaction.id
        )

    async def _chosen(
        self, room: str, raw: Json, reaction: Reaction, line: str, *, is_late: bool
    ) -> Asking | None:
        because_of = f"{reaction.target} {line}"
        if because_of in self._made:
            return None
        message = await self._asked_by(room, raw, reaction)
        if message is None:
            return None
        self._made[because_of] = None
        if len(self._made) > _MOST_MADE:
            self._made.popitem(last=False)
        question = Question(line, Manner.PREFIX, self._surroundings.prefix(room))
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
