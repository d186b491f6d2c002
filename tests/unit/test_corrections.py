from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from ledger.host import Fault
from press import ANN, APPEAL, BO, Press, press_at
from terminal import UNLIMITED

from community_bot.commands import COMMANDS
from community_bot.commands.explaining import explain_error
from community_bot.core.command import CommandTable
from community_bot.core.dispatch import Dispatcher
from community_bot.publishing.composing import Composed, Composer
from community_bot.publishing.corrections import Corrector
from community_bot.publishing.post import Act, Post, PostKind, PostState, RowState

DAY = timedelta(days=1)


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    async with press_at(tmp_path) as made:
        yield made


async def retitle(press: Press, old: str = "Teacher", new: str = "Headmistress") -> None:
    await press.change(ANN, old, new)


def deeds(press: Press) -> list[str]:
    return [entry.deed for entry in press.host.book.entries]


async def test_a_changed_entry_edits_what_was_posted_once_and_says_so(press: Press) -> None:
    place = await press.open("news")
    post = await press.publish("person ann-lee", place)
    await press.settle()
    await retitle(press)
    await press.settle()
    await press.settle()
    (said,) = press.read("news")
    assert said.startswith("Corrected on 22 November 2026: Ann Lee\n")
    assert "Headmistress" in said
    assert said.endswith(f"\n{post.short_id} r2")
    assert deeds(press) == ["send", "edit"]


async def test_a_correction_names_the_day_and_the_entry_as_its_channel_does(press: Press) -> None:
    place = await press.open("novyny", language="uk", zone="Pacific/Kiritimati")
    await press.publish("person ann-lee", place)
    await press.settle()
    await retitle(press)
    await press.settle()
    assert press.read("novyny")[0].startswith("Виправлено 23 листопада 2026 року: Енн Лі\n")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (ANN, 'reviewed: "2024-01-02"', 'reviewed: "2026-11-22"'),
        (ANN, "kind: person\n", "\n# A comment.\nkind: person\n"),
        (ANN, "weak_aliases: [Ann]", "weak_aliases: [Ann, Anny]"),
        (BO, "Bo Dahl", "Bo E. Dahl"),
    ],
    ids=["still right", "reformatted", "nothing that is shown", "somebody else"],
)
async def test_what_the_post_does_not_show_corrects_nothing(
    press: Press, path: str, old: str, new: str
) -> None:
    post = await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    await press.change(path, old, new)
    await press.settle()
    assert deeds(press) == ["send"]
    placement = await press.placement(post)
    assert placement.checked == press.composer.fingerprint()


async def test_a_change_back_is_a_correction_too(press: Press) -> None:
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    await retitle(press)
    await press.settle()
    await retitle(press, "Headmistress", "Teacher")
    await press.settle()
    assert "Teacher" in press.read("news")[0]
    assert deeds(press) == ["send", "edit", "edit"]


async def test_a_change_made_and_undone_between_two_looks_corrects_nothing(press: Press) -> None:
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    await retitle(press)
    await retitle(press, "Headmistress", "Teacher")
    await press.settle()
    assert deeds(press) == ["send"]


async def test_changes_made_while_the_bot_was_down_count(press: Press) -> None:
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    press.base.replace(ANN, "Teacher", "Headmistress")
    press.restart()
    await press.settle()
    assert "Headmistress" in press.read("news")[0]
    press.restart()
    await press.settle()
    assert deeds(press) == ["send", "edit"]


async def test_time_that_passes_is_no_correction(press: Press) -> None:
    press.clock.moment = press.clock.moment.replace(year=2019, month=10)
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    press.clock.step((DAY * 3000).total_seconds())
    await press.change(ANN, "weak_aliases: [Ann]", "weak_aliases: [Ann, Anny]")
    await press.settle()
    assert deeds(press) == ["send"]
    await retitle(press)
    await press.settle()
    assert deeds(press) == ["send", "edit"]
    assert "Corrected on 8 January 2028" in press.read("news")[0]


async def test_a_name_that_comes_to_mean_somebody_else_too_corrects_nothing(press: Press) -> None:
    await press.publish("person Ann Lee", await press.open("news"))
    await press.settle()
    twin = (press.base.root / ANN).read_text(encoding="utf-8").replace("ann-lee", "ann-lee-two")
    apart = "not_to_confuse: [{text: Ann Lee, note: {en: Another.}, cite: [paper]}]"
    press.base.write("people/ann-lee-two.yaml", twin.replace("names:", f"{apart}\nnames:"))
    await press.reload()
    await press.settle()
    assert deeds(press) == ["send"]


