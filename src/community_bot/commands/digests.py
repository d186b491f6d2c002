"""What is new, as channels are told of it; anybody may read a digest again."""

from __future__ import annotations

from community_bot.commands.cards.lines import entry_line, open_action
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.core.list_params import Count, EntryIds
from community_bot.domain.document import Reply
from community_bot.domain.entities import Entry
from community_bot.domain.errors import UserError


@command("digest", is_listed=False)
async def digest(  # noqa: PLR0913, PLR0917 - one parameter for each sort of news
    context: Context,
    statuses: EntryIds | None = None,
    people: EntryIds | None = None,
    statements: EntryIds | None = None,
    resolutions: EntryIds | None = None,
    corrected: EntryIds | None = None,
    more: Count | None = None,
) -> Reply:
    """List entries by what is new about them, each with its sources."""
    sorts = {
        "section-digest-statuses": statuses,
        "section-digest-people": people,
        "section-digest-statements": statements,
        "section-digest-resolutions": resolutions,
        "section-digest-corrected": corrected,
    }
    if not any(sorts.values()):
        raise UserError("digest-of-nothing")
    sheet = Sheet(context)
    sheet.title(context.texts("title-digest"))
    shown: dict[str, Entry] = {}
    for section, ids in sorts.items():
        entries = _there(context, ids)
        if entries:
            shown |= {entry.id: entry for entry in entries}
            sheet.section(section)
            sheet.items(entry_line(sheet, entry) for entry in entries)
    if not shown:
        raise UserError("digest-empty")
    sheet.show(*shown.values())
    if more:
        sheet.message("list-cut", count=more)
    return sheet.reply(actions=[open_action(sheet, entry) for entry in shown.values()])


def _there(context: Context, ids: EntryIds | None) -> list[Entry]:
    """Return the entries that are still there."""
    entries = context.knowledge.entries
    return [entries[id_] for id_ in ids.ids if id_ in entries] if ids else []
