"""Parts of a reply written again and again are written as they are at first."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from strategies.documents import replies

from community_bot.core.render.html import html_writer, render_html
from community_bot.core.render.press import Press
from community_bot.core.render.text import render_text, text_writer
from community_bot.domain.document import Listing, Paragraph, Reply, Text


@given(replies)
@settings(max_examples=100, deadline=None)
def test_what_is_written_again_or_in_part_is_as_if_written_once(reply: Reply) -> None:
    press = Press(text_writer(), html_writer())
    parts = [replace(reply, blocks=reply.blocks[:end]) for end in range(len(reply.blocks) + 1)]
    for part in (reply, *parts, reply):
        assert press.write(part) == (render_text(part), render_html(part))


def test_lists_are_told_apart_by_their_items_their_numbers_and_where_they_begin() -> None:
    press = Press(text_writer())
    one, two = (Text("one"),), (Text("two"),)
    written = [
        press.write(Reply((Listing(items, ordered, start),)))
        for items, ordered, start in (
            ((one, two), False, 1),
            ((two, one), False, 1),
            ((one, two), True, 1),
            ((one, two), True, 4),
        )
    ]
    assert written == [
        ("• one\n• two",),
        ("• two\n• one",),
        ("1. one\n2. two",),
        ("4. one\n5. two",),
    ]


def test_nothing_is_taken_for_what_stood_where_it_is_now() -> None:
    press = Press(text_writer())
    for number in range(1_000):  # each may get the place in memory of the one before
        assert press.write(Reply((Paragraph((Text(str(number)),)),))) == (str(number),)
