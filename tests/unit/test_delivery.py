"""A row from pending to its end: what each outcome of an attempt makes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from ledger.host import Fault
from ledger.world import World, text_of, world

from community_bot.publishing.post import Act, PostKind, Row, RowState


@pytest.fixture
async def it() -> AsyncIterator[World]:
    async with world() as made:
        yield made


def states(rows: tuple[Row, ...]) -> list[RowState]:
    return [row.state for row in rows]


async def test_a_post_is_sent_in_order_of_its_pages_and_its_messages_are_kept(it: World) -> None:
    news = await it.publishing.open("news")
    post = await it.publishing.publish("Hello", [news], pages=3)
    await it.delivery.drain()
    assert it.host.book.texts("news") == [text_of(post, 1, page) for page in (1, 2, 3)]
    assert states(await it.publishing.rows(post)) == [RowState.SENT] * 3
    async with it.database.publishing.read() as tx:
        messages = await tx.outbox.messages(post.id, news.id)
    assert [message.page for message in messages] == [1, 2, 3]
    assert [message.id for message in messages] == [one.id for one in it.host.book.entries]


async def test_each_attempt_has_the_same_key_so_that_nothing_is_sent_twice(it: World) -> None:
    news = await it.publishing.open("news")
    it.host.script.extend([Fault.TAKEN_THEN_ERROR, Fault.TAKEN_THEN_DROPPED, Fault.SLOW_AFTER])
    post = await it.publishing.publish("Hello", [news])
    await it.drain_for(30)
    assert it.host.book.texts("news") == [text_of(post, 1, 1)]
    assert len({request["key"] for request in it.host.requests}) == 1
    assert len(it.host.requests) > 2


async def test_the_next_row_waits_until_the_one_before_is_done(it: World) -> None:
    news = await it.publishing.open("news")
    it.host.script.append(Fault.LATER)
    first = await it.publishing.publish("First", [news])
    second = await it.publishing.publish("Second", [news])
    await it.delivery.drain()
    assert it.host.book.texts("news") == []
    await it.drain_for(10)
    assert it.host.book.texts("news") == [text_of(first, 1, 1), text_of(second, 1, 1)]


async def test_a_poison_message_fails_and_does_not_stop_the_queue(it: World) -> None:
    news = await it.publishing.open("news")
    bad = await it.publishing.publish("poison", [news])
    good = await it.publishing.publish("Hello", [news])
    await it.delivery.drain()
    assert it.host.book.texts("news") == [text_of(good, 1, 1)]
    row = await it.publishing.row(bad)
    assert (row.state, row.error) == (RowState.FAILED, "delivery-failed")
    (told,) = it.moderators.said
    assert told.key == "notice-send-failed"
    assert told.arguments == {"name": "news", "reason": "delivery-failed", "post": bad.short_id}


async def test_a_refused_notice_is_not_told_of_in_another_notice(it: World) -> None:
    news = await it.publishing.open("news")
    notice = await it.publishing.publish("poison", [news], kind=PostKind.NOTICE)
    await it.delivery.drain()
    assert (await it.publishing.row(notice)).state is RowState.FAILED
    assert it.moderators.said == []


async def test_a_destination_that_refuses_is_stopped_until_somebody_acts(it: World) -> None:
    news = await it.publishing.open("news")
    it.host.closed_rooms.add("news")
    post = await it.publishing.publish("Hello", [news], pages=2)
    await it.drain_for(600, step=60)
    assert len(it.host.requests) == 1
    assert it.moderators.keys == ["notice-destination-refused"]
    async with it.database.publishing.read() as tx:
        (stopped,) = await tx.destinations.all()
    assert stopped.stopped == "delivery-failed"
    assert states(await it.publishing.rows(post)) == [RowState.PENDING] * 2

    it.host.closed_rooms.clear()
    async with it.database.publishing.begin() as tx:
        await tx.destinations.change(news)
    await it.delivery.drain()
    assert len(it.host.book.texts("news")) == 2


async def test_a_platform_that_names_no_wait_is_left_alone_for_five_seconds(it: World) -> None:
    news = await it.publishing.open("news")
    it.host.script.append(Fault.LATER_UNASKED)
    await it.publishing.publish("Hello", [news])
    await it.drain_for(4.9, step=0.1)
    assert len(it.host.requests) == 1
    await it.drain_for(1.2, step=0.1)
    assert len(it.host.requests) == 2


async def test_nothing_is_sent_earlier_than_the_platform_asks(it: World) -> None:
    news = await it.publishing.open("news")
    it.host.retry_after = 600
    it.host.script.append(Fault.LATER)
    post = await it.publishing.publish("Hello", [news])
    await it.drain_for(599)
    assert len(it.host.requests) == 1
    await it.drain_for(2)
    assert it.host.book.texts("news") == [text_of(post, 1, 1)]


async def test_retries_go_on_for_as_long_as_it_takes(it: World) -> None:
    news = await it.publishing.open("news")
    it.host.faults["news"] = Fault.ERROR
    post = await it.publishing.publish("Hello", [news])
    await it.drain_for(3 * 24 * 3600, step=900)
    assert len(it.host.requests) <= 3 * 24 * 4 + 1
    row = await it.publishing.row(post)
    assert row.state is RowState.PENDING
    assert row.next_attempt_at - it.clock.now() <= timedelta(minutes=5)
    it.host.faults.clear()
    await it.drain_for(300, step=60)
    assert it.host.book.texts("news") == [text_of(post, 1, 1)]


async def test_a_clock_set_back_by_a_day_delays_nothing(it: World) -> None:
    news = await it.publishing.open("news")
    it.host.script.append(Fault.ERROR)
    post = await it.publishing.publish("Hello", [news])
    await it.delivery.drain()
    it.clock.step(-24 * 3600)
    await it.delivery.drain()
    assert it.host.book.texts("news") == [text_of(post, 1, 1)]


class TestOutcomeUnknown:
    """After the key's window the place is read back before anything is sent again."""

    async def test_found_means_sent(self, it: World) -> None:
        news = await it.publishing.open("news")
        it.host.script.append(Fault.TAKEN_THEN_DROPPED)
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        it.clock.step(3600)
        await it.delivery.drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1)]
        assert [one["do"] for one in it.host.requests] == ["send", "find"]
        assert (await it.publishing.row(post)).state is RowState.SENT

    async def test_surely_not_there_means_that_it_is_sent_again(self, it: World) -> None:
        news = await it.publishing.open("news")
        it.host.script.append(Fault.DROPPED)
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        it.clock.step(3600)
        await it.delivery.drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1)]
        assert [one["do"] for one in it.host.requests] == ["send", "find", "send"]

    async def test_unreadable_means_that_the_moderators_look_and_the_queue_goes_on(
        self, it: World
    ) -> None:
        news = await it.publishing.open("news")
        it.host.script.append(Fault.TAKEN_THEN_DROPPED)
        post = await it.publishing.publish("Hello", [news])
        following = await it.publishing.publish("More", [news])
        await it.delivery.drain()
        it.clock.step(600)
        it.host.is_history_readable = False
        await it.delivery.drain()
        row = await it.publishing.row(post)
        assert row.state is RowState.NEEDS_RECONCILE
        assert row.unsure_since is not None
        assert it.moderators.keys == ["notice-outcome-unknown"]
        assert it.host.book.texts("news") == [text_of(post, 1, 1), text_of(following, 1, 1)]

    async def test_a_refusal_of_the_repeat_does_not_make_it_sure(self, it: World) -> None:
        news = await it.publishing.open("news")
        it.host.script.extend([Fault.TAKEN_THEN_DROPPED, Fault.LATER])
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        first = (await it.publishing.row(post)).unsure_since
        assert first is not None
        it.clock.step(10)
        await it.delivery.drain()
        assert (await it.publishing.row(post)).unsure_since == first
        it.clock.step(3600)
        await it.delivery.drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1)]

    async def test_a_final_refusal_of_the_repeat_is_believed_only_if_nothing_is_there(
        self, it: World
    ) -> None:
        news = await it.publishing.open("news")
        it.host.script.append(Fault.TAKEN_THEN_DROPPED)
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        it.host.faults["news"] = Fault.NEVER
        it.clock.step(10)
        await it.delivery.drain()
        assert (await it.publishing.row(post)).state is RowState.SENT
        assert it.moderators.said == []

    async def test_a_crash_while_sending_leaves_it_unknown_since_then(self, it: World) -> None:
        news = await it.publishing.open("news")
        post = await it.publishing.publish("Hello", [news])
        await left_sending(it, post.id)
        it.host.book.send("news", text_of(post, 1, 1), (await it.publishing.row(post)).key)
        it.clock.step(3600)
        await it.restart().drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1)]
        assert [one["do"] for one in it.host.requests] == ["find"]

    @pytest.mark.parametrize("hours", [-24, -1, 1, 24])
    async def test_a_clock_that_jumps_between_attempts_repeats_nothing(
        self, it: World, hours: int
    ) -> None:
        news = await it.publishing.open("news")
        it.host.script.append(Fault.TAKEN_THEN_DROPPED)
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        it.clock.step(hours * 3600)
        await it.restart().drain()
        await it.drain_for(400, step=100)
        assert it.host.book.texts("news") == [text_of(post, 1, 1)]

    async def test_a_clock_set_back_does_not_make_a_forgotten_key_good_again(
        self, it: World
    ) -> None:
        news = await it.publishing.open("news")
        it.host.script.append(Fault.TAKEN_THEN_DROPPED)
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        it.clock.step(-3600)
        it.host.book.ahead = 2 * 3600
        await it.delivery.drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1)]

    async def test_what_comes_after_the_place_was_read_back_is_not_sent_again(
        self, it: World
    ) -> None:
        news = await it.publishing.open("news")
        it.host.script.append(Fault.DROPPED)
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        it.clock.step(600)
        it.host.script.extend([Fault.NONE, Fault.LATER])  # it is not there; "not now"
        await it.delivery.drain()
        row = await it.publishing.row(post)
        it.host.book.send("news", row.payload, row.key)  # the first request, late
        it.clock.step(600)
        await it.delivery.drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1)]

    async def test_a_key_is_not_trusted_when_it_may_be_forgotten_on_the_way(
        self, it: World
    ) -> None:
        news = await it.publishing.open("news")
        it.host.script.append(Fault.TAKEN_THEN_DROPPED)
        await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        it.clock.step(120 - it.patience.timeout / 2)
        await it.delivery.drain()
        assert [one["do"] for one in it.host.requests] == ["send", "find"]