async def test_the_main_statement_of_a_post_stays_the_one_it_showed(press: Press) -> None:
    await press.publish("summary", await press.open("news"))
    await press.settle()
    other = (press.base.root / APPEAL).read_text(encoding="utf-8").replace("appeal", "plea")
    press.base.write("statements/plea.yaml", other.replace("id: plea", "id: plea"))
    await press.change("about.yaml", "main_statement: appeal", "main_statement: plea")
    await press.settle()
    assert deeds(press) == ["send"]


async def test_a_list_is_corrected_by_an_entry_that_comes_to_it(press: Press) -> None:
    await press.publish("people status=released", await press.open("news"))
    await press.settle()
    await press.change(BO, "value: unknown", "value: released")
    await press.settle()
    (said,) = press.read("news")
    assert said.startswith("Corrected on 22 November 2026: Bo Dahl\n")
    assert said.count("Bo Dahl") == 2


async def test_an_entry_that_left_a_list_is_not_named_to_the_public(press: Press) -> None:
    await press.publish("people", await press.open("news"))
    await press.settle()
    (press.base.root / BO).unlink()
    await press.reload()
    await press.settle()
    (said,) = press.read("news")
    assert said.startswith("Corrected on 22 November 2026: withdrawn\n")
    assert "Bo Dahl" not in said
    assert "bo-dahl" not in said


async def test_many_names_are_cut(press: Press) -> None:
    for number in range(7):
        text = (press.base.root / BO).read_text(encoding="utf-8")
        copy = text.replace("bo-dahl", f"p-{number}").replace(
            "Bo Dahl", f"Person {'ABCDEFG'[number]}"
        )
        press.base.write(f"people/p-{number}.yaml", copy)
    await press.reload()
    await press.publish("people", await press.open("news"))
    await press.settle()
    for number in range(7):
        press.base.replace(f"people/p-{number}.yaml", '"2018"', '"2019"')
    await press.reload()
    await press.settle()
    first = press.read("news")[0].splitlines()[0]
    assert first.endswith("Person A, Person B, Person C, Person D, Person E and 2 more")


async def test_an_entry_that_is_gone_withdraws_its_posts_and_the_moderators_are_told(
    press: Press,
) -> None:
    news, novyny = await press.open("news"), await press.open("novyny", language="uk")
    await press.open("desk", is_moderators=True)
    post = await press.publish("person bo-dahl", news, novyny)
    other = await press.publish("person ann-lee", news)
    await press.settle()
    (press.base.root / BO).unlink()
    await press.reload()
    await press.settle()
    assert [said.splitlines()[0] for said in press.read("news")] == ["Ann Lee"]
    assert press.read("novyny") == []
    assert (await press.post(post.id)).state is PostState.WITHDRAWN
    assert (await press.post(other.id)).state is PostState.LIVE
    (told,) = press.read("desk")
    assert post.short_id in told
    assert "bo-dahl" in told


async def test_an_answer_that_failed_though_its_entries_are_there_touches_nothing(
    press: Press,
) -> None:
    await press.open("desk", is_moderators=True)
    post = await press.publish("statement appeal 2", await press.open("news"))
    await press.settle()
    before = press.read("news")
    await press.drop_paragraph()
    await press.settle()
    await press.settle()
    press.clock.step((DAY).total_seconds())
    await press.settle()
    assert press.read("news") == before
    (told,) = press.read("desk")
    assert post.short_id in told
    placement = await press.placement(post)
    assert placement.checked != press.composer.fingerprint()


async def test_what_cannot_be_judged_now_keeps_nothing_else_back(press: Press) -> None:
    place = await press.open("news")
    await press.publish("statement appeal 2", place)
    await press.publish("statement appeal 1", place)
    await press.settle()
    await press.drop_paragraph()
    await press.change(APPEAL, "She was free.", "She was free then.")
    await press.settle()
    assert [said.splitlines()[0][:9] for said in press.read("news")] == ["An appeal", "Corrected"]


async def test_words_and_notices_are_never_corrected(press: Press) -> None:
    place = await press.open("news", is_moderators=True)
    await press.publish("Ann Lee is a Teacher.", place, kind=PostKind.ANNOUNCEMENT)
    await press.notices.tell("post-too-late")
    await press.settle()
    await retitle(press)
    await press.settle()
    assert deeds(press) == ["send", "send"]


