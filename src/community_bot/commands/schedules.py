"""Commands about schedules: post again and again, by the clocks of each destination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from community_bot.commands.cards.post import moment
from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.desk import ANSWERS, Desk, by_zone, command_named, listed, names_of
from community_bot.core.command import Command, Context, command
from community_bot.core.invocation import write_line
from community_bot.core.posting_params import Names, PostLanguage, ScheduleId, What
from community_bot.core.time_params import Cron, Grace
from community_bot.core.zones import local_of
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Inline, Inlines, Reply, Text
from community_bot.domain.errors import UserError
from community_bot.domain.topic import Topic
from community_bot.publishing.composing import no_answer
from community_bot.publishing.cron import next_run, runs
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Transaction
from community_bot.publishing.post import PostKind
from community_bot.publishing.preparing import Print
from community_bot.publishing.schedule import Run, Schedule
from community_bot.publishing.scheduling import ANNIVERSARIES, dated

_SHOWN_RUNS = 3


def schedule_commands(desk: Desk) -> tuple[Command, ...]:
    """Return the commands about schedules."""
    on = Schedules(desk)
    return (
        command("schedule add", role=Role.POSTER)(on.add),
        command("schedule list", role=Role.POSTER)(on.listing),
        command("schedule pause", role=Role.POSTER)(on.pause),
        command("schedule resume", role=Role.POSTER)(on.resume),
        command("schedule remove", role=Role.POSTER)(on.remove),
        command("schedule run", role=Role.POSTER)(on.run),
    )


@dataclass(frozen=True, slots=True)
class Schedules:
    """The handlers, at a desk."""

    desk: Desk

    async def add(  # noqa: PLR0913 - an option each
        self,
        context: Context,
        *,
        cron: Cron,
        what: What,
        to: Names,
        language: PostLanguage | None = None,
        grace: Grace | None = None,
    ) -> Reply:
        """Post an answer whenever the cron expression says so; show when that is."""
        places = await self.desk.chosen(context.actor, to)
        first = {place.id: next_run(cron, place.zone, context.now) for place in places}
        tag = language.tag if language else ""
        try:
            line = await self._line(context, what)
        except UserError as error:
            options = {"to": names_of(places), **({"language": tag} if tag else {})}
            head = write_line("schedule", "add", cron)
            error.lines = tuple(f"{head} {one} {write_line(**options)}" for one in error.lines)
            raise
        wanted = Schedule(
            cron=cron,
            line=line,
            language=tag,
            grace=int((self.desk.grace if grace is None else grace).total_seconds()),
            author=await self.desk.authority.number_of(context.actor),
            topic=Topic.ANNIVERSARIES if line == ANNIVERSARIES else None,
        )
        async with self.desk.store.begin() as kept:
            added = await kept.schedules.add(wanted, first)
        self.desk.wake()
        sheet = Sheet(context)
        names = listed(places)
        sheet.message("schedule-added", id=Code(added.short_id), line=Code(line), names=names)
        sheet.items(_coming(context, added, places))
        remove = write_line("schedule", "remove", added.short_id)
        actions = (sheet.action("action-remove", remove, name=added.short_id),)
        return replace(sheet.reply(actions=actions), private=True)

    async def listing(self, context: Context) -> Reply:
        """List what is posted by the clock, and when it is next."""
        allowed = await self.desk.allowed(context.actor)
        found: list[tuple[Schedule, tuple[Run, ...]]] = []
        async with self.desk.store.read() as kept:
            for schedule in await kept.schedules.all():
                due = await kept.schedules.runs(schedule.id)
                if due and all(run.destination in allowed for run in due):
                    found.append((schedule, due))
        sheet = Sheet(context)
        sheet.title(context.texts("title-schedules"))
        if not found:
            sheet.message("schedules-none")
        sheet.items(_item(context, schedule, due, allowed) for schedule, due in found)
        return replace(sheet.reply(), private=True)

    async def pause(self, context: Context, id: ScheduleId) -> Reply:
        """Make no runs until it is resumed."""
        schedule, _ = await self.desk.schedule(context.actor, id)
        async with self.desk.store.begin() as kept:
            await _change(kept, replace(schedule, is_paused=True))
        return _done(context, "schedule-paused", schedule)

    async def resume(self, context: Context, id: ScheduleId) -> Reply:
        """Make its runs again, by one's own right; those of the meantime are not made up for."""
        schedule, places = await self.desk.schedule(context.actor, id)
        author = await self.desk.authority.number_of(context.actor)
        zones = {place.id: place.zone for place in places}
        async with self.desk.store.begin() as kept:
            await _change(kept, replace(schedule, is_paused=False, author=author))
            for run in await kept.schedules.runs(schedule.id):
                if run.next_at <= context.now and run.destination in zones:
                    following = next_run(schedule.cron, zones[run.destination], context.now)
                    await kept.schedules.set_run(replace(run, next_at=following))
        self.desk.wake()
        return _done(context, "schedule-resumed", schedule, _coming(context, schedule, places))

    async def remove(self, context: Context, id: ScheduleId) -> Reply:
        """Forget a schedule; what it posted stays."""
        schedule, _ = await self.desk.schedule(context.actor, id)
        async with self.desk.store.begin() as kept:
            await kept.schedules.remove(schedule.id)
        return _done(context, "schedule-removed", schedule)

    async def run(self, context: Context, id: ScheduleId) -> Reply:
        """Post it now as well; its own runs stay as they are."""
        schedule, places = await self.desk.schedule(context.actor, id)
        author = await self.desk.authority.number_of(context.actor)
        by_line: dict[str, list[Destination]] = {}
        for place in places:
            line = dated(schedule.line, local_of(context.now, place.zone).date())
            by_line.setdefault(line, []).append(place)
        prints = [
            Print(PostKind.ANSWER, line, tuple(here), schedule.language, author, schedule.id)
            for line, here in by_line.items()
        ]
        try:
            posts = await self.desk.publisher.publish_all(prints)
        except UserError as error:
            raise await self.desk.reworded(error, prints[0].line, context) from error
        sheet = Sheet(context)
        ids = ", ".join(post.short_id for post in posts)
        sheet.message("schedule-run", id=Code(schedule.short_id), posts=Code(ids))
        return replace(sheet.reply(), private=True)

    async def _line(self, context: Context, what: What) -> str:
        """Return the line to keep: names as ids, but what is chosen anew each time stays open."""
        if not command_named(context, what):
            raise UserError("schedule-what", known=", ".join(sorted(ANSWERS)))
        language = context.texts.language
        named = context.table.get(what.line)
        if named is not None:
            line = named.name
        else:
            line = await self.desk.composer.canonical(what.line, language)
        composed = await self.desk.composer.answer(line, language)
        if composed.reply.error is not None and line != ANNIVERSARIES:
            raise no_answer(composed.reply)
        return line


