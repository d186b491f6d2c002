"""Commands about people: one person, and lists of them."""

from __future__ import annotations

from community_bot.commands.cards.card import card
from community_bot.commands.cards.lines import person_line
from community_bot.commands.cards.paging import page_of
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.core.entry_params import NamedIn
from community_bot.core.invocation import write_line
from community_bot.core.params import Page
from community_bot.domain.document import Reply
from community_bot.domain.entities import Person, Statement
from community_bot.domain.values import StatusValue


@command("person", aliases=("prisoner", "who"))
async def person(context: Context, name: Person) -> Reply:
    """Answer who somebody is, what happened to them and where they stand now."""
    sheet = Sheet(context)
    actions = card(sheet, name)
    timeline = write_line("timeline", name.id)
    return sheet.reply(actions=(*actions, sheet.action("action-timeline", timeline)))


@command("people", aliases=("prisoners",))
async def people(
    context: Context,
    status: StatusValue | None = None,
    named_in: NamedIn | None = None,
    page: Page | None = None,
) -> Reply:
    """List people with their status and its date."""
    texts = context.texts
    sheet = Sheet(context)
    base = context.knowledge
    found = base.with_status(status) if status else base.of_kind(Person)
    if named_in:
        named = _named_in(named_in)
        found = tuple(one for one in found if one.id in named)
    sheet.title(texts("title-people"))
    options = {
        "status": status.value if status else "",
        "named_in": named_in.id if named_in else "",
    }
    shown, actions = page_of(sheet, found, page, "people", **options)
    if not found:
        nobody = "people-none" if context.knowledge.of_kind(Person) else "nothing-yet"
        sheet.message(nobody)
    sheet.show(*shown)
    sheet.items(person_line(sheet, one) for one in shown)
    if found:
        sheet.message("people-not-all-prisoners")
    return sheet.reply(actions=actions)


def _named_in(statement: Statement) -> frozenset[str]:
    return frozenset(
        mention.ref for paragraph in statement.paragraphs for mention in paragraph.mentions
    )
