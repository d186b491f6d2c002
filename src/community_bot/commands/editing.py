"""Commands that change entries: what comes of them is a proposal, or counts at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from community_bot.commands.cards.change import look_action, show_risks
from community_bot.commands.cards.editable import show_fields, show_value
from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.editors_desk import EditorsDesk, FieldType, may_decide, private
from community_bot.core.command import Command, Context, command
from community_bot.core.differing import difference_blocks, in_brief
from community_bot.core.editing_params import (
    EntryId,
    EntryIdType,
    FieldName,
    FreeId,
    NewValue,
    OptionText,
    SourceRef,
)
from community_bot.core.invocation import write_line
from community_bot.core.posting_params import LongText
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Reply
from community_bot.domain.errors import UserError
from community_bot.domain.values import EventType, Kind, SourceKind, StatusValue
from community_bot.knowledge.reading.record import path_of
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.blocks import EditBlock, read_block
from community_bot.moderation.change import ChangeState, FileChange
from community_bot.moderation.differences import Difference, differences
from community_bot.moderation.draft import Draft
from community_bot.moderation.edits import is_fixed


def editing_commands(desk: EditorsDesk) -> tuple[Command, ...]:
    """Return the commands that change entries."""
    on = Editing(desk)
    field = {"field": FieldType(desk.drafter.snapshot.root)}
    person = {"person": EntryIdType(Kind.PERSON)}
    return (
        command("kb edit", role=Role.EDITOR, types=field)(on.edit),
        command("kb unset", role=Role.EDITOR, types=field)(on.unset),
        command("kb status", role=Role.EDITOR, types=person)(on.status),
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
        entry: EntryId | None = None,
        field: FieldName | None = None,
        value: NewValue | None = None,
        *,
        source: SourceRef | None = None,
        note: LongText | None = None,
        fields: LongText | None = None,
        seen: OptionText | None = None,
    ) -> Reply:
        """Change a field of an entry, or several; without a value, show what there is to change."""
        if fields is not None:
            if field is not None or value is not None:
                raise UserError("edit-fields-alone")
            block = read_block(fields)
            entry = _entry_of(context, entry, block)
        elif entry is None:
            raise _missing(context, "entry")
        elif field is None or value is None:
            return await self._shown(context, entry, field or "")
        else:
            block = EditBlock({field: value})
        said = EditBlock(source=source or "", note=note or "", seen=seen or "")
        draft = await self.desk.drafter.edit_fields(
            entry,
            block.values,
            source=_once("source", said.source, block.source),
            note=_once("note", said.note, block.note),
            seen=_once("seen", said.seen, block.seen),
        )
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
        id: FreeId,
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
        id: FreeId,
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
        await self.desk.mind_silence(sheet)
        show_risks(sheet, change)
        sheet.add(*difference_blocks(sheet.texts, *in_brief(draft.rows)))
        actions = [look_action(sheet, change)] if may_decide(context) else []
        if change.state is ChangeState.APPLIED:
            line = write_line("kb", "undo", change=change.short_id)
            actions = [sheet.action("action-undo", line, id=change.short_id)]
        return private(sheet.reply(actions=actions))

    async def _shown(self, context: Context, entry: EntryId, field: str) -> Reply:
        """Show what an entry says, as it is typed: which fields, some of them, or a single one."""
        said = await self.desk.drafter.value_at(entry, field) if field else None
        if said is not None:
            return private(show_value(context, entry, said))
        rows = await asyncio.to_thread(self._rows, context, entry)
        return private(show_fields(context, entry, rows, field))

    def _rows(self, context: Context, entry: EntryId) -> list[Difference]:
        """Return the values of an entry that may be edited."""
        kind = context.knowledge.entries[entry].KIND
        path = path_of(kind, entry)
        data = current_file(self.desk.drafter.snapshot.root, path)
        found = differences(FileChange(path=path, before=None, after=data))
        return [one for one in found if not is_fixed(kind, one.route)]


def _entry_of(context: Context, entry: EntryId | None, block: EditBlock) -> EntryId:
    """Return the entry that is meant, which the block may name as well."""
    named = block.entry.strip().casefold()
    if entry is None and not named:
        raise _missing(context, "entry")
    if named and named not in context.knowledge.entries:
        raise UserError("draft-entry-unknown", entry=block.entry)
    return EntryId(_once("entry", entry or "", named))


def _missing(context: Context, option: str) -> UserError:
    command = context.table.get("kb edit")
    return UserError("argument-missing", name=option, usage=command.usage if command else "")


def _once(name: str, one: str, other: str) -> str:
    """Return what is said once, or twice alike; raise UserError for two that differ."""
    if one and other and one != other:
        raise UserError("option-repeated", name=name)
    return one or other
