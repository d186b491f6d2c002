"""Which messages of ours answer which question: in memory, else read back from the room.

Nothing is kept on disk, and nothing here says who asked: that stands in the question itself.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import ForbiddenError, NotFoundError
from community_bot.adapters.matrix.events import answered_question, as_id, as_object

_MOST_REMEMBERED = 5_000
_MOST_PAGES = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """A message of ours, and the room that it stands in."""

    room: str
    id: str


class Answers:
    """Finds the answers to a question, the first of them first. It remembers the latest only."""

    def __init__(self, client: MatrixClient) -> None:
        self._client = client
        self._by_question: OrderedDict[str, tuple[Answer, ...]] = OrderedDict()
        self._own: OrderedDict[str, None] = OrderedDict()

    def remember(self, question: str, answer: Answer) -> None:
        """Note one more answer to a question."""
        known = self._by_question.get(question, ())
        self._by_question[question] = known if answer in known else (*known, answer)
        self._own[answer.id] = None
        if len(self._by_question) > _MOST_REMEMBERED:
            self._by_question.popitem(last=False)
        if len(self._own) > _MOST_REMEMBERED:
            self._own.popitem(last=False)

    def forget(self, question: str, answer: Answer) -> None:
        """Note that an answer is gone."""
        rest = tuple(one for one in self._by_question.pop(question, ()) if one != answer)
        if rest:
            self._by_question[question] = rest

    def is_own(self, event: str) -> bool:
        """Tell whether a message is one of our latest answers."""
        return event in self._own

    async def find(self, room: str, question: str) -> tuple[Answer, ...]:
        """Return the answers, looking through what came after the question if none is known.

        Raises MatrixError.
        """
        known = self._by_question.get(question)
        if known:
            return known
        try:
            history = await self._client.after(room, question)
        except (NotFoundError, ForbiddenError):
            return ()
        for _ in range(_MOST_PAGES):
            for event in history.events:
                if answered_question(event, self._client.identity.user) == question:
                    id = as_id(as_object(event).get("event_id"), "$")
                    self.remember(question, Answer(room, id))
            if self._by_question.get(question) or not history.end or not history.events:
                break
            history = await self._client.messages(room, history.end, backwards=False)
        return self._by_question.get(question, ())
