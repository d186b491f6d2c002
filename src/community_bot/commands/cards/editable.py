"""What an entry says as it is edited: its fields, the values of some, or one with a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context
from community_bot.core.invocation import MAX_TEXT, write_line
from community_bot.core.titles import name_of
from community_bot.domain.document import Action, Code, Form, FormInput, Inlines, Reply, Text
from community_bot.domain.errors import UserError
from community_bot.moderation.differences import Difference
from community_bot.moderation.edits import is_of_status
from community_bot.moderation.field_edits import Said

_SHOWN, _SHORT = 60, 100
_OFTEN = ("status", "events", "about", "names", "aliases", "text", "title", "url", "links")
"""What is edited most often: this is offered first."""
_OFFERED = 5


def show_fields(context: Context, entry: str, rows: Sequence[Difference], field: str) -> Reply:
    """Return a reply with the values at a field and below it; without one, which fields there are.

    Raises UserError: there is nothing.
    """
    sheet = _sheet(context, entry)
    if not field:
        return _overview(sheet, entry, rows)
    found = [one for one in rows if f"{one.field}.".startswith(f"{field}.")]
    if not found:
        raise UserError("edit-nothing-there", field=field, entry=entry)
    kind = context.knowledge.entries[entry].KIND
    free = [one for one in found if not is_of_status(kind, one.route)]
    if free:
        sheet.message("edit-how", line=Code(write_line("kb", "edit", entry, free[0].field)))
    if len(free) < len(found):
        sheet.message("draft-status-together", entry=entry)
    sheet.items((Code(one.field), Text(f": {one.new}")) for one in found[:_SHOWN])
    if len(found) > _SHOWN:
        sheet.paragraph(Text(sheet.texts.plural("edit-more", len(found) - _SHOWN)))
    return sheet.reply()


def _overview(sheet: Sheet, entry: str, rows: Sequence[Difference]) -> Reply:
    fields = {name: list(some) for name, some in groupby(rows, lambda one: str(one.route[0]))}
    first = next((name for name in _OFTEN if name in fields), next(iter(fields), ""))
    sheet.message("edit-which", line=Code(write_line("kb", "edit", entry, first)))
    sheet.items(_counted(sheet, name, some) for name, some in fields.items())
    often = [name for name in _OFTEN if name in fields][:_OFFERED]
    return sheet.reply(actions=[Action(one, write_line("kb", "edit", entry, one)) for one in often])


def _counted(sheet: Sheet, name: str, rows: Sequence[Difference]) -> Inlines:
    if len(rows) == 1 and rows[0].field == name:
        return (Code(name), Text(f": {rows[0].new}"))
    return (Code(name), Text(f" – {sheet.texts.plural('edit-values', len(rows))}"))


def show_value(context: Context, entry: str, said: Said) -> Reply:
    """Return a reply with what a field says, and a form to write it anew."""
    sheet = _sheet(context, entry)
    texts, line = sheet.texts, write_line("kb", "edit", entry, said.field)
    sheet.message("edit-how", line=Code(line))
    if said.value:
        sheet.items([(Code(said.field), Text(f": {said.value}"))])
    else:
        sheet.message("edit-nothing-there", field=said.field, entry=entry)
    reply = sheet.reply()
    if len(said.value) > MAX_TEXT:
        return reply
    is_long = said.is_text or len(said.value) > _SHORT
    value = FormInput("value", texts("form-value"), said.value, is_long, is_required=True)
    source = FormInput("source", texts("form-source"))
    note = FormInput("note", texts("form-note"))
    title = texts("form-edit", field=said.field)
    line = f"{line} {write_line(seen=said.mark)}"
    return replace(reply, form=Form(title, line, (value, source, note)))


def _sheet(context: Context, entry: str) -> Sheet:
    sheet = Sheet(context)
    name = name_of(sheet.texts, context.knowledge.entries[entry])
    sheet.title(sheet.texts("title-edit", name=name))
    return sheet
