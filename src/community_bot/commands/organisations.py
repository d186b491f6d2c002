"""Commands about organisations and cases."""

from __future__ import annotations

from community_bot.commands.cards.card import card
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.domain.document import Reply
from community_bot.domain.entities import Case, Organisation


@command("organisation", aliases=("organization", "org"))
async def organisation(context: Context, name: Organisation) -> Reply:
    """Answer what an organisation is and what happened to it."""
    sheet = Sheet(context)
    return sheet.reply(actions=card(sheet, name))


@command("case")
async def case(context: Context, name: Case) -> Reply:
    """Answer what a case is about and who is in it."""
    sheet = Sheet(context)
    return sheet.reply(actions=card(sheet, name))
