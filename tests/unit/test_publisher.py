from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from ledger.host import Fault
from press import ANN, Press, press_at

from community_bot.domain.address import Platform
from community_bot.domain.errors import NameUnknownError, UserError
from community_bot.publishing.notices import Notices
from community_bot.publishing.ports import Transaction
from community_bot.publishing.post import Post, PostKind, PostState, RowState
from community_bot.publishing.preparing import Preview, Print
from community_bot.publishing.progress import Progress
from community_bot.publishing.rights import anybody

ME, OTHER = 1, 2
DAY = timedelta(days=1)


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    async with press_at(tmp_path) as made:
        yield made


async def drafted(
    press: Press, line: str = "person ann-lee", *, at: timedelta | None = None
) -> Post:
    place = await press.open("news")
    due = None if at is None else press.clock.now() + at
    draft = press.publisher.draft
    preview = await draft(PostKind.ANSWER, line, [place], author=ME, at=due)
    return preview.post


async def confirmed(press: Press, post: Post) -> Post:
    live = await press.publisher.confirm(post.id, ME)
    assert isinstance(live, Post)
    return live


async def states(press: Press, post: Post) -> list[tuple[str, str, int, int]]:
    found = await press.publisher.deliveries(await press.post(post.id))
    return [(one.destination.name, one.state, one.sent, one.total) for one in found]


async def test_a_draft_shows_each_destination_its_language_and_posts_nothing(press: Press) -> None:
    news = await press.open("news")
    novyny = await press.open("novyny", language="uk")
    preview = await press.publisher.draft(
        PostKind.ANSWER, "person Anna Lee", [news, novyny], author=ME
    )
    assert [one.destination for one in preview.versions] == [news, novyny]
    english, ukrainian = (one.composed.reply for one in preview.versions)
    assert (english.language, ukrainian.language) == ("en", "uk")
    assert english.blocks != ukrainian.blocks
    assert preview.post.line == "person name=ann-lee"
    await press.settle()
    assert press.host.book.entries == []
    assert press.wakes == 0


async def test_a_language_of_the_post_s_own_goes_before_the_channel_s(press: Press) -> None:
    place = await press.open("news", language="uk")
    preview = await press.publisher.draft(
        PostKind.ANSWER, "person ann-lee", [place], language="tr", author=ME
    )
    assert preview.versions[0].composed.reply.language == "tr"


async def test_a_confirmed_draft_is_posted_once_with_its_mark(press: Press) -> None:
    post = await drafted(press)
    await confirmed(press, post)
    assert press.wakes == 1
    await press.settle()
    (said,) = press.read("news")
    assert said.startswith("Ann Lee")
    assert "ann-lee@" in said
    assert said.endswith(f"\n{post.short_id} r1")


async def test_a_second_confirmation_posts_nothing(press: Press) -> None:
    post = await drafted(press)
    both = await asyncio.gather(
        press.publisher.confirm(post.id, ME),
        press.publisher.confirm(post.id, ME),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in both) == ["Post", "UserError"]
    (refused,) = (one for one in both if isinstance(one, UserError))
    assert refused.key == "post-already"
    await press.settle()
    assert len(press.host.book.entries) == 1


async def test_only_its_author_decides_on_a_draft(press: Press) -> None:
    post = await drafted(press)
    with pytest.raises(UserError, match="post-not-yours"):
        await press.publisher.confirm(post.id, OTHER)
    with pytest.raises(UserError, match="post-not-yours"):
        await press.publisher.cancel(post.id, OTHER)
    assert (await press.post(post.id)).state is PostState.DRAFT


async def test_a_draft_can_be_confirmed_for_a_day(press: Press) -> None:
    post = await drafted(press)
    press.clock.step(DAY.total_seconds() + 1)
    with pytest.raises(UserError, match="post-too-old"):
        await press.publisher.confirm(post.id, ME)
    press.clock.step(-2)
    await confirmed(press, post)


async def test_a_cancelled_draft_is_posted_no_more(press: Press) -> None:
    post = await drafted(press)
    await press.publisher.cancel(post.id, ME)
    with pytest.raises(UserError, match="post-cancelled"):
        await press.publisher.confirm(post.id, ME)
    with pytest.raises(UserError, match="post-unknown"):
        await press.publisher.confirm(post.id + 1, ME)


