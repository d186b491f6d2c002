"""Commands about what was: the changes of an entry, what differs, and taking changes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from community_bot.commands.cards.change import (
    People,
    change_actions,
    list_changes,
    look_action,
    show_change,
)
from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.editors_desk import (
    EditorsDesk,
    MemberType,
    OpenChangeType,
    may_decide,
    private,
)
from community_bot.core.command import Command, Context, command
from community_bot.core.differing import all_difference_blocks, difference_blocks, in_brief
from community_bot.core.editing_params import AnyId, ChangeId, ChangeIds, MemberRef, Since
from community_bot.core.reading_params import EntryRevision
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Reply
from community_bot.domain.errors import UserError
from community_bot.knowledge.reading.record import paths_of
from community_bot.moderation.change import Change, ChangeState
from community_bot.moderation.worksheet import all_rows_of

_LISTED, _OFFERED = 20, 3


def history_commands(desk: EditorsDesk) -> tuple[Command, ...]:
    """Return the commands about what was."""
    on = History(desk)
    change = {"change": OpenChangeType("C", desk.reviewer.waiting)}
    actor = {"actor": MemberType(lambda: desk.authority.members)}
    return (
        command("kb history", role=Role.EDITOR)(on.history),
        command("kb diff", role=Role.EDITOR, types=change)(on.diff),
        command("kb undo", role=Role.MODERATOR, types=actor)(on.undo),
    )


@dataclass(frozen=True, slots=True)
class History:
    """The handlers, at a desk."""

    desk: EditorsDesk

    async def history(self, context: Context, entry: AnyId) -> Reply:
        """List the changes of an entry, the newest first; also of one that is gone."""
        found = await self._of(entry)
        if not found and entry not in context.knowledge.entries:
            raise UserError("draft-entry-unknown", entry=entry)
        sheet = Sheet(context)
        sheet.title(sheet.texts("title-history", entry=entry))
        if not found:
            sheet.message("history-none")
        await list_changes(sheet, found, self.desk.reviewer.named, _LISTED)
        actions = [look_action(sheet, one) for one in found[:_OFFERED]]
        return private(sheet.reply(actions=actions))

    async def diff(
        self,
        context: Context,
        revision: EntryRevision | None = None,
        *,
        change: ChangeId | None = None,
    ) -> Reply:
        """Show what differs between a revision and what is said now, or what a change alters."""
        if change is not None and revision is None:
            return await self._altered(context, await self.desk.change(change))
        if revision is None or change is not None:
            raise UserError("diff-of-what")
        return await self._since(context, revision)

    async def undo(
        self,
        context: Context,
        change: ChangeIds | None = None,
        *,
        actor: MemberRef | None = None,
        since: Since | None = None,
    ) -> Reply:
        """Take back changes, or all that somebody changed since a moment."""
        by = await self.desk.number_of(context)
        wanted = await self._numbers(change, actor, since)
        done = await self.desk.reviewer.undo(wanted, by, leaving=actor is not None)
        sheet = Sheet(context)
        key = "undo-proposed" if done.state is ChangeState.OPEN else "undone-now"
        undone = ", ".join(f"C{number}" for number in done.undoes)
        sheet.message(key, change=Code(done.short_id), undone=undone)
        left = ", ".join(f"C{number}" for number in wanted if number not in done.undoes)
        if left:
            sheet.message("undo-left", left=left)
        sheet.add(*difference_blocks(sheet.texts, *in_brief(await all_rows_of(done.files))))
        return private(sheet.reply(actions=[look_action(sheet, done)]))

    async def _numbers(
        self, change: ChangeIds | None, actor: MemberRef | None, since: Since | None
    ) -> tuple[int, ...]:
        if change is not None and actor is None and since is None:
            return change.numbers
        if change is not None or actor is None or since is None:
            raise UserError("undo-what")
        member = await self.desk.member(actor)
        found = await self.desk.reviewer.by(member.number, since.moment)
        if not found:
            raise UserError("undo-none-since", who=actor)
        return found

    async def _of(self, entry: str) -> Sequence[Change]:
        """Return the newest changes of an entry, of whatever kind it is or was."""
        async with self.desk.reviewer.store.read() as kept:
            return await kept.changes.of_paths(paths_of(entry), _LISTED + 1)

    async def _altered(self, context: Context, change: Change) -> Reply:
        sheet = Sheet(context)
        people = await People.of(sheet.texts, change, self.desk.reviewer.named)
        show_change(sheet, change, await all_rows_of(change.files), people)
        actions = change_actions(sheet, change, may_decide=may_decide(context))
        return private(sheet.reply(actions=actions))

    async def _since(self, context: Context, revision: EntryRevision) -> Reply:
        base = context.knowledge
        sheet = Sheet(context)
        asked = f"{revision.id}@{revision.revision}"
        sheet.title(sheet.texts("title-diff", revision=asked))
        if revision.id in base.entries and base.revision(revision.id) == revision.revision:
            sheet.message("diff-current")
            return private(sheet.reply())
        found = await self.desk.past.find(revision.id, revision.revision)
        if found is None:
            raise UserError("diff-unknown", revision=asked)
        if revision.id not in base.entries:
            sheet.message("diff-gone")
        sheet.add(*all_difference_blocks(sheet.texts, found.rows))
        actions = [look_action(sheet, found.change)] if found.change else []
        return private(sheet.reply(actions=actions))
