"""Schedules kept: each run is posted and the next one set in one transaction, or neither is.

A run that was missed is made up for once, if it is not later than its schedule allows; else it is
left out and the moderators are told: before it is left out, since a crash in between would
otherwise leave them untold. A moment that was kept is never kept again, wherever the clock
is moved to: the next run is always after both.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from community_bot.core.ports import Clock
from community_bot.core.zones import local_of
from community_bot.domain.errors import UserError
from community_bot.domain.topic import Topic
from community_bot.publishing.composing import Composer
from community_bot.publishing.cron import newest_run, next_run
from community_bot.publishing.destination import Destination
from community_bot.publishing.notices import Notices
from community_bot.publishing.ports import Store, Transaction
from community_bot.publishing.post import PostKind
from community_bot.publishing.publisher import Publisher
from community_bot.publishing.rights import MayPost
from community_bot.publishing.schedule import Run, Schedule
from community_bot.publishing.turns import Turns

DEFAULT_GRACE = timedelta(hours=6)
"""How late a run may be made that was missed, unless its schedule says otherwise."""

ANNIVERSARIES = "anniversaries"
"""The command whose answer depends on the day, and which has nothing to say on most."""

_LONGEST_SLEEP = 60.0
_SHORTEST_SLEEP = 1.0
_REALIGNED = timedelta(days=1)
_NO_CARRIER = "post-no-carrier"
_NOTHING_TODAY = "anniversaries-none"

Places = Mapping[int, Destination]
Advance = Callable[[Transaction], Awaitable[None]]


def dated(line: str, day: date) -> str:
    """Return a line that goes on meaning this day, if it is one that means the present day."""
    is_open = line.strip().casefold() == ANNIVERSARIES
    return f"{ANNIVERSARIES} day={day.isoformat()}" if is_open else line


@dataclass(frozen=True, slots=True)
class Occasion:
    """One run of a schedule at one moment, for all the destinations that have it then."""

    schedule: Schedule
    at: datetime
    line: str
    runs: tuple[Run, ...]


class _OvertakenError(Exception):
    """Somebody changed the schedule meanwhile; what is due must be looked at again."""


class Scheduler:
    """Makes the runs of schedules, and the posts that wait for their moment.

    ``may_post`` is asked at that moment, since whoever left something to the clock may have lost
    the right since.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - a part each
        self,
        store: Store,
        publisher: Publisher,
        composer: Composer,
        notices: Notices,
        clock: Clock,
        may_post: MayPost,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._composer = composer
        self._notices = notices
        self._clock = clock
        self._may_post = may_post
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look again what is due: something was scheduled."""
        self._woken.set()

    async def run(self) -> None:
        """Do what falls due until cancelled."""
        await self.realign()
        while True:
            self._woken.clear()
            await self.tick()
            with suppress(TimeoutError):
                async with asyncio.timeout(await self._patience()):
                    await self._woken.wait()

    async def tick(self) -> None:
        """Do all that is due now."""
        now = self._clock.now()
        turns = Turns()
        with turns.apart():
            await self._publisher.publish_due(now, self._notices, self._may_post)
        async with self._store.read() as kept:
            due = await kept.schedules.due(now)
            places = {place.id: place for place in await kept.destinations.all()}
        for schedule in dict.fromkeys(schedule for schedule, _ in due):
            found = [run for one, run in due if one.id == schedule.id]
            try:
                occasions = _occasions(schedule, found, places, now)
            except UserError as error:
                await self._pause(schedule, error)
                continue
            for occasion in occasions:
                with turns.apart(), suppress(_OvertakenError):
                    await self._keep(occasion, places, now)
        turns.end()

    async def realign(self) -> None:
        """Set anew the runs that are due at no moment of their schedule any more.

        So it is when the rules of a time zone were changed after the run was set.
        """
        now = self._clock.now()
        async with self._store.begin() as kept:
            zones = {place.id: place.zone for place in await kept.destinations.all()}
            for schedule in await kept.schedules.all():
                for run in await kept.schedules.runs(schedule.id):
                    moved = _moved(schedule.cron, zones[run.destination], run.next_at, now)
                    if moved != run.next_at:
                        await kept.schedules.set_run(replace(run, next_at=moved))

    async def _keep(self, occasion: Occasion, places: Places, now: datetime) -> None:
        """Post what is due, unless it is too late or there is nothing to post; set the next run."""
        schedule = occasion.schedule
        advance = self._advance(occasion, places, now)
        if schedule.topic is Topic.ANNIVERSARIES:
            composed = await self._composer.answer(occasion.line, "en", now=occasion.at)
            if composed.reply.error and composed.reply.error.key == _NOTHING_TODAY:
                await self._leave_out(advance)
                return
        if now - occasion.at > timedelta(seconds=schedule.grace):
            await self._tell("schedule-missed", occasion, places)
            await self._leave_out(advance)
            return
        permitted = await self._permitted(occasion, places, now)
        if permitted.runs:
            await self._post(permitted, places, now)

    async def _permitted(self, occasion: Occasion, places: Places, now: datetime) -> Occasion:
        """Leave out the destinations that the schedule's author may no longer post to."""
        author = occasion.schedule.author
        kept: list[Run] = []
        lost: list[Run] = []
        for run in occasion.runs:
            may = await self._may_post(author, places[run.destination].name)
            (kept if may else lost).append(run)
        if lost:
            without = replace(occasion, runs=tuple(lost))
            await self._tell("schedule-no-right", without, places)
            await self._leave_out(self._advance(without, places, now))
        return replace(occasion, runs=tuple(kept))

    async def _post(self, occasion: Occasion, places: Places, now: datetime) -> None:
        """Post what is due and set the next run, or tell why there is nothing to post."""
        schedule = occasion.schedule
        advance = self._advance(occasion, places, now)
        try:
            await self._publisher.publish(
                PostKind.ANSWER,
                occasion.line,
                [places[run.destination] for run in occasion.runs],
                language=schedule.language,
                author=schedule.author,
                schedule=schedule.id,
                then=advance,
            )
        except UserError as error:
            if error.key == _NO_CARRIER and len(occasion.runs) > 1:
                # A platform that is not there must not keep the others from theirs.
                for run in occasion.runs:
                    await self._post(replace(occasion, runs=(run,)), places, now)
                return
            reason = str(error.arguments.get("message", error.key))
            arguments = error.arguments | {"reason": reason}
            await self._tell("schedule-failed", occasion, places, arguments)
            await self._leave_out(advance)

    def _advance(self, occasion: Occasion, places: Places, now: datetime) -> Advance:
        """Return what sets the next runs in the transaction of the post."""
        cron = occasion.schedule.cron
        following = [
            replace(run, next_at=next_run(cron, places[run.destination].zone, now))
            for run in occasion.runs
        ]

        async def advance(kept: Transaction) -> None:
            schedules = {one.id: one for one in await kept.schedules.all()}
            runs = await kept.schedules.runs(occasion.schedule.id)
            if schedules.get(occasion.schedule.id) != occasion.schedule:
                raise _OvertakenError
            if not set(occasion.runs) <= set(runs):
                raise _OvertakenError
            for run in following:
                await kept.schedules.set_run(run)

        return advance

    async def _leave_out(self, advance: Advance) -> None:
        async with self._store.begin() as kept:
            await advance(kept)

    async def _pause(self, schedule: Schedule, error: UserError) -> None:
        """Pause what cannot be kept: its zone or its fields are not known any more."""
        value = str(error.arguments.get("value", schedule.cron))
        await self._notices.tell("schedule-unkept", id=schedule.short_id, value=value)
        async with self._store.begin() as kept:
            if schedule in await kept.schedules.all():
                await kept.schedules.change(replace(schedule, is_paused=True))

    async def _tell(
        self,
        key: str,
        occasion: Occasion,
        places: Places,
        reason: Mapping[str, str | int] = MappingProxyType({}),
    ) -> None:
        found = [places[run.destination] for run in occasion.runs]
        said = {
            "id": occasion.schedule.short_id,
            "line": occasion.line,
            "at": occasion.at.isoformat(),
            "zone": found[0].zone,
            "names": ", ".join(place.name for place in found),
        }
        await self._notices.tell(key, avoid=None, **{**reason, **said})

    async def _patience(self) -> float:
        """Return how many seconds to sleep: not long, so that a clock that is set is noticed."""
        async with self._store.read() as kept:
            due = await kept.schedules.next_due()
        if due is None:
            return _LONGEST_SLEEP
        left = (due - self._clock.now()).total_seconds()
        return min(max(left, _SHORTEST_SLEEP), _LONGEST_SLEEP)


def _occasions(
    schedule: Schedule, due: Sequence[Run], places: Places, now: datetime
) -> list[Occasion]:
    """Group the runs that are due by their newest moment. Raises UserError."""
    found: dict[tuple[datetime, str], list[Run]] = {}
    earliest = now - timedelta(seconds=schedule.grace)
    for run in due:
        if run.destination not in places:
            continue
        zone = places[run.destination].zone
        at = newest_run(schedule.cron, zone, run.next_at, now, earliest=earliest)
        line = dated(schedule.line, local_of(at, zone).date())
        found.setdefault((at, line), []).append(run)
    return [Occasion(schedule, at, line, tuple(runs)) for (at, line), runs in found.items()]


def _moved(cron: str, zone: str, due: datetime, now: datetime) -> datetime:
    """Return when a run is due by the rules of today."""
    if due <= now:
        return due
    try:
        if next_run(cron, zone, due - timedelta(seconds=1)) == due:
            return due
        return next_run(cron, zone, max(now, due - _REALIGNED))
    except UserError:
        return due
