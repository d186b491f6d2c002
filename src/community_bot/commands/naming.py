"""Commands about texts that others wrote: whom they name."""

from __future__ import annotations

import asyncio

from community_bot.commands.cards.lines import entry_line, open_action
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.core.reading_params import Passage
from community_bot.domain.document import Reply
from community_bot.domain.values import Kind
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.mentioned import people_in, resolutions_in


@command("explain")
async def explain(context: Context, text: Passage) -> Reply:
    """Tell which people and resolutions a text surely names, each with status and date.

    A surname alone names nobody here, since others have it too.
    """
    base = context.knowledge
    # A long text has hundreds of words that may be names: others need not wait for them.
    ids = await asyncio.to_thread(_named_in, text, base)
    sheet = Sheet(context)
    sheet.title(context.texts("title-explain"))
    found = [base.entries[id_] for id_ in ids]
    if not found:
        sheet.message("explain-none" if base.entries else "nothing-yet")
        return sheet.reply()
    sheet.show(*found)
    sheet.items(entry_line(sheet, entry) for entry in found)
    sheet.message("explain-sure-only")
    return sheet.reply(actions=[open_action(sheet, entry) for entry in found])


def _named_in(text: str, base: KnowledgeBase) -> tuple[str, ...]:
    people = people_in(text, base.names(Kind.PERSON))
    return (*people, *resolutions_in(text, base.references))
