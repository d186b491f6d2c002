"""What the moderators are to be told is told, though the process ends before it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from editors import ANN, BEN, NAME, ZOLA, Editors, open_editors

from community_bot.moderation.announcing import Announcer
from community_bot.moderation.reviewing import Reviewer
from community_bot.moderation.untold import tell_rest


class Died(BaseException):
    """The process ended."""


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Editors]:
    async with open_editors(tmp_path) as editors:
        yield editors


def dying(it: Editors) -> Reviewer:
    """Return a reviewer whose process ends as it is about to tell anything."""

    async def tell(key: str, /, **_: object) -> None:
        raise Died(key)

    return replace(it.reviewer, tell=tell)


async def told_at_the_next_start(it: Editors) -> list[tuple[str, str]]:
    it.told.clear()
    await tell_rest(it.database.moderation, Announcer(it.reviewer.tell))
    return [(one.key, str(one.arguments["change"])) for one in it.told]


async def propose(it: Editors, by: Reviewer) -> None:
    await by.submit(await it.drafter.edit(ZOLA, NAME, "Emile Zola", source="maison-zola"), ANN)


async def change_at_once(it: Editors, by: Reviewer) -> None:
    draft = await it.drafter.edit(ZOLA, "about.text.en", "A writer.", source="maison-zola")
    await by.submit(draft, ANN)


async def approve(it: Editors, by: Reviewer) -> None:
    await by.approve((await it.propose("Dreyfus")).id, BEN)


async def reject(it: Editors, by: Reviewer) -> None:
    await by.reject((await it.propose("Dreyfus")).id, BEN, "No source says so.")


async def undo(it: Editors, by: Reviewer) -> None:
    await by.undo([(await it.edit("An officer.")).id], BEN)


async def expire(it: Editors, by: Reviewer) -> None:
    await it.propose("Dreyfus")
    it.later(days=15)
    await by.tick()


@pytest.mark.parametrize(
    ("happens", "notice"),
    [
        (propose, ("notice-change-proposed", "C1")),
        (change_at_once, ("notice-change-applied", "C1")),
        (approve, ("notice-change-approved", "C1")),
        (reject, ("notice-change-rejected", "C1")),
        (undo, ("notice-change-undone", "C2")),
        (expire, ("notice-change-expired", "C1")),
    ],
)
async def test_what_nobody_was_told_of_is_told_at_the_next_start_and_then_no_more(
    it: Editors, happens: Callable[[Editors, Reviewer], Awaitable[None]], notice: tuple[str, str]
) -> None:
    with pytest.raises(Died):
        await happens(it, dying(it))
    assert await told_at_the_next_start(it) == [notice]
    assert await told_at_the_next_start(it) == []


async def test_why_somebody_rejected_it_is_told_too(it: Editors) -> None:
    with pytest.raises(Died):
        await reject(it, dying(it))
    await told_at_the_next_start(it)
    assert it.told[0].arguments["why"] == "No source says so."


@pytest.mark.parametrize("happens", [propose, change_at_once, approve, reject, undo, expire])
async def test_what_was_told_is_not_told_again(
    it: Editors, happens: Callable[[Editors, Reviewer], Awaitable[None]]
) -> None:
    await happens(it, it.reviewer)
    assert it.told
    assert await told_at_the_next_start(it) == []


async def test_a_conflict_is_no_news_at_the_next_start(it: Editors) -> None:
    change = await it.propose("Dreyfus")
    await it.by_hand("alfred-dreyfus", "fr: {text: Alfred Dreyfus}", "fr: {text: A. Dreyfus}")
    with pytest.raises(Exception, match="change-conflict"):
        await it.reviewer.approve(change.id, BEN)
    assert await told_at_the_next_start(it) == []
