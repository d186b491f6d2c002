"""The command that erases what is kept of an entry which was withdrawn."""

from __future__ import annotations

from dataclasses import dataclass, replace

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.authority import Authority
from community_bot.core.command import Command, Context, command
from community_bot.core.editing_params import FreeId
from community_bot.core.invocation import write_line
from community_bot.core.posting_params import YesNo
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Reply
from community_bot.moderation.erasing import Eraser


def erase_command(eraser: Eraser, authority: Authority) -> Command:
    """Return the command."""
    return command("kb erase", role=Role.ADMIN)(Erasing(eraser, authority).erase)


@dataclass(frozen=True, slots=True)
class Erasing:
    """The handler."""

    eraser: Eraser
    authority: Authority

    async def erase(self, context: Context, entry: FreeId, confirm: YesNo | None = None) -> Reply:
        """Erase all that is kept of a withdrawn entry: its history and what was told of it."""
        sheet = Sheet(context)
        if confirm is YesNo.YES:
            by = await self.authority.number_of(context.actor)
            mark = await self.eraser.erase(entry, by)
            sheet.message("erase-done", hash=Code(mark))
            return replace(sheet.reply(), private=True)
        if confirm is YesNo.NO:
            sheet.message("forget-not")
            return replace(sheet.reply(), private=True)
        await self.eraser.ensure_erasable(entry)
        sheet.message("erase-what", entry=Code(entry))
        line = write_line("kb", "erase", entry, confirm=YesNo.YES.value)
        action = sheet.action("action-erase", line, id=entry)
        return replace(sheet.reply(actions=[action]), private=True)
