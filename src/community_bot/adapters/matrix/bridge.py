"""Between Matrix and the dispatcher: what each event of a batch asks for, as a piece of work.

Each piece may be run again after a crash with no other result: what goes out is keyed by the event
that asked for it. None can harm another, whatever stands in its event.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from community_bot.adapters.matrix.answers import Answers
from community_bot.adapters.matrix.asking import Asker
from community_bot.adapters.matrix.batch import Batch, Joined
from community_bot.adapters.matrix.corrections import Corrections
from community_bot.adapters.matrix.errors import MatrixError, UnauthorisedError
from community_bot.adapters.matrix.events import (
    Edit,
    Event,
    Message,
    Reaction,
    Redaction,
    Undecrypted,
    as_object,
    parse_event,
)
from community_bot.adapters.matrix.hints import Hints
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.questions import Questions
from community_bot.adapters.matrix.rooms import Rooms, inviter
from community_bot.adapters.matrix.transport import Json

_log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]

TOO_OLD = 600.0
"""Seconds after which a question is not answered any more: whoever asked has gone on."""
_BIN = {"\N{WASTEBASKET}", "\N{WASTEBASKET}\ufe0f"}


class Bridge:
    """Answers what is asked in the rooms that the bot is in."""

    def __init__(self, parts: Parts) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._surroundings = parts.surroundings
        self._clock = parts.clock
        self._own = parts.own.user
        self._rooms = Rooms(parts.client)
        self._answers = Answers(parts.client)
        self._questions = Questions(parts, self._rooms, self._answers)
        self._asker = Asker(parts, self._rooms)
        self._hints = Hints(parts, self._asker)
        self._corrections = Corrections(parts, self._questions, self._answers, self._asker)

    def work(self, batch: Batch, *, answers: bool) -> Iterator[tuple[str, Work]]:
        """Yield what a batch asks for: the id of the event that it is about, and what to do.

        What has the same id is to be done one after another. Without ``answers`` it only learns.
        """
        for invited in batch.invited:
            who = inviter(invited.state, self._own)
            yield invited.room, partial(self._bounded, partial(self._consider, invited.room, who))
        for room in batch.left:
            self._rooms.forget(room)
        for joined in batch.joined:
            self._rooms.learn(joined)
            if answers:
                yield from self._room_work(joined)

    def _room_work(self, joined: Joined) -> Iterator[tuple[str, Work]]:
        for raw in _since_joining(joined, self._own):
            event = parse_event(raw, self._own)
            found = self._event_work(joined.room, event) if event is not None else None
            if found is not None:
                yield found[0], partial(self._bounded, found[1])

    def _event_work(self, room: str, event: Event) -> tuple[str, Work] | None:
        match event:
            case Message() if self._is_recent(event.sent_at):
                if self._questions.may_hold(room, event):
                    return event.id, partial(self._answer, room, event)
            case Edit() if self._is_recent(event.sent_at):
                return event.target, partial(self._corrections.amend, room, event)
            case Redaction():
                return event.target, partial(self._corrections.withdraw, room, event)
            case Reaction() if event.key in _BIN and self._is_recent(event.sent_at):
                return event.target, partial(self._corrections.throw_away, room, event)
            case Undecrypted() if self._is_recent(event.sent_at) and self._hints.is_due(room):
                return f"hint {event.id}", partial(self._hints.give, room, event)
            case _:
                pass
        return None

    async def _bounded(self, work: Work) -> None:
        """Run a piece of work so that it harms no other, whatever stands in its event.

        An invalid token is different: then nothing was done, and it is to be done later.
        """
        try:
            await work()
        except UnauthorisedError:
            raise
        except Exception as error:  # noqa: BLE001 - the adapter's boundary
            _log.warning("an event was not handled: %s", type(error).__name__)

    async def _answer(self, room: str, message: Message) -> None:
        question = await self._questions.find(room, message)
        if question is None:
            return
        role = await self._surroundings.role(room, message.sender)
        if not self._questions.is_worth_answering(room, question, role):
            return
        async with self._outbound.answering(room, message.id):
            answer = await self._asker.answer(self._asker.asking(room, message, question, role))
        if answer is not None:
            self._answers.remember(message.id, *answer)

    async def _consider(self, room: str, user: str) -> None:
        """Come into a room, or refuse without a word."""
        if user and self._surroundings.may_invite(room, user):
            await self._outbound.deliver(room, lambda: self._client.join(room))
            return
        try:
            await self._client.leave(room)
        except MatrixError as error:
            _log.debug("an invitation could not be refused: %s", error)

    def _is_recent(self, sent_at: int) -> bool:
        return self._clock.now().timestamp() - sent_at / 1000 <= TOO_OLD


def _since_joining(joined: Joined, own: str) -> Iterator[Json]:
    """Yield what was said since the bot came into the room, if it came in this batch."""
    came_at = max((_came_at(event, own) for event in joined.state), default=0)
    for event in joined.timeline:
        sent_at = event.get("origin_server_ts")
        if not isinstance(sent_at, int) or sent_at >= came_at:
            yield event


def _came_at(event: Json, own: str) -> int:
    """Return when the bot came into a room, if an event says that; the server's time, in ms."""
    at = event.get("origin_server_ts")
    if event.get("type") != "m.room.member" or event.get("state_key") != own:
        return 0
    before = as_object(as_object(event.get("unsigned")).get("prev_content")).get("membership")
    has_come = as_object(event.get("content")).get("membership") == "join" and before != "join"
    return at if has_come and isinstance(at, int) else 0
