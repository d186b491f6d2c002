from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from stored import answer, at, one_post, page_of, placed, room

from community_bot.domain.address import Platform
from community_bot.publishing.post import Message, PostKind, PostState, RowState
from community_bot.storage.database import Database
from community_bot.storage.engine import engine_of
from community_bot.storage.outbox import OutboxTable
from community_bot.storage.transactions import Transactions


async def test_a_post_and_its_placements_come_back_as_they_were(database: Database) -> None:
    async with database.publishing.begin() as tx:
        second = await tx.destinations.add(room("b"))
        first = await tx.destinations.add(room("a"))
        new = answer(language="uk", author=3, schedule=4, at=at(5), state=PostState.SCHEDULED)
        places = [placed(first), placed(second, basis={"olga": "r1", "a": "Ж"}, rendered_at=at(1))]
        post = await tx.posts.add(new, places)
    async with database.publishing.read() as tx:
        assert await tx.posts.get(post.id) == post == replace(new, id=post.id)
        assert await tx.posts.get(post.id + 1) is None
        expected = tuple(replace(each, post=post.id) for each in reversed(places))
        assert await tx.posts.placements(post.id) == expected


async def test_posts_and_placements_change(database: Database) -> None:
    async with database.publishing.begin() as tx:
        _, post = await one_post(tx)
        await tx.posts.change(replace(post, state=PostState.WITHDRAWN))
        (placement,) = await tx.posts.placements(post.id)
        changed = replace(
            placement, revision=2, digest="d", basis={"x": "1"}, rendered_at=at(2), checked="f"
        )
        await tx.posts.change_placement(changed)
        assert await tx.posts.placements(post.id) == (changed,)
        assert await tx.posts.get(post.id) == replace(post, state=PostState.WITHDRAWN)


