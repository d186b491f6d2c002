"""Posts to Matrix rooms: one attempt a call, its outcome told exactly, and read back if unknown.

The key of an attempt is its transaction id, and stands in the content as well, which is encrypted
where the room is: servers forget transaction ids, but not messages.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from html import escape

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import (
    MatrixError,
    NotFoundError,
    UnauthorisedError,
)
from community_bot.adapters.matrix.events import as_id, as_object
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.outcomes import outcome_of
from community_bot.adapters.matrix.reactions import offer
from community_bot.adapters.matrix.render import (
    MAX_CONTENT,
    Contents,
    flattened,
    in_place_of,
    size_of,
)
from community_bot.adapters.matrix.signs import signs_for, signs_in, with_legend, with_signs
from community_bot.adapters.matrix.taking_away import take_away
from community_bot.adapters.matrix.transport import Json, encode
from community_bot.core.paging import split_pages
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Action, Reply
from community_bot.publishing.errors import (
    DestinationRefusedError,
    HistoryUnreadableError,
    MessageGoneError,
    NotAcceptedError,
    TokenRefusedError,
)

KEY = "community-bot.key"
"""The field of a content that says by which attempt it was sent."""
KEY_WINDOW = timedelta(minutes=20)
"""How long transaction ids are surely remembered: Synapse's memory holds them 30 minutes.

