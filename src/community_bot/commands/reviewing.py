"""Commands that decide on changes: show, approve, reject, discuss, list, freeze and unfreeze."""

from __future__ import annotations

from dataclasses import dataclass, replace

from community_bot.commands.cards.change import (
    People,
    change_actions,
    list_changes,
    look_action,
    show_change,
    show_remarks,
)
from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.editors_desk import EditorsDesk, OpenChangeType, may_decide, private
from community_bot.core.command import Command, Context, command
from community_bot.core.editing_params import ChangeId, NewValue
from community_bot.core.invocation import write_line
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Form, FormInput, Reply
from community_bot.moderation.change import ChangeState, ensure_open
from community_bot.moderation.worksheet import all_rows_of

_OPEN_LISTED, _DONE_LISTED, _OFFERED = 25, 10, 4
_DONE = frozenset(ChangeState) - {ChangeState.OPEN}


def reviewing_commands(desk: EditorsDesk) -> tuple[Command, ...]:
    """Return the commands that decide."""
    on = Reviewing(desk)
    change = {"change": OpenChangeType("C", desk.reviewer.waiting)}
    return (
        command("kb changes", role=Role.EDITOR)(on.changes),
        command("kb show", role=Role.EDITOR, types=change)(on.show),
        command("kb approve", role=Role.MODERATOR, types=change)(on.approve),
        command("kb reject", role=Role.MODERATOR, types=change)(on.reject),
        command("kb discuss", role=Role.EDITOR, types=change)(on.discuss),
        command("kb freeze", role=Role.MODERATOR)(on.freeze),
        command("kb unfreeze", role=Role.MODERATOR)(on.unfreeze),
    )


@dataclass(frozen=True, slots=True)
class Reviewing:
    """The handlers, at a desk."""

    desk: EditorsDesk

    async def changes(self, context: Context) -> Reply:
        """List the changes that wait for somebody to decide, and those decided last."""
        async with self.desk.reviewer.store.read() as kept:
            waiting = await kept.changes.in_states(
                {ChangeState.OPEN}, _OPEN_LISTED + 1, listed=True
            )
            done = await kept.changes.in_states(_DONE, _DONE_LISTED, listed=True)
        sheet = Sheet(context)
        sheet.title(sheet.texts("title-changes"))
        named = self.desk.reviewer.named
        if not waiting:
            sheet.message("changes-none-open")
        for key, found in (("section-open", waiting), ("section-decided", done)):
            if found:
                sheet.section(key)
                await list_changes(sheet, found, named, _OPEN_LISTED)
        actions = [look_action(sheet, one) for one in waiting[:_OFFERED]]
        return private(sheet.reply(actions=actions))

    async def show(self, context: Context, change: ChangeId) -> Reply:
        """Show a change: what differs, who wants it and why, and what was said of it."""
        found = await self.desk.change(change)
        named = self.desk.reviewer.named
        async with self.desk.reviewer.store.read() as kept:
            remarks = await kept.changes.remarks(change)
        sheet = Sheet(context)
        show_change(
            sheet, found, await all_rows_of(found.files), await People.of(sheet.texts, found, named)
        )
        if remarks:
            sheet.section("section-said")
            show_remarks(sheet, [(await named(one.author), one) for one in remarks])
        actions = change_actions(sheet, found, may_decide=may_decide(context))
        return private(sheet.reply(actions=actions))

    async def approve(self, context: Context, change: ChangeId) -> Reply:
        """Approve a change that somebody else proposed; it is written at once."""
        by = await self.desk.number_of(context)
        done = await self.desk.reviewer.approve(change, by)
        sheet = Sheet(context)
        sheet.message("change-approved", change=Code(done.short_id), what=Code(done.summary))
        actions = change_actions(sheet, done, may_decide=True)
        return private(sheet.reply(actions=actions))

    async def reject(
        self, context: Context, change: ChangeId, why: NewValue | None = None
    ) -> Reply:
        """Reject a proposed change, or take back your own."""
        by = await self.desk.number_of(context)
        done = await self.desk.reviewer.reject(change, by, (why or "").strip())
        sheet = Sheet(context)
        sheet.message("change-rejected", change=Code(done.short_id))
        return private(sheet.reply())

    async def discuss(
        self, context: Context, change: ChangeId, text: NewValue | None = None
    ) -> Reply:
        """Say something of a proposed change to all moderators; else see what was said."""
        if text is None or not text.strip():
            return await self._remarks(context, change)
        by = await self.desk.number_of(context)
        found = await self.desk.reviewer.discuss(change, by, text.strip())
        sheet = Sheet(context)
        sheet.message("change-discussed", change=Code(found.short_id))
        await self.desk.mind_silence(sheet)
        return private(sheet.reply(actions=[look_action(sheet, found)]))

    async def _remarks(self, context: Context, id: ChangeId) -> Reply:
        """Show what was said of a proposal, to say something more."""
        found = await self.desk.change(id)
        ensure_open(found)
        async with self.desk.reviewer.store.read() as kept:
            remarks = await kept.changes.remarks(id)
        sheet = Sheet(context)
        texts, line = sheet.texts, write_line("kb", "discuss", found.short_id)
        sheet.title(texts("title-change", change=found.short_id))
        sheet.message("discuss-how", line=Code(line))
        if remarks:
            sheet.section("section-said")
            named = self.desk.reviewer.named
            show_remarks(sheet, [(await named(one.author), one) for one in remarks])
        text = FormInput("text", texts("form-discuss"), is_long=True, is_required=True)
        form = Form(texts("action-discuss", id=found.short_id), line, (text,))
        reply = private(sheet.reply(actions=[look_action(sheet, found)]))
        return replace(reply, form=form)

    async def freeze(self, context: Context) -> Reply:
        """Let nobody change anything until somebody unfreezes it."""
        await self.desk.reviewer.freeze(await self.desk.number_of(context))
        sheet = Sheet(context)
        sheet.message("frozen-now")
        action = sheet.action("action-unfreeze", write_line("kb", "unfreeze"))
        return private(sheet.reply(actions=[action]))

    async def unfreeze(self, context: Context) -> Reply:
        """Let people change things again."""
        await self.desk.reviewer.unfreeze(await self.desk.number_of(context))
        sheet = Sheet(context)
        sheet.message("unfrozen-now")
        return private(sheet.reply())
