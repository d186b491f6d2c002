"""What becomes of an answer when its question is edited or taken away, or somebody bins it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from weakref import WeakValueDictionary

from community_bot.adapters.matrix.answers import Answer, Answers
from community_bot.adapters.matrix.asking import Asker, txn_of
from community_bot.adapters.matrix.events import (
    Edit,
    Message,
    Reaction,
    Redaction,
    answered_question,
    parse_event,
)
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.questions import Questions
from community_bot.adapters.matrix.taking_away import take_away
from community_bot.adapters.matrix.transport import Json
from community_bot.domain.address import Role

_MOST_LOOKING = 4
"""Most questions that are looked for at once in a room: a flood of edits holds up no answer."""


class Corrections:
    """Changes answers that stand. Who asked is read from the question: it is kept nowhere."""

    def __init__(self, parts: Parts, questions: Questions, answers: Answers, asker: Asker) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._surroundings = parts.surroundings
        self._own = parts.own.user
        self._questions = questions
        self._answers = answers
        self._asker = asker
        self._looking = WeakValueDictionary[str, asyncio.Semaphore]()

    async def amend(self, room: str, edit: Edit) -> None:
        """Answer a question that was edited, in the place of its first answer if it belongs there.

        What was no question stays none, and a command for the team is never run, or run again, by
        an edit: what was first sent is what people saw. If what ran was answered in private, a
        question for all that it becomes is answered beside that.
        """
        async with self._look(room):
            original = await self._event(room, edit.target)
        asked = parse_event(original, self._own)
        if not isinstance(asked, Message) or asked.sender != edit.sender:
            return
        # Most of what people edit was no question: that much is known before its answer is sought.
        before = await self._questions.find(room, asked)
        if before is None:
            return
        found = await self._find(room, edit.target)
        if not found:
            return
        edited = replace(asked, body=edit.body, mentions=asked.mentions | edit.mentions)
        after = await self._questions.find(room, edited)
        first = found[0]
        if not self._questions.is_repeatable(before):
            if after is None or first.room == room:
                return
            first = next((one for one in reversed(found) if one.room == room), first)
        if after is None:
            await self._take_away(first, edit.id, edit.target)
        elif self._questions.is_repeatable(after):
            asking = self._asker.asking(room, asked, after, because_of=edit.id)
            for answer in await self._asker.answer_again(asking, first):
                self._answers.remember(edit.target, answer)

    async def withdraw(self, room: str, redaction: Redaction) -> None:
        """Take away the answers to a question that was taken away."""
        for number, answer in enumerate(await self._find(room, redaction.target)):
            because_of = f"{redaction.id} {number}" if number else redaction.id
            await self._take_away(answer, because_of, redaction.target)

    async def throw_away(self, room: str, reaction: Reaction) -> None:
        """Take away an answer that whoever asked, or a moderator, has put into the bin."""
        question = answered_question(await self._event(room, reaction.target), self._own)
        asked = await self._event(room, question) if question else None
        if asked is None:
            return
        is_own = asked.get("sender") == reaction.sender
        if is_own or await self._surroundings.role(reaction.sender) >= Role.MODERATOR:
            await self._take_away(Answer(room, reaction.target), reaction.id, question)

    async def _find(self, room: str, question: str) -> tuple[Answer, ...]:
        async with self._look(room):
            found = await self._outbound.patiently(lambda: self._answers.find(room, question))
        return found or ()

    def _look(self, room: str) -> asyncio.Semaphore:
        """Return what lets few look at once in a room; it lasts while somebody does."""
        return self._looking.setdefault(room, asyncio.Semaphore(_MOST_LOOKING))

    async def _event(self, room: str, event: str) -> Json | None:
        return await self._outbound.patiently(lambda: self._client.event(room, event))

    async def _take_away(self, answer: Answer, because_of: str, question: str) -> None:
        self._answers.forget(question, answer)

        def txn(event: str) -> str:
            return txn_of(because_of if event == answer.id else f"{because_of} {event}")

        remove = partial(take_away, self._client, answer.room, answer.id, txn)
        await self._outbound.deliver(answer.room, remove)
