"""Differences are shown as far as anybody would read them, and what is left out is said."""

from __future__ import annotations

from community_bot.adapters.discord.render import pages_of as discord_pages
from community_bot.adapters.matrix.carrier import pages_of as matrix_pages
from community_bot.core.differing import all_difference_blocks, difference_blocks, in_brief
from community_bot.core.i18n import Texts
from community_bot.core.render.text import render_text
from community_bot.domain.document import Reply
from community_bot.moderation.change import title_of

MANY = [(f"names.x{number}.text", "An old name", "A new name") for number in range(5_000)]
HUGE = [("about.text.en", "a" * 1_000_000, "b"), ("url", "", "https://example.org/")]
_A_FEW = 8


def test_differences_without_end_are_a_few_messages_which_say_how_many_are_left() -> None:
    shown, left = in_brief(MANY)
    assert len(shown) + left == len(MANY)
    reply = Reply(difference_blocks(Texts("en"), shown, left))
    assert f"And {left} more values that differ." in render_text(reply)
    assert len(discord_pages(reply, "mark")) <= _A_FEW
    assert len(matrix_pages(reply, "mark", "!")) <= _A_FEW


def test_what_few_would_read_is_shown_to_who_asks_for_all() -> None:
    some = MANY[:1_000]
    said = render_text(Reply(all_difference_blocks(Texts("en"), some)))
    assert all(field in said for field, _, _ in some)
    assert "more value" in render_text(Reply(all_difference_blocks(Texts("en"), MANY)))


def test_a_value_that_nobody_could_read_is_counted() -> None:
    assert in_brief(HUGE) == ([], 2)


def test_a_few_differences_are_all_there() -> None:
    assert in_brief(MANY[:3]) == (MANY[:3], 0)


def test_a_change_of_a_thousand_files_is_called_after_the_first() -> None:
    paths = [f"people/ann-{number}.yaml" for number in range(1_000)]
    title = title_of(", ".join(paths))
    assert title.endswith(f"{paths[9]} …")
    assert len(title) <= 200
    assert title_of(paths[0]) == paths[0]
