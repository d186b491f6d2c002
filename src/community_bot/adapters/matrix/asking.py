"""From a question to the content of its answer, by way of the dispatcher; and out with it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass

from community_bot.adapters.matrix.addressing import Manner, Question
from community_bot.adapters.matrix.events import Message
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.render import Asked, in_answer_to, read_page, render
from community_bot.adapters.matrix.rooms import Rooms
from community_bot.adapters.matrix.transport import Json
from community_bot.core.invocation import Invocation
from community_bot.domain.address import Actor, Address, Platform, Role
from community_bot.domain.document import Reply


@dataclass(frozen=True, slots=True)
class Asking:
    """A question as the dispatcher takes it, and where it came from."""

    invocation: Invocation
    question: Question
    page: int
    id: str


class Asker:
    """Asks the dispatcher on behalf of people, and sends what it says."""

    def __init__(self, parts: Parts, rooms: Rooms) -> None:
        self._client = parts.client
        self._outbound = parts.outbound
        self._dispatcher = parts.dispatcher
        self._surroundings = parts.surroundings
        self._rooms = rooms

    def asking(self, room: str, message: Message, question: Question, role: Role) -> Asking:
        """Return a question as the dispatcher takes it."""
        line, page = read_page(question.line)
        address = Address(Platform.MATRIX, room=room, thread=message.thread)
        actor = Actor(Platform.MATRIX, message.sender, role)
        language = self._surroundings.language(room, message.sender)
        return Asking(Invocation(line, actor, address, language), question, page, message.id)

    async def answer(self, asking: Asking) -> tuple[str, str] | None:
        """Answer where it was asked, or in private; return the room and the id of the answer."""
        reply = await self._dispatcher.dispatch(asking.invocation)
        if reply is None:
            return None
        place = await self._place(asking, reply)
        if not place:
            return None
        content = _content(asking, reply, place)
        sent = await self.send(place, content, asking.id)
        return (place, sent) if sent else None

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
        room = asking.invocation.address.room
        if not reply.private or asking.question.manner is Manner.DIRECT:
            return room
        who = asking.invocation.actor.id
        return await self._outbound.patiently(lambda: self._rooms.direct_with(who)) or ""


def txn_of(event: str) -> str:
    """Return the transaction id of what an event asks for: the same however often it is done."""
    digest = hashlib.sha256(event.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _content(asking: Asking, reply: Reply, place: str) -> Json:
    address = asking.invocation.address
    is_here = place == address.room
    prefix = asking.question.prefix if is_here else ""
    content = render(reply, Asked(asking.invocation.line, prefix, asking.page))
    return in_answer_to(content, asking.id, address.thread) if is_here else content
