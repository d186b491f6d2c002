"""What was posted about one person never becomes about another who is called the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from press import BO, Press, press_at

from community_bot.domain.errors import UserError
from community_bot.publishing.post import Post, PostKind, PostState
from community_bot.publishing.rights import anybody


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    async with press_at(tmp_path) as made:
        yield made


async def only_a_namesake_is_left(press: Press) -> None:
    """Take Bo Dahl out of the base; another Bo Dahl is in it."""
    file = press.base.root / BO
    namesake = file.read_text().replace("id: bo-dahl", "id: bo-dahl-of-oslo")
    file.with_name("bo-dahl-of-oslo.yaml").write_text(namesake)
    file.unlink()
    await press.reload()
    shown = await press.composer.answer("person bo-dahl", "en")
    assert shown.reply.error is None, "the namesake does not answer to the name"


async def test_a_post_about_somebody_who_is_gone_is_withdrawn_and_not_corrected(
    press: Press,
) -> None:
    place = await press.open("news")
    await press.open("desk", is_moderators=True)
    post = await press.publish("person bo-dahl", place)
    await press.settle()
    await only_a_namesake_is_left(press)
    await press.settle()
    assert press.read("news") == []
    assert (await press.post(post.id)).state is PostState.WITHDRAWN


async def test_a_post_that_waits_for_its_hour_is_not_made_about_a_namesake(press: Press) -> None:
    place = await press.open("news")
    await press.open("desk", is_moderators=True)
    due = press.clock.now() + timedelta(hours=1)
    draft = await press.publisher.draft(
        PostKind.ANSWER, "person bo-dahl", [place], author=1, at=due
    )
    assert isinstance(await press.publisher.confirm(draft.post.id, 1), Post)
    await only_a_namesake_is_left(press)
    press.clock.step(3600)
    await press.publisher.publish_due(press.clock.now(), press.notices, anybody)
    await press.settle()
    assert press.read("news") == []
    (told,) = press.read("desk")
    assert "is not in the knowledge base any more" in told


async def test_a_draft_and_a_schedule_keep_to_whom_they_were_about(press: Press) -> None:
    place = await press.open("news")
    draft = await press.publisher.draft(PostKind.ANSWER, "person bo-dahl", [place], author=1)
    await only_a_namesake_is_left(press)
    with pytest.raises(UserError, match="post-no-answer"):
        await press.publisher.confirm(draft.post.id, 1)
    with pytest.raises(UserError, match="post-no-answer"):
        await press.publisher.repost(draft.post.id, [place], 1)
    with pytest.raises(UserError, match="post-no-answer"):
        await press.publisher.publish(
            PostKind.ANSWER, "person name=bo-dahl", [place], author=1, schedule=1
        )
    assert await press.posts(PostState.LIVE) == ()
