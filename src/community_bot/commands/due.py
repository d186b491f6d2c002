"""Commands of the review duty: which entries to look at again, and that one was found right."""

from __future__ import annotations

from dataclasses import dataclass, replace

from community_bot.commands.cards.lines import open_action
from community_bot.commands.cards.paging import page_of
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.authority import Authority
from community_bot.core.command import Command, Context, command
from community_bot.core.editing_params import EntryId
from community_bot.core.invocation import write_line
from community_bot.core.params import Page
from community_bot.core.titles import name_of
from community_bot.domain.address import Role
from community_bot.domain.document import Action, Code, Inline, Inlines, Reply, Strong, Text
from community_bot.moderation.duty import Due, Duty

_OFFERED = 4
"""Entries of a page that come with something to press."""


def duty_commands(duty: Duty, authority: Authority) -> tuple[Command, ...]:
    """Return the commands of the review duty."""
    on = DutyRoom(duty, authority)
    return (
        command("kb due", role=Role.EDITOR)(on.due),
        command("kb right", role=Role.MODERATOR)(on.right),
    )


@dataclass(frozen=True, slots=True)
class DutyRoom:
    """The handlers."""

    duty: Duty
    authority: Authority

    async def due(self, context: Context, page: Page | None = None) -> Reply:
        """List the entries that somebody should look at again, those first that waited longest."""
        sheet = Sheet(context)
        sheet.title(context.texts("title-due"))
        found = await self.duty.due()
        if not found:
            sheet.message("due-none")
        shown, more = page_of(sheet, found, page, "kb due")
        sheet.items(_line(sheet, one) for one in shown)
        offered = [action for one in shown[:_OFFERED] for action in _offers(sheet, one)]
        return _private(sheet.reply(actions=(*offered, *more)))

    async def right(self, context: Context, entry: EntryId) -> Reply:
        """Keep that you looked at an entry today and found it right."""
        number = await self.authority.number_of(context.actor)
        change = await self.duty.right(entry, number)
        sheet = Sheet(context)
        found = context.knowledge.entries[entry]
        again = (context.now + self.duty.interval).date().isoformat()
        sheet.message(
            "right-kept",
            name=name_of(sheet.texts, found),
            date=sheet.texts.date(again),
            change=Code(change.short_id),
        )
        return _private(sheet.reply(actions=[sheet.action("action-due", write_line("kb", "due"))]))


def _line(sheet: Sheet, due: Due) -> Inlines:
    texts = sheet.texts
    said: list[Inline] = [
        Code(due.entry.id),
        Text(" "),
        Strong(name_of(texts, due.entry)),
        Text(" – "),
        Text(texts("due-reviewed", date=texts.date(due.reviewed))),
    ]
    if due.stale_as_of:
        said.append(Text("; " + texts("due-stale", date=texts.date(due.stale_as_of))))
    return tuple(said)


def _private(reply: Reply) -> Reply:
    """Return an answer for whoever asked alone."""
    return replace(reply, private=True)


def _offers(sheet: Sheet, due: Due) -> tuple[Action, ...]:
    id_ = due.entry.id
    return (
        open_action(sheet, due.entry),
        sheet.action("action-right", write_line("kb", "right", id_), id=id_),
        sheet.action("action-edit", write_line("kb", "edit", id_), id=id_),
    )