async def test_a_changed_document_is_shown_again_before_it_is_posted(press: Press) -> None:
    post = await drafted(press)
    await press.change(ANN, "Teacher", "Headmistress")
    preview = await press.publisher.confirm(post.id, ME)
    assert isinstance(preview, Preview)
    assert [one.changed for one in preview.versions] == [True]
    await press.settle()
    assert press.read("news") == []
    await confirmed(press, post)
    await press.settle()
    assert "Headmistress" in press.read("news")[0]


async def test_a_change_that_the_document_does_not_show_needs_no_second_look(press: Press) -> None:
    post = await drafted(press)
    await press.change(ANN, "weak_aliases: [Ann]", "weak_aliases: [Ann, Anny]")
    await confirmed(press, post)


async def test_what_has_no_answer_cannot_be_posted(press: Press) -> None:
    place = await press.open("news")
    draft = press.publisher.draft
    with pytest.raises(NameUnknownError):
        await draft(PostKind.ANSWER, "person Xyzzy", [place], author=ME)
    with pytest.raises(UserError, match="post-no-answer") as refused:
        await draft(PostKind.ANSWER, "statement appeal 9", [place], author=ME)
    assert "9" in str(refused.value.arguments["message"])
    with pytest.raises(UserError, match="post-nowhere"):
        await draft(PostKind.ANSWER, "summary", [], author=ME)
    assert await press.posts() == ()


async def test_a_destination_that_nobody_can_reach_is_refused(press: Press) -> None:
    place = await press.open("far", platform=Platform.DISCORD)
    with pytest.raises(UserError, match="post-no-carrier"):
        await press.publisher.draft(PostKind.ANSWER, "summary", [place], author=ME)


async def test_a_post_goes_to_the_destinations_that_are_left(press: Press) -> None:
    news, other = await press.open("news"), await press.open("other")
    preview = await press.publisher.draft(PostKind.ANSWER, "summary", [news, other], author=ME)
    async with press.database.publishing.begin() as tx:
        await tx.destinations.remove(news.id)
    await confirmed(press, preview.post)
    await press.settle()
    assert (len(press.read("news")), len(press.read("other"))) == (0, 1)
    again = await press.publisher.draft(PostKind.ANSWER, "summary", [other], author=ME)
    async with press.database.publishing.begin() as tx:
        await tx.destinations.remove(other.id)
    with pytest.raises(UserError, match="post-unknown"):
        await press.publisher.confirm(again.post.id, ME)


async def test_an_announcement_is_posted_as_it_was_typed(press: Press) -> None:
    place = await press.open("news")
    await press.publish("*Hello* @room\n\nSee you.", place, kind=PostKind.ANNOUNCEMENT)
    await press.settle()
    own = "The team’s own words, not from the knowledge base."
    assert press.read("news") == [f"*Hello* @room\n\nSee you.\n\n{own}\nP1 r1"]


async def test_a_withdrawn_post_is_taken_away(press: Press) -> None:
    press.carrier.most_lines = 3
    post = await confirmed(press, await drafted(press))
    await press.settle()
    pages = len(press.read("news"))
    assert pages > 1
    withdrawn = await press.publisher.withdraw(post.id)
    assert withdrawn.state is PostState.WITHDRAWN
    assert press.wakes == 2
    await press.settle()
    assert press.read("news") == []
    (state,) = await states(press, post)
    assert state == ("news", Progress.WITHDRAWN, pages, pages)
    with pytest.raises(UserError, match="post-not-standing"):
        await press.publisher.withdraw(post.id)


async def test_a_post_withdrawn_before_it_was_sent_is_never_sent(press: Press) -> None:
    post = await confirmed(press, await drafted(press))
    await press.publisher.withdraw(post.id)
    await press.settle()
    assert press.host.requests == []
    assert {row.state for row in await press.rows(post)} == {RowState.DROPPED}
    assert await states(press, post) == [("news", Progress.WITHDRAWN, 0, 0)]


async def test_a_post_withdrawn_while_its_fate_is_unknown_is_taken_away_in_the_end(
    press: Press,
) -> None:
    press.carrier.most_lines = 3
    post = await confirmed(press, await drafted(press))
    press.host.script += [Fault.NONE, Fault.TAKEN_THEN_DROPPED]
    await press.delivery.drain()
    assert len(press.read("news")) == 2
    await press.publisher.withdraw(post.id)
    press.clock.step(60)
    await press.settle()
    assert press.read("news") == []
    sent = [entry for entry in press.host.book.entries if entry.deed == "send"]
    assert len(sent) == 2