async def test_posts_are_listed_newest_first_by_state_and_destination(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
        other = await tx.destinations.add(room("other"))
        a = await tx.posts.add(answer(), [placed(news)])
        b = await tx.posts.add(answer(state=PostState.DRAFT), [placed(news)])
        c = await tx.posts.add(answer(), [placed(other), placed(news)])
        d = await tx.posts.add(answer(), [placed(other)])
        live = [PostState.LIVE]
        assert await tx.posts.list(states=live) == (d, c, a)
        assert await tx.posts.list(states=live, limit=2) == (d, c)
        assert await tx.posts.list(states=live, destination=news.id) == (c, a)
        assert await tx.posts.list(states=[*live, PostState.DRAFT], destination=news.id) == (
            c,
            b,
            a,
        )
        assert await tx.posts.list(states=[]) == ()


async def test_scheduled_posts_are_due_in_order_of_their_moment(database: Database) -> None:
    async with database.publishing.begin() as tx:
        later = await tx.posts.add(answer(state=PostState.SCHEDULED, at=at(2)), [])
        first = await tx.posts.add(answer(state=PostState.SCHEDULED, at=at(1)), [])
        await tx.posts.add(answer(state=PostState.CANCELLED, at=at(0)), [])
        assert await tx.posts.due(at(0.5)) == ()
        assert await tx.posts.due(at(2)) == (first, later)
        assert await tx.schedules.next_due() == at(1)


async def test_only_live_answers_are_to_be_compared_with_a_new_base(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
        other = await tx.destinations.add(room("other"))
        a = await tx.posts.add(answer(), [placed(news), placed(other, is_withdrawn=True)])
        b = await tx.posts.add(
            answer(), [placed(news, checked="old"), placed(other, checked="new")]
        )
        await tx.posts.add(answer(kind=PostKind.ANNOUNCEMENT), [placed(news)])
        await tx.posts.add(answer(state=PostState.DRAFT), [placed(news)])
        found = await tx.posts.unchecked("new", 10)
        assert [(post, place.destination) for post, place in found] == [(a, news.id), (b, news.id)]
        assert len(await tx.posts.unchecked("new", 1)) == 1
        await tx.posts.mark_checked([(a.id, news.id), (b.id, news.id)], "new")
        await tx.posts.mark_checked([], "newer")
        assert await tx.posts.unchecked("new", 10) == []
        assert len(await tx.posts.unchecked("newer", 10)) == 3


async def test_what_was_returned_already_is_not_returned_again(database: Database) -> None:
    async with database.publishing.begin() as tx:
        places = [await tx.destinations.add(room(name)) for name in ("a", "b")]
        posts = [await tx.posts.add(answer(), map(placed, places)) for _ in range(2)]
        every = [(post.id, place.id) for post in posts for place in places]
        for last, key in enumerate(every, start=1):
            found = await tx.posts.unchecked("base", 10, key)
            assert [(one.id, at.destination) for one, at in found] == every[last:]


async def test_noting_a_comparison_changes_nothing_else(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news, post = await one_post(tx)
        (before,) = await tx.posts.placements(post.id)
        gone = replace(before, revision=7, is_withdrawn=True)
        await tx.posts.change_placement(gone)
        await tx.posts.mark_checked([(post.id, news.id)], "base", {"olga": "r2"})
        assert await tx.posts.placements(post.id) == (
            replace(gone, checked="base", basis={"olga": "r2"}),
        )


async def test_pruning_takes_what_is_old_and_done_and_nothing_else(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news, post = await one_post(tx)
        old = await tx.posts.add(answer(state=PostState.DRAFT), [])
        await tx.posts.add(answer(state=PostState.CANCELLED), [placed(news)])
        young = await tx.posts.add(answer(state=PostState.DRAFT, created_at=at(5)), [])
        states = list(RowState)
        rows = [page_of(post, news, n, state=state) for n, state in enumerate(states)]
        await tx.outbox.add([*rows, page_of(post, news, 99, next_attempt_at=at(5))])
        assert await tx.posts.prune(drafts=at(5), rows=at(5)) == 4
        left = [row.state for row in await tx.outbox.of(post.id)]
        pending, failed = RowState.PENDING, RowState.FAILED
        assert left == [pending, RowState.SENDING, failed, RowState.NEEDS_RECONCILE, pending]
        assert await tx.posts.get(old.id) is None
        assert await tx.posts.get(young.id) == young


async def test_rows_queue_in_the_order_in_which_they_were_added(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news, post = await one_post(tx)
        other = await tx.destinations.add(room("other"))
        both = await tx.posts.add(answer(), [placed(news), placed(other)])
        await tx.outbox.add([page_of(post, news, 2), page_of(both, news), page_of(post, news, 1)])
        await tx.outbox.add([page_of(both, other, payload="Привіт", error="e", unsure_since=at(1))])
        first, last = await tx.outbox.of(post.id)
        assert (first.page, last.page) == (2, 1)
        assert [row.destination for row in await tx.outbox.of(both.id)] == [news.id, other.id]
        (row,) = await tx.outbox.of(both.id, other.id)
        expected = page_of(both, other, id=row.id, payload="Привіт", error="e", unsure_since=at(1))
        assert row == expected


async def test_the_head_is_the_first_row_that_is_not_terminal(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news, post = await one_post(tx)
        await tx.outbox.add([page_of(post, news, 1), page_of(post, news, 2)])
        first, second = await tx.outbox.of(post.id)
        assert await tx.outbox.head(news.id) == first
        sending = replace(first, state=RowState.SENDING, attempts=1, sending_since=at(1))
        await tx.outbox.change(sending)
        assert await tx.outbox.head(news.id) == sending
        for state in (RowState.SENT, RowState.FAILED, RowState.NEEDS_RECONCILE, RowState.DROPPED):
            await tx.outbox.change(replace(sending, state=state))
            assert await tx.outbox.head(news.id) == second
        await tx.outbox.change(replace(second, state=RowState.SENT))
        assert await tx.outbox.head(news.id) is None


async def test_a_destination_waits_with_the_moment_of_its_head(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news, post = await one_post(tx)
        matrix = await tx.destinations.add(room("matrix", Platform.MATRIX))
        stopped = await tx.destinations.add(replace(room("stopped"), stopped="delivery-refused"))
        await tx.destinations.add(room("idle"))
        both = await tx.posts.add(answer(), [placed(matrix), placed(stopped)])
        late = page_of(post, news, 1, next_attempt_at=at(9))
        await tx.outbox.add([late, page_of(post, news, 2), page_of(both, stopped)])
        await tx.outbox.add([page_of(both, matrix, next_attempt_at=at(3))])
        assert await tx.outbox.waiting(Platform.TERMINAL) == {news.id: at(9)}
        assert await tx.outbox.waiting(Platform.MATRIX) == {matrix.id: at(3)}
        assert await tx.outbox.waiting(Platform.DISCORD) == {}
        await tx.destinations.change(replace(stopped, stopped=""))
        assert set(await tx.outbox.waiting(Platform.TERMINAL)) == {news.id, stopped.id}


async def test_messages_are_those_that_stand_by_page(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news, post = await one_post(tx)
        two, one, gone = (
            Message(post=post.id, destination=news.id, page=page, id=f"m{page}", sent_at=at(page))
            for page in (2, 1, 3)
        )
        for message in (two, one, gone, replace(gone, is_gone=True)):
            await tx.outbox.keep_message(message)
        assert await tx.outbox.messages(post.id, news.id) == (one, two)
        anew = replace(gone, id="m4")
        await tx.outbox.keep_message(anew)
        assert await tx.outbox.messages(post.id, news.id) == (one, two, anew)


async def test_a_page_of_a_revision_is_queued_once_only(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news, post = await one_post(tx)
        await tx.outbox.add([page_of(post, news)])
    with pytest.raises(IntegrityError):
        async with database.publishing.begin() as tx:
            await tx.outbox.add([page_of(post, news, 2), page_of(post, news)])
    async with database.publishing.read() as tx:
        assert len(await tx.outbox.of(post.id)) == 1


async def test_the_number_of_a_post_is_never_given_twice(database: Database) -> None:
    async with database.publishing.begin() as tx:
        old = await tx.posts.add(answer(state=PostState.DRAFT), [])
        await tx.posts.prune(drafts=at(1), rows=at(1))
        new = await tx.posts.add(answer(), [])
    assert new.id > old.id


async def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="aware"):
        async with database.publishing.begin() as tx:
            await tx.posts.add(answer(created_at=at(0).replace(tzinfo=None)), [])


async def test_a_queue_is_looked_at_by_its_index_however_long_it_is(tmp_path: Path) -> None:
    await (await Database.open(tmp_path / "bot.sqlite3")).close()
    engine = engine_of(tmp_path / "bot.sqlite3")
    asked: list[tuple[str, Any]] = []
    event.listen(
        engine.reader.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, parameters, *_: asked.append(
            (statement, parameters)
        ),
    )
    async with Transactions(engine).read() as work:
        await OutboxTable(work).head(1)
        await OutboxTable(work).waiting(Platform.TERMINAL)
    await engine.close()
    with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as connection:
        for statement, parameters in asked:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            steps = [step for *_, step in plan if "outbox" in step and "PRIMARY KEY" not in step]
            assert len(steps) == 1
            assert "ix_outbox_open (destination=?)" in steps[0]
    assert len(asked) == 2


async def test_posts_are_found_and_forgotten_by_words_in_them(database: Database) -> None:
    async with database.publishing.begin() as tx:
        destination, post = await one_post(tx)
        other = await tx.posts.add(answer(line="person olga-marie 100%"), [placed(destination)])
        sent = page_of(post, destination, state=RowState.SENT, payload="of Olga Ж.")
        waiting = page_of(other, destination, payload="of Olga Ж.")
        await tx.outbox.add([sent, waiting])
        assert await tx.posts.naming({"olga"}) == (post,)
        assert await tx.posts.naming({"nobody", "10_%"}) == ()
        assert await tx.posts.naming({"olga-marie"}) == (other,)
        await tx.outbox.forget({"Olga Ж", "_"})
        assert [row.payload for row in await tx.outbox.of(post.id)] == [""]
        assert [row.payload for row in await tx.outbox.of(other.id)] == ["of Olga Ж."]
