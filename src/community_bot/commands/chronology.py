"""The timeline: what happened in order, to one entry or to all."""

from __future__ import annotations

from community_bot.commands.cards.facts import event_line
from community_bot.commands.cards.named import resolution_label
from community_bot.commands.cards.paging import page_of
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.core.invocation import write_line
from community_bot.core.params import Page
from community_bot.core.titles import name_of
from community_bot.domain.document import Inlines, Reply, Strong, Text
from community_bot.domain.entities import (
    Case,
    Entry,
    Event,
    Organisation,
    Person,
    Resolution,
    Statement,
)


@command("timeline")
async def timeline(
    context: Context,
    name: Person | Organisation | Case | None = None,
    page: Page | None = None,
) -> Reply:
    """List what happened in order of time."""
    texts = context.texts
    sheet = Sheet(context)
    title = (
        texts("title-timeline-of", name=name_of(texts, name)) if name else texts("title-timeline")
    )
    sheet.title(title)
    moments = context.knowledge.moments(name.id if name else None)
    if not moments:
        sheet.message("timeline-none" if context.knowledge.entries else "nothing-yet")
    options = {"name": name.id if name else ""}
    shown, actions = page_of(sheet, moments, page, "timeline", **options)
    entries = {id_: context.knowledge.entries[id_] for _, id_, _ in shown}
    sheet.show(*entries.values())
    sheet.items(_line(sheet, entries[id_], index, name) for _, id_, index in shown)
    if name:
        about = sheet.action(
            "action-about", write_line(name.KIND.value, name.id), name=name_of(texts, name)
        )
        return sheet.reply(actions=(*actions, about))
    return sheet.reply(actions=actions)


def _line(sheet: Sheet, entry: Entry, index: int, subject: Entry | None) -> Inlines:
    texts = sheet.texts
    match entry:
        case Person() | Organisation() | Case():
            event: Event = entry.events[index]
            who = "" if subject is not None and entry.id == subject.id else name_of(texts, entry)
            return event_line(sheet, event, who=who)
        case Resolution():
            date = Strong(texts.date(entry.date.value))
            label = Text(
                f" – {texts('kind-resolution')}: {resolution_label(texts, entry, dated=False)}"
            )
            return sheet.fact((date, label), entry.date)
        case Statement():
            date = Strong(texts.date(entry.date.value))
            label = Text(f" – {texts('kind-statement')}: {name_of(texts, entry)}")
            dated = sheet.checked(entry.date.check)
            return (date, label, *dated, *sheet.cite(entry.cite))
        case _:
            raise TypeError(f"{entry.id} has no moment in time")
