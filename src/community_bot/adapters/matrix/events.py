"""From any JSON that a homeserver sends to what the bot acts on, or to nothing. Never raises.

Whatever is of a wrong type, too large, ours or not for us is nothing, since other people and other
servers choose what stands in an event. Knows no network and no command.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from community_bot.adapters.matrix.transport import Json

MAX_BODY = 65_536
"""Most characters of a message that is looked at: as long as an event can be.

A command is far shorter, but whoever sent too much is to be told so.
"""
_LONGEST_ID = 255
_LAST_MOMENT = 2**53 - 1
"""Nothing is later: no integer of canonical JSON is larger."""


@dataclass(frozen=True, slots=True)
class Message:
    """Somebody's words. ``sent_at`` is in milliseconds since 1970, by the sender's own server.

    ``thread`` is the id of the first event of the thread that it stands in, ``replies_to`` that of
    the message that it answers; either may be empty.
    """

    id: str
    sender: str
    sent_at: int
    body: str
    mentions: frozenset[str] = frozenset()
    thread: str = ""
    replies_to: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """New words for an earlier message, ``target``."""

    id: str
    sender: str
    sent_at: int
    target: str
    body: str
    mentions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Redaction:
    """An event, ``target``, was taken away by its sender or by a moderator."""

    id: str
    sender: str
    target: str


@dataclass(frozen=True, slots=True)
class Reaction:
    """A sign, ``key``, put to a message."""

    id: str
    sender: str
    sent_at: int
    target: str
    key: str


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody, ``user``, joined, left, or was invited or banned by ``sender``."""

    id: str
    sender: str
    user: str
    membership: str


@dataclass(frozen=True, slots=True)
class Tombstone:
    """The room was replaced by ``successor``."""

    id: str
    sender: str
    successor: str


@dataclass(frozen=True, slots=True)
class Undecrypted:
    """Something that cannot be read, for want of the key of ``session``."""

    id: str
    sender: str
    sent_at: int
    session: str


Event = Message | Edit | Redaction | Reaction | Membership | Tombstone | Undecrypted


def parse_event(raw: object, own: str) -> Event | None:
    """Return what an event of a timeline means for ``own``, the bot's user id, if anything."""
    event = as_object(raw)
    id = as_id(event.get("event_id"), "$")
    sender = as_id(event.get("sender"), "@")
    if not id or not sender:
        return None
    if "state_key" in event:
        return _state(id, sender, event)
    if sender == own:
        return None
    if event.get("type") == "m.room.redaction":
        content = as_object(event.get("content"))
        target = as_id(event.get("redacts"), "$") or as_id(content.get("redacts"), "$")
        return Redaction(id, sender, target) if target else None
    return _said(id, sender, event)


def answered_question(raw: object, own: str) -> str:
    """Return the id of the question that an event answers, if it is an answer of ours that stands.

    Works on encrypted events too: relations are not encrypted.
    """
    event = as_object(raw)
    if event.get("sender") != own or event.get("type") not in {
        "m.room.message",
        "m.room.encrypted",
    }:
        return ""
    relation = as_object(as_object(event.get("content")).get("m.relates_to"))
    if relation.get("rel_type") == "m.replace":
        return ""
    return as_id(as_object(relation.get("m.in_reply_to")).get("event_id"), "$")


def as_object(value: object) -> Json:
    """Return a JSON object, an empty one for anything else."""
    return cast("Json", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a JSON array, an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_id(value: object, sigil: str) -> str:
    """Return an id that begins with a sigil; nothing for what cannot be one.

    Room ids need no server part: since version 12 they have none.
    """
    if not isinstance(value, str) or not 1 < len(value) <= _LONGEST_ID:
        return ""
    return value if value.startswith(sigil) and value.isprintable() else ""


def _state(id: str, sender: str, event: Json) -> Event | None:
    content = as_object(event.get("content"))
    if event.get("type") == "m.room.tombstone" and event.get("state_key") == "":
        successor = as_id(content.get("replacement_room"), "!")
        return Tombstone(id, sender, successor) if successor else None
    user = as_id(event.get("state_key"), "@")
    membership = content.get("membership")
    if event.get("type") != "m.room.member" or not user or not isinstance(membership, str):
        return None
    return Membership(id, sender, user, membership)


def _said(id: str, sender: str, event: Json) -> Event | None:
    sent_at = event.get("origin_server_ts")
    if not isinstance(sent_at, int) or isinstance(sent_at, bool):
        return None
    if not 0 <= sent_at <= _LAST_MOMENT:
        return None
    content = as_object(event.get("content"))
    match event.get("type"):
        case "m.room.message":
            return _message(id, sender, sent_at, content)
        case "m.reaction":
            return _reaction(id, sender, sent_at, content)
        case "m.room.encrypted":
            session = content.get("session_id")
            known = isinstance(session, str) and len(session) <= _LONGEST_ID
            return Undecrypted(id, sender, sent_at, str(session) if known else "")
        case _:
            return None


def _message(id: str, sender: str, sent_at: int, content: Json) -> Message | Edit | None:
    relation = as_object(content.get("m.relates_to"))
    if relation.get("rel_type") == "m.replace":
        target = as_id(relation.get("event_id"), "$")
        new = as_object(content.get("m.new_content"))
        body = _words(new)
        if not target or target == id or body is None:
            return None
        return Edit(id, sender, sent_at, target, body, _mentions(new))
    body = _words(content)
    if body is None:
        return None
    thread = ""
    if relation.get("rel_type") == "m.thread":
        thread = as_id(relation.get("event_id"), "$")
    replies_to = as_id(as_object(relation.get("m.in_reply_to")).get("event_id"), "$")
    if thread and relation.get("is_falling_back") is True:
        replies_to = ""  # it is there for clients that know no threads
    if replies_to:
        body = _without_fallback(body)
    return Message(id, sender, sent_at, body, _mentions(content), thread, replies_to)


def _words(content: Json) -> str | None:
    """Return the words of what a person typed; notices are bots' and start no conversation."""
    body = content.get("body")
    if content.get("msgtype") != "m.text" or not isinstance(body, str) or len(body) > MAX_BODY:
        return None
    return body


def _mentions(content: Json) -> frozenset[str]:
    users = as_list(as_object(content.get("m.mentions")).get("user_ids"))
    return frozenset(found for user in users[:100] if (found := as_id(user, "@")))


def _without_fallback(body: str) -> str:
    """Take away the quotation that older clients put before the words of a reply."""
    if not body.startswith("> <"):
        return body
    lines = body.split("\n")
    quoted = next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[quoted:]).lstrip("\n")


def _reaction(id: str, sender: str, sent_at: int, content: Json) -> Reaction | None:
    relation = as_object(content.get("m.relates_to"))
    target = as_id(relation.get("event_id"), "$")
    key = relation.get("key")
    if relation.get("rel_type") != "m.annotation" or not target or not isinstance(key, str):
        return None
    return Reaction(id, sender, sent_at, target, key) if len(key) <= _LONGEST_ID else None
