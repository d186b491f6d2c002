"""Checking an answer that somebody was shown: whether it is current, was so once, or never was.

The answer to a forged screenshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from community_bot.commands.cards.card import card
from community_bot.commands.cards.lines import open_action
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Command, Context, command
from community_bot.core.differing import difference_blocks
from community_bot.core.entry_params import EntryRevision
from community_bot.core.zones import in_words
from community_bot.domain.document import Code, Emphasis, Reply
from community_bot.domain.errors import UserError

if TYPE_CHECKING:
    from datetime import datetime

    from community_bot.domain.entities import Entry
    from community_bot.moderation.past import Outdated, Past


def verify_command(past: Past | None) -> Command:
    """Return the command; without a past it knows only what is served now."""
    return command("verify")(Verifying(past).verify)


@dataclass(frozen=True, slots=True)
class Verifying:
    """The handler, with what the base said once."""

    past: Past | None

    async def verify(self, context: Context, revision: EntryRevision) -> Reply:
        """Tell whether a revision is what the base says now, was so once, or never was."""
        base = context.knowledge
        entry = base.entries.get(revision.id)
        sheet = Sheet(context)
        asked = Code(f"{revision.id}@{revision.revision}")
        if entry is not None and base.revision(entry.id) == revision.revision:
            return _current(sheet, asked, entry)
        since = await self.past.recorded_since() if self.past else None
        if self.past is None or since is None:
            return _unknown(sheet, asked, entry, revision.id)
        outdated = await self.past.find(revision.id, revision.revision)
        if outdated is None:
            return _never(sheet, asked, entry, since)
        return _outdated(sheet, asked, entry, outdated)


def _current(sheet: Sheet, asked: Code, entry: Entry) -> Reply:
    sheet.title(sheet.texts("title-verify-current"))
    sheet.message("verify-current", asked=asked)
    sheet.paragraph(Emphasis(sheet.texts("verify-compare")))
    return sheet.reply(actions=card(sheet, entry))


def _unknown(sheet: Sheet, asked: Code, entry: Entry | None, id: str) -> Reply:
    """Say that it is not current, where nobody kept what was."""
    if entry is None:
        raise UserError("verify-unknown-entry", id=id)
    sheet.show(entry)
    sheet.title(sheet.texts("title-verify-unknown"))
    sheet.message("verify-not-current", asked=asked, current=_reference(sheet, entry))
    return sheet.reply(actions=[open_action(sheet, entry)])


def _never(sheet: Sheet, asked: Code, entry: Entry | None, since: datetime) -> Reply:
    sheet.title(sheet.texts("title-verify-never"))
    sheet.message("verify-never", asked=asked, since=_moment(sheet, since))
    if entry is None:
        return sheet.reply()
    sheet.show(entry)
    return sheet.reply(actions=[open_action(sheet, entry)])


def _outdated(sheet: Sheet, asked: Code, entry: Entry | None, found: Outdated) -> Reply:
    sheet.title(sheet.texts("title-verify-outdated"))
    since, until = _moment(sheet, found.since), _moment(sheet, found.until)
    if entry is None:
        sheet.message("verify-gone", asked=asked, since=since, until=until)
    else:
        sheet.show(entry)
        current = _reference(sheet, entry)
        sheet.message("verify-outdated", asked=asked, since=since, until=until, current=current)
    if found.change is not None:
        sheet.message("verify-ended-by", change=Code(found.change.short_id))
    if found.rows:
        sheet.message("verify-differs")
        sheet.add(*difference_blocks(sheet.texts, found.rows))
    return sheet.reply(actions=[open_action(sheet, entry)] if entry else ())


def _reference(sheet: Sheet, entry: Entry) -> Code:
    return Code(sheet.context.knowledge.reference(entry.id))


def _moment(sheet: Sheet, moment: datetime) -> str:
    return in_words(sheet.texts, moment.astimezone(UTC), "UTC")
