"""Messages in channels and threads: posting, changing, deleting, publishing; one try each."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus

from community_bot.adapters.discord.errors import (
    ALREADY_PUBLISHED,
    THREAD_ARCHIVED,
    UNKNOWN_CHANNEL,
    UNKNOWN_MESSAGE,
    AnswerLostError,
    DiscordError,
    RefusedError,
)
from community_bot.adapters.discord.places import Place
from community_bot.adapters.discord.rest import Json, Rest
from community_bot.domain.address import Address
from community_bot.publishing.errors import OutcomeUnknownError

NOBODY: Json = {"parse": [], "replied_user": False}
"""Whom a message may notify."""
_PUBLISHED = 1 << 0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that stands; ``flags`` are Discord's."""

    id: str
    flags: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """A channel or thread, and a message there: the one to be changed, or to be replied to.

    ``is_post`` says that it is a thread that a post in a forum began: without it the post is gone.
    """

    channel: str
    message: str = ""
    is_post: bool = False


def target_of(address: Address, message: str) -> Target:
    """Return where a message of ours is. In a forum its id names the thread before it."""
    thread, slash, id_ = message.rpartition("/")
    if slash:
        return Target(thread, id_, is_post=True)
    return Target(address.thread or address.room, message)


def message_of(payload: str) -> Json:
    """Return a payload as the body of a request; it notifies nobody."""
    body: Json = json.loads(payload)
    return {**body, "allowed_mentions": NOBODY}


async def post(rest: Rest, target: Target, message: Json, key: str) -> Posted:
    """Post under a key, or learn which message was posted under it. Raises DiscordError."""
    body: Json = {**message, "nonce": key, "enforce_nonce": True}
    if target.message:
        body["message_reference"] = {"message_id": target.message, "fail_if_not_exists": False}
    return posted_of(await _in_open(rest, target, "POST", "", body))


async def change(rest: Rest, target: Target, message: Json) -> None:
    """Have a message say something else. Raises DiscordError."""
    await _in_open(rest, target, "PATCH", f"/{target.message}", message)


async def taking_away(rest: Rest, target: Target) -> None:
    """Delete a message. Raises DiscordError."""
    await _in_open(rest, target, "DELETE", f"/{target.message}", None)


async def publish(rest: Rest, place: Place, posted: Posted) -> None:
    """Have what was posted in an announcement channel appear where that is followed.

    A refusal is not worth the message: it stands. Raises OutcomeUnknownError where another attempt
    may bring more, which then learns that the message was posted.
    """
    if not place.is_announcing or posted.flags & _PUBLISHED:
        return
    try:
        await rest.request("POST", f"/channels/{place.id}/messages/{posted.id}/crosspost")
    except RefusedError as error:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise OutcomeUnknownError("delivery-not-published") from error
        if error.code != ALREADY_PUBLISHED:
            _log.warning("a message was posted, but not published: %s", error)
    except DiscordError as error:
        raise OutcomeUnknownError("delivery-not-published") from error


async def _in_open(
    rest: Rest, target: Target, method: str, rest_of_path: str, body: Json | None
) -> object:
    """Make a request about a message; if its thread sleeps, wake it and ask once more."""
    path = f"/channels/{target.channel}/messages{rest_of_path}"
    try:
        return await rest.request(method, path, body)
    except RefusedError as error:
        if error.code == UNKNOWN_CHANNEL and target.is_post:
            raise RefusedError(error.status, UNKNOWN_MESSAGE) from error
        if error.code != THREAD_ARCHIVED:
            raise
    await rest.request("PATCH", f"/channels/{target.channel}", {"archived": False})
    return await rest.request(method, path, body)


def posted_of(said: object) -> Posted:
    """Read a message object. Raises AnswerLostError for what is none."""
    if not isinstance(said, dict) or not isinstance(said.get("id"), str):
        raise AnswerLostError
    flags = said.get("flags")
    return Posted(said["id"], flags if isinstance(flags, int) else 0)


def lines_of(message: Json) -> Iterator[str]:
    """Yield the visible lines of a message of either kind, from top to bottom."""
    content = message.get("content")
    if isinstance(content, str):
        yield from _lines(content)
    yield from _lines_within(message.get("components"))


def mark_of(message: Json) -> str:
    """Return the last visible line of a message."""
    last = ""
    for line in lines_of(message):
        last = line
    return last


def _lines_within(components: object) -> Iterator[str]:
    for component in components if isinstance(components, list) else ():
        if not isinstance(component, dict):
            continue
        content = component.get("content")
        if isinstance(content, str):
            yield from _lines(content)
        yield from _lines_within(component.get("components"))


def _lines(content: str) -> Iterator[str]:
    return (line.strip() for line in content.split("\n") if line.strip())
