"""From a question to the content of its answer, by way of the dispatcher; and out with it."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, replace

from community_bot.adapters.matrix.addressing import Manner, Question
from community_bot.adapters.matrix.answers import Answer
from community_bot.adapters.matrix.direct import Chat, DirectChats
from community_bot.adapters.matrix.events import Message
from community_bot.adapters.matrix.forms import with_form
from community_bot.adapters.matrix.ports import Parts
from community_bot.adapters.matrix.reactions import (
    SIGNS,
    choices_in,
    numbered,
    offer,
    point,
    with_choices,
)
from community_bot.adapters.matrix.render import (
    Asked,
    in_answer_to,
    in_place_of,
    read_page,
    render,
    render_all,
)
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
        self._told: set[str] = set()

    def asking(  # noqa: PLR0913 - a keyword for each thing that differs
        self,
        room: str,
        message: Message,
        question: Question,
        *,
        is_late: bool = False,
        is_private: bool = False,
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
            private=is_private,
            key=txn_of(because_of),
            is_late=is_late,
        )
        return Asking(invocation, question, page, message.id, because_of)

    async def answer(self, asking: Asking) -> tuple[Answer, ...]:
        """Answer where it was asked, or in private; return what was sent."""
        reply = await self._dispatcher.dispatch(asking.invocation)
        if reply is None:
            return ()
        if asking.question.is_unclear:
            how = _said("matrix-block", reply.language)
            reply = replace(reply, blocks=(*how.blocks, *reply.blocks))
        reply = with_form(reply, self._dispatcher.table)
        chat, reply = await self._placed(asking, reply)
        return await self._sent(asking, reply, chat)

    async def answer_again(self, asking: Asking, first: Answer) -> tuple[Answer, ...]:
        """Answer a question in the place of its first answer; return the answers that stand then.

        What belongs elsewhere now is sent there anew: an edit cannot move to another room.
        """
        reply = await self._dispatcher.dispatch(asking.invocation)
        if reply is None:
            return (first,)
        chat, reply = await self._placed(asking, reply)
        if chat.room != first.room:
            return await self._sent(asking, reply, chat)
        content = in_place_of(_content(asking, reply, first.room), first.id)
        await self.send(first.room, content, asking.because_of)
        return (first,)

    async def _sent(self, asking: Asking, reply: Reply, chat: Chat) -> tuple[Answer, ...]:
        """Send a reply to its place, and show at the question if that is another; what was sent."""
        place, room = chat.room, asking.invocation.address.room
        sent: list[Answer] = []
        for content in self._contents(asking, reply, place):
            number = f" page {len(sent) + 1}" if sent else ""
            id = await self.send(place, content, asking.because_of + number)
            if not id:
                break
            sent.append(Answer(place, id))
            choices = SIGNS[: len(choices_in(content))]
            self._outbound.courteously(offer(self._client, place, id, choices))
        if sent and place != room:
            sent += await self._point(asking, chat, reply.language)
        return tuple(sent)

    async def _point(self, asking: Asking, chat: Chat, language: str) -> tuple[Answer, ...]:
        """Show beside a question that its answer stands elsewhere: else it looks like silence.

        A sign is enough for whoever has that chat; whoever has yet to come in is told so once.
        """
        address = asking.invocation.address
        room, txn = address.room, txn_of(f"{asking.because_of} sign")
        await self._outbound.deliver(room, lambda: point(self._client, room, asking.id, txn))
        if not chat.is_awaiting:
            self._told.discard(chat.room)
        if not chat.is_awaiting or chat.room in self._told:
            return ()
        self._told.add(chat.room)
        asked = Asked(asking.invocation.line)
        content = render(_said("matrix-answered-directly", language), asked)
        content = in_answer_to(content, asking.id, address.thread)
        id = await self.send(room, content, f"{asking.because_of} where")
        return (Answer(room, id),) if id else ()

    async def send(self, room: str, content: Json, because_of: str) -> str | None:
        """Send what an event asked for; the same event never makes a second message."""
        txn = txn_of(because_of)
        return await self._outbound.deliver(room, lambda: self._client.send(room, content, txn))

    def _contents(self, asking: Asking, reply: Reply, place: str) -> tuple[Json, ...]:
        """Return the page that was asked for; all pages of what is not to be run again for them."""
        command = self._dispatcher.table.meant(asking.invocation.line)
        if command is not None and command.runs_once:
            *pages, last = render_all(numbered(reply), _prefix(asking, place))
            contents = (*pages, with_choices(last, reply))
        else:
            contents = (_content(asking, reply, place),)
        address = asking.invocation.address
        if place != address.room:
            return contents
        return tuple(in_answer_to(one, asking.id, address.thread) for one in contents)

    async def _placed(self, asking: Asking, reply: Reply) -> tuple[Chat, Reply]:
        """Return where to answer and with what: without a direct chat, with how to get one."""
        chat = await self._place(asking, reply)
        if chat is not None:
            return chat, reply
        room = asking.invocation.address.room
        return Chat(room), _said("matrix-open-direct", reply.language)

    async def _place(self, asking: Asking, reply: Reply) -> Chat | None:
        """Return where to answer; nothing where only a direct chat will do and none can be had."""
        room = asking.invocation.address.room
        if not reply.private:
            return Chat(room)
        who = asking.invocation.actor.id
        is_here = asking.question.manner is Manner.DIRECT
        if is_here or await self._outbound.patiently(lambda: self._rooms.is_direct(room)):
            await self._outbound.patiently(lambda: self._direct.note(who, room))
            return Chat(room)
        return await self._outbound.patiently(lambda: self._direct.chat_with(who))


def txn_of(event: str) -> str:
    """Return the transaction id of what an event asks for: the same however often it is done."""
    digest = hashlib.sha256(event.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _said(key: str, language: str) -> Reply:
    return Reply((Paragraph((Text(Texts(language)(key)),)),), language=language)


def _content(asking: Asking, reply: Reply, place: str) -> Json:
    asked = Asked(asking.invocation.line, _prefix(asking, place), asking.page)
    return with_choices(render(numbered(reply), asked), reply)


def _prefix(asking: Asking, place: str) -> str:
    """Return what commands are printed with: nothing in a direct chat that is answered in."""
    return asking.question.prefix if place == asking.invocation.address.room else ""