async def test_a_draft_has_nothing_to_withdraw_and_a_scheduled_post_is_cancelled(
    press: Press,
) -> None:
    post = await drafted(press, at=timedelta(hours=1))
    with pytest.raises(UserError, match="post-not-standing"):
        await press.publisher.withdraw(post.id)
    assert (await confirmed(press, post)).state is PostState.SCHEDULED
    assert (await press.publisher.withdraw(post.id)).state is PostState.CANCELLED
    await press.publisher.publish_due(press.clock.now() + DAY, press.notices, anybody)
    assert await press.rows(post) == ()


async def test_a_scheduled_post_says_what_is_true_when_it_is_due(press: Press) -> None:
    post = await confirmed(press, await drafted(press, at=timedelta(hours=1)))
    await press.change(ANN, "Teacher", "Headmistress")
    await press.publisher.publish_due(press.clock.now(), press.notices, anybody)
    await press.settle()
    assert press.read("news") == []
    press.clock.step(3600)
    await press.publisher.publish_due(press.clock.now(), press.notices, anybody)
    await press.publisher.publish_due(press.clock.now(), press.notices, anybody)
    await press.settle()
    (said,) = press.read("news")
    assert "Headmistress" in said
    assert "Corrected" not in said
    assert (await press.post(post.id)).state is PostState.LIVE


async def test_a_scheduled_post_without_an_answer_fails_and_the_moderators_are_told(
    press: Press,
) -> None:
    await press.open("desk", is_moderators=True)
    post = await confirmed(press, await drafted(press, "statement appeal 2", at=timedelta(hours=1)))
    await press.drop_paragraph()
    press.clock.step(3600)
    await press.publisher.publish_due(press.clock.now(), press.notices, anybody)
    await press.settle()
    assert (await press.post(post.id)).state is PostState.FAILED
    assert press.read("news") == []
    assert [post.short_id in said for said in press.read("desk")] == [True]


