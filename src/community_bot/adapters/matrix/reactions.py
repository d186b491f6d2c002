"""Choices as reactions: a number put to an answer runs the command that stands beside it.

Offered is only what is to be chosen from: the entries that a name may mean, and the answer to a
preview. Other commands in an answer are suggestions: with reactions for each, nearly every answer
would cost a handful of events more, and servers let an account send some ten at once. For the same
reason the numbers are put there once, in order, and no further when the server slows us down: to
choose, anybody may put one there themselves.

The commands travel in the answer's own content, so nothing is kept, and a restart loses none.
"""

from __future__ import annotations

from dataclasses import replace

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import NotFoundError, RefusedError
from community_bot.adapters.matrix.events import Reaction, as_id, as_list, as_object
from community_bot.adapters.matrix.transport import Json
from community_bot.core.invocation import first_words
from community_bot.domain.document import Code, Inline, Paragraph, Reply, Text

SIGNS = tuple(f"{number}\ufe0f\N{COMBINING ENCLOSING KEYCAP}" for number in range(1, 10))
DECISIONS = frozenset({("post", "confirm"), ("post", "cancel")})
"""Commands that settle something; an answer that offers nothing else is a question."""
_PRIVATE = "\N{ENVELOPE}\ufe0f"
_KEY = "community-bot.choices"
_LONGEST = 500


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
    return tuple(line if isinstance(line, str) and len(line) <= _LONGEST else "" for line in lines)


def number_of(sign: str) -> int | None:
    """Return which choice a sign is for, counting from 0."""
    plain = sign.replace("\ufe0f", "")
    signs = [one.replace("\ufe0f", "") for one in SIGNS]
    return signs.index(plain) if plain in signs else None


async def offer(client: MatrixClient, room: str, event: str, count: int) -> None:
    """Put the numbers to an answer. Raises MatrixError at the first that is not taken."""
    for number, sign in enumerate(SIGNS[:count]):
        await client.react(room, event, sign, f"{number}.{event.strip('$')}")


async def point(client: MatrixClient, room: str, event: str, txn: str) -> None:
    """Show at a question that it was answered in private. Raises MatrixError."""
    try:
        await client.react(room, event, _PRIVATE, txn)
    except RefusedError as error:
        if error.code != "M_DUPLICATE_ANNOTATION":  # it stands there already
            raise


async def chosen_line(client: MatrixClient, room: str, raw: Json, reaction: Reaction) -> str:
    """Return the line that a reaction to an event chooses; nothing if there is no such choice.

    Where the answer was changed, what it says now counts. Raises MatrixError.
    """
    if raw.get("sender") != client.identity.user:
        return ""
    content = as_object(raw.get("content"))
    relations = as_object(as_object(raw.get("unsigned")).get("m.relations"))
    changed = as_id(as_object(relations.get("m.replace")).get("event_id"), "$")
    if changed:
        try:
            newest = await client.event(room, changed)
        except NotFoundError:
            return ""
        content = as_object(as_object(newest.get("content")).get("m.new_content"))
    lines = choices_in(content)
    number = number_of(reaction.key)
    return lines[number] if number is not None and number < len(lines) else ""


def _count(reply: Reply) -> int:
    """Return how many of the first actions are choices."""
    if reply.candidates:
        return min(len(reply.candidates), len(reply.actions), len(SIGNS))
    is_question = all(first_words(one.line, 2) in DECISIONS for one in reply.actions)
    return min(len(reply.actions), len(SIGNS)) if is_question else 0
