"""A reply as the components of a Discord message: one page of an answer, or the pages of a post.

Nothing in content becomes markup, and what no message has room for goes on to the next page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from community_bot.adapters.discord.choices import (
    Choices,
    bin_button,
    choices_of,
    form_buttons,
    page_buttons,
    rows,
    typed,
)
from community_bot.adapters.discord.layout import (
    MAX_TEXT,
    Json,
    Scribe,
    container,
    row,
    small,
)
from community_bot.adapters.discord.markup import escape
from community_bot.adapters.discord.modals import modal_of
from community_bot.adapters.discord.tokens import token_of, units
from community_bot.core.i18n import Texts
from community_bot.core.paging import split_pages
from community_bot.core.render.text import render_text
from community_bot.domain.document import Action, Blocks, Listing, Paragraph, Reply, Text

COMPONENTS_V2 = 1 << 15
"""The flag of a message that is made of components alone; such a message has no previews."""

_MOST_PAGES = 9999
_LONGEST_FOOTER = MAX_TEXT // 4
_MOST_KEPT = 64
"""Answers kept ready: the same few are asked for again and again, and pages are turned.

Only those that all in a channel saw: what one person was told stays with them.
"""
_CHUNK = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reply answers, and which of its pages is wanted."""

    line: str
    page: int = 1


@dataclass(frozen=True, slots=True)
class _Page:
    parts: tuple[str | None, ...]
    number: int
    count: int


def render(reply: Reply, asked: Asked) -> tuple[Json, ...]:
    """Return the top-level components of the message for the page that was asked for."""
    choices, pages, footer = (_answer if reply.private else _kept_answer)(reply, asked.line)
    page = pages[min(max(asked.page, 1), len(pages)) - 1]
    frame = container(page.parts, footer, is_trouble=reply.error is not None)
    turning = page_buttons(asked.line, page.number, page.count) if page.count > 1 else []
    return (frame, *_rows(turning, choices, is_private=reply.private))


def pages_of(reply: Reply, mark: str) -> tuple[str, ...]:
    """Return the messages of a post as the JSON bodies of requests.

    Most posts outlive their actions, so these are printed; what keeps its actions has buttons below
    its last message. The mark is the last line of each message, numbered where there are several.
    """
    if reply.keeps_actions:
        choices = choices_of(reply, "")
    else:
        choices = Choices(printed=_printed(reply.actions))
    blocks, footer = _with_footer((*shown(reply), *choices.printed), reply)

    def below(number: str) -> str:
        return "\n".join(filter(None, (footer, f"-# {escape(mark)}{number}")))

    pages = _pages(blocks, MAX_TEXT - units(below(f" {_MOST_PAGES}/{_MOST_PAGES}")))

    def body(page: _Page) -> str:
        number = f" {page.number}/{page.count}" if page.count > 1 else ""
        frame = container(page.parts, below(number), is_trouble=False)
        return _encoded([frame, *(rows(choices.buttons) if page.number == page.count else ())])

    return tuple(map(body, pages))


def _answer(reply: Reply, line: str) -> tuple[Choices, tuple[_Page, ...], str]:
    """Return all of an answer but which page is shown: its choices, its pages and its footer."""
    choices = choices_of(reply, line)
    if reply.form is not None and modal_of(reply.form) is not None:
        choices = replace(choices, buttons=(*form_buttons(reply, line), *choices.buttons))
    blocks, footer = _with_footer((*shown(reply), *choices.printed), reply)
    pages = _pages(blocks, MAX_TEXT - units(footer))
    if len(pages) == 1 or token_of(line, _MOST_PAGES) is not None:
        return choices, pages, footer
    hint = Texts(reply.language).plural("pages-not-shown", len(pages) - 1)
    footer = "\n".join(filter(None, (f"-# {escape(hint)}", footer)))
    return choices, _pages(blocks, MAX_TEXT - units(footer)), footer


_kept_answer = lru_cache(_MOST_KEPT)(_answer)


def _with_footer(blocks: Blocks, reply: Reply) -> tuple[Blocks, str]:
    """Return blocks with the footer for each of their pages; a long one stands once, among them."""
    footer = small(reply.footer)
    if units(footer) > _LONGEST_FOOTER:
        return (*blocks, *reply.footer), ""
    return blocks, footer


def _pages(blocks: Blocks, limit: int) -> tuple[_Page, ...]:
    scribe = Scribe(blocks)
    try:
        parts = split_pages(blocks, measure=scribe.cost, limit=limit)
    except ValueError:  # something like a letter with thousands of accents
        parts = split_pages(tuple(_chunks(blocks)), measure=scribe.cost, limit=limit)
    # What shows nothing would be a page of its own before what fills one alone.
    written = [it for it in (tuple(scribe.parts(part)) for part in parts) if it] or [()]
    return tuple(_Page(it, number, len(written)) for number, it in enumerate(written, 1))


def _printed(actions: Sequence[Action]) -> Blocks:
    return (Listing(tuple(map(typed, actions))),) if actions else ()


def shown(reply: Reply) -> Blocks:
    """Return the blocks of a reply; those of an error without any are its message."""
    if reply.error is None or reply.blocks:
        return reply.blocks
    return (Paragraph((Text(reply.error.message),)),)


def _chunks(blocks: Blocks) -> Iterator[Paragraph]:
    """Yield the plain words of blocks in pieces that any message has room for."""
    text = render_text(Reply(blocks))
    for start in range(0, len(text), _CHUNK):
        yield Paragraph((Text(text[start : start + _CHUNK]),))


def _rows(turning: list[Json], choices: Choices, *, is_private: bool) -> Iterator[Json]:
    """Yield rows below an answer; only others than a private one can be taken away."""
    tools = [] if is_private else [bin_button()]
    if choices.select:
        yield row(choices.select)
    if turning or choices.select:
        yield from rows([*turning, *tools])
        yield from rows(choices.buttons)
    else:
        yield from rows([*choices.buttons, *tools])


def _encoded(components: list[Json]) -> str:
    body = {
        "flags": COMPONENTS_V2,
        "components": components,
        "allowed_mentions": {"parse": []},
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
