"""Commands about resolutions and judgments."""

from __future__ import annotations

from community_bot.commands.cards.card import card
from community_bot.commands.cards.named import resolution_label
from community_bot.commands.cards.paging import page_of
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.core.params import Page, Year
from community_bot.domain.document import Inlines, Reply, Text
from community_bot.domain.entities import Organisation, Resolution


@command("resolution")
async def resolution(context: Context, ref: Resolution) -> Reply:
    """Answer what a resolution says, how it was adopted and where it is cited."""
    sheet = Sheet(context)
    return sheet.reply(actions=card(sheet, ref))


@command("resolutions")
async def resolutions(
    context: Context,
    body: Organisation | None = None,
    year: Year | None = None,
    page: Page | None = None,
) -> Reply:
    """List resolutions by date, and say which of them statements cite."""
    sheet = Sheet(context)
    found = [
        one
        for one in context.knowledge.of_kind(Resolution)
        if (body is None or one.body == body.id)
        and (year is None or one.date.value.startswith(f"{year:04}"))
    ]
    sheet.title(context.texts("title-resolutions"))
    options = {"body": body.id if body else "", "year": f"{year:04}" if year else ""}
    shown, actions = page_of(sheet, found, page, "resolutions", **options)
    if not found:
        empty = not context.knowledge.of_kind(Resolution)
        sheet.message("nothing-yet" if empty else "resolutions-none")
    sheet.show(*shown)
    sheet.items(_line(sheet, one) for one in shown)
    return sheet.reply(actions=actions)


def _line(sheet: Sheet, resolution: Resolution) -> Inlines:
    cited = any(sheet.context.knowledge.mentions(resolution.id))
    said = sheet.fact(resolution_label(sheet.texts, resolution), resolution.date)
    mark = sheet.texts("cited-short" if cited else "not-cited-short")
    return (*said, Text(f" – {mark}"))
