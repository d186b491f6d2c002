from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from press import ANN, APPEAL, BO, Press, press_at

from community_bot.core.invocation import MAX_LINE
from community_bot.domain.address import Platform
from community_bot.domain.errors import UserError
from community_bot.publishing.changes import News, Sort, digest_line
from community_bot.publishing.destination import Destination
from community_bot.publishing.following import Follower
from community_bot.publishing.post import PostKind
from community_bot.publishing.schedule import Topic

QUIET, MOST = 120, 900
RELEASED = "value: unknown", "value: released"


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    async with press_at(tmp_path) as made:
        await made.follower.check()
        yield made


async def after_quiet(press: Press) -> None:
    """Let the quiet while pass, and tell what has changed."""
    press.clock.step(QUIET)
    await press.follower.check()
    await press.delivery.drain()


async def following(press: Press, *topics: Topic, name: str = "news") -> Destination:
    place = await press.open(name)
    for topic in topics:
        await press.follow(place, topic)
    return place


def add(press: Press, path: str, new: str, **changes: str) -> None:
    """Add an entry that is like another but for its id and what else is said."""
    text = (press.base.root / path).read_text(encoding="utf-8")
    old = path.rpartition("/")[2].removesuffix(".yaml")
    text = text.replace(f"id: {old}", f"id: {new}")
    for before, after in changes.items():
        text = text.replace(before.replace("_", " "), after)
    press.base.write(f"{path.partition('/')[0]}/{new}.yaml", text)


async def test_the_first_time_ever_everything_is_noted_and_nothing_told(tmp_path: Path) -> None:
    async with press_at(tmp_path) as press:
        await following(press, *(topic for topic in Topic if topic is not Topic.PERSON))
        await press.follower.check()
        await after_quiet(press)
        await after_quiet(press)
        assert press.read("news") == []


async def test_a_new_person_is_told_with_status_date_and_source(press: Press) -> None:
    await following(press, Topic.PEOPLE)
    add(press, BO, "cy-ek", Bo_Dahl="Cy Ek")
    await press.reload()
    await after_quiet(press)
    (said,) = press.read("news")
    assert "New people" in said
    assert "Cy Ek – Unknown (as of 2018); may be out of date [1]" in said
    assert "A publisher, 25 October 2017: The paper" in said
    assert "cy-ek@" in said


async def test_a_new_status_is_told_to_those_who_follow_people_or_just_that_person(
    press: Press,
) -> None:
    await following(press, Topic.PEOPLE, name="people")
    await press.follow(await press.open("bo"), Topic.PERSON, "bo-dahl")
    await press.follow(await press.open("ann"), Topic.PERSON, "ann-lee")
    await following(press, Topic.CORRECTIONS, Topic.STATEMENTS, name="others")
    await press.change(BO, *RELEASED)
    await after_quiet(press)
    for room in ("people", "bo"):
        (said,) = press.read(room)
        assert "Where they stand has changed" in said
        assert "Bo Dahl – Released" in said
    assert press.read("ann") == press.read("others") == []


@pytest.mark.parametrize(
    ("topic", "path", "title"),
    [
        (Topic.STATEMENTS, APPEAL, "New statements"),
        (Topic.RESOLUTIONS, "resolutions/r-1.yaml", "New resolutions"),
    ],
)
async def test_a_new_text_is_told_to_those_who_follow_its_kind(
    press: Press, topic: Topic, path: str, title: str
) -> None:
    await following(press, topic)
    await following(press, Topic.PEOPLE, Topic.CORRECTIONS, name="others")
    add(press, path, "a-new-one")
    await press.reload()
    await after_quiet(press)
    (said,) = press.read("news")
    assert title in said
    assert "[1]" in said
    assert press.read("others") == []


async def test_an_entry_that_says_something_else_is_told_to_those_who_follow_corrections(
    press: Press,
) -> None:
    await following(press, Topic.CORRECTIONS)
    await following(press, Topic.PEOPLE, Topic.STATEMENTS, Topic.RESOLUTIONS, name="others")
    await press.change(ANN, "Teacher", "Headmistress")
    await press.change("organisations/union.yaml", "The Union", "Our Union")
    await press.change("cases/the-case.yaml", "A case.", "Some case.")
    await press.change("sources/paper.yaml", "The paper", "Our paper")
    await after_quiet(press)
    (said,) = press.read("news")
    assert "Corrected" in said
    assert "Ann Lee – Released" in said
    assert "Our Union" in said
    assert "The Case – Some case. [1]" in said
    assert press.read("others") == []


async def test_still_right_is_no_news(press: Press) -> None:
    await following(press, *(topic for topic in Topic if topic is not Topic.PERSON))
    await press.change(ANN, 'reviewed: "2024-01-02"', 'reviewed: "2026-11-22"')
    await after_quiet(press)
    assert press.read("news") == []


async def test_a_burst_of_changes_is_one_digest_for_all_that_a_channel_follows(
    press: Press,
) -> None:
    await following(press, Topic.PEOPLE, Topic.STATEMENTS, Topic.CORRECTIONS)
    for step in ("one", "two", "three"):
        add(press, BO, f"cy-{step}", Bo_Dahl=f"Cy {step.title()}")
        await press.reload()
        press.clock.step(QUIET - 1)
        await press.follower.check()
    await press.change(BO, *RELEASED)
    add(press, APPEAL, "plea")
    await press.change(ANN, "Teacher", "Headmistress")
    await after_quiet(press)
    (said,) = press.read("news")
    titles = ["Where they stand has changed", "New people", "New statements", "Corrected"]
    assert [said.index(title) for title in titles] == sorted(said.index(title) for title in titles)
    assert await told_again(press) == 1


