"""Choices as reactions: a number put to an answer runs the command that stands beside it.

Offered is only what is to be chosen from: the entries that a name may mean, and what settles a
preview or a proposal. Other commands in an answer are suggestions: with reactions for each, nearly
every answer would cost a handful of events more, and servers let an account send some ten at once.
For the same reason the numbers are put there once, in order, and no further when the server slows
us down: to choose, anybody may put one there themselves.

The commands travel in the answer's own content, so nothing is kept, and a restart loses none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import NotFoundError, RefusedError
from community_bot.adapters.matrix.events import as_id, as_list, as_object
from community_bot.adapters.matrix.transport import Json
from community_bot.core.invocation import first_words
from community_bot.domain.document import Code, Inline, Paragraph, Reply, Text

SIGNS = tuple(f"{number}\ufe0f\N{COMBINING ENCLOSING KEYCAP}" for number in range(1, 10))
DECISIONS = frozenset(
    {
        ("post", "confirm"),
        ("post", "cancel"),
        ("kb", "approve"),
        ("kb", "reject"),
        ("kb", "discuss"),
    }
)
"""Commands that settle something; an answer that offers nothing else is a question."""
_PRIVATE = "\N{ENVELOPE}\ufe0f"
_KEY = "community-bot.choices"
LONGEST = 500
"""Most characters of a line that stands in a message of ours."""
# Clients add these to a sign: to show it in colour, or a hand in somebody's own.
_VARIANTS = re.compile("[\ufe0f\U0001f3fb-\U0001f3ff]")


def numbered(reply: Reply) -> Reply:
    """Return a reply with numbers at what is to be chosen from.

    A number stands where another mark of a list would, so these are lines and no list.
    """
    count = _count(reply)
    if not count:
        return reply
    lines: list[Inline] = []
    for sign, one in zip(SIGNS, reply.actions[:count], strict=False):
        said = f"{sign} {one.caption}: " if one.caption else f"{sign} "
        lines += [Text("\n" if lines else ""), Text(said), Code(one.line, is_command=True)]
    choices = Paragraph(tuple(lines))
    return replace(reply, blocks=(*reply.blocks, choices), actions=reply.actions[count:])


def with_choices(content: Json, reply: Reply) -> Json:
    """Return the content of a reply with the lines that may be chosen."""
    lines = [one.line for one in reply.actions[: _count(reply)]]
    return {**content, _KEY: lines} if lines else content


def choices_in(content: object) -> tuple[str, ...]:
    """Return the lines that may be chosen, of the content of a message of ours."""
    lines = as_list(as_object(content).get(_KEY))[: len(SIGNS)]
    return tuple(line if isinstance(line, str) and len(line) <= LONGEST else "" for line in lines)


def number_of(sign: str) -> int | None:
    """Return which choice a sign is for, counting from 0."""
    signs = list(map(plain, SIGNS))
    return signs.index(plain(sign)) if plain(sign) in signs else None


def plain(sign: str) -> str:
    """Return a sign without what only says how to show it."""
    return _VARIANTS.sub("", sign)


async def offer(client: MatrixClient, room: str, event: str, signs: Iterable[str]) -> None:
    """Put signs to a message of ours. Raises MatrixError at the first that is not taken."""
    for number, sign in enumerate(signs):
        await _put(client, room, event, sign, f"{number}.{event.strip('$')}")


async def point(client: MatrixClient, room: str, event: str, txn: str) -> None:
    """Show at a question that it was answered in private. Raises MatrixError."""
    await _put(client, room, event, _PRIVATE, txn)


async def _put(client: MatrixClient, room: str, event: str, sign: str, txn: str) -> None:
    try:
        await client.react(room, event, sign, txn)
    except RefusedError as error:
        if error.code != "M_DUPLICATE_ANNOTATION":  # it stands there already
            raise


async def said_now(client: MatrixClient, room: str, raw: Json) -> Json:
    """Return what a message of ours says now, if it was changed; nothing of anybody else's.

    Raises MatrixError.
    """
    own = client.identity.user
    if raw.get("sender") != own:
        return {}
    relations = as_object(as_object(raw.get("unsigned")).get("m.relations"))
    changed = as_id(as_object(relations.get("m.replace")).get("event_id"), "$")
    if not changed:
        return as_object(raw.get("content"))
    try:
        newest = await client.event(room, changed)
    except NotFoundError:
        return {}
    is_own = newest.get("sender") == own
    return as_object(as_object(newest.get("content")).get("m.new_content")) if is_own else {}


def chosen_line(content: Json, sign: str) -> str:
    """Return the line that a sign chooses; nothing if there is no such choice."""
    lines = choices_in(content)
    number = number_of(sign)
    return lines[number] if number is not None and number < len(lines) else ""


def _count(reply: Reply) -> int:
    """Return how many of the first actions are choices."""
    if reply.candidates:
        return min(len(reply.candidates), len(reply.actions), len(SIGNS))
    is_question = all(first_words(one.line, 2) in DECISIONS for one in reply.actions)
    return min(len(reply.actions), len(SIGNS)) if is_question else 0