async def test_what_was_never_sent_says_the_new_words_in_its_old_place(press: Press) -> None:
    place = await press.open("news")
    post = await press.publish("person ann-lee", place)
    await press.publish("person bo-dahl", place)
    await retitle(press)
    await press.corrector.check()
    assert {row.state for row in await press.rows(post)} == {RowState.PENDING}
    await press.settle()
    first, second = press.read("news")
    assert first.endswith("P1 r2")
    assert "Headmistress" in first
    assert second.endswith("P2 r1")
    assert deeds(press) == ["send", "send"]


async def test_a_page_on_its_way_is_edited_and_a_page_that_waits_is_sent_anew(
    press: Press,
) -> None:
    press.carrier.most_lines = 15
    post = await press.publish("person ann-lee", await press.open("news"))
    assert len(await press.rows(post)) == 2
    press.host.script.append(Fault.TAKEN_THEN_DROPPED)
    await press.delivery.drain()
    await retitle(press)
    await press.corrector.check()
    press.clock.step(60)
    await press.settle()
    whole = "\n".join(press.read("news"))
    assert "Headmistress" in whole
    assert "Teacher" not in whole
    assert whole.count("P1 r2") == len(press.read("news"))
    assert deeds(press)[:2] == ["send", "send"]
    assert deeds(press).count("edit") == 1


async def test_a_longer_correction_sends_what_is_missing_and_a_shorter_one_deletes(
    press: Press,
) -> None:
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    press.carrier.most_lines = 5
    await retitle(press)
    await press.settle()
    assert len(press.read("news")) > 1
    press.carrier.most_lines = 1000
    await retitle(press, "Headmistress", "Principal")
    await press.settle()
    (said,) = press.read("news")
    assert "Principal" in said
    assert said.endswith("P1 r3")


async def test_a_correction_that_was_not_delivered_is_overtaken_by_the_next(press: Press) -> None:
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    await retitle(press)
    await press.corrector.check()
    await retitle(press, "Headmistress", "Principal")
    await press.settle()
    assert deeds(press) == ["send", "edit"]
    assert press.read("news")[0].endswith("P1 r3")


async def test_a_message_that_somebody_deleted_stays_away(press: Press) -> None:
    await press.open("desk", is_moderators=True)
    post = await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    (entry,) = press.host.book.standing("news")
    press.host.book.delete("news", entry.id, "by-hand")
    await retitle(press)
    await press.settle()
    assert len(press.read("desk")) == 1
    press.clock.step((DAY * 40).total_seconds())
    await press.sweeper.sweep()
    await retitle(press, "Headmistress", "Principal")
    await press.settle()
    assert press.read("news") == []
    assert len(press.read("desk")) == 1
    assert (await press.placement(post)).checked == press.composer.fingerprint()


async def test_a_post_whose_rows_are_forgotten_is_still_corrected(press: Press) -> None:
    press.carrier.most_lines = 7
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    pages = len(press.read("news"))
    press.clock.step((DAY * 40).total_seconds())
    await press.sweeper.sweep()
    await retitle(press)
    await press.settle()
    assert "Headmistress" in "".join(press.read("news"))
    assert deeds(press).count("edit") == pages


async def test_a_message_that_cannot_be_edited_is_answered(press: Press) -> None:
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    (entry,) = press.host.book.standing("news")
    press.host.stuck.add(entry.id)
    await retitle(press)
    await press.settle()
    _, reply = press.host.book.standing("news")
    assert reply.reply_to == entry.id
    assert "Headmistress" in reply.text


async def test_a_thousand_destinations_are_compared_by_one_answer_for_each_language(
    press: Press,
) -> None:
    languages = ("en", "uk")
    places = [await press.open(f"c{n}", language=languages[n % 2]) for n in range(200)]
    post = await press.publish("person ann-lee", *places)
    await retitle(press)
    asked = 0
    answer = press.composer.answer

    async def counted(*args: object, **more: object) -> object:
        nonlocal asked
        asked += 1
        return await answer(*args, **more)  # type: ignore[arg-type]

    press.composer.answer = counted  # type: ignore[assignment,method-assign]
    await press.corrector.check()
    assert asked == 2 * len(languages)
    rows = await press.rows(post)
    assert {(row.revision, row.act) for row in rows} == {(2, Act.SEND)}
    assert len(rows) == len(places)


async def test_answers_are_given_while_much_is_compared(press: Press) -> None:
    place = await press.open("news")
    for number in range(30):
        await press.publish(f"find ann{number}", place)
    await retitle(press)
    checking = asyncio.create_task(press.corrector.check())
    turns = 0
    while not checking.done():
        await asyncio.sleep(0)
        turns += 1
    await checking
    assert turns > 30


