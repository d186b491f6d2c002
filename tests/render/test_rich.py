"""The terminal's colours: all words are there, and only rich's own escapes."""

from __future__ import annotations

import re
from collections import Counter
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from strategies.documents import HOSTILE, all_inlines, everywhere, replies, shown
from strategies.samples import FAILURE, PERSON, STATEMENT

from community_bot.adapters.terminal.render import Labels, render_rich
from community_bot.core.render.clean import cleaned, is_linkable
from community_bot.domain.document import Heading, Link, Paragraph, Reply, Text

LABELS = Labels(actions="You can type:")
OBEYED = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066\u2067\ud800-\udfff]")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
HYPERLINK = re.compile(r"\x1b\]8;(?:id=[0-9]+)?;([^\x1b]*)\x1b\\")


def printed(reply: Reply, *, width: int = 80, is_coloured: bool = False) -> str:
    file = StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=True,
        color_system="truecolor" if is_coloured else None,
        legacy_windows=False,
    )
    console.print(render_rich(reply, LABELS))
    return file.getvalue()


def letters(text: str) -> Counter[str]:
    """Count what shows; columns may stand side by side, so the order says little.

    What joins two letters shows nothing by itself, and is left out.
    """
    joiner = "\N{ZERO WIDTH JOINER}"
    return Counter(it for it in text if not it.isspace() and it != joiner)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_terminal_obeys_hostile_text(text: str) -> None:
    output = printed(everywhere(text), is_coloured=True)
    assert all(not address or is_linkable(address) for address in HYPERLINK.findall(output))
    assert not OBEYED.search(COLOUR.sub("", HYPERLINK.sub("", output)))
    assert output.encode()


@settings(max_examples=60, deadline=None)
@given(replies, st.integers(10, 120))
def test_all_words_are_there_at_any_width(reply: Reply, width: int) -> None:
    output = printed(reply, width=width)
    clean = cleaned(reply)
    words = "".join(map(shown, all_inlines(clean.blocks + clean.footer)))
    actions = "".join(action.caption + action.line for action in clean.actions)
    assert not OBEYED.search(output)
    assert not letters(words + actions) - letters(output)


@pytest.mark.parametrize("reply", [PERSON, STATEMENT, FAILURE])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(reply: Reply, width: int) -> None:
    assert all(len(line.rstrip()) <= width + 2 for line in printed(reply, width=width).split("\n"))


def test_rich_markup_in_content_stays_words() -> None:
    text = "[bold red]not bold[/bold red] :warning: [link=https://e.example]x[/link]"
    assert text in printed(Reply((Paragraph((Text(text),)),)), width=200)


def test_an_address_is_shown_even_where_links_cannot_be_followed() -> None:
    reply = Reply((Paragraph((Link("Label", "https://e.example/a"),)),))
    assert printed(reply) == "Label <https://e.example/a>\n"


def test_an_error_has_a_bar_of_its_own_colour() -> None:
    first_line = printed(FAILURE, is_coloured=True).split("\n")[0]
    assert first_line == "\x1b[33m│ \x1b[0mNobody called «Dreifus» is in this knowledge base."


def test_what_can_be_typed_is_numbered_under_its_title() -> None:
    lines = [line.rstrip() for line in printed(FAILURE).split("\n")]
    assert lines[-4:-1] == [
        "You can type:",
        "  1. person alfred-dreyfus  Alfred Dreyfus",
        "  2. person mathieu-dreyfus Mathieu Dreyfus",
    ]


def test_the_same_renderable_wraps_to_any_width() -> None:
    reply = Reply((Heading((Text("Title"),)), Paragraph((Text("one two three"),))))
    assert printed(reply, width=20) == "Title\none two three\n"
    assert printed(reply, width=8) == "Title\none two \nthree\n"
