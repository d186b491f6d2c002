"""Commands as people have to type them in a room: with what commands begin with there.

What a reply says stays as it is; only what it prints to be typed is changed.
"""

from __future__ import annotations

from dataclasses import replace

from community_bot.domain.document import (
    Action,
    Block,
    Code,
    Field,
    Fields,
    Inline,
    Inlines,
    Listing,
    Paragraph,
    Reply,
)


def prefixed(reply: Reply, prefix: str) -> Reply:
    """Return a reply whose commands begin with the prefix."""
    if not prefix:
        return reply
    return replace(
        reply,
        blocks=tuple(_block(block, prefix) for block in reply.blocks),
        actions=tuple(_action(one, prefix) for one in reply.actions),
    )


def _action(action: Action, prefix: str) -> Action:
    line = prefix + action.line
    return Action(action.caption or line, line)


def _block(block: Block, prefix: str) -> Block:
    match block:
        case Paragraph(content) if _has_command(content):
            return Paragraph(_inlines(content, prefix))
        case Listing(items) if any(map(_has_command, items)):
            return replace(block, items=tuple(_inlines(item, prefix) for item in items))
        case Fields(fields) if any(_has_command(one.value) for one in fields):
            return Fields(tuple(Field(one.label, _inlines(one.value, prefix)) for one in fields))
        case _:
            return block


def _has_command(content: Inlines) -> bool:
    return any(isinstance(one, Code) and one.is_command for one in content)


def _inlines(content: Inlines, prefix: str) -> Inlines:
    return tuple(_inline(one, prefix) for one in content)


def _inline(inline: Inline, prefix: str) -> Inline:
    if isinstance(inline, Code) and inline.is_command:
        return replace(inline, text=prefix + inline.text)
    return inline
