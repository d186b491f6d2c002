"""From a question to the content of its answer, by way of the dispatcher; and out with it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from community_bot.adapters.matrix.addressing import Manner, Question
from community_bot.adapters.matrix.answers import Answer
from community_bot.adapters.matrix.direct import DirectChats
from community_bot.adapters.matrix.events import Message
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.reactions import choices_in, numbered, offer, with_choices
from community_bot.adapters.matrix.render import Asked, in_answer_to, read_page, render
from community_bot.adapters.matrix.rooms import Rooms
from community_bot.adapters.matrix.transport import Json
from community_bot.core.i18n import Texts
from community_bot.core.invocation import Invocation
from community_bot.domain.address import Actor, Address, Platform
from community_bot.domain.document import Paragraph, Reply, Text


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as the dispatcher takes it, and where it came from.

    ``id`` is the event that is answered; ``because_of`` says what asks for the answer, and the same
    never gets two.
    """

    invocation: Invocation
    question: Question
    page: int
    id: str
    because_of: str


class Asker:
    """Asks the dispatcher on behalf of people, and sends what it says."""

    def __init__(self, parts: Parts, rooms: Rooms, direct: DirectChats) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._dispatcher = parts.dispatcher
        self._surroundings = parts.surroundings
        self._rooms = rooms
        self._direct = direct

    def asking(
        self,
        room: str,
        message: Message,
        question: Question,
        *,
        is_late: bool = False,
        because_of: str = "",
    ) -> Asking:
        """Return a question as the dispatcher takes it; what one may do, the core finds out."""
        line, page = read_page(question.line)
        because_of = because_of or message.id
        invocation = Invocation(
            line,
            Actor(Platform.MATRIX, message.sender),
            Address(Platform.MATRIX, room=room, thread=message.thread),
            self._surroundings.language(room, message.sender),
            key=txn_of(because_of),
            is_late=is_late,
        )
        return Asking(invocation, question, page, message.id, because_of)

    async def answer(self, asking: Asking) -> Answer | None:
        """Answer where it was asked, or in private; return the answer that was sent."""
        reply = await self._dispatcher.dispatch(asking.invocation)
        if reply is None:
            return None
        place = await self._place(asking, reply)
        if not place:
            place, reply = asking.invocation.address.room, _nowhere(reply.language)
        content = _content(asking, reply, place)
        sent = await self.send(place, content, asking.because_of)
        if not sent:
            return None
        self._outbound.courteously(offer(self._client, place, sent, len(choices_in(content))))
        return Answer(place, sent)

    async def content(self, asking: Asking, place: str) -> Json | None:
        """Return what an answer that stands in a place is to say now.

        Nothing if that is not for the eyes of those who are there.
        """
        reply = await self._dispatcher.dispatch(asking.invocation)
        if reply is None or await self._place(asking, reply) != place:
            return None
        content = _content(asking, reply, place)
        content.pop("m.relates_to", None)
        return content

    async def send(self, room: str, content: Json, because_of: str) -> str | None:
        """Send what an event asked for; the same event never makes a second message."""
        txn = txn_of(because_of)
        return await self._outbound.deliver(room, lambda: self._client.send(room, content, txn))

    async def _place(self, asking: Asking, reply: Reply) -> str:
        """Return where to answer; nothing where only a direct chat will do and none can be had."""
        room = asking.invocation.address.room
        if not reply.private:
            return room
        who = asking.invocation.actor.id
        is_here = asking.question.manner is Manner.DIRECT
        if is_here or await self._outbound.patiently(lambda: self._rooms.is_direct(room)):
            await self._outbound.patiently(lambda: self._direct.note(who, room))
            return room
        return await self._outbound.patiently(lambda: self._direct.room_with(who)) or ""


def txn_of(event: str) -> str:
    """Return the transaction id of what an event asks for: the same however often it is done."""
    digest = hashlib.sha256(event.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _nowhere(language: str) -> Reply:
    words = Paragraph((Text(Texts(language)("matrix-open-direct")),))
    return Reply((words,), language=language)


def _content(asking: Asking, reply: Reply, place: str) -> Json:
    address = asking.invocation.address
    is_here = place == address.room
    prefix = asking.question.prefix if is_here else ""
    asked = Asked(asking.invocation.line, prefix, asking.page)
    content = with_choices(render(numbered(reply), asked), reply)
    return in_answer_to(content, asking.id, address.thread) if is_here else content