async def _change(kept: Transaction, schedule: Schedule) -> None:
    """Keep another state of a schedule, unless somebody removed it meanwhile."""
    if schedule.id not in {one.id for one in await kept.schedules.all()}:
        raise UserError("schedule-unknown", id=schedule.short_id)
    await kept.schedules.change(schedule)


def _done(context: Context, key: str, schedule: Schedule, items: Sequence[Inlines] = ()) -> Reply:
    sheet = Sheet(context)
    sheet.paragraph(*context.texts.inlines(key, id=Code(schedule.short_id)))
    sheet.items(items)
    return replace(sheet.reply(), private=True)


def _coming(context: Context, schedule: Schedule, places: Sequence[Destination]) -> list[Inlines]:
    """Return the next runs, a line for each time zone."""
    lines: list[Inlines] = []
    for zone, here in by_zone(places).items():
        coming = islice(runs(schedule.cron, zone, context.now), _SHOWN_RUNS)
        moments = "; ".join(moment(context.texts, at, here[0]) for at in coming)
        lines.append((Text(f"{listed(here)}: {moments}"),))
    return lines


def _item(
    context: Context,
    schedule: Schedule,
    due: Sequence[Run],
    allowed: Mapping[int, Destination],
) -> Inlines:
    texts = context.texts
    places = [allowed[run.destination] for run in due]
    said: list[Inline] = [
        Code(schedule.short_id),
        Text(" "),
        Code(schedule.cron),
        Text(" "),
        Code(schedule.line),
        Text(f" – {listed(places)}; "),
    ]
    if schedule.is_paused:
        return (*said, Text(texts("schedule-is-paused")))
    first: tuple[datetime, Destination] = min(
        ((run.next_at, allowed[run.destination]) for run in due), key=lambda one: one[0]
    )
    return (*said, Text(texts("schedule-next", moment=moment(texts, *first))))
