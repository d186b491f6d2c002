"""What one platform or destination does has no effect on the others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from random import Random

import pytest
from ledger.host import Fault, Host
from ledger.world import SteppedClock, Unlucky, World, text_of, world

from community_bot.core.ports import StoreError
from community_bot.domain.address import Address, Platform
from community_bot.publishing.delivery import Delivery
from community_bot.publishing.errors import NotAcceptedError
from community_bot.publishing.health import LaneState, LaneStatus
from community_bot.publishing.patience import Backoff, Patience, Pause
from community_bot.publishing.ports import Store, Transaction
from community_bot.publishing.post import RowState


class RunningClock(SteppedClock):
    """A clock that runs."""

    def now(self) -> datetime:
        return self.moment + timedelta(seconds=asyncio.get_running_loop().time())


HASTY = Patience(timeout=1, first=timedelta(milliseconds=1))
PATIENT = Patience(timeout=3600, grace=0.05)


@pytest.fixture
async def it() -> AsyncIterator[World]:
    async with world() as made:
        yield made


@pytest.fixture
def running_clock() -> RunningClock:
    return RunningClock()


@asynccontextmanager
async def running(delivery: Delivery) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(delivery.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def has_posts(host: Host, room: str, count: int) -> bool:
    return len(host.book.texts(room)) == count


async def test_posts_arrive_elsewhere_while_one_destination_never_answers() -> None:
    async with world(patience=PATIENT) as it:
        hole, news = await it.publishing.open("hole"), await it.publishing.open("news")
        it.host.faults["hole"] = Fault.NEVER_ANSWERED
        await it.publishing.publish("Lost?", [hole])
        async with running(it.delivery):
            await it.host.until(lambda: len(it.host.requests) == 1)
            for count in range(1, 20):
                await it.publishing.publish("Hello", [hole, news])
                it.delivery.wake()
                await it.host.until(partial(has_posts, it.host, "news", count))


async def test_posts_arrive_on_one_platform_while_the_other_never_answers() -> None:
    async with world(patience=PATIENT) as it:
        hole = await it.publishing.open("hole")
        news = await it.publishing.open("news", Platform.MATRIX)
        it.host.faults["hole"] = Fault.NEVER_ANSWERED
        async with running(it.delivery):
            for count in range(1, 20):
                await it.publishing.publish("Hello", [hole, news])
                it.delivery.wake()
                await it.other_host.until(partial(has_posts, it.other_host, "news", count))
        assert it.host.book.entries == []


async def test_many_black_holes_leave_slots_to_the_others() -> None:
    async with world(patience=Patience(timeout=3600, grace=0.05, concurrency=4)) as it:
        holes = [await it.publishing.open(f"hole-{number}") for number in range(12)]
        news = await it.publishing.open("news")
        for one in holes:
            it.host.faults[one.name] = Fault.ERROR
        await it.publishing.publish("Lost?", holes)
        await it.delivery.drain()
        for one in holes:
            it.host.faults[one.name] = Fault.NEVER_ANSWERED
        it.clock.step(10)
        async with running(it.delivery):
            await it.host.until(lambda: len(it.host.requests) == 13)
            await it.publishing.publish("Hello", [news])
            it.delivery.wake()
            await it.host.until(lambda: len(it.host.book.texts("news")) == 1)


async def test_a_rate_limit_of_one_room_delays_no_other(it: World) -> None:
    busy, news = await it.publishing.open("busy"), await it.publishing.open("news")
    it.host.faults["busy"] = Fault.LATER
    for _ in range(5):
        await it.publishing.publish("Hello", [busy, news])
    await it.delivery.drain()
    assert len(it.host.book.texts("news")) == 5
    it.host.faults.clear()
    await it.drain_for(5)
    assert len(it.host.book.texts("busy")) == 5


async def test_a_rate_limit_of_the_platform_pauses_all_of_it_and_nothing_else(it: World) -> None:
    rooms = [await it.publishing.open(name) for name in ("a", "b", "c")]
    elsewhere = await it.publishing.open("d", Platform.MATRIX)
    it.host.retry_after = 60
    it.host.script.append(Fault.ALL_LATER)
    await it.publishing.publish("Hello", [*rooms, elsewhere])
    await it.delivery.drain()
    asked = len(it.host.requests)
    assert asked <= 2
    assert len(it.other_host.book.texts("d")) == 1
    state = it.delivery.states()[Platform.TERMINAL]
    assert state.status is LaneStatus.PAUSED
    assert state.until is not None
    assert state.until >= it.clock.now() + timedelta(seconds=60)
    assert it.delivery.states()[Platform.MATRIX] == LaneState()
    await it.drain_for(59)
    assert len(it.host.requests) == asked
    await it.drain_for(5)
    assert [len(it.host.book.texts(one.name)) for one in rooms] == [1, 1, 1]


async def test_a_refused_token_is_tried_no_more_and_the_other_platform_goes_on(it: World) -> None:
    rooms = [await it.publishing.open(f"room-{number}") for number in range(50)]
    elsewhere = await it.publishing.open("elsewhere", Platform.MATRIX)
    it.host.is_token_valid = False
    post = await it.publishing.publish("Hello", [*rooms, elsewhere])
    await it.drain_for(24 * 3600, step=3600)
    assert len(it.host.requests) <= 2
    assert len(it.other_host.book.texts("elsewhere")) == 1
    assert it.delivery.states() == {
        Platform.TERMINAL: LaneState(LaneStatus.TOKEN_REFUSED),
        Platform.MATRIX: LaneState(),
    }
    (told,) = it.moderators.said
    assert (told.key, told.avoid) == ("notice-token-refused", Platform.TERMINAL)
    there = [row for row in await it.publishing.rows(post) if row.destination != elsewhere.id]
    assert {row.state for row in there} == {RowState.PENDING}

    it.host.is_token_valid = True
    await it.restart().drain()
    assert all(it.host.book.texts(one.name) for one in rooms)


async def test_until_a_platform_has_answered_it_is_asked_little() -> None:
    async with world(patience=PATIENT) as it:
        rooms = [await it.publishing.open(f"room-{number}") for number in range(50)]
        elsewhere = await it.publishing.open("elsewhere", Platform.MATRIX)
        it.host.is_answering.clear()
        it.host.is_token_valid = False
        async with running(it.delivery):
            for count in range(1, 30):
                await it.publishing.publish("Hello", [*rooms, elsewhere])
                it.delivery.wake()
                await it.other_host.until(partial(has_posts, it.other_host, "elsewhere", count))
            assert len(it.host.requests) == 2
            it.host.is_answering.set()
        assert len(it.host.requests) == 2


async def test_a_token_revoked_on_the_way_stops_what_is_not_on_its_way_yet(it: World) -> None:
    rooms = [await it.publishing.open(f"room-{number}") for number in range(200)]
    await it.publishing.publish("Hello", rooms)
    await it.delivery.drain()
    it.host.requests.clear()
    it.host.is_token_valid = False
    await it.publishing.publish("More", rooms)
    await it.drain_for(3600, step=60)
    assert len(it.host.requests) <= it.patience.concurrency


async def test_no_more_than_a_hundred_invalid_requests_in_ten_minutes() -> None:
    async with world(chance=Unlucky(0)) as it:
        rooms = [await it.publishing.open(f"room-{number}") for number in range(300)]
        for one in rooms:
            it.host.faults[one.name] = Fault.LATER
        await it.publishing.publish("Hello", rooms)
        times: list[datetime] = []
        for _ in range(30 * 6):
            before = len(it.host.requests)
            await it.delivery.drain()
            times += [it.clock.now()] * (len(it.host.requests) - before)
            it.clock.step(10)
        most = max(sum(t <= other < t + timedelta(minutes=10) for other in times) for t in times)
        assert most <= 100
        assert len(times) > most
        assert set(it.moderators.keys) == {
            "notice-too-many-refusals",
            "notice-destinations-failing",
        }
        it.host.faults.clear()
        await it.drain_for(900, step=10)
        assert all(it.host.book.texts(one.name) for one in rooms)


async def test_moderators_hear_once_that_a_destination_fails_and_once_that_it_works(
    it: World,
) -> None:
    news = await it.publishing.open("news")
    it.host.faults["news"] = Fault.ERROR
    await it.publishing.publish("Hello", [news])
    await it.drain_for(14 * 60, step=10)
    assert it.moderators.said == []
    await it.drain_for(3600, step=10)
    assert it.moderators.keys == ["notice-destinations-failing"]
    assert it.moderators.said[0].arguments == {"names": "news", "minutes": 15}
    it.host.faults.clear()
    await it.drain_for(3600, step=60)
    assert it.moderators.keys[1:] == ["notice-destinations-mended"]


async def test_those_that_fail_a_little_later_are_told_of_together(it: World) -> None:
    rooms = [await it.publishing.open(name) for name in ("a", "b")]
    for one in rooms:
        it.host.faults[one.name] = Fault.ERROR
        await it.publishing.publish("Hello", [one])
        await it.drain_for(120, step=10)
    await it.drain_for(3600, step=60)
    assert [told.arguments["names"] for told in it.moderators.said] == ["a, b"]


async def test_a_destination_that_is_removed_while_it_fails_is_not_told_of(it: World) -> None:
    news = await it.publishing.open("news")
    it.host.faults["news"] = Fault.ERROR
    await it.publishing.publish("Hello", [news])
    await it.drain_for(300, step=10)
    async with it.database.publishing.begin() as tx:
        await tx.destinations.remove(news.id)
    await it.drain_for(3600, step=60)
    assert it.moderators.said == []


async def test_what_cannot_be_told_for_the_disk_is_full_is_not_tried_without_a_pause(
    it: World,
) -> None:
    news = await it.publishing.open("news")
    it.host.faults["news"] = Fault.ERROR
    await it.publishing.publish("Hello", [news])
    await it.drain_for(14 * 60, step=10)
    it.clock.step(120)
    it.moderators.failure = StoreError("storage-full")
    async with running(it.delivery):
        await it.moderators.was_tried.wait()
        for _ in range(500):
            await asyncio.sleep(0)
    assert it.moderators.tries == 1


async def test_an_outage_of_a_whole_platform_is_told_of_once() -> None:
    async with world(chance=Random(1)) as it:  # noqa: S311 - no secret
        rooms = [await it.publishing.open(f"room-{number}") for number in range(60)]
        for one in rooms:
            it.host.faults[one.name] = Fault.ERROR
        await it.publishing.publish("Hello", rooms)
        await it.drain_for(3600, step=60)
        it.host.faults.clear()
        await it.drain_for(3600, step=60)
        assert it.moderators.keys == ["notice-destinations-failing", "notice-destinations-mended"]
        assert str(it.moderators.said[0].arguments["names"]).endswith(", …")


async def test_whatever_a_carrier_raises_stops_nothing_and_is_logged_once_without_its_words(
    it: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    news, other = await it.publishing.open("news"), await it.publishing.open("other")
    post = await it.publishing.publish("Hello", [news, other])
    carrier = it.carriers[0]
    real = carrier.send

    async def failing(address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        if address.room == "news" and len(it.host.requests) < 5:
            await real(Address(Platform.TERMINAL, room="scrap"), "", str(len(it.host.requests)))
            raise ZeroDivisionError(payload)
        return await real(address, payload, key, reply_to=reply_to)

    monkeypatch.setattr(carrier, "send", failing)
    await it.drain_for(60)
    assert it.host.book.texts("news") == [text_of(post, 1, 1)]
    assert it.host.book.texts("other") == [text_of(post, 1, 1)]
    assert caplog.text.count("ZeroDivisionError\n") == 1
    assert "Hello" not in caplog.text


async def test_moderators_who_cannot_be_told_stop_nothing(it: World) -> None:
    it.moderators.failure = RuntimeError()
    news = await it.publishing.open("news")
    await it.publishing.publish("poison", [news])
    good = await it.publishing.publish("Hello", [news])
    await it.restart().drain()
    assert it.host.book.texts("news") == [text_of(good, 1, 1)]


class FailingStore:
    """A store that fails at the transactions, counted from one, that the test names."""

    def __init__(self, store: Store, error: Exception, *, is_reading_well: bool = False) -> None:
        self._store = store
        self._is_reading_well = is_reading_well
        self._error = error
        self.failing: set[int] = set()
        self.count = 0

    def begin(self) -> object:
        return self._transaction(self._store.begin)

    def read(self) -> object:
        return self._store.read() if self._is_reading_well else self._transaction(self._store.read)

    @asynccontextmanager
    async def _transaction(self, begin: object) -> AsyncIterator[Transaction]:
        self.count += 1
        if self.count in self.failing:
            raise self._error
        async with begin() as tx:  # type: ignore[operator]
            yield tx


async def test_work_that_breaks_is_not_begun_again_at_once(it: World) -> None:
    news = await it.publishing.open("news")
    post = await it.publishing.publish("One", [news])
    store = FailingStore(it.database.publishing, ZeroDivisionError(), is_reading_well=True)
    store.failing = {1, 2}
    it.restart(store)  # type: ignore[arg-type]
    await it.delivery.drain()
    assert store.count == 1
    await it.drain_for(20)
    assert it.host.book.texts("news") == [text_of(post, 1, 1)]


@pytest.mark.parametrize("failing", range(1, 8))
@pytest.mark.parametrize("error", [StoreError("storage-full"), ZeroDivisionError()])
async def test_a_store_that_fails_is_waited_for(it: World, failing: int, error: Exception) -> None:
    news = await it.publishing.open("news")
    posts = [await it.publishing.publish(text, [news]) for text in ("One", "poison", "Two")]
    store = FailingStore(it.database.publishing, error)
    store.failing = set(range(failing, failing + 3))
    it.restart(store)  # type: ignore[arg-type]
    for _ in range(30):
        it.clock.step(10)
        try:
            await it.delivery.drain()
        except ZeroDivisionError:
            continue  # of looking; the supervisor's business when it runs
    assert it.host.book.texts("news") == [text_of(posts[0], 1, 1), text_of(posts[2], 1, 1)]
    assert it.moderators.keys.count("notice-send-failed") == 1


async def test_a_success_that_could_not_be_kept_is_kept_later_without_asking_again(
    it: World,
) -> None:
    news = await it.publishing.open("news")
    post = await it.publishing.publish("One", [news])
    store = FailingStore(it.database.publishing, StoreError("storage-full"))
    store.failing = {4}  # after both lanes have looked and one row is taken
    it.restart(store)  # type: ignore[arg-type]
    await it.delivery.drain()
    assert (await it.publishing.row(post)).state is RowState.SENDING
    assert it.delivery.states()[Platform.TERMINAL].reason == "storage-full"
    it.clock.step(3600)
    it.host.is_history_readable = False
    await it.delivery.drain()
    assert (await it.publishing.row(post)).state is RowState.SENT
    assert len(it.host.requests) == 1


async def test_a_lane_that_breaks_begins_again(running_clock: RunningClock) -> None:
    async with world(clock=running_clock, patience=HASTY) as it:
        news = await it.publishing.open("news")
        await it.publishing.publish("One", [news])
        store = FailingStore(it.database.publishing, ZeroDivisionError())
        store.failing = {1, 2, 3}
        async with running(it.restart(store)):  # type: ignore[arg-type]
            await it.host.until(partial(has_posts, it.host, "news", 1))


async def test_a_row_whose_destination_is_removed_meanwhile_is_forgotten(
    it: World, caplog: pytest.LogCaptureFixture
) -> None:
    news, other = await it.publishing.open("news"), await it.publishing.open("other")
    post = await it.publishing.publish("Hello", [news, other])
    carrier = it.carriers[0]
    real = carrier.send

    async def removing(address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        if address.room == "news":
            async with it.database.publishing.begin() as tx:
                await tx.destinations.remove(news.id)
        return await real(address, payload, key, reply_to=reply_to)

    carrier.send = removing  # type: ignore[method-assign]
    await it.delivery.drain()
    (row,) = await it.publishing.rows(post)
    assert (row.destination, row.state) == (other.id, RowState.SENT)
    assert caplog.text == ""


class TestStopping:
    async def test_what_is_in_flight_comes_to_its_end(self) -> None:
        async with world(patience=Patience(timeout=3600, grace=3600)) as it:
            arrived, go = asyncio.Event(), asyncio.Event()

            async def wait(_: float) -> None:
                arrived.set()
                await go.wait()

            it.host._wait = wait  # noqa: SLF001 - a host that is slow for as long as the test says
            it.host.script.append(Fault.SLOW_AFTER)
            news = await it.publishing.open("news")
            first = await it.publishing.publish("One", [news])
            second = await it.publishing.publish("Two", [news])
            async with running(it.delivery) as task:
                await arrived.wait()
                task.cancel()
                await asyncio.sleep(0)
                go.set()
                await asyncio.wait([task])
            assert (await it.publishing.row(first)).state is RowState.SENT
            assert (await it.publishing.row(second)).state is RowState.PENDING

    async def test_what_takes_longer_than_the_grace_stays_marked_and_is_settled_later(
        self,
    ) -> None:
        async with world(patience=PATIENT) as it:
            news = await it.publishing.open("news")
            post = await it.publishing.publish("One", [news])
            it.host.faults["news"] = Fault.NEVER_ANSWERED
            async with running(it.delivery):
                await it.host.until(lambda: len(it.host.requests) == 1)
            row = await it.publishing.row(post)
            assert (row.state, row.sending_since) == (RowState.SENDING, it.clock.now())
            it.host.faults.clear()
            it.clock.step(3600)
            await it.restart().drain()
            assert [one["do"] for one in it.host.requests] == ["send", "find", "send"]
            assert it.host.book.texts("news") == [text_of(post, 1, 1)]


class TestWaiting:
    @pytest.mark.parametrize("failures", [1, 2, 5, 9, 10, 1000, 10**9])
    def test_waits_double_up_to_five_minutes(self, failures: int) -> None:
        patience = Patience()
        longest = Backoff(patience, Unlucky(1)).after(failures)
        assert longest == timedelta(seconds=min(300, 2 ** min(failures - 1, 20)))
        assert Backoff(patience, Unlucky(0)).after(failures) == timedelta()
        assert Backoff(patience, Unlucky(0.5)).after(failures) == longest / 2

    @pytest.mark.parametrize("asked", [-5.0, 0.0, 0.25, 7200.0])
    def test_a_wait_is_never_shorter_than_asked(self, asked: float) -> None:
        error = NotAcceptedError(retry_after=timedelta(seconds=asked))
        for chance in (0, 1):
            wait = Backoff(Patience(), Unlucky(chance)).after_refusal(1, error)
            assert wait >= timedelta(seconds=max(0, asked))

    def test_a_pause_is_over_when_the_clock_was_set_back_before_it(self) -> None:
        clock = SteppedClock()
        pause = Pause(clock.now() + timedelta(minutes=1), timedelta(minutes=1), "why")
        assert not pause.is_over(clock.now())
        clock.step(-1)
        assert pause.is_over(clock.now())
        clock.step(61)
        assert pause.is_over(clock.now())


async def test_a_running_delivery_leaves_a_destination_that_refuses_alone() -> None:
    async with world(patience=PATIENT) as it:
        closed, news = await it.publishing.open("closed"), await it.publishing.open("news")
        it.host.closed_rooms.add("closed")
        async with running(it.delivery):
            for count in range(1, 10):
                await it.publishing.publish("Hello", [closed, news])
                it.delivery.wake()
                await it.host.until(partial(has_posts, it.host, "news", count))
        assert [one["room"] for one in it.host.requests].count("closed") == 1


async def test_a_running_delivery_goes_on_after_a_pause_of_the_platform(
    running_clock: RunningClock,
) -> None:
    async with world(clock=running_clock, patience=HASTY) as it:
        rooms = [await it.publishing.open(f"room-{number}") for number in range(8)]
        for number in range(3):
            await it.publishing.publish(str(number), rooms)
        it.host.script.extend([Fault.NONE, Fault.NONE, Fault.ALL_LATER] * 4)
        async with running(it.delivery):
            await it.host.until(lambda: len(it.host.book.entries) == 24)


async def test_what_is_committed_while_it_looks_is_seen(running_clock: RunningClock) -> None:
    class Busy(FailingStore):
        """Somebody commits a post just after the first look."""

        @asynccontextmanager
        async def _transaction(self, begin: object) -> AsyncIterator[Transaction]:
            async with super()._transaction(begin) as tx:
                yield tx
            if self.count == 1:
                await it.publishing.publish("Hello", [news])
                it.delivery.wake()

    async with world(clock=running_clock, patience=HASTY) as it:
        news = await it.publishing.open("news")
        store = Busy(it.database.publishing, StoreError("storage-full"))
        it.carriers = it.carriers[:1]
        async with running(it.restart(store)):  # type: ignore[arg-type]
            await it.host.until(partial(has_posts, it.host, "news", 1))


async def test_a_running_delivery_waits_for_the_right_moment_by_itself(
    running_clock: RunningClock,
) -> None:
    async with world(clock=running_clock, patience=HASTY) as it:
        news = await it.publishing.open("news")
        it.host.retry_after = 0
        it.host.faults["news"] = Fault.LATER
        await it.publishing.publish("Hello", [news])
        async with running(it.delivery):
            await it.host.until(lambda: len(it.host.requests) == 8)
            it.host.faults.clear()
            await it.host.until(partial(has_posts, it.host, "news", 1))
