"""Between Matrix and the dispatcher: what each event of a batch asks for, as a piece of work.

Each piece may be run again after a crash with no other result: what goes out is keyed by the event
that asked for it. None can harm another, whatever stands in its event.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from community_bot.adapters.matrix.answers import Answers
from community_bot.adapters.matrix.asking import Asker, Asking
from community_bot.adapters.matrix.batch import Batch, Invited, Joined
from community_bot.adapters.matrix.choosing import Choosing
from community_bot.adapters.matrix.corrections import Corrections
from community_bot.adapters.matrix.direct import DirectChats
from community_bot.adapters.matrix.errors import UnauthorisedError
from community_bot.adapters.matrix.events import (
    Edit,
    Event,
    Message,
    Reaction,
    Redaction,
    Tombstone,
    Undecrypted,
    parse_event,
)
from community_bot.adapters.matrix.hints import Hints
from community_bot.adapters.matrix.invitations import Invitations
from community_bot.adapters.matrix.moving import Moving, own_arrival, since_joining
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.questions import Questions
from community_bot.adapters.matrix.rooms import Rooms, inviter, is_meant_directly
from community_bot.adapters.matrix.signs import is_sign

_log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]

TOO_OLD = 600.0
"""Seconds after which a question is not answered any more: whoever asked has gone on."""
_BIN = {"\N{WASTEBASKET}", "\N{WASTEBASKET}\ufe0f"}


class Bridge:
    """Answers what is asked in the rooms that the bot is in."""

    def __init__(self, parts: Parts) -> None:
        self._client = parts.client
        self.outbound = parts.outbound
        self._surroundings = parts.surroundings
        self._clock = parts.clock
        self._own = parts.own.user
        self._rooms = Rooms(parts.client)
        self._direct = DirectChats(parts.client)
        self._answers = Answers(parts.client)
        self._questions = Questions(parts, self._rooms, self._answers)
        self._asker = Asker(parts, self._rooms, self._direct)
        self._hints = Hints(parts, self._asker)
        self._corrections = Corrections(parts, self._questions, self._answers, self._asker)
        self._choosing = Choosing(parts, self._rooms, self._asker)
        self._invitations = Invitations(parts.client, parts.clock)
        self._moving = Moving(parts, self._rooms, self._direct, self._invitations)

    def work(
        self, batch: Batch, *, answers: bool, is_late: bool = False
    ) -> Iterator[tuple[str, Work]]:
        """Yield what a batch asks for: the id of the event that it is about, and what to do.

        What has the same id is to be done one after another. Without ``answers`` it only learns.
        ``is_late`` says that nobody listened when it came.
        """
        for about, work in self._all_work(batch, answers=answers, is_late=is_late):
            yield about, partial(self._bounded, work)

    def _all_work(
        self, batch: Batch, *, answers: bool, is_late: bool
    ) -> Iterator[tuple[str, Work]]:
        yield from self._moving.overdue()
        for invited in batch.invited:
            yield from self._invitation(invited)
        for left in batch.left:
            yield from self._moving.left(left)
        for joined in batch.joined:
            self._rooms.learn(joined)
            if own_arrival(joined.state, self._own):
                yield joined.room, partial(self._moving.came, joined.room)
            if answers:
                yield from self._room_work(joined, is_late=is_late)

    def _room_work(self, joined: Joined, *, is_late: bool) -> Iterator[tuple[str, Work]]:
        for raw in (*joined.state, *since_joining(joined, self._own)):
            event = parse_event(raw, self._own)
            if isinstance(event, Tombstone):
                yield joined.room, partial(self._moving.follow, joined.room)
        for raw in since_joining(joined, self._own):
            event = parse_event(raw, self._own)
            found = self._event_work(joined.room, event, is_late=is_late) if event else None
            if found is not None:
                yield found

    def _event_work(self, room: str, event: Event, *, is_late: bool) -> tuple[str, Work] | None:
        match event:
            case Message():
                if self._questions.may_hold(room, event):
                    return event.id, partial(self._answer, room, event, is_late=is_late)
            case Redaction():
                return event.target, partial(self._corrections.withdraw, room, event)
            case Edit() if self._is_recent(event.sent_at):
                return event.target, partial(self._corrections.amend, room, event)
            case Reaction():
                return self._reaction_work(room, event, is_late=is_late)
            case Undecrypted() if self._is_recent(event.sent_at) and self._hints.is_due(room):
                return f"hint {event.id}", partial(self._hints.give, room, event)
            case _:
                pass
        return None

    def _reaction_work(
        self, room: str, reaction: Reaction, *, is_late: bool
    ) -> tuple[str, Work] | None:
        if reaction.key in _BIN and self._is_recent(reaction.sent_at):
            return reaction.target, partial(self._corrections.throw_away, room, reaction)
        if is_sign(reaction.key):
            return reaction.target, partial(self._choose, room, reaction, is_late=is_late)
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

    async def _answer(self, room: str, message: Message, *, is_late: bool) -> None:
        question = await self._questions.find(room, message)
        if question is None:
            return
        if not self._is_recent(message.sent_at):
            # Nobody waits any more, but the team must know that nothing was done.
            is_late = True
            if not self._questions.is_for_team(question):
                return
        if self._questions.is_worth_answering(room, question):
            asking = self._asker.asking(room, message, question, is_late=is_late)
            await self._answer_to(room, message.id, asking)

    async def _choose(self, room: str, reaction: Reaction, *, is_late: bool) -> None:
        is_old = not self._is_recent(reaction.sent_at)
        asking = await self._choosing.read(room, reaction, is_late=is_late, is_old=is_old)
        if asking is not None:
            await self._answer_to(room, reaction.id, asking)

    async def _answer_to(self, room: str, event: str, asking: Asking) -> None:
        async with self.outbound.answering(room, event):
            answers = await self._asker.answer(asking)
        if asking.invocation.private:
            return  # a notice was pressed, which is no question: it may go, and this stays
        for answer in answers:
            self._answers.remember(asking.id, answer)

    def _invitation(self, invited: Invited) -> Iterator[tuple[str, Work]]:
        """Yield what to do about an invitation: come, refuse without a word, or nothing."""
        who = inviter(invited.state, self._own)
        is_expected = self._moving.is_expected(invited.room)
        if is_expected or (who and self._surroundings.may_invite(invited.room, who)):
            if self._invitations.may_accept():
                direct = who if is_meant_directly(invited.state, self._own) else ""
                yield invited.room, partial(self._moving.accept, invited.room, direct)
            return
        refuse = self._invitations.refusal(invited.room)
        if refuse is not None:
            self._moving.refused(invited.room)
            yield invited.room, refuse

    def _is_recent(self, sent_at: int) -> bool:
        return self._clock.now().timestamp() - sent_at / 1000 <= TOO_OLD