async def told_again(press: Press) -> int:
    """Return how many digests there are after another quiet while."""
    await after_quiet(press)
    return len(press.read("news"))


async def test_changes_that_never_rest_are_told_after_a_while(press: Press) -> None:
    await following(press, Topic.CORRECTIONS)
    passed = 0
    while not press.read("news"):
        new = f"Teacher{passed}"
        text = (press.base.root / ANN).read_text(encoding="utf-8")
        old = text.partition("title: {en: ")[2].partition("}")[0]
        await press.change(ANN, old, new)
        press.clock.step(60)
        passed += 60
        await press.follower.check()
        await press.delivery.drain()
    assert passed == MOST


async def test_a_change_undone_while_it_is_quiet_is_no_news(press: Press) -> None:
    await following(press, Topic.PEOPLE, Topic.CORRECTIONS)
    await press.change(BO, *RELEASED)
    press.clock.step(QUIET - 1)
    await press.follower.check()
    await press.change(BO, *reversed(RELEASED))
    await after_quiet(press)
    assert press.read("news") == []


async def test_changes_made_while_the_bot_was_down_are_told(press: Press) -> None:
    await following(press, Topic.PEOPLE)
    press.base.replace(BO, *RELEASED)
    press.restart()
    await press.follower.check()
    await press.delivery.drain()
    assert press.read("news") == []
    await after_quiet(press)
    assert len(press.read("news")) == 1
    press.restart()
    assert await told_again(press) == 1


async def test_a_crash_before_it_is_told_loses_nothing(press: Press) -> None:
    await following(press, Topic.PEOPLE)
    await press.change(BO, *RELEASED)
    press.restart()
    await after_quiet(press)
    assert len(press.read("news")) == 1


async def test_what_is_removed_is_no_news_and_is_new_when_it_comes_back(press: Press) -> None:
    await following(press, Topic.PEOPLE, Topic.CORRECTIONS)
    text = (press.base.root / BO).read_text(encoding="utf-8")
    (press.base.root / BO).unlink()
    await press.reload()
    await after_quiet(press)
    assert press.read("news") == []
    press.base.write(BO, text)
    await press.reload()
    await after_quiet(press)
    assert "New people" in press.read("news")[0]


async def test_each_channel_is_told_in_its_own_language_by_one_post(press: Press) -> None:
    for language in ("en", "uk"):
        await press.follow(await press.open(language, language=language), Topic.PEOPLE)
    await press.change(BO, *RELEASED)
    await after_quiet(press)
    assert "What is new" in press.read("en")[0]
    assert "Що нового" in press.read("uk")[0]
    assert len(await press.posts()) == 1


async def test_a_digest_is_corrected_like_any_answer(press: Press) -> None:
    await following(press, Topic.PEOPLE)
    await press.change(BO, *RELEASED)
    await after_quiet(press)
    await press.change(BO, "value: released", "value: acquitted")
    await press.settle()
    (said,) = press.read("news")
    assert said.startswith("Corrected on")
    assert "Acquitted" in said


async def test_a_channel_that_cannot_be_reached_keeps_no_other_from_hearing(press: Press) -> None:
    far = await press.open("far", platform=Platform.DISCORD)
    await press.follow(far, Topic.PEOPLE)
    await following(press, Topic.PEOPLE)
    await press.change(BO, *RELEASED)
    await after_quiet(press)
    assert len(press.read("news")) == 1


async def test_a_clock_that_was_set_back_delays_by_no_more_than_a_quiet_while(
    press: Press,
) -> None:
    await following(press, Topic.PEOPLE)
    await press.change(BO, *RELEASED)
    press.clock.step(-86_400)
    await press.follower.check()
    await after_quiet(press)
    assert len(press.read("news")) == 1


async def test_it_runs_and_tells_when_it_has_been_quiet(press: Press) -> None:
    await following(press, Topic.PEOPLE)
    follower = Follower(
        press.database.publishing,
        press.publisher,
        press.notices,
        press.snapshot,
        press.clock,
        quiet=press.clock.now() - press.clock.now(),
    )
    press.snapshot.subscribe(follower.noticed)
    running = asyncio.create_task(follower.run())
    try:
        await press.change(BO, *RELEASED)
        await press.until_woken(1)
        await press.delivery.drain()
        assert len(press.read("news")) == 1
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_a_digest_line_is_never_longer_than_what_is_read() -> None:
    news = [News(Sort.PEOPLE, f"{number:02}".ljust(64, "x")) for number in range(20)]
    line = digest_line(news)
    assert len(line) <= MAX_LINE
    shown = line.count("xxx" * 20)
    assert line.endswith(f" more={20 - shown}")


def test_a_digest_line_tells_of_changes_of_status_first_and_of_eight_entries_at_most() -> None:
    news = [News(sort, f"{sort.value[0]}{number}") for sort in Sort for number in range(3)]
    assert digest_line(list(reversed(news))) == (
        "digest statuses=s2,s1,s0 people=p2,p1,p0 statements=s2,s1 more=7"
    )


async def test_a_digest_leaves_out_what_is_gone_and_is_none_if_all_is(press: Press) -> None:
    reply = (await press.composer.answer("digest people=bo-dahl,gone corrected=lost", "en")).reply
    assert [reference.partition("@")[0] for reference in reply.entries] == ["bo-dahl"]
    assert len(reply.blocks) == 5
    with pytest.raises(UserError, match="post-no-answer"):
        await press.publish("digest people=gone", await press.open("x"), kind=PostKind.ANSWER)
