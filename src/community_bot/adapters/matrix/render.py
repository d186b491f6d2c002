"""A reply as the content of a Matrix message: plain words and HTML from the same document.

Nobody is ever mentioned, whatever stands in the reply. A reply that is too long for one event is
cut into pages; each ends with the command for the next, so that nothing has to be remembered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from community_bot.adapters.matrix.transport import Json, encode
from community_bot.core.i18n import Texts
from community_bot.core.paging import split_pages
from community_bot.core.render.html import render_html
from community_bot.core.render.text import render_text
from community_bot.domain.document import Action, Blocks, Code, Listing, Reply, Text

MAX_CONTENT = 32_000
"""Most bytes of a content. An event has 65,536; encryption takes a third, an edit a little."""
_MOST_REPEATED = 8_000
"""Most bytes of a content that an edit repeats whole, for clients that know no edits."""
_LONGEST_HINT = 1_000
"""Most characters of what such a client is shown of a longer one."""
_MOST_KEPT = 64
"""Answers kept ready: the same few are asked for again and again, and writing one takes longest."""

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
    return dict(_rendered(reply, asked))


@lru_cache(_MOST_KEPT)
def _rendered(reply: Reply, asked: Asked) -> Json:
    actions = tuple(Action(one.label, asked.prefix + one.line) for one in reply.actions)
    reply = replace(reply, actions=actions)
    whole = content_of(reply)
    if size_of(whole) <= MAX_CONTENT:
        return whole
    return _page(flattened(reply), asked)


def _page(reply: Reply, asked: Asked) -> Json:
    label = Texts(reply.language)("action-next-page")

    def content(blocks: Blocks, number: int) -> Json:
        more = Action(label, f"{asked.prefix}{PAGE_WORD} {number + 1} {asked.line}")
        return content_of(replace(reply, blocks=blocks, actions=(more,)))

    def cost(blocks: Blocks) -> int:
        return size_of(content(blocks, _MOST_PAGES))

    pages = split_pages(reply.blocks, measure=cost, limit=MAX_CONTENT)
    number = min(max(asked.page, 1), len(pages))
    if number == len(pages):
        return content_of(replace(reply, blocks=pages[-1]))
    return content(pages[number - 1], number)


def flattened(reply: Reply) -> Reply:
    """Put actions and footer among the blocks, so that no number of them is too much for a page."""
    offered = tuple((Text(f"{one.label}: "), Code(one.line)) for one in reply.actions)
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
    edit = {
        **content,
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": target},
    }
    if size_of(content) <= _MOST_REPEATED:
        edit |= {key: f"* {content[key]}" for key in ("body", "formatted_body")}
    else:
        del edit["format"], edit["formatted_body"]
        edit["body"] = f"* {str(content['body'])[:_LONGEST_HINT]}…"
    return edit


def read_page(line: str) -> tuple[str, int]:
    """Take the page number from a line such as ``page 2 statement appeal``; 1 without any."""
    found = _PAGE_LINE.fullmatch(line)
    return (found[2], int(found[1])) if found else (line, 1)


def content_of(reply: Reply) -> Json:
    """Return a reply as the content of one message, however long that gets."""
    return {
        "msgtype": "m.notice",
        "body": render_text(reply),
        "format": "org.matrix.custom.html",
        "formatted_body": render_html(reply),
        "m.mentions": {},
    }


def size_of(content: Json) -> int:
    """Return how many bytes a content takes."""
    return len(encode(content))
