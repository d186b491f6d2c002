from __future__ import annotations

from dataclasses import replace

import pytest
from stored import answer, at, placed, room

from community_bot.domain.errors import UserError
from community_bot.publishing.post import PostState
from community_bot.publishing.schedule import Follow, Run, Schedule, Seen, Topic
from community_bot.storage.database import Database

DAILY = Schedule(cron="0 9 * * *", line="summary olga", language="uk", grace=60, author=2)


async def test_a_schedule_comes_back_with_its_runs(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
        other = await tx.destinations.add(room("other"))
        daily = await tx.schedules.add(DAILY, {other.id: at(2), news.id: at(1)})
        own = await tx.schedules.add(replace(DAILY, topic=Topic.ANNIVERSARIES), {})
        assert await tx.schedules.all() == (daily, own)
        assert await tx.schedules.runs(daily.id) == (
            Run(schedule=daily.id, destination=news.id, next_at=at(1)),
            Run(schedule=daily.id, destination=other.id, next_at=at(2)),
        )
        paused = replace(daily, is_paused=True)
        await tx.schedules.change(paused)
        assert await tx.schedules.all() == (paused, own)


async def test_runs_are_due_in_order_of_time_unless_paused(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
        other = await tx.destinations.add(room("other"))
        assert await tx.schedules.next_due() is None
        daily = await tx.schedules.add(DAILY, {news.id: at(3), other.id: at(1)})
        paused = await tx.schedules.add(replace(DAILY, is_paused=True), {news.id: at(0)})
        assert await tx.schedules.due(at(0)) == []
        due = await tx.schedules.due(at(3))
        assert [(each.id, run.destination) for each, run in due] == [
            (daily.id, other.id),
            (daily.id, news.id),
        ]
        assert await tx.schedules.next_due() == at(1)
        await tx.schedules.set_run(Run(schedule=daily.id, destination=other.id, next_at=at(9)))
        assert await tx.schedules.next_due() == at(3)
        await tx.posts.add(answer(state=PostState.SCHEDULED, at=at(2)), [])
        assert await tx.schedules.next_due() == at(2)
        await tx.schedules.change(replace(paused, is_paused=False))
        assert await tx.schedules.next_due() == at(0)


async def test_what_a_schedule_posted_outlives_it(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
        daily = await tx.schedules.add(DAILY, {news.id: at(1)})
        post = await tx.posts.add(answer(schedule=daily.id), [placed(news)])
        await tx.schedules.remove(daily.id)
        assert await tx.schedules.all() == ()
        assert await tx.schedules.runs(daily.id) == ()
        assert await tx.posts.get(post.id) == post
        again = await tx.schedules.add(DAILY, {})
        assert again.id > daily.id


async def test_a_destination_follows_a_topic_once(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
        people = await tx.follows.add(Follow(topic=Topic.PEOPLE, destination=news.id, author=1))
        olga = Follow(topic=Topic.PERSON, subject="olga", destination=news.id)
        olga = await tx.follows.add(olga)
        await tx.follows.add(Follow(topic=Topic.PERSON, subject="ivan", destination=news.id))
        with pytest.raises(UserError, match="follow-there-already") as refused:
            await tx.follows.add(replace(olga, id=0, author=9))
        assert refused.value.arguments == {"id": olga.short_id}
        await tx.follows.remove(people.id)
        assert [each.subject for each in await tx.follows.all()] == ["olga", "ivan"]


async def test_what_followers_were_told_is_noted(database: Database) -> None:
    first = Seen(id="olga", revision="r1", kind="person", status="detained")
    other = Seen(id="ivan", revision="r1", kind="person")
    async with database.publishing.begin() as tx:
        assert not await tx.follows.has_seen()
        await tx.follows.mark_seen([], [])
        await tx.follows.begin_seeing()
        await tx.follows.begin_seeing()
        await tx.follows.mark_seen([first, other], ["nobody"])
        await tx.follows.mark_seen([replace(first, status="released")], ["ivan"])
    async with database.publishing.read() as tx:
        assert await tx.follows.has_seen()
        assert await tx.follows.seen() == {"olga": replace(first, status="released")}