async def left_sending(it: World, post: int) -> None:
    """Leave a row as a crash in the middle of its request does."""
    async with it.database.publishing.begin() as tx:
        (row,) = await tx.outbox.of(post)
        await tx.outbox.change(
            replace(row, state=RowState.SENDING, sending_since=it.clock.now(), attempts=1)
        )


class TestCorrections:
    """Edits and deletions of what stands."""

    async def test_an_edit_changes_the_message_that_stands(self, it: World) -> None:
        news = await it.publishing.open("news")
        post = await it.publishing.publish("Hello", [news], pages=2)
        await it.delivery.drain()
        it.host.script.extend([Fault.TAKEN_THEN_DROPPED, Fault.ERROR])
        await it.publishing.correct(post, news.id)
        await it.drain_for(30)
        assert it.host.book.texts("news") == [text_of(post, 2, 1), text_of(post, 2, 2)]

    async def test_a_deletion_takes_it_away_even_if_somebody_did_before(self, it: World) -> None:
        news = await it.publishing.open("news")
        post = await it.publishing.publish("Hello", [news], pages=2)
        await it.delivery.drain()
        it.host.book.delete("news", it.host.book.entries[0].id, "by hand")
        await it.publishing.correct(post, news.id, withdraw=True)
        await it.delivery.drain()
        assert it.host.book.texts("news") == []
        assert states(await it.publishing.rows(post))[2:] == [RowState.SENT] * 2
        assert it.moderators.said == []

    async def test_a_message_that_is_gone_is_not_posted_anew_and_is_told_of_once(
        self, it: World
    ) -> None:
        news = await it.publishing.open("news")
        post = await it.publishing.publish("Hello", [news], pages=2)
        await it.delivery.drain()
        for entry in it.host.book.entries[:2]:
            it.host.book.delete("news", entry.id, "by hand")
        await it.publishing.correct(post, news.id)
        await it.delivery.drain()
        assert it.host.book.texts("news") == []
        row = await it.publishing.row(post)
        assert (row.state, row.error) == (RowState.FAILED, "delivery-message-gone")
        assert it.moderators.keys == ["notice-edit-failed"]
        async with it.database.publishing.read() as tx:
            assert await tx.outbox.messages(post.id, news.id) == ()

    async def test_what_cannot_be_edited_is_answered_and_then_the_answer_is_edited(
        self, it: World
    ) -> None:
        news = await it.publishing.open("news")
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        original = it.host.book.entries[0].id
        it.host.stuck.add(original)
        it.clock.step(60)
        await it.publishing.correct(post, news.id)
        await it.delivery.drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1), text_of(post, 2, 1)]
        assert it.host.book.entries[-1].reply_to == original
        it.clock.step(60)
        await it.publishing.correct(post, news.id)
        await it.delivery.drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1), text_of(post, 3, 1)]
        await it.publishing.correct(post, news.id, withdraw=True)
        await it.delivery.drain()
        assert it.host.book.texts("news") == []

    async def test_an_answer_whose_outcome_is_unknown_is_not_posted_twice(self, it: World) -> None:
        news = await it.publishing.open("news")
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        it.host.stuck.add(it.host.book.entries[0].id)
        it.host.script.append(Fault.TAKEN_THEN_DROPPED)  # of the answer: the edit is refused before
        await it.publishing.correct(post, news.id)
        await it.delivery.drain()
        it.clock.step(3600)
        await it.delivery.drain()
        assert it.host.book.texts("news") == [text_of(post, 1, 1), text_of(post, 2, 1)]

    async def test_an_edit_of_what_was_never_sent_fails_and_is_told_of(self, it: World) -> None:
        news = await it.publishing.open("news")
        post = await it.publishing.publish("Hello", [news])
        it.host.script.extend((Fault.ERROR, Fault.NEVER))
        await it.delivery.drain()
        await it.publishing.correct(post, news.id)
        it.clock.step(60)
        await it.delivery.drain()
        row = await it.publishing.row(post)
        assert (row.act, row.state) == (Act.EDIT, RowState.FAILED)
        assert row.error == "delivery-message-missing"

    async def test_what_was_not_tried_yet_is_sent_in_its_newest_form(self, it: World) -> None:
        news = await it.publishing.open("news")
        post = await it.publishing.publish("Hello", [news])
        await it.publishing.correct(post, news.id)
        await it.delivery.drain()
        assert [one.text for one in it.host.book.entries] == [text_of(post, 2, 1)]

    async def test_a_message_deleted_while_its_send_was_unknown_counts_as_sent(
        self, it: World
    ) -> None:
        news = await it.publishing.open("news")
        it.host.faults["news"] = Fault.GONE
        post = await it.publishing.publish("Hello", [news])
        await it.delivery.drain()
        row = await it.publishing.row(post)
        assert (row.state, row.error) == (RowState.SENT, "delivery-message-gone")
