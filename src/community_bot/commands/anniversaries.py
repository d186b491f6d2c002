"""Anniversaries: who was detained, sentenced or released on this day in earlier years."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Mapping
from datetime import date

from community_bot.commands.cards.facts import event_line, status_mark
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Context, command
from community_bot.core.i18n import Texts
from community_bot.core.invocation import write_line
from community_bot.core.time_params import Day
from community_bot.core.titles import name_of
from community_bot.domain.document import Heading, Reply, Strong, Text
from community_bot.domain.entities import Case, Event, Organisation, Person
from community_bot.domain.errors import UserError
from community_bot.domain.values import EventType
from community_bot.knowledge.base import KnowledgeBase

_REMEMBERED = frozenset(
    {
        EventType.DETAINED,
        EventType.VERDICT,
        EventType.ACQUITTED,
        EventType.RELEASED,
        EventType.EXCHANGED,
        EventType.SENTENCE_ENDED_EARLY,
    }
)
_LEAP_DAY = "02-29"

Happened = tuple[Person | Organisation | Case, Event]


@command("anniversaries")
async def anniversaries(context: Context, day: Day | None = None) -> Reply:
    """List detentions, verdicts and releases of this day in earlier years."""
    texts = context.texts
    on = day or context.now.date()
    by_year = _on_day(context.knowledge, on)
    if not by_year:
        raise UserError("anniversaries-none", date=_day_of_year(texts, on))
    sheet = Sheet(context)
    sheet.title(texts("title-anniversaries", date=_day_of_year(texts, on)))
    people: dict[str, Person] = {}
    for year, happened in by_year.items():
        ago = texts.plural("years-ago", on.year - year)
        sheet.add(Heading((Text(ago),), level=2))
        sheet.show(*(entry for entry, _ in happened))
        sheet.items(event_line(sheet, event, who=name_of(texts, one)) for one, event in happened)
        people |= {entry.id: entry for entry, _ in happened if isinstance(entry, Person)}
    if people:
        # What happened years ago must not read as how things are.
        sheet.section("section-status-now")
        sheet.items(
            (Strong(name_of(texts, one)), Text(" – "), *status_mark(sheet, one.status))
            for one in people.values()
        )
    actions = [
        sheet.action("action-about", write_line("person", one.id), name=name_of(texts, one))
        for one in people.values()
    ]
    return sheet.reply(actions=actions)


def _on_day(base: KnowledgeBase, on: date) -> Mapping[int, list[Happened]]:
    """Return what happened on the month and day of ``on``, by year, the earliest first."""
    days = {f"{on:%m-%d}"}
    if f"{on:%m-%d}" == "02-28" and not isleap(on.year):
        days.add(_LEAP_DAY)
    found: dict[int, list[Happened]] = {}
    for _, id_, index in base.moments():
        entry = base.entries[id_]
        if not isinstance(entry, Person | Organisation | Case):
            continue
        event = entry.events[index]
        exact = event.date[5:] in days and not event.approximate
        if exact and event.type in _REMEMBERED and int(event.date[:4]) < on.year:
            found.setdefault(int(event.date[:4]), []).append((entry, event))
    return found


def _day_of_year(texts: Texts, on: date) -> str:
    return texts("date-of-year", day=on.day, month=texts(f"month-of-{on.month}"))
