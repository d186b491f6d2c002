"""Which messages are for the bot; the server is asked where their words do not say it."""

from __future__ import annotations

from collections import OrderedDict

from community_bot.adapters.matrix.addressing import (
    Manner,
    Question,
    Self,
    question_in,
    question_without_name,
)
from community_bot.adapters.matrix.answers import Answers
from community_bot.adapters.matrix.blocks import with_block
from community_bot.adapters.matrix.events import Message
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.render import read_page
from community_bot.adapters.matrix.rooms import Rooms
from community_bot.core.command import Command
from community_bot.core.mistyped import going_on
from community_bot.domain.address import Role

_MOST_SUGGESTED = 1_000
_LONGEST_WORD = 50
"""Characters by which words that are no commands are told apart."""


class Questions:
    """Finds the question in a message."""

    def __init__(self, parts: Parts, rooms: Rooms, answers: Answers) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._dispatcher = parts.dispatcher
        self._surroundings = parts.surroundings
        self._own: Self = parts.own
        self._rooms = rooms
        self._answers = answers
        self._suggested: OrderedDict[tuple[str, str], None] = OrderedDict()

    def may_hold(self, room: str, message: Message) -> bool:
        """Tell quickly whether a message may be for the bot."""
        prefix = self._surroundings.prefix(room)
        return (
            bool(message.replies_to)
            or question_in(message, self._own, prefix) is not None
            or self._rooms.may_be_direct(room)
        )

    async def find(self, room: str, message: Message) -> Question | None:
        """Return what a message asks the bot, if it is for the bot."""
        prefix = self._surroundings.prefix(room)
        question = question_in(message, self._own, prefix)
        if question is not None:
            return self._with_block(question)
        if prefix and message.body.lstrip().startswith(prefix):
            return None
        if self._rooms.may_be_direct(room) and await self._is_direct(room):
            question = question_without_name(message, Manner.DIRECT, "")
            return question and self._with_block(question)
        if message.replies_to:
            question = question_without_name(message, Manner.REPLY, prefix)
            question = question and self._with_block(question)
            if question and self.is_command(question) and await self._is_to_us(room, message):
                return question
        return None

    def _with_block(self, question: Question) -> Question:
        return with_block(question, self._dispatcher.table)

    def is_command(self, question: Question) -> bool:
        """Tell whether a question names a command."""
        return self._command(question) is not None

    def is_repeatable(self, question: Question) -> bool:
        """Tell whether a question may be answered again and again, whoever asks."""
        command = self._command(question)
        return command is None or not command.runs_once

    def is_for_team(self, question: Question) -> bool:
        """Tell whether a question is a command that only the team may use."""
        command = self._command(question)
        return command is not None and command.role > Role.EVERYONE

    def _command(self, question: Question) -> Command | None:
        return self._dispatcher.table.meant(read_page(question.line)[0])

    def is_worth_answering(self, room: str, question: Question) -> bool:
        """Tell whether a question is a command, or one that was mistyped and not yet explained.

        Other bots have the same prefix, and words of theirs are nothing to us.
        """
        if question.manner in {Manner.NAME, Manner.DIRECT} or self.is_command(question):
            return True
        typed = self._mistyped(question)
        if not typed or (room, typed) in self._suggested:
            return False
        self._suggested[room, typed] = None
        if len(self._suggested) > _MOST_SUGGESTED:
            self._suggested.popitem(last=False)
        return True

    def _mistyped(self, question: Question) -> str:
        """Return the words that look like a mistyped name of a command; nothing if they do not."""
        table = self._dispatcher.table
        words = [word[:_LONGEST_WORD] for word in question.line.casefold().split()[:2]]
        # What the team may use is not looked like, but begun rightly it is meant.
        if going_on(words[0], table.commands):
            return " ".join(words)
        return words[0] if table.like(words[0], Role.EVERYONE) else ""

    async def _is_direct(self, room: str) -> bool:
        return await self._outbound.patiently(lambda: self._rooms.is_direct(room)) or False

    async def _is_to_us(self, room: str, message: Message) -> bool:
        if self._answers.is_own(message.replies_to):
            return True
        event = await self._outbound.patiently(lambda: self._client.event(room, message.replies_to))
        return event is not None and event.get("sender") == self._own.user
