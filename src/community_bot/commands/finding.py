"""Commands that look across everything: search, sources, and checking an answer's revision."""

from __future__ import annotations

from community_bot.commands.cards.card import card
from community_bot.commands.cards.facts import name_of
from community_bot.commands.cards.hit import hit_line
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.core.entry_params import EntryRevision
from community_bot.core.invocation import write_line
from community_bot.core.params import Query
from community_bot.domain.document import (
    Action,
    Code,
    Emphasis,
    Reply,
)
from community_bot.domain.entities import Entry, Source
from community_bot.domain.errors import UserError

_HITS = 8


@command("find", aliases=("search",))
async def find(context: Context, words: Query) -> Reply:
    """Search everything, best first, with the matching words marked."""
    base = context.knowledge
    sheet = Sheet(context)
    sheet.title(context.texts("title-find", words=words))
    hits = base.search.search(words, limit=_HITS)
    if not hits:
        sheet.message("find-none" if base.entries else "nothing-yet")
    found = {hit.entry: base.entries[hit.entry] for hit in hits}
    sheet.show(*found.values())
    sheet.items(hit_line(sheet, hit, found[hit.entry]) for hit in hits)
    actions = [_open(sheet, entry) for entry in found.values()]
    return sheet.reply(actions=actions)


def _open(sheet: Sheet, entry: Entry) -> Action:
    line = write_line(entry.KIND.value, entry.id)
    return sheet.action("action-about", line, name=name_of(sheet.texts, entry))


@command("source")
async def source(context: Context, id: Source) -> Reply:
    """Answer what a source is and which entries cite it."""
    sheet = Sheet(context)
    return sheet.reply(actions=card(sheet, id))


@command("verify")
async def verify(context: Context, revision: EntryRevision) -> Reply:
    """Tell whether an answer's revision is what the base says now, and show what that is."""
    base, texts = context.knowledge, context.texts
    entry = base.entries.get(revision.id)
    if entry is None:
        raise UserError("verify-unknown-entry", id=revision.id)
    sheet = Sheet(context)
    asked = Code(f"{revision.id}@{revision.revision}")
    if base.revision(entry.id) != revision.revision:
        sheet.show(entry)
        sheet.title(texts("title-verify-unknown"))
        current = Code(base.reference(entry.id))
        sheet.message("verify-not-current", asked=asked, current=current)
        return sheet.reply(actions=[_open(sheet, entry)])
    sheet.title(texts("title-verify-current"))
    sheet.message("verify-current", asked=asked)
    sheet.paragraph(Emphasis(texts("verify-compare")))
    return sheet.reply(actions=card(sheet, entry))
