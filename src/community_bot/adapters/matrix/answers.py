"""Which message of ours answers which question: in memory, else read back from the room.

Nothing is kept on disk, and nothing here says who asked: that stands in the question itself.
"""

from __future__ import annotations

from collections import OrderedDict

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import ForbiddenError, NotFoundError
from community_bot.adapters.matrix.events import answered_question, as_id, as_object

_MOST_REMEMBERED = 5_000
_MOST_PAGES = 3


class Answers:
    """Finds the answer to a question. It remembers the latest ones only."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._by_question: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._own: OrderedDict[str, None] = OrderedDict()

    def remember(self, question: str, room: str, answer: str) -> None:
        """Note a message of ours, in the room that it stands in, as the answer to a question."""
        self._by_question[question] = (room, answer)
        self._own[answer] = None
        if len(self._by_question) > _MOST_REMEMBERED:
            self._by_question.popitem(last=False)
        if len(self._own) > _MOST_REMEMBERED:
            self._own.popitem(last=False)

    def forget(self, question: str) -> None:
        """Note that a question has no answer any more."""
        self._by_question.pop(question, None)

    def is_own(self, event: str) -> bool:
        """Tell whether a message is one of our latest answers."""
        return event in self._own

    def remembered(self, question: str) -> tuple[str, str] | None:
        """Return the room and the id of the answer, if it is one of the latest."""
        return self._by_question.get(question)

    async def find(self, room: str, question: str) -> tuple[str, str] | None:
        """Return the room and the id of the answer, looking through what came after the question.

        Raises MatrixError.
        """
        known = self._by_question.get(question)
        if known is not None:
            return known
        try:
            history = await self._client.after(room, question)
        except (NotFoundError, ForbiddenError):
            return None
        for _ in range(_MOST_PAGES):
            for event in history.events:
                if answered_question(event, self._client.identity.user) == question:
                    answer = as_id(as_object(event).get("event_id"), "$")
                    self.remember(question, room, answer)
                    return room, answer
            if not history.end or not history.events:
                return None
            history = await self._client.messages(room, history.end, backwards=False)
        return None
