"""The carrier over a wire: what each answer of Discord says of an attempt, and reading back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from ledger.discord import ROOMS
from ledger.host import Fault
from system.discord.openapi import problems
from system.discord.posting import NEWS, payload, place, posting
from system.discord.wire import SOMEBODY, Wire, wire

from community_bot.adapters.discord.carrier import DiscordCarrier
from community_bot.adapters.discord.line import Line
from community_bot.domain.address import Address, Platform
from community_bot.publishing.errors import (
    DeliveryError,
    DestinationRefusedError,
    HistoryUnreadableError,
    MessageGoneError,
    MessageRefusedError,
    NotAcceptedError,
    NotEditableError,
    OutcomeUnknownError,
    TokenRefusedError,
)

KEY = "k" * 22
LONG_AGO = timedelta(hours=1)


@pytest.fixture
async def server() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made
        assert not problems(made.requests)


@pytest.fixture
async def carrier(server: Wire) -> AsyncIterator[DiscordCarrier]:
    async with posting(server) as made:
        yield made


async def refusal_of(carrier: DiscordCarrier, address: Address = NEWS) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await carrier.send(address, payload(carrier), KEY)
    return caught.value


async def find(carrier: DiscordCarrier, address: Address = NEWS, mark: str = "P1 r1") -> str | None:
    since = datetime.now(UTC) - LONG_AGO
    return await carrier.find(address, payload(carrier, mark=mark), KEY, since)


async def test_a_post_is_components_that_notify_nobody_under_its_key(
    server: Wire, carrier: DiscordCarrier
) -> None:
    await carrier.send(NEWS, payload(carrier), KEY)
    (body,) = server.channels.bodies("POST", "/messages")
    assert body["nonce"] == KEY
    assert body["enforce_nonce"] is True
    assert body["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert body["flags"] & 1 << 15
    assert "content" not in body
    assert server.channels.texts("news")[0].endswith("\nP1 r1")


async def test_a_message_taken_before_the_answer_was_lost_is_not_posted_again(
    server: Wire, carrier: DiscordCarrier
) -> None:
    for fault in (Fault.TAKEN_THEN_ERROR, Fault.TAKEN_THEN_DROPPED, Fault.TAKEN_THEN_DROPPED):
        server.host.script.extend([Fault.NONE] * (not server.requests) + [fault])
        assert isinstance(await refusal_of(carrier), OutcomeUnknownError)
    await carrier.send(NEWS, payload(carrier), KEY)
    assert len(server.channels.texts("news")) == 1


async def test_a_forgotten_message_is_found_by_its_mark_and_only_there(
    carrier: DiscordCarrier,
) -> None:
    id_ = await carrier.send(NEWS, payload(carrier), KEY)
    await carrier.send(NEWS, payload(carrier, mark="P1 r1 2/2"), KEY[:-1])
    assert await find(carrier) == id_
    assert await find(carrier, mark="P2 r1") is None
    assert await find(carrier, place(ROOMS["archive"])) is None


async def test_what_somebody_else_wrote_with_the_same_mark_is_not_ours(
    server: Wire, carrier: DiscordCarrier
) -> None:
    server.channels.keep(ROOMS["news"], {"content": "-# P1 r1"}, author=SOMEBODY["id"] or "")
    assert await find(carrier) is None


async def test_a_message_is_found_behind_hundreds_of_others(
    server: Wire, carrier: DiscordCarrier
) -> None:
    for _ in range(250):
        server.channels.keep(ROOMS["news"], {"content": "chat"}, author=SOMEBODY["id"] or "")
    id_ = await carrier.send(NEWS, payload(carrier), KEY)
    assert await find(carrier) == id_


async def test_a_channel_whose_history_is_hidden_is_not_taken_for_an_empty_one(
    server: Wire, carrier: DiscordCarrier
) -> None:
    server.channels.is_history_hidden = True
    assert await find(carrier) is None  # nothing was ever posted there
    await carrier.send(NEWS, payload(carrier), KEY)
    with pytest.raises(HistoryUnreadableError):
        await find(carrier)


async def test_a_key_whose_message_was_deleted_counts_as_sent_and_gone(
    server: Wire, carrier: DiscordCarrier
) -> None:
    id_ = await carrier.send(NEWS, payload(carrier), KEY)
    await carrier.delete(NEWS, id_, KEY)
    assert isinstance(await refusal_of(carrier), MessageGoneError)
    assert server.channels.texts("news") == []


async def test_an_edit_stays_made_of_components_and_replaces_the_text(
    server: Wire, carrier: DiscordCarrier
) -> None:
    id_ = await carrier.send(NEWS, payload(carrier), KEY)
    await carrier.edit(NEWS, id_, payload(carrier, "Other", "P1 r2"), KEY)
    (text,) = server.channels.texts("news")
    assert "Other" in text
    (body,) = server.channels.bodies("PATCH", id_)
    assert body["flags"] & 1 << 15
    assert body["allowed_mentions"]["parse"] == []


async def test_editing_and_deleting_what_is_gone_is_told_apart(
    server: Wire, carrier: DiscordCarrier
) -> None:
    id_ = await carrier.send(NEWS, payload(carrier), KEY)
    await carrier.delete(NEWS, id_, KEY)
    await carrier.delete(NEWS, id_, KEY)
    with pytest.raises(MessageGoneError):
        await carrier.edit(NEWS, id_, payload(carrier), KEY)
    server.host.stuck.add("m0")
    with pytest.raises(NotEditableError):
        await carrier.edit(NEWS, id_, payload(carrier), KEY)


@pytest.mark.parametrize("form", range(3))
async def test_asked_to_wait_in_any_form_it_makes_no_request_before_that_is_over(
    server: Wire, carrier: DiscordCarrier, form: int
) -> None:
    server.host.retry_after = 50
    await carrier.send(NEWS, payload(carrier), "first")
    server.channels.faults = form
    server.host.script.append(Fault.LATER)
    error = await refusal_of(carrier)
    assert isinstance(error, NotAcceptedError)
    assert error.reason == "delivery-rate-limited"
    assert error.retry_after == timedelta(seconds=50)
    assert error.is_invalid is (server.channels.faults % 3 != 0)  # not if the limit is shared
    made = len(server.requests)
    again = await refusal_of(carrier)
    assert isinstance(again, NotAcceptedError)
    assert again.retry_after is not None
    assert again.retry_after > timedelta(seconds=40)
    assert not again.is_invalid
    assert len(server.requests) == made


async def test_a_global_limit_is_for_the_whole_platform(
    server: Wire, carrier: DiscordCarrier
) -> None:
    server.host.retry_after = 50
    server.host.script.append(Fault.ALL_LATER)
    assert isinstance(error := await refusal_of(carrier), NotAcceptedError)
    assert error.whole_platform
    assert isinstance(other := await refusal_of(carrier, place("55")), NotAcceptedError)
    assert other.whole_platform


async def test_a_limit_of_one_channel_holds_back_no_other(
    server: Wire, carrier: DiscordCarrier
) -> None:
    server.channels.faults = 0
    server.host.retry_after = 50
    await carrier.send(NEWS, payload(carrier), "first")
    server.host.script.append(Fault.LATER)
    await refusal_of(carrier)
    await carrier.send(place(ROOMS["archive"]), payload(carrier), "second")


async def test_a_persistent_failure_is_one_request_and_told_at_once(
    server: Wire, carrier: DiscordCarrier
) -> None:
    await carrier.send(NEWS, payload(carrier), "first")
    made = len(server.requests)
    server.host.script.extend([Fault.ERROR] * 4)
    for _ in range(4):  # 500, 502, 503, 504
        assert isinstance(error := await refusal_of(carrier), OutcomeUnknownError)
        assert error.reason == "delivery-platform-failed"
    assert len(server.requests) == made + 4


async def test_no_answer_and_no_connection_are_told_apart(server: Wire) -> None:
    async with posting(server) as carrier:
        await carrier.send(NEWS, payload(carrier), "first")
        server.host.script.append(Fault.DROPPED)
        assert (await refusal_of(carrier)).reason == "delivery-interrupted"
    server.url = "http://127.0.0.1:9"
    async with posting(server) as carrier:
        assert isinstance(error := await refusal_of(carrier), NotAcceptedError)
        assert error.reason == "delivery-unreachable"


async def test_a_failure_before_the_message_was_sent_is_no_doubt(
    server: Wire, carrier: DiscordCarrier
) -> None:
    server.host.script.append(Fault.ERROR)
    assert isinstance(await refusal_of(carrier), NotAcceptedError)
    server.host.script.extend([Fault.DROPPED] * 2)  # a question is asked again on a new connection
    assert isinstance(await refusal_of(carrier), NotAcceptedError)


async def test_a_revoked_token_is_shown_once_however_many_posts_wait(server: Wire) -> None:
    async with posting(server, token="revoked") as carrier:  # noqa: S106 - the point of it
        sends = (carrier.send(NEWS, payload(carrier), f"key {number}") for number in range(20))
        outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert all(isinstance(one, TokenRefusedError) for one in outcomes)
    assert len(server.requests) == 1


async def test_without_a_session_nothing_is_taken(server: Wire) -> None:
    del server
    line = Line()
    assert isinstance(error := await refusal_of(DiscordCarrier(line)), NotAcceptedError)
    assert error.whole_platform
    line.is_refused = True
    assert isinstance(await refusal_of(DiscordCarrier(line)), TokenRefusedError)


async def test_refusals_name_what_somebody_can_do(server: Wire, carrier: DiscordCarrier) -> None:
    elsewhere = Address(Platform.DISCORD, "31337", ROOMS["news"])
    assert (await refusal_of(carrier, elsewhere)).reason == "delivery-not-installed"
    assert (await refusal_of(carrier, place("55"))).reason == "delivery-channel-unknown"
    category = server.channels.add("66", kind=4)
    assert (await refusal_of(carrier, place(category))).reason == "delivery-channel-kind"
    direct = server.channels.add("77", kind=1, server="")
    assert (await refusal_of(carrier, place(direct))).reason == "delivery-not-installed"
    server.host.closed_rooms.add("news")
    error = await refusal_of(carrier)
    assert isinstance(error, DestinationRefusedError)
    assert error.reason == "delivery-no-permission"


async def test_a_message_that_is_never_taken_says_so(server: Wire, carrier: DiscordCarrier) -> None:
    await carrier.send(NEWS, payload(carrier), "first")
    server.host.script.append(Fault.NEVER)
    assert isinstance(await refusal_of(carrier), MessageRefusedError)
    assert len(server.channels.texts("news")) == 1


async def test_a_reply_refers_to_a_message_that_may_be_gone(
    server: Wire, carrier: DiscordCarrier
) -> None:
    await carrier.send(NEWS, payload(carrier), KEY, reply_to="123")
    (body,) = server.channels.bodies("POST", "/messages")
    assert body["message_reference"] == {"message_id": "123", "fail_if_not_exists": False}


async def test_what_is_announced_is_published_once(server: Wire, carrier: DiscordCarrier) -> None:
    channel = place(server.channels.add("55", kind=5))
    id_ = await carrier.send(channel, payload(carrier), KEY)
    assert server.channels.messages[id_].is_published
    await carrier.send(channel, payload(carrier), KEY)
    assert len(server.channels.bodies("POST", "/crosspost")) == 1


@pytest.mark.parametrize("is_forgotten", [False, True])
async def test_what_was_posted_but_not_published_is_published_by_the_next_attempt(
    server: Wire, carrier: DiscordCarrier, *, is_forgotten: bool
) -> None:
    channel = place(server.channels.add("55", kind=5))
    server.host.script.extend([Fault.NONE, Fault.NONE, Fault.ERROR])  # as if killed in between
    error = await refusal_of(carrier, channel)
    assert isinstance(error, OutcomeUnknownError)
    assert error.reason == "delivery-not-published"
    if is_forgotten:
        id_ = await find(carrier, channel)
    else:
        id_ = await carrier.send(channel, payload(carrier), KEY)
    assert server.channels.messages[id_ or ""].is_published
    assert len(server.channels.texts("55")) == 1


async def test_a_thread_that_sleeps_is_woken_but_a_locked_one_is_refused(
    server: Wire, carrier: DiscordCarrier
) -> None:
    asleep = server.channels.add("55", kind=11, thread_metadata={"archived": True})
    id_ = await carrier.send(place("54", thread=asleep), payload(carrier), KEY)
    assert server.channels.messages[id_].channel == asleep
    locked = {"archived": True, "locked": True}
    server.channels.add("56", kind=11, thread_metadata=locked)
    error = await refusal_of(carrier, place("54", thread="56"))
    assert isinstance(error, DestinationRefusedError)
    assert error.reason == "delivery-no-permission"


class TestForum:
    """Each post begins a thread, for which there are no nonces."""

    @pytest.fixture
    def forum(self, server: Wire) -> Address:
        return place(server.channels.add("55", kind=15))

    async def test_a_post_begins_a_thread_with_its_first_line_as_title(
        self, server: Wire, carrier: DiscordCarrier, forum: Address
    ) -> None:
        id_ = await carrier.send(forum, payload(carrier), KEY)
        thread, _, message = id_.partition("/")
        assert thread == message
        assert server.channels.channels[thread]["name"] == "Title"
        (body,) = server.channels.bodies("POST", "/threads")
        assert body["message"]["allowed_mentions"]["parse"] == []

    @pytest.mark.parametrize("fault", [Fault.TAKEN_THEN_ERROR, Fault.TAKEN_THEN_DROPPED])
    async def test_a_thread_that_was_begun_unheard_is_not_begun_again(
        self, server: Wire, forum: Address, fault: Fault
    ) -> None:
        async with posting(server) as carrier:
            server.host.script.extend([Fault.NONE, fault])
            assert isinstance(await refusal_of(carrier, forum), OutcomeUnknownError)
        async with posting(server) as carrier:  # another life, that remembers nothing
            assert (found := await find(carrier, forum)) is not None
            assert await carrier.send(forum, payload(carrier), KEY) == found
        assert len(server.channels.bodies("POST", "/threads")) == 1

    async def test_the_other_pages_go_into_the_thread_of_the_first(
        self, server: Wire, forum: Address
    ) -> None:
        async with posting(server) as carrier:
            first = await carrier.send(forum, payload(carrier, mark="P1 r1 1/2"), "first")
        async with posting(server) as carrier:
            page = payload(carrier, "More", "P1 r1 2/2")
            second = await carrier.send(forum, page, "second")
            assert await find(carrier, forum, "P1 r1 2/2") == second
            assert await find(carrier, forum, "P1 r1 1/2") == first
        thread = first.partition("/")[0]
        assert second.startswith(f"{thread}/")
        assert len(server.channels.texts(thread)) == 2

    async def test_what_stands_in_a_thread_is_changed_answered_and_deleted_there(
        self, server: Wire, carrier: DiscordCarrier, forum: Address
    ) -> None:
        id_ = await carrier.send(forum, payload(carrier), KEY)
        thread = id_.partition("/")[0]
        await carrier.edit(forum, id_, payload(carrier, "Other", "P1 r2"), KEY)
        assert "Other" in server.channels.texts(thread)[0]
        await carrier.send(forum, payload(carrier, mark="P1 r3"), "reply", reply_to=id_)
        assert len(server.channels.texts(thread)) == 2
        await carrier.delete(forum, id_, KEY)
        assert len(server.channels.texts(thread)) == 1

    async def test_a_thread_that_somebody_deleted_is_a_post_that_is_gone(
        self, server: Wire, carrier: DiscordCarrier, forum: Address
    ) -> None:
        id_ = await carrier.send(forum, payload(carrier, mark="P1 r1 1/2"), KEY)
        del server.channels.channels[id_.partition("/")[0]]
        with pytest.raises(MessageGoneError):
            await carrier.edit(forum, id_, payload(carrier, "Other", "P1 r2"), KEY)
        await carrier.delete(forum, id_, KEY)
        page = payload(carrier, "More", "P1 r1 2/2")
        with pytest.raises(MessageGoneError):
            await carrier.send(forum, page, "second")
        assert await find(carrier, forum, "P1 r1 2/2") is None
        await carrier.send(forum, payload(carrier, mark="P2 r1"), "next")

    async def test_threads_of_other_people_with_the_same_words_are_not_ours(
        self, server: Wire, carrier: DiscordCarrier, forum: Address
    ) -> None:
        theirs = server.channels.keep("55", {"content": "Title\n-# P1 r1"}, author="1")
        theirs.channel = server.channels.add(theirs.id, kind=11, parent_id="55", owner_id="1")
        assert await find(carrier, forum) is None