async def test_a_base_that_is_served_while_others_are_compared_is_compared_as_well(
    press: Press,
) -> None:
    place = await press.open("news")
    await press.publish("person ann-lee", place)
    await press.publish("person bo-dahl", place)
    await press.settle()
    await retitle(press)
    checking = asyncio.create_task(press.corrector.check())
    await asyncio.sleep(0)
    await press.change(BO, "Bo Dahl", "Bo E. Dahl")
    await checking
    await press.settle()
    assert ["Headmistress" in said or "Bo E. Dahl" in said for said in press.read("news")] == [
        True,
        True,
    ]


async def test_it_runs_at_its_start_and_whenever_a_base_is_served(press: Press) -> None:
    post = await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    press.base.replace(ANN, "Teacher", "Headmistress")
    press.restart()
    running = asyncio.create_task(press.corrector.run())
    try:
        await press.until_woken(2)
        await retitle(press, "Headmistress", "Principal")
        await press.until_woken(3)
        assert (await press.placement(post)).revision == 3
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_page_that_was_taken_away_comes_back_when_there_is_more_to_say_again(
    press: Press,
) -> None:
    press.carrier.most_lines = 15
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    before = press.read("news")
    press.carrier.most_lines = 1000
    await retitle(press)
    await press.settle()
    press.carrier.most_lines = 15
    await retitle(press, "Headmistress", "Principal")
    await press.settle()
    after = press.read("news")
    assert len(before) == len(after) == 2
    assert all(page.endswith("P1 r3") for page in after)


async def test_a_page_that_is_just_being_taken_away_comes_back_after_it(press: Press) -> None:
    desk = await press.open("desk", is_moderators=True)
    press.carrier.most_lines = 15
    await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    press.carrier.most_lines = 1000
    await retitle(press)
    await press.corrector.check()
    press.host.script.extend((Fault.NONE, Fault.TAKEN_THEN_DROPPED))  # the edit, the deletion
    await press.delivery.drain()
    press.carrier.most_lines = 15
    await retitle(press, "Headmistress", "Principal")
    await press.corrector.check()
    press.clock.step(60)
    await press.settle()
    assert [page[-5:] for page in press.read("news")] == ["P1 r3", "P1 r3"]
    assert press.read(desk.name) == []


class Interrupted(Composer):
    """Answers, and lets something else happen before anything is written of it."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def compose(self, post: Post, language: str, *, now: datetime | None = None) -> Composed:
        composed = await super().compose(post, language, now=now)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        return composed


def interrupted(press: Press, meanwhile: Callable[[], Awaitable[object]]) -> Corrector:
    dispatcher = Dispatcher(
        CommandTable(COMMANDS), press.snapshot, explain_error, press.clock, UNLIMITED
    )
    composer = Interrupted(dispatcher, press.snapshot, press.clock)
    composer.meanwhile = meanwhile
    carriers = {press.carrier.platform: press.carrier}
    return Corrector(press.store, composer, carriers, press.notices, press.clock, lambda: None)


@pytest.mark.parametrize(
    ("old", "new"), [("weak_aliases: [Ann]", "weak_aliases: [Anny]"), ("Teacher", "Headmistress")]
)
async def test_a_post_withdrawn_while_it_is_compared_stays_withdrawn(
    press: Press, old: str, new: str
) -> None:
    post = await press.publish("person ann-lee", await press.open("news"))
    await press.settle()
    await press.change(ANN, old, new)
    corrector = interrupted(press, lambda: press.publisher.withdraw(post.id))
    await corrector.check()
    await press.settle()
    assert press.read("news") == []
    placement = await press.placement(post)
    assert (placement.is_withdrawn, placement.revision) == (True, 2)


async def test_a_defect_in_one_correction_keeps_no_other_back(press: Press) -> None:
    place = await press.open("news")
    await press.publish("person ann-lee", place)
    await press.publish("person bo-dahl", place)
    await press.settle()
    await retitle(press)
    await press.change(BO, "Bo Dahl", "Bo E. Dahl")

    async def fail() -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await interrupted(press, fail).check()
    await press.delivery.drain()
    ann, bo = press.read("news")
    assert ann.endswith("P1 r1")
    assert "Bo E. Dahl" in bo
    await press.settle()
    assert "Headmistress" in press.read("news")[0]
