"""An entry on one line, as lists of entries show it: each fact with its date and its sources."""

from __future__ import annotations

from typing import assert_never

from community_bot.commands.cards.facts import status_mark
from community_bot.commands.cards.named import resolution_label
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.invocation import write_line
from community_bot.core.titles import name_of
from community_bot.domain.document import Action, Inlines, Strong, Text
from community_bot.domain.entities import (
    Case,
    Entry,
    Organisation,
    Person,
    Resolution,
    Source,
    Statement,
)
from community_bot.domain.values import Kind

_OPTIONS = {Kind.RESOLUTION: "ref", Kind.STATEMENT: "id", Kind.SOURCE: "id"}
"""What the command for one entry calls its parameter, by kind; else ``name``."""


def open_action(sheet: Sheet, entry: Entry) -> Action:
    """Return the command that answers all about an entry."""
    line = write_line(entry.KIND.value, **{_OPTIONS.get(entry.KIND, "name"): entry.id})
    return sheet.action("action-about", line, name=name_of(sheet.texts, entry))


def entry_line(sheet: Sheet, entry: Entry) -> Inlines:
    """Return the line of an entry of any kind."""
    match entry:
        case Person():
            return person_line(sheet, entry)
        case Statement():
            return statement_line(sheet, entry)
        case Resolution():
            return sheet.fact(resolution_label(sheet.texts, entry), entry.date)
        case Organisation() | Case():
            name = Strong(name_of(sheet.texts, entry))
            if entry.about is None:
                return (name,)
            said = sheet.fact(sheet.texts.pick(entry.about.text), entry.about)
            return (name, Text(" – "), *said)
        case Source():
            return sheet.source_line(entry)
        case _:
            assert_never(entry)


def person_line(sheet: Sheet, person: Person) -> Inlines:
    """Return somebody's name with where they stand, and as of when."""
    name = Strong(name_of(sheet.texts, person))
    return (name, Text(" – "), *status_mark(sheet, person.status))


def statement_line(sheet: Sheet, statement: Statement) -> Inlines:
    """Return a statement's title with who issued it, and when."""
    texts = sheet.texts
    date = texts.date(statement.date.value)
    said = Text(f" – {texts.pick(statement.issuer)}, {date}")
    dated = sheet.checked(statement.date.check)
    return (Strong(name_of(texts, statement)), said, *dated, *sheet.cite(statement.cite))