The specification promises nothing.
"""
_ADDED = 1_500
"""Most bytes that mark, key and relation add to a content."""
_MARGIN = timedelta(minutes=10)
"""How much older than asked for a message may say that it is: clocks differ."""
_MOST_READ = 100
"""Most pieces of history that are read back."""
_SOON = timedelta(seconds=5)
"""When to try again while there is no session."""
_OFFERED_AFTER = 1.0
"""Seconds after a message until signs are put to it."""


@dataclass(frozen=True, slots=True)
class MatrixCarrier:
    """Implements ``publishing.ports.Carrier``. ``prefix`` is printed before the commands in posts.

    It repeats nothing: its errors say what is known of an attempt. Without a session nothing is
    taken.
    """

    line: Line
    prefix: str = "!"

    @property
    def platform(self) -> Platform:
        """Matrix."""
        return Platform.MATRIX

    @property
    def key_window(self) -> timedelta:
        """How long transaction ids are surely remembered."""
        return KEY_WINDOW

    def pages(self, reply: Reply, mark: str) -> tuple[str, ...]:
        """Render a reply as JSON contents; the mark is the last line of each, in both forms."""
        return pages_of(reply, mark, self.prefix)

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        """Send one message; return its id. Raises DeliveryError."""
        content = {**json.loads(payload), KEY: key}
        if relation := _relation(address.thread, reply_to):
            content["m.relates_to"] = relation
        with self._session() as client:
            message = await client.send(address.room, content, key)
            self._offer(client, address.room, message, signs_in(content))
        return message

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        """Change what a message of ours says. Raises DeliveryError, so MessageGoneError.

        A server takes the edit of a message that was taken away, and nobody would see it.
        """
        with self._session() as client:
            if not await _stands(client, address.room, message):
                raise MessageGoneError("delivery-message-gone")
            content = {**in_place_of(json.loads(payload), message), KEY: key}
            await client.send(address.room, content, key)

    async def delete(self, address: Address, message: str, key: str) -> None:
        """Take a message of ours away with its edits; one that is gone already is no error."""
        with self._session() as client:
            try:
                await take_away(client, address.room, message, partial(_transaction, key))
            except NotFoundError:
                await _ensure_joined(client, address.room)

    async def find(self, address: Address, payload: str, key: str, since: datetime) -> str | None:
        """Read a room back for a message of ours with a key; None if it surely is not there.

        Raises HistoryUnreadableError where that cannot be told, DeliveryError where it may be told
        later.
        """
        del payload
        oldest = (since - _MARGIN).timestamp() * 1000
        is_sure = True
        start = ""
        for _ in range(_MOST_READ):
            with self._session() as client:
                own = client.identity.user
                history = await client.own_messages(address.room, start)
            events = [one for one in history.events if one.get("sender") == own]
            for event in events:
                is_it = _is_of(event, key, own)
                if is_it:
                    return as_id(event.get("event_id"), "$")
                is_sure = is_sure and is_it is not None
            if not history.end or any(_is_older(event, oldest) for event in events):
                break
            start = history.end
        else:
            is_sure = False
        if not is_sure:
            raise HistoryUnreadableError
        return None

    def _offer(self, client: MatrixClient, room: str, message: str, signs: Iterable[str]) -> None:
        """Have signs put to a message, on the side: without them it still says what to type."""
        if signs and self.line.outbound is not None:
            self.line.outbound.courteously(_offer(client, room, message, tuple(signs)))

    @contextmanager
    def _session(self) -> Iterator[MatrixClient]:
        """Yield the present session; what the server answers becomes what is known of the attempt.

        A session that is over is not the end where another one may come.
        """
        if self.line.is_refused:
            raise TokenRefusedError
        if self.line.client is None:
            raise _later("delivery-not-connected")
        try:
            yield self.line.client
        except MatrixError as error:
            if isinstance(error, UnauthorisedError) and self.line.can_sign_in_anew:
                raise _later("delivery-session-over") from error
            raise outcome_of(error) from error


async def _offer(client: MatrixClient, room: str, message: str, signs: Iterable[str]) -> None:
    # A server lets an account send only so much at once: what else is to be posted goes first.
    await asyncio.sleep(_OFFERED_AFTER)
    await offer(client, room, message, signs)


def _later(reason: str) -> NotAcceptedError:
    return NotAcceptedError(reason, retry_after=_SOON, whole_platform=True)


async def _stands(client: MatrixClient, room: str, message: str) -> bool:
    try:
        event = await client.event(room, message)
    except NotFoundError:
        await _ensure_joined(client, room)
        return False
    return not _is_redacted(event)


async def _ensure_joined(client: MatrixClient, room: str) -> None:
    """Tell a message that is not there from a room that we are not in."""
    if not await client.is_joined(room, client.identity.user):
        raise DestinationRefusedError("delivery-not-there")


def pages_of(reply: Reply, mark: str, prefix: str) -> tuple[str, ...]:
    """Render a reply as JSON contents; ``prefix`` is printed before the commands in it.

    What can be acted upon for good has signs for that, below the last of them.
    """
    signs = signs_for(reply.actions) if reply.keeps_actions else {}
    reply = with_legend(reply, signs, prefix)
    actions = tuple(Action(one.label, prefix + one.line) for one in reply.actions)
    reply = replace(reply, actions=actions)
    limit = MAX_CONTENT - _ADDED - size_of(with_signs({}, signs))
    contents = Contents()
    whole = contents.of(reply)
    if size_of(whole) <= limit:
        return (_marked(with_signs(whole, signs), mark),)
    flat = flattened(reply)
    parts = split_pages(flat.blocks, measure=contents.measure(Reply(())), limit=limit)
    pages = [contents.of(replace(flat, blocks=blocks)) for blocks in parts]
    pages[-1] = with_signs(pages[-1], signs)
    return tuple(
        _marked(page, f"{mark} {number}/{len(parts)}") for number, page in enumerate(pages, 1)
    )


def _marked(content: Json, mark: str) -> str:
    body, html = content["body"], content["formatted_body"]
    marked = {
        **content,
        "body": f"{body}\n\n{mark}",
        "formatted_body": f"{html}\n<p>{escape(mark)}</p>",
    }
    return encode(marked).decode()


def _relation(thread: str, reply_to: str) -> Json:
    """Return what puts a message into a thread, or makes it a reply, or both."""
    replied = reply_to or thread
    if not replied:
        return {}
    relation: Json = {"m.in_reply_to": {"event_id": replied}}
    if thread:
        relation |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": not reply_to}
    return relation


def _transaction(key: str, message: str) -> str:
    """Return a transaction id for one of several messages that a row takes away.

    Servers know a transaction by its room and its id, not by what was to be done.
    """
    digest = hashlib.sha256(f"{key} {message}".encode()).digest()
    return base64.b32encode(digest).decode().lower()[:22]


def _is_of(event: Json, key: str, own: str) -> bool | None:
    """Tell whether a message of ours was sent by a key; None if that cannot be told."""
    unsigned = as_object(event.get("unsigned"))
    transaction = unsigned.get("transaction_id")  # which servers tell the device that sent it
    if isinstance(transaction, str):
        return transaction == key
    if _is_redacted(event):
        # We take away only what we know to have sent.
        return False if as_object(unsigned.get("redacted_because")).get("sender") == own else None
    if event.get("type") == "m.room.encrypted":
        return None
    return as_object(event.get("content")).get(KEY) == key


def _is_redacted(event: Json) -> bool:
    return "redacted_because" in as_object(event.get("unsigned")) or not event.get("content")


def _is_older(event: Json, moment: float) -> bool:
    """Tell whether an event was sent before a moment, in milliseconds since 1970."""
    sent_at = event.get("origin_server_ts")
    return isinstance(sent_at, int) and sent_at < moment