async def test_a_post_whose_hour_was_missed_by_far_is_not_made(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    post = await confirmed(press, await drafted(press, at=timedelta(hours=1)))
    press.clock.step(timedelta(hours=7, seconds=1).total_seconds())
    await press.publisher.publish_due(press.clock.now(), press.notices, anybody)
    await press.settle()
    assert (await press.post(post.id)).state is PostState.FAILED
    assert press.read("news") == []
    assert len(press.read("desk")) == 1


async def test_what_was_posted_once_can_be_drafted_again(press: Press) -> None:
    post = await confirmed(press, await drafted(press))
    other = await press.open("other")
    await press.publisher.withdraw(post.id)
    preview = await press.publisher.repost(post.id, [other], OTHER)
    assert (preview.post.line, preview.post.author) == (post.line, OTHER)
    assert preview.post.id != post.id
    await press.publisher.confirm(preview.post.id, OTHER)
    await press.settle()
    assert (len(press.read("news")), len(press.read("other"))) == (0, 1)


async def test_what_goes_with_a_post_is_written_with_it_or_not_at_all(press: Press) -> None:
    place = await press.open("news")

    async def then(transaction: Transaction) -> None:
        await transaction.follows.begin_seeing()

    async def fails(transaction: Transaction) -> None:
        await then(transaction)
        raise ConnectionError

    publish = press.publisher.publish
    with pytest.raises(ConnectionError):
        await publish(PostKind.ANSWER, "summary", [place], then=fails)
    with pytest.raises(UserError):
        await publish(PostKind.ANSWER, "statement appeal 9", [place], then=then)
    async with press.database.publishing.read() as tx:
        assert not await tx.follows.has_seen()
    assert await press.posts() == ()
    await publish(PostKind.ANSWER, "summary", [place], then=then)
    async with press.database.publishing.read() as tx:
        assert await tx.follows.has_seen()


async def test_if_no_destination_is_left_nothing_is_posted_but_the_rest_is_written(
    press: Press,
) -> None:
    place = await press.open("news")
    async with press.database.publishing.begin() as tx:
        await tx.destinations.remove(place.id)

    async def then(transaction: Transaction) -> None:
        await transaction.follows.begin_seeing()

    post = await press.publisher.publish(PostKind.ANSWER, "summary", [place], then=then)
    assert post is None
    async with press.database.publishing.read() as tx:
        assert await tx.follows.has_seen()


async def test_of_several_things_one_without_an_answer_can_be_left_out(press: Press) -> None:
    place = await press.open("news")
    left_out: list[str] = []

    async def failed(wanted: Print, error: UserError) -> None:
        left_out.append(f"{wanted.line}: {error.key}")

    prints = [
        Print(PostKind.ANSWER, "digest people=nobody-here", (place,)),
        Print(PostKind.ANSWER, "summary", (place,)),
    ]
    posts = await press.publisher.publish_all(prints, failed=failed)
    assert [post.line for post in posts] == ["summary id=appeal"]
    assert left_out == ["digest people=nobody-here: post-no-answer"]


async def test_deliveries_are_told_in_a_word_for_each_destination(press: Press) -> None:
    news, slow = await press.open("news"), await press.open("slow")
    shut, wrong = await press.open("shut"), await press.open("wrong")
    post = await press.publish("summary", news, slow, shut, wrong)
    assert {state for _, state, _, _ in await states(press, post)} == {Progress.WAITING}
    press.host.faults["slow"] = Fault.LATER
    press.host.faults["wrong"] = Fault.NEVER
    press.host.closed_rooms.add("shut")
    await press.delivery.drain()
    assert await states(press, post) == [
        ("news", Progress.SENT, 1, 1),
        ("slow", Progress.RETRYING, 0, 1),
        ("shut", Progress.STOPPED, 0, 1),
        ("wrong", Progress.FAILED, 0, 1),
    ]


async def test_the_state_of_a_delivery_outlives_its_rows(press: Press) -> None:
    press.carrier.most_lines = 3
    post = await confirmed(press, await drafted(press))
    await press.settle()
    before = await states(press, post)
    press.clock.step(timedelta(days=31).total_seconds())
    await press.sweeper.sweep()
    assert await press.rows(post) == ()
    assert await states(press, post) == before


async def test_a_post_that_nobody_can_bring_there_any_more_keeps_no_other_from_its_hour(
    press: Press,
) -> None:
    await press.open("desk", is_moderators=True)
    lost = await confirmed(press, await drafted(press, at=timedelta(hours=1)))
    async with press.store.begin() as tx:
        (news,) = [place for place in await tx.destinations.all() if place.name == "news"]
        away = replace(news, address=replace(news.address, platform=Platform.DISCORD))
        await tx.destinations.change(away)
    place = await press.open("other")
    draft = press.publisher.draft
    at = press.clock.now() + timedelta(hours=2)
    other = (await draft(PostKind.ANSWER, "person bo-dahl", [place], author=ME, at=at)).post
    await confirmed(press, other)
    press.clock.step(7200)
    await press.publisher.publish_due(press.clock.now(), press.notices, anybody)
    await press.settle()
    assert len(press.read("other")) == 1
    assert (await press.post(lost.id)).state is PostState.FAILED
    (told,) = press.read("desk")
    assert lost.short_id in told


async def test_a_defect_in_one_post_keeps_no_other_from_its_hour(press: Press) -> None:
    await confirmed(press, await drafted(press, at=timedelta(hours=1)))
    place = await press.open("other")
    at = press.clock.now() + timedelta(hours=1)
    draft = press.publisher.draft
    other = (await draft(PostKind.ANSWER, "person bo-dahl", [place], author=ME, at=at)).post
    await confirmed(press, other)
    press.clock.step(3600)

    async def rights(author: int | None, destination: str) -> bool:
        if destination == "news":
            raise ConnectionError
        return await anybody(author, destination)

    with pytest.raises(ConnectionError):
        await press.publisher.publish_due(press.clock.now(), press.notices, rights)
    await press.settle()
    assert (len(press.read("news")), len(press.read("other"))) == (0, 1)


class Mute(Notices):
    """Breaks off where the moderators would be told."""

    async def tell(
        self, key: str, /, *, avoid: Platform | None = None, **arguments: str | int
    ) -> None:
        del key, avoid, arguments
        raise ConnectionError


async def test_a_post_has_not_failed_before_the_moderators_were_told(press: Press) -> None:
    post = await confirmed(press, await drafted(press, "statement appeal 2", at=timedelta(hours=1)))
    await press.drop_paragraph()
    press.clock.step(3600)
    mute = Mute(press.store, press.publisher, press.clock)
    with pytest.raises(ConnectionError):
        await press.publisher.publish_due(press.clock.now(), mute, anybody)
    assert (await press.post(post.id)).state is PostState.SCHEDULED
    await press.publisher.publish_due(press.clock.now(), press.notices, anybody)
    assert (await press.post(post.id)).state is PostState.FAILED
