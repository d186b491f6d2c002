"""Commands about following: what a channel is told of when it changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.desk import Desk, listed
from community_bot.core.command import Command, Context, command
from community_bot.core.entry_params import TopicOrPerson
from community_bot.core.invocation import write_line
from community_bot.core.posting_params import FollowId, Names
from community_bot.core.titles import name_of
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Inlines, Reply, Text
from community_bot.domain.errors import UserError
from community_bot.domain.topic import Topic
from community_bot.publishing.cron import next_run
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Transaction
from community_bot.publishing.schedule import Follow, Schedule
from community_bot.publishing.scheduling import ANNIVERSARIES

_EACH_MORNING = "0 9 * * *"


def follow_commands(desk: Desk) -> tuple[Command, ...]:
    """Return the commands about following."""
    on = Follows(desk)
    return (
        command("follow add", role=Role.POSTER)(on.add),
        command("follow list", role=Role.POSTER)(on.listing),
        command("follow remove", role=Role.POSTER)(on.remove),
    )


@dataclass(frozen=True, slots=True)
class Follows:
    """The handlers, at a desk."""

    desk: Desk

    async def add(self, context: Context, topic: TopicOrPerson, to: Names) -> Reply:
        """Let destinations be told of a topic, or of one person."""
        places = await self.desk.chosen(context.actor, to)
        author = await self.desk.authority.number_of(context.actor)
        if topic.topic is Topic.ANNIVERSARIES:
            return await self._each_morning(context, places, author)
        subject = topic.person.id if topic.person else ""
        wanted = [
            Follow(topic=topic.topic, subject=subject, destination=place.id, author=author)
            for place in places
        ]
        async with self.desk.store.begin() as kept:
            added = [await kept.follows.add(one) for one in wanted]
        sheet = Sheet(context)
        what = _topic(context, added[0])
        sheet.message("follow-added", names=listed(places), topic=what)
        actions = (
            sheet.action("action-remove", write_line("follow", "remove", id_), name=id_)
            for id_ in (one.short_id for one in added)
        )
        return replace(sheet.reply(actions=actions), private=True)

    async def _each_morning(
        self, context: Context, places: Sequence[Destination], author: int
    ) -> Reply:
        """Follow anniversaries: a schedule, since a day and not a change is what brings them."""
        first = {place.id: next_run(_EACH_MORNING, place.zone, context.now) for place in places}
        wanted = Schedule(
            cron=_EACH_MORNING,
            line=ANNIVERSARIES,
            grace=int(self.desk.grace.total_seconds()),
            author=author,
            topic=Topic.ANNIVERSARIES,
        )
        async with self.desk.store.begin() as kept:
            for schedule, there in await _of_anniversaries(kept):
                if not there.isdisjoint(first):
                    raise UserError("follow-there-already", id=schedule.short_id)
            added = await kept.schedules.add(wanted, first)
        self.desk.wake()
        sheet = Sheet(context)
        line = write_line("schedule", "remove", added.short_id)
        sheet.message("follow-anniversaries", names=listed(places), id=Code(added.short_id))
        actions = (sheet.action("action-remove", line, name=added.short_id),)
        return replace(sheet.reply(actions=actions), private=True)

    async def listing(self, context: Context) -> Reply:
        """List what destinations follow."""
        allowed = await self.desk.allowed(context.actor)
        async with self.desk.store.read() as kept:
            found = [one for one in await kept.follows.all() if one.destination in allowed]
            daily = await _of_anniversaries(kept)
        sheet = Sheet(context)
        sheet.title(context.texts("title-follows"))
        anniversaries = context.texts("topic-anniversaries")
        visible = [(one, there) for one, there in daily if there and there <= allowed.keys()]
        lines = [
            _line(one.short_id, allowed[one.destination].name, _topic(context, one))
            for one in found
        ]
        lines += [
            _line(one.short_id, listed(allowed[id_] for id_ in sorted(there)), anniversaries)
            for one, there in visible
        ]
        sheet.items(lines)
        if not lines:
            sheet.message("follows-none")
        return replace(sheet.reply(), private=True)

    async def remove(self, context: Context, id: FollowId) -> Reply:
        """Tell a destination no more of a topic."""
        allowed = await self.desk.allowed(context.actor)
        async with self.desk.store.begin() as kept:
            if id.letter == "S":
                daily = {one.id: there for one, there in await _of_anniversaries(kept)}
                places = daily.get(id.number, frozenset[int]())
                topic = context.texts("topic-anniversaries")
            else:
                found = {one.id: one for one in await kept.follows.all()}.get(id.number)
                places = frozenset({found.destination} if found else ())
                topic = _topic(context, found) if found else ""
            if not places or not places <= allowed.keys():
                raise UserError("follow-unknown", id=str(id))
            await (kept.schedules if id.letter == "S" else kept.follows).remove(id.number)
        sheet = Sheet(context)
        name = listed(allowed[id_] for id_ in sorted(places))
        sheet.message("follow-removed", name=name, topic=topic)
        return replace(sheet.reply(), private=True)


async def _of_anniversaries(kept: Transaction) -> list[tuple[Schedule, frozenset[int]]]:
    """Return the schedules of anniversaries, each with where it posts."""
    return [
        (one, frozenset(run.destination for run in await kept.schedules.runs(one.id)))
        for one in await kept.schedules.all()
        if one.topic is Topic.ANNIVERSARIES
    ]


def _topic(context: Context, follow: Follow) -> str:
    """Return what is followed, in words; a person who is in the base no more is an id."""
    texts = context.texts
    if follow.topic is not Topic.PERSON:
        return texts(f"topic-{follow.topic.value}")
    person = context.knowledge.entries.get(follow.subject)
    return name_of(texts, person) if person else follow.subject


def _line(id: str, names: str, topic: str) -> Inlines:
    return (Code(id), Text(f" {names} – {topic}"))
