"""Schedules and their next runs, in their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select

from community_bot.publishing.post import PostState
from community_bot.publishing.schedule import Run, Schedule
from community_bot.storage.fields import value_of, values_of
from community_bot.storage.schema import posts, runs, schedules
from community_bot.storage.transactions import Work

_RUNS = runs


class ScheduleTable:
    """Implements ``publishing.ports.Schedules``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def all(self) -> tuple[Schedule, ...]:
        """Return all, by id."""
        rows = await self._work.rows(select(schedules).order_by(schedules.c.id))
        return tuple(value_of(Schedule, row) for row in rows)

    async def add(self, new: Schedule, runs: Mapping[int, datetime]) -> Schedule:
        """Keep a new one, with an id, and when it is first due at each destination."""
        id = await self._work.insert(schedules, values_of(new, "id"))
        first = [{"schedule": id, "destination": at, "next_at": due} for at, due in runs.items()]
        await self._work.insert_all(_RUNS, first)
        return Schedule(id=id, **values_of(new, "id"))

    async def change(self, changed: Schedule) -> None:
        """Keep another state of one."""
        await self._work.change(schedules, values_of(changed, "id"), id=changed.id)

    async def remove(self, id: int) -> None:
        """Forget one and its runs; what it posted stays."""
        await self._work.run(delete(schedules).where(schedules.c.id == id))

    async def runs(self, schedule: int) -> tuple[Run, ...]:
        """Return the next run at each destination."""
        rows = await self._work.rows(
            select(_RUNS).where(_RUNS.c.schedule == schedule).order_by(_RUNS.c.destination)
        )
        return tuple(value_of(Run, row) for row in rows)

    async def due(self, now: datetime) -> Sequence[tuple[Schedule, Run]]:
        """Return the runs that are due of schedules that are not paused, in order of time."""
        rows = await self._work.rows(
            select(_RUNS)
            .join(schedules, schedules.c.id == _RUNS.c.schedule)
            .where(_RUNS.c.next_at <= now, schedules.c.is_paused.is_(False))
            .order_by(_RUNS.c.next_at, _RUNS.c.schedule, _RUNS.c.destination)
        )
        found = [value_of(Run, row) for row in rows]
        by_id = {schedule.id: schedule for schedule in await self.all()} if found else {}
        return [(by_id[run.schedule], run) for run in found]

    async def next_due(self) -> datetime | None:
        """Return when the next run of an unpaused schedule, or the next scheduled post, is due."""
        run = (
            select(func.min(_RUNS.c.next_at))
            .join(schedules, schedules.c.id == _RUNS.c.schedule)
            .where(schedules.c.is_paused.is_(False))
        )
        post = select(func.min(posts.c.at)).where(posts.c.state == PostState.SCHEDULED)
        moments = [await self._work.value(run), await self._work.value(post)]
        return min((moment for moment in moments if moment is not None), default=None)

    async def set_run(self, run: Run) -> None:
        """Keep when a schedule is next due at a destination."""
        await self._work.put(_RUNS, values_of(run))
