"""Posts to the rooms of this terminal: shown as they come, and remembered while it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from community_bot.core.i18n import Texts
from community_bot.core.paging import split_pages
from community_bot.core.render.text import render_text
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Blocks, Reply
from community_bot.publishing.errors import DestinationRefusedError, MessageGoneError
from community_bot.publishing.post import Act

LONGEST_PAGE = 12_000
"""Most characters of a message; a terminal would take more, but no reader."""

_ALWAYS = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that happened in a room: a message posted, edited or deleted.

    ``text`` is the message as it was written; ``answers`` the mark of the message it replies to.
    """

    room: str
    act: Act
    text: str
    answers: str = ""

    def heading(self, texts: Texts) -> str:
        """Return the line that stands above, with the room and what happened there."""
        if self.act is Act.EDIT:
            return f"── {texts('chat-edited', room=self.room)} ──"
        if self.act is Act.DELETE:
            return f"── {texts('chat-deleted', room=self.room)} ──"
        if self.answers:
            return f"── {texts('chat-replied', room=self.room, mark=self.answers)} ──"
        return f"── {self.room} ──"

    @property
    def body(self) -> str:
        """What stands below: the message, or only its mark when it is gone."""
        return _mark_of(self.text) if self.act is Act.DELETE else self.text


class TerminalCarrier:
    """Shows what is posted by a callback; a message or an edit is never shown twice."""

    platform = Platform.TERMINAL
    key_window = _ALWAYS

    def __init__(self, show: Callable[[Shown], None]) -> None:
        self._show = show
        self._messages: dict[str, str] = {}
        self._by_key: dict[str, str] = {}
        self._closed: set[str] = set()

    def close(self, room: str) -> None:
        """Let nothing into a room, as a platform does that took a permission away."""
        self._closed.add(room)

    def open(self, room: str) -> None:
        """Let posts into a room again."""
        self._closed.discard(room)

    def pages(self, reply: Reply, mark: str) -> tuple[str, ...]:
        """Render a reply as plain text; its mark is the last line of each page."""

        def measure(blocks: Blocks) -> int:
            return len(render_text(Reply(blocks)))

        parts = split_pages(reply.blocks, measure=measure, limit=LONGEST_PAGE) or ((),)
        pages = [Reply(blocks, language=reply.language) for blocks in parts]
        pages[-1] = replace(pages[-1], actions=reply.actions, footer=reply.footer)
        if len(pages) == 1:
            return (f"{render_text(pages[0])}\n\n{mark}",)
        return tuple(
            f"{render_text(page)}\n\n{mark} {number}/{len(pages)}"
            for number, page in enumerate(pages, 1)
        )

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        """Show a message, unless this key showed it already; return its id."""
        self._enter(address.room)
        known = self._by_key.get(key)
        if known is not None:
            return known
        id_ = str(len(self._by_key) + 1)
        self._by_key[key] = id_
        self._messages[id_] = payload
        answers = _mark_of(self._messages.get(reply_to, ""))
        self._show(Shown(address.room, Act.SEND, payload, answers))
        return id_

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        """Show what a message says now. Raises MessageGoneError."""
        self._enter(address.room)
        if key in self._by_key:
            return
        if message not in self._messages:
            raise MessageGoneError
        self._by_key[key] = message
        self._messages[message] = payload
        self._show(Shown(address.room, Act.EDIT, payload))

    async def delete(self, address: Address, message: str, key: str) -> None:
        """Show that a message is gone; one that is gone already is no error."""
        del key
        self._enter(address.room)
        payload = self._messages.pop(message, "")
        if payload:
            self._show(Shown(address.room, Act.DELETE, payload))

    async def find(self, address: Address, payload: str, key: str, since: datetime) -> str | None:
        """Return the message that was shown for a key, if it was."""
        del address, payload, since
        return self._by_key.get(key)

    def _enter(self, room: str) -> None:
        if room in self._closed:
            raise DestinationRefusedError("chat-room-closed")


def _mark_of(payload: str) -> str:
    return payload.rpartition("\n")[2]
