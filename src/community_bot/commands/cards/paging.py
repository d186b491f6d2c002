"""Long lists: a page of them at a time, with the command for the next page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.invocation import write_line
from community_bot.core.params import Page
from community_bot.domain.document import Action
from community_bot.domain.errors import UserError

PAGE_SIZE = 25

_T = TypeVar("_T")


def page_of(
    sheet: Sheet, items: Sequence[_T], page: Page | None, command: str, **options: str
) -> tuple[Sequence[_T], tuple[Action, ...]]:
    """Return one page of a list, and the action for the next; say how many there are in all.

    Raises UserError for a page that the list does not have.
    """
    number = Page(1) if page is None else page
    pages = max(1, -(-len(items) // PAGE_SIZE))
    if not 1 <= number <= pages:
        raise UserError("page-unknown", page=number, pages=pages)
    shown = items[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    if pages == 1:
        return shown, ()
    sheet.message("page-of", page=number, pages=pages, total=len(items))
    if number == pages:
        return shown, ()
    given = {key: value for key, value in options.items() if value}
    line = write_line(*command.split(), **given, page=str(number + 1))
    return shown, (sheet.action("action-next-page", line),)
