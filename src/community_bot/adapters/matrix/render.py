"""A reply as the content of a Matrix message: plain words and HTML from the same document.

Nobody is ever mentioned, whatever stands in the reply. A reply that is too long for one event is
cut into pages; each ends with the command for the next, so that nothing has to be remembered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from community_bot.adapters.matrix.prefixing import prefixed
from community_bot.adapters.matrix.transport import Json, encode
from community_bot.core.i18n import Texts
from community_bot.core.paging import split_pages
from community_bot.core.render.html import html_writer
from community_bot.core.render.press import Press, Remembering, identity
from community_bot.core.render.text import message_writer
from community_bot.domain.document import (
    Action,
    Block,
    Blocks,
    Code,
    Listing,
    Reply,
    Text,
)

MAX_CONTENT = 16_000
"""Most bytes of a content. An event has 65,536; an edit has it twice, encryption adds a third."""

_written = json.JSONEncoder(ensure_ascii=False).encode
_WIDEST_GAPS = len(r"\n\n") + len(r"\n")
"""Bytes of what stands between two blocks, in both forms, as JSON."""

PAGE_WORD = "page"
_MOST_PAGES = 9999
_PAGE_LINE = re.compile(rf"{PAGE_WORD}\s+([0-9]{{1,4}})\s+(\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reply answers: the line without its prefix, the prefix to print before commands."""

    line: str
    prefix: str = ""
    page: int = 1


def render(reply: Reply, asked: Asked) -> Json:
    """Return the content of the message for the page that was asked for."""
    reply = prefixed(reply, asked.prefix)
    contents = Contents()
    whole = contents.of(reply)
    if size_of(whole) <= MAX_CONTENT:
        return whole
    return _page(flattened(reply), asked, contents)


def _page(reply: Reply, asked: Asked, contents: Contents) -> Json:
    label = Texts(reply.language)("action-next-page")

    def page(blocks: Blocks, number: int) -> Reply:
        more = Action(label, f"{asked.prefix}{PAGE_WORD} {number + 1} {asked.line}")
        return replace(reply, blocks=blocks, actions=(more,))

    measure = contents.measure(page((), _MOST_PAGES))
    pages = split_pages(reply.blocks, measure=measure, limit=MAX_CONTENT)
    number = min(max(asked.page, 1), len(pages))
    if number == len(pages):
        return contents.of(replace(reply, blocks=pages[-1]))
    return contents.of(page(pages[number - 1], number))


def render_all(reply: Reply, prefix: str) -> tuple[Json, ...]:
    """Return the contents of all pages: what ran once is not run again to read on."""
    reply = prefixed(reply, prefix)
    contents = Contents()
    whole = contents.of(reply)
    if size_of(whole) <= MAX_CONTENT:
        return (whole,)
    flat = flattened(reply)
    measure = contents.measure(replace(flat, blocks=()))
    pages = split_pages(flat.blocks, measure=measure, limit=MAX_CONTENT)
    return tuple(contents.of(replace(flat, blocks=blocks)) for blocks in pages)


def flattened(reply: Reply) -> Reply:
    """Put actions and footer among the blocks, so that no number of them is too much for a page."""
    offered = tuple(
        (Text(f"{one.caption}: "), Code(one.line)) if one.caption else (Code(one.line),)
        for one in reply.actions
    )
    actions = (Listing(offered),) if offered else ()
    return replace(reply, blocks=(*reply.blocks, *actions, *reply.footer), actions=(), footer=())


def in_answer_to(content: Json, question: str, thread: str) -> Json:
    """Return a content as the answer to a message, in its thread if it stands in one."""
    relation: Json = {"m.in_reply_to": {"event_id": question}}
    if thread:
        relation |= {"rel_type": "m.thread", "event_id": thread, "is_falling_back": False}
    return {**content, "m.relates_to": relation}


def in_place_of(content: Json, target: str) -> Json:
    """Return a content as the new state of an earlier message."""
    return {
        **content,
        # What stands outside is for clients that know no edits.
        **{key: f"* {content[key]}" for key in ("body", "formatted_body")},
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": target},
    }


def read_page(line: str) -> tuple[str, int]:
    """Take the page number from a line such as ``page 2 statement appeal``; 1 without any."""
    found = _PAGE_LINE.fullmatch(line)
    return (found[2], int(found[1])) if found else (line, 1)


class Contents:
    """Makes contents of one reply and of its pages."""

    def __init__(self) -> None:
        self._press = Press(message_writer(), html_writer())

    def of(self, reply: Reply) -> Json:
        """Return a reply as the content of one message, however long that gets."""
        body, html = self._press.write(reply)
        return {
            "msgtype": "m.notice",
            "body": body,
            "format": "org.matrix.custom.html",
            "formatted_body": html,
            "m.mentions": {},
        }

    def measure(self, frame: Reply) -> Callable[[Blocks], int]:
        """Return what tells how many bytes a content takes that has blocks and all of ``frame``.

        It may be some bytes less, never more: what keeps blocks apart is counted at its widest.
        """
        framed = size_of(self.of(frame))

        def size(block: Block) -> int:
            return sum(map(_size_within, self._press.write(Reply((block,))))) + _WIDEST_GAPS

        size_once = Remembering(size, identity)
        return lambda blocks: framed + sum(map(size_once, blocks))


def _size_within(text: str) -> int:
    """Return how many bytes a text takes in a string of JSON."""
    return len(_written(text).encode()) - len('""')


def size_of(content: Json) -> int:
    """Return how many bytes a content takes."""
    return len(encode(content))
