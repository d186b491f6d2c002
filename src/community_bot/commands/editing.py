"""Commands that change entries: what comes of them is a proposal, or counts at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from community_bot.commands.cards.change import look_action, show_risks
from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.editors_desk import EditorsDesk, FieldType, may_decide, private
from community_bot.core.command import Command, Context, command
from community_bot.core.differing import difference_blocks
from community_bot.core.editing_params import (
    AnyId,
    EntryId,
    FieldName,
    NewValue,
    OptionText,
    SourceRef,
)
from community_bot.core.invocation import write_line
from community_bot.core.posting_params import LongText
from community_bot.core.titles import name_of
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Reply, Text
from community_bot.domain.errors import UserError
from community_bot.domain.values import EventType, SourceKind, StatusValue
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.change import ChangeState, FileChange
from community_bot.moderation.differences import Difference, differences
from community_bot.moderation.draft import Draft
from community_bot.moderation.worksheet import path_of

_SHOWN = 60


def editing_commands(desk: EditorsDesk) -> tuple[Command, ...]:
    """Return the commands that change entries."""
    on = Editing(desk)
    field = {"field": FieldType(desk.drafter.snapshot.root)}
    return (
        command("kb edit", role=Role.EDITOR, types=field)(on.edit),
        command("kb unset", role=Role.EDITOR, types=field)(on.unset),
        command("kb status", role=Role.EDITOR)(on.status),
        command("kb add person", role=Role.EDITOR)(on.add_person),
        command("kb add event", role=Role.EDITOR)(on.add_event),
        command("kb add source", role=Role.EDITOR)(on.add_source),
        command("kb add resolution", role=Role.EDITOR)(on.add_resolution),
        command("kb withdraw", role=Role.EDITOR)(on.withdraw),
    )


@dataclass(frozen=True, slots=True)
class Editing:
    """The handlers, at a desk."""

    desk: EditorsDesk

    async def edit(  # noqa: PLR0913 - an option each
        self,
        context: Context,
        entry: EntryId,
        field: FieldName | None = None,
        value: NewValue | None = None,
        *,
        source: SourceRef | None = None,
        note: LongText | None = None,
    ) -> Reply:
        """Change a field of an entry; without a value, show what there is to change."""
        if field is None or value is None:
            return await self._shown(context, entry, field or "")
        drafter = self.desk.drafter
        draft = await drafter.edit(entry, field, value, source=source or "", note=note or "")
        return await self._submitted(context, draft)

    async def unset(
        self, context: Context, entry: EntryId, field: FieldName, *, note: LongText | None = None
    ) -> Reply:
        """Take a field, or an item of a list, away from an entry."""
        draft = await self.desk.drafter.unset(entry, field, note=note or "")
        return await self._submitted(context, draft)

    async def status(  # noqa: PLR0913 - an option each
        self,
        context: Context,
        person: EntryId,
        value: StatusValue,
        *,
        date: OptionText,
        source: SourceRef,
        note: LongText | None = None,
    ) -> Reply:
        """Say where a person stands since a day, with the event that it follows from."""
        drafter = self.desk.drafter
        draft = await drafter.status(person, value, date=date, source=source, note=note or "")
        return await self._submitted(context, draft)

    async def add_person(  # noqa: PLR0913 - an option each
        self,
        context: Context,
        id: AnyId,
        name: NewValue,
        *,
        status: StatusValue,
        date: OptionText,
        source: SourceRef,
        note: LongText | None = None,
    ) -> Reply:
        """Add a person by the English name, with where they stand."""
        draft = await self.desk.drafter.add_person(
            id, name, status, date=date, source=source, note=note or ""
        )
        return await self._submitted(context, draft)

    async def add_event(  # noqa: PLR0913 - an option each
        self,
        context: Context,
        entry: EntryId,
        event: EventType,
        *,
        date: OptionText,
        source: SourceRef,
        text: LongText | None = None,
        note: LongText | None = None,
    ) -> Reply:
        """Add something that happened to an entry; a text is in English."""
        others = {"text.en": str(text)} if text else {}
        draft = await self.desk.drafter.add_event(
            entry, event, date=date, source=source, others=others, note=note or ""
        )
        return await self._submitted(context, draft)

    async def add_source(  # noqa: PLR0913 - an option each
        self,
        context: Context,
        url: str,
        *,
        title: OptionText,
        publisher: OptionText,
        language: OptionText,
        kind: SourceKind,
        id: OptionText | None = None,
        date: OptionText | None = None,
        note: LongText | None = None,
    ) -> Reply:
        """Add a source by its address."""
        draft = await self.desk.drafter.add_source(
            url,
            title=title,
            publisher=publisher,
            language=language,
            type_=kind,
            entry=id or "",
            date=date or "",
            note=note or "",
        )
        return await self._submitted(context, draft)

    async def add_resolution(  # noqa: PLR0913 - an option each
        self,
        context: Context,
        id: AnyId,
        title: NewValue,
        *,
        body: OptionText,
        date: OptionText,
        source: SourceRef,
        symbol: OptionText | None = None,
        note: LongText | None = None,
    ) -> Reply:
        """Add a resolution or judgment by its official English title."""
        draft = await self.desk.drafter.add_resolution(
            id, title, body, date=date, source=source, symbol=symbol or "", note=note or ""
        )
        return await self._submitted(context, draft)

    async def withdraw(
        self, context: Context, entry: EntryId, *, note: LongText | None = None
    ) -> Reply:
        """Take an entry out of the knowledge base; posts about it are withdrawn with it."""
        draft = await self.desk.drafter.withdraw(entry, note=note or "")
        return await self._submitted(context, draft)

    async def _submitted(self, context: Context, draft: Draft) -> Reply:
        by = await self.desk.number_of(context)
        change = await self.desk.reviewer.submit(draft, by, at_once=may_decide(context))
        sheet = Sheet(context)
        key = "change-proposed" if change.state is ChangeState.OPEN else "change-applied"
        sheet.message(key, change=Code(change.short_id))
        show_risks(sheet, change)
        sheet.add(*difference_blocks(sheet.texts, draft.rows))
        actions = [look_action(sheet, change)] if may_decide(context) else []
        if change.state is ChangeState.APPLIED:
            line = write_line("kb", "undo", change=change.short_id)
            actions = [sheet.action("action-undo", line, id=change.short_id)]
        return private(sheet.reply(actions=actions))

    async def _shown(self, context: Context, entry: EntryId, field: str) -> Reply:
        """Show what an entry says, field by field, as it is typed."""
        found = [one for one in await self._said(context, entry) if _is_below(one, field)]
        if not found:
            raise UserError("edit-nothing-there", field=field, entry=entry)
        sheet = Sheet(context)
        title = name_of(sheet.texts, context.knowledge.entries[entry])
        sheet.title(sheet.texts("title-edit", name=title))
        sheet.message(
            "edit-how", line=Code(write_line("kb", "edit", entry, field or found[0].field))
        )
        sheet.items((Code(one.field), Text(f": {one.new}")) for one in found[:_SHOWN])
        if len(found) > _SHOWN:
            sheet.message("edit-more", count=len(found) - _SHOWN)
        return private(sheet.reply())

    async def _said(self, context: Context, entry: EntryId) -> tuple[Difference, ...]:
        path = path_of(context.knowledge.entries[entry].KIND, entry)
        root = self.desk.drafter.snapshot.root
        data = await asyncio.to_thread(current_file, root, path)
        return differences(FileChange(path=path, before=None, after=data))


def _is_below(one: Difference, field: str) -> bool:
    return not field or one.field == field or one.field.startswith(f"{field}.")
