"""Posts to Matrix rooms: one attempt a call, its outcome told exactly, and read back if unknown.

The key of an attempt is its transaction id, and stands in the content as well, which is encrypted
where the room is: servers forget transaction ids, but not messages.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from http import HTTPStatus

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import (
    ForbiddenError,
    MatrixError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    UnauthorisedError,
    UnreachableError,
)
from community_bot.adapters.matrix.events import as_id, as_object
from community_bot.adapters.matrix.render import (
    MAX_CONTENT,
    content_of,
    flattened,
    in_place_of,
    size_of,
)
from community_bot.adapters.matrix.transport import Json, encode
from community_bot.core.paging import split_pages
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Action, Blocks, Reply
from community_bot.publishing.errors import (
    DeliveryError,
    DestinationRefusedError,
    HistoryUnreadableError,
    MessageGoneError,
    MessageRefusedError,
    NotAcceptedError,
    OutcomeUnknownError,
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
_OF_THE_SERVER = {"M_CONSENT_NOT_GIVEN", "M_RESOURCE_LIMIT_EXCEEDED", "M_USER_SUSPENDED"}
"""Refusals that no other room or message changes, but a person may."""


@dataclass(frozen=True, slots=True)
class MatrixCarrier:
    """Implements ``publishing.ports.Carrier``. ``prefix`` is printed before the commands in posts.

    It repeats nothing: its errors say what is known of an attempt.
    """

    client: MatrixClient
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
        with _told():
            return await self.client.send(address.room, content, key)

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        """Change what a message of ours says. Raises DeliveryError, so MessageGoneError.

        A server takes the edit of a message that was taken away, and nobody would see it.
        """
        with _told():
            if not await self._stands(address.room, message):
                raise MessageGoneError("delivery-message-gone")
            content = {**in_place_of(json.loads(payload), message), KEY: key}
            await self.client.send(address.room, content, key)

    async def delete(self, address: Address, message: str, key: str) -> None:
        """Take a message of ours away; one that is gone already is no error."""
        with _told():
            try:
                await self.client.redact(address.room, message, _transaction(key, message))
            except NotFoundError:
                await self._ensure_joined(address.room)

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
            with _told():
                history = await self.client.own_messages(address.room, start)
            events = [one for one in history.events if one.get("sender") == self._own]
            for event in events:
                is_it = _is_of(event, key, self._own)
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

    @property
    def _own(self) -> str:
        return self.client.identity.user

    async def _stands(self, room: str, message: str) -> bool:
        try:
            event = await self.client.event(room, message)
        except NotFoundError:
            await self._ensure_joined(room)
            return False
        return not _is_redacted(event)

    async def _ensure_joined(self, room: str) -> None:
        """Tell a message that is not there from a room that we are not in."""
        if not await self.client.is_joined(room, self._own):
            raise DestinationRefusedError


def pages_of(reply: Reply, mark: str, prefix: str) -> tuple[str, ...]:
    """Render a reply as JSON contents; ``prefix`` is printed before the commands in it."""
    actions = tuple(Action(one.label, prefix + one.line) for one in reply.actions)
    reply = replace(reply, actions=actions)
    limit = MAX_CONTENT - _ADDED
    whole = content_of(reply)
    if size_of(whole) <= limit:
        return (_marked(whole, mark),)
    flat = flattened(reply)

    def page(blocks: Blocks) -> Json:
        return content_of(replace(flat, blocks=blocks))

    parts = split_pages(flat.blocks, measure=lambda it: size_of(page(it)), limit=limit)
    return tuple(
        _marked(page(blocks), f"{mark} {number}/{len(parts)}")
        for number, blocks in enumerate(parts, 1)
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


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the server answered into what is known of the attempt."""
    try:
        yield
    except MatrixError as error:
        raise _meaning(error) from error


def _meaning(error: MatrixError) -> DeliveryError:
    is_by_server = bool(error.code) and error.code != "M_UNRECOGNIZED"  # not by what stands before
    match error:
        case RateLimitedError():
            # An account is limited, not a room.
            wait = timedelta(seconds=error.retry_after)
            return NotAcceptedError(retry_after=wait, whole_platform=True)
        case UnauthorisedError(is_soft_logout=True):
            return NotAcceptedError(whole_platform=True)  # until the adapter has renewed the token
        case UnauthorisedError():
            return TokenRefusedError()
        case UnreachableError() | RefusedError(status=0):
            return NotAcceptedError()
        case ForbiddenError() if error.code in _OF_THE_SERVER:
            return NotAcceptedError()
        case ForbiddenError() | NotFoundError() if is_by_server:
            return DestinationRefusedError()
        case RefusedError() if is_by_server or error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return MessageRefusedError()
        case _:
            return OutcomeUnknownError()
