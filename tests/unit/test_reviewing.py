"""A change counts when the right people said so, and can be taken back."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from editors import (
    ABOUT,
    ANN,
    BEN,
    DREYFUS,
    EVE,
    NAME,
    SOURCE,
    ZOLA,
    Editors,
    open_editors,
    refused,
)

from community_bot.moderation.auditing import first_bad_row
from community_bot.moderation.change import ChangeKind, ChangeState
from community_bot.moderation.conflicts import ConflictError


@pytest.fixture
async def editors(tmp_path: Path) -> AsyncIterator[Editors]:
    async with open_editors(tmp_path) as opened:
        yield opened


# What comes in.


async def test_what_one_person_may_change_counts_at_once_and_is_announced(
    editors: Editors,
) -> None:
    change = await editors.edit("An officer.")
    assert change.state is await editors.state(change) is ChangeState.APPLIED
    assert "An officer." in editors.said(DREYFUS)
    (told,) = editors.told
    assert (told.key, told.lines) == ("notice-change-applied", ["kb undo change=C1"])
    assert (ABOUT, "An officer.") in [(field, new) for field, _, new in told.rows]
    assert await editors.audit() == [(ANN, "edit", "C1"), (ANN, "apply", "C1")]


async def test_what_two_people_must_look_at_waits_for_the_second(editors: Editors) -> None:
    before = editors.said(DREYFUS)
    change = await editors.propose("Alfred  Dreyfuss")
    assert editors.said(DREYFUS) == before
    (told,) = editors.told
    assert (told.key, told.lines[:2]) == (
        "notice-change-proposed",
        ["kb approve C1", "kb reject C1"],
    )
    assert editors.reviewer.waiting == {change.id: change.summary}
    done = await editors.reviewer.approve(change.id, BEN)
    assert (done.state, done.author, done.decided_by) == (ChangeState.APPLIED, ANN, BEN)
    assert "Alfred Dreyfuss" in editors.said(DREYFUS)
    assert editors.told[-1].key == "notice-change-approved"
    assert editors.told[-1].lines == ["kb undo change=C1"]
    assert editors.reviewer.waiting == {}


async def test_what_somebody_changes_whose_changes_never_count_at_once_waits(
    editors: Editors,
) -> None:
    draft = await editors.drafter.edit(DREYFUS, ABOUT, "An officer.", source=SOURCE)
    change = await editors.reviewer.submit(draft, ANN, at_once=False)
    assert change.state is ChangeState.OPEN
    assert change.needs_second


# Who decides.


async def test_nobody_approves_their_own(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    assert await refused(editors.reviewer.approve(change.id, ANN)) == "change-own"
    editors.later(days=3)
    assert await refused(editors.reviewer.approve(change.id, ANN)) == "change-own"
    assert await editors.state(change) is ChangeState.OPEN


async def test_a_sole_moderator_approves_their_own_after_a_day_and_that_is_announced(
    editors: Editors,
) -> None:
    editors.alone.add(ANN)
    change = await editors.propose("Dreyfuss")
    editors.later(hours=23, minutes=59)
    assert await refused(editors.reviewer.approve(change.id, ANN)) == "change-own-too-soon"
    editors.later(minutes=1)
    done = await editors.reviewer.approve(change.id, ANN)
    assert done.state is ChangeState.APPLIED
    assert editors.told[-1].key == "notice-change-approved-alone"


async def test_a_rejected_proposal_stays_rejected(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    await editors.reviewer.reject(change.id, BEN, "a typing error")
    assert editors.told[-1].arguments["why"] == "a typing error"
    for again in (
        editors.reviewer.approve(change.id, EVE),
        editors.reviewer.reject(change.id, EVE),
    ):
        assert await refused(again) == "change-is-rejected"
    async with editors.database.moderation.read() as kept:
        (remark,) = await kept.changes.remarks(change.id)
    assert (remark.author, remark.text) == (BEN, "a typing error")


async def test_whoever_proposed_may_take_it_back(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    rejected = await editors.reviewer.reject(change.id, ANN)
    assert rejected.decided_by == ANN


async def test_what_is_said_of_a_proposal_reaches_everybody(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    await editors.reviewer.discuss(change.id, BEN, "Which source has two s?")
    told = editors.told[-1]
    assert (told.key, told.arguments["remark"]) == (
        "notice-change-discussed",
        "Which source has two s?",
    )
    assert await editors.state(change) is ChangeState.OPEN


async def test_a_proposal_expires_and_everybody_is_told_once(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    editors.later(days=13, hours=23)
    await editors.reviewer.tick()
    assert await editors.state(change) is ChangeState.OPEN
    editors.later(hours=1)
    assert await refused(editors.reviewer.approve(change.id, BEN)) == "change-is-expired"
    await editors.reviewer.tick()
    await editors.reviewer.tick()
    assert await editors.state(change) is ChangeState.EXPIRED
    assert [told.key for told in editors.told].count("notice-change-expired") == 1
    assert await refused(editors.reviewer.approve(change.id, BEN)) == "change-is-expired"
    assert editors.reviewer.waiting == {}


async def test_what_waits_is_known_again_after_a_restart(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    editors.reviewer.waiting.clear()
    await editors.reviewer.tick()
    assert editors.reviewer.waiting == {change.id: change.summary}


async def test_what_is_not_there_cannot_be_decided(editors: Editors) -> None:
    for decided in (
        editors.reviewer.approve(7, BEN),
        editors.reviewer.reject(7, BEN),
        editors.reviewer.discuss(7, BEN, "what?"),
        editors.reviewer.undo([7], BEN),
    ):
        assert await refused(decided) == "change-unknown"


# At the same time.


async def test_two_who_approve_at_once_write_once(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    outcomes = await asyncio.gather(
        editors.reviewer.approve(change.id, BEN),
        editors.reviewer.approve(change.id, EVE),
        return_exceptions=True,
    )
    errors = [one for one in outcomes if isinstance(one, BaseException)]
    assert len(errors) == 1
    assert getattr(errors[0], "key", "") in {"change-is-accepted", "change-is-applied"}
    assert [what for _, what, _ in await editors.audit()] == ["propose", "approve", "apply"]


async def test_of_two_proposals_for_one_file_the_second_does_not_write_over_the_first(
    editors: Editors,
) -> None:
    one, other = await editors.propose("Dreyfuss"), await editors.propose("Dreifus", by=EVE)
    outcomes = await asyncio.gather(
        editors.reviewer.approve(one.id, BEN),
        editors.reviewer.approve(other.id, BEN),
        return_exceptions=True,
    )
    (error,) = [it for it in outcomes if isinstance(it, BaseException)]
    assert isinstance(error, ConflictError)
    states = {await editors.state(one), await editors.state(other)}
    assert states == {ChangeState.APPLIED, ChangeState.FORGOTTEN}
    assert ("Dreyfuss" in editors.said(DREYFUS)) != ("Dreifus" in editors.said(DREYFUS))


async def test_proposals_that_cite_the_same_new_source_are_all_approved(editors: Editors) -> None:
    url, found = "https://news.example.org/freed", []
    for entry, value in ((DREYFUS, "Alfred"), (ZOLA, "Émile")):
        draft = await editors.drafter.edit(entry, NAME, value, source=url)
        found.append(await editors.reviewer.submit(draft, ANN))
    brought = editors.root / found[0].files[0].path
    assert [one.files[0].path for one in found] == [found[1].files[0].path] * 2
    for one in found:
        assert (await editors.reviewer.approve(one.id, BEN)).state is ChangeState.APPLIED
    await editors.reviewer.undo([found[0].id], BEN)
    assert brought.exists()
    await editors.reviewer.undo([found[1].id], BEN)
    assert not brought.exists()


async def test_a_source_that_another_brought_stays_when_the_disk_takes_no_more(
    editors: Editors,
) -> None:
    url, found = "https://news.example.org/freed", []
    for entry, value in ((DREYFUS, "Alfred"), (ZOLA, "Émile")):
        draft = await editors.drafter.edit(entry, NAME, value, source=url)
        found.append(await editors.reviewer.submit(draft, ANN))
    await editors.reviewer.approve(found[0].id, BEN)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    editors.applier.write = refuse
    assert await refused(editors.reviewer.approve(found[1].id, BEN)) == "change-not-written"
    assert (editors.root / found[0].files[0].path).exists()
    assert not (await editors.snapshot.reload()).problems


async def test_a_hand_that_was_quicker_is_not_written_over_and_both_are_shown(
    editors: Editors,
) -> None:
    change = await editors.propose("Dreyfuss")
    await editors.by_hand(DREYFUS, "weak_aliases: [Alfred]", "weak_aliases: [Alfred, Fred]")
    by_hand = editors.said(DREYFUS)
    with pytest.raises(ConflictError) as raised:
        await editors.reviewer.approve(change.id, BEN)
    assert raised.value.since == (("weak_aliases", "Alfred", "Alfred, Fred"),)
    assert raised.value.wanted[0] == (NAME, "Alfred Dreyfus", "Dreyfuss")
    assert editors.said(DREYFUS) == by_hand
    assert await editors.state(change) is ChangeState.FORGOTTEN
    assert editors.told[-1].key == "notice-change-conflict"
    assert await refused(editors.reviewer.approve(change.id, EVE)) == "change-is-forgotten"


async def test_a_hand_at_the_very_moment_of_an_approval_is_not_written_over(
    editors: Editors,
) -> None:
    change = await editors.propose("Dreyfuss")
    async with editors.applier.lock:
        approving = asyncio.create_task(editors.reviewer.approve(change.id, BEN))
        state = ChangeState.OPEN
        while state is not ChangeState.ACCEPTED:
            state = await editors.state(change)
        text = editors.said(DREYFUS).replace("weak_aliases: [Alfred]", "weak_aliases: [Fred]")
        editors.path(DREYFUS).write_text(text, encoding="utf-8")
    with pytest.raises(ConflictError):
        await approving
    assert editors.said(DREYFUS) == text


async def test_nothing_is_approved_while_the_files_have_a_problem(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    broken = editors.said(ZOLA).replace("kind: person", "kind: persons")
    editors.path(ZOLA).write_text(broken, encoding="utf-8")
    await editors.snapshot.reload()
    assert await refused(editors.reviewer.approve(change.id, BEN)) == "draft-outdated"
    assert await editors.state(change) is ChangeState.OPEN


# Too much at once.


async def test_editing_freezes_by_itself_and_one_command_takes_all_of_it_back(
    editors: Editors,
) -> None:
    before = editors.said(DREYFUS)
    for number in range(10):
        await editors.edit(f"Nonsense {number}.", by=EVE)
        editors.later(seconds=20)
    editors.told.clear()
    assert await refused(editors.edit("Nonsense 10.", by=EVE)) == "editing-frozen-now"
    (told,) = editors.told
    assert (told.key, told.arguments["count"]) == ("notice-frozen-itself", 10)
    assert told.lines == ['kb undo actor=#3 since="2026-11-22 12:00Z"', "kb unfreeze"]
    assert await refused(editors.edit("An officer.", by=ANN)) == "editing-frozen"
    since = editors.clock.moment.replace(minute=0, second=0)
    done = await editors.reviewer.undo(await editors.reviewer.by(EVE, since), BEN)
    assert done.state is ChangeState.APPLIED
    assert editors.said(DREYFUS) == before


async def test_a_budget_is_of_one_person_and_of_a_while(editors: Editors) -> None:
    for number in range(10):
        await editors.edit(f"Words {number}.", by=ANN)
    await editors.edit("Words of another.", by=BEN)
    editors.later(minutes=5, seconds=1)
    await editors.edit("Words later.", by=ANN)


async def test_reviews_and_undoing_use_up_no_budget(editors: Editors) -> None:
    for number in range(12):
        change = await editors.edit(f"Words {number}.", by=EVE if number % 2 else BEN)
        await editors.reviewer.undo([change.id], ANN)
    await editors.edit("An officer.", by=ANN)


async def test_whoever_froze_it_by_what_they_did_cannot_unfreeze_it(editors: Editors) -> None:
    for number in range(10):
        await editors.edit(f"Nonsense {number}.", by=EVE)
    assert await refused(editors.edit("Nonsense.", by=EVE)) == "editing-frozen-now"
    assert await refused(editors.reviewer.unfreeze(EVE)) == "unfreeze-own"
    await editors.reviewer.unfreeze(ANN)
    assert editors.told[-1].key == "notice-unfrozen"
    await editors.edit("An officer.", by=ANN)


async def test_a_freeze_lets_moderators_clear_up(editors: Editors) -> None:
    done = await editors.edit("Nonsense.", by=EVE)
    waiting = await editors.propose("Nonsense", by=EVE)
    await editors.reviewer.freeze(ANN)
    assert editors.told[-1].key == "notice-frozen"
    assert await refused(editors.reviewer.freeze(ANN)) == "editing-frozen"
    assert await refused(editors.reviewer.approve(waiting.id, BEN)) == "editing-frozen"
    await editors.reviewer.discuss(waiting.id, BEN, "No.")
    await editors.reviewer.reject(waiting.id, BEN)
    await editors.reviewer.undo([done.id], BEN)
    await editors.reviewer.unfreeze(ANN)
    assert await refused(editors.reviewer.unfreeze(ANN)) == "editing-not-frozen"


# Taking back.


async def test_an_undo_leaves_the_file_as_it_was_to_the_byte(editors: Editors) -> None:
    before = editors.said(DREYFUS)
    change = await editors.edit("An officer.")
    undo = await editors.reviewer.undo([change.id], BEN)
    assert editors.said(DREYFUS) == before
    assert (undo.kind, undo.undoes, undo.author) == (ChangeKind.UNDO, (change.id,), BEN)
    assert await editors.state(change) is ChangeState.UNDONE
    assert editors.told[-1].key == "notice-change-undone"
    assert await refused(editors.reviewer.undo([change.id], BEN)) == "change-not-applied"


async def test_what_others_changed_since_stays_in_the_file(editors: Editors) -> None:
    change = await editors.edit("Nonsense.", by=EVE)
    await editors.edit("Un officier.", field="about.text.fr", by=ANN)
    await editors.by_hand(DREYFUS, "weak_aliases: [Alfred]", "weak_aliases: [Alfred]  # really")
    await editors.reviewer.undo([change.id], BEN)
    said = editors.said(DREYFUS)
    assert "Nonsense." not in said
    assert "French artillery officer, twice convicted" in said
    assert "Un officier." in said
    assert "# really" in said


async def test_a_value_that_was_changed_again_is_named(editors: Editors) -> None:
    change = await editors.edit("Nonsense.", by=EVE)
    await editors.edit("An officer.", by=ANN)
    said = editors.said(DREYFUS)
    with pytest.raises(Exception, match="undo-conflict") as raised:
        await editors.reviewer.undo([change.id], BEN)
    assert getattr(raised.value, "arguments", {}) == {
        "change": "C1",
        "entry": DREYFUS,
        "field": ABOUT,
    }
    assert editors.said(DREYFUS) == said
    assert await editors.state(change) is ChangeState.APPLIED


async def test_what_others_mended_already_keeps_nobody_from_taking_back_the_rest(
    editors: Editors,
) -> None:
    before = editors.said(ZOLA)
    mended = await editors.edit("Nonsense.", by=EVE)
    other = await editors.edit("Nonsense.", entry=ZOLA, by=EVE)
    await editors.edit("An officer.", by=ANN)
    undo = await editors.reviewer.undo([mended.id, other.id], BEN, leaving=True)
    assert undo.undoes == (other.id,)
    assert editors.said(ZOLA) == before
    assert "An officer." in editors.said(DREYFUS)
    assert await editors.state(mended) is ChangeState.APPLIED
    again = editors.reviewer.undo([mended.id], BEN, leaving=True)
    assert await refused(again) == "undo-conflict"


async def test_several_are_taken_back_in_one_change_newest_first(editors: Editors) -> None:
    before = {entry: editors.said(entry) for entry in (DREYFUS, ZOLA)}
    first = await editors.edit("Nonsense.", by=EVE)
    second = await editors.edit("More nonsense.", by=EVE)
    third = await editors.edit("A baker.", entry=ZOLA, by=EVE)
    undo = await editors.reviewer.undo([third.id, first.id, second.id], BEN)
    assert {entry: editors.said(entry) for entry in (DREYFUS, ZOLA)} == before
    assert undo.undoes == (third.id, second.id, first.id)


async def test_only_what_somebody_did_since_a_moment_is_theirs(editors: Editors) -> None:
    await editors.edit("Old words.", by=EVE)
    editors.later(minutes=10)
    since = editors.clock.moment
    change = await editors.edit("Nonsense.", by=EVE)
    await editors.edit("A writer.", entry=ZOLA, by=ANN)
    await editors.propose("Nonsense", by=EVE)
    assert await editors.reviewer.by(EVE, since) == (change.id,)


async def test_a_new_source_goes_with_the_change_that_brought_it(editors: Editors) -> None:
    url = "https://example.org/a"
    draft = await editors.drafter.edit(DREYFUS, ABOUT, "An officer.", source=url)
    change = await editors.reviewer.submit(draft, ANN)
    await editors.reviewer.approve(change.id, BEN)
    source = change.files[0].path
    assert (editors.root / source).exists()
    await editors.reviewer.undo([change.id], BEN)
    assert not (editors.root / source).exists()


async def test_a_new_source_that_others_cite_since_stays(editors: Editors) -> None:
    url = "https://example.org/a"
    draft = await editors.drafter.edit(DREYFUS, ABOUT, "An officer.", source=url)
    change = await editors.reviewer.submit(draft, ANN)
    await editors.reviewer.approve(change.id, BEN)
    draft = await editors.drafter.edit(ZOLA, ABOUT, "A writer.", source=url)
    await editors.reviewer.submit(draft, BEN)
    await editors.reviewer.undo([change.id], BEN)
    assert (editors.root / change.files[0].path).exists()
    assert "An officer." not in editors.said(DREYFUS)


async def test_what_can_be_found_nowhere_any_more_cannot_be_taken_back(editors: Editors) -> None:
    before = editors.said(DREYFUS)
    change = await editors.edit("An officer.")
    editors.path(DREYFUS).write_text(f"{before}# as it was\n", encoding="utf-8")
    await editors.snapshot.reload()
    assert await refused(editors.reviewer.undo([change.id], BEN)) == "undo-nothing"


async def test_an_undo_can_be_undone_by_another_and_counts_again(editors: Editors) -> None:
    change = await editors.edit("An officer.", by=ANN)
    undo = await editors.reviewer.undo([change.id], EVE)
    again = await editors.reviewer.undo([undo.id], BEN)
    assert "An officer." in editors.said(DREYFUS)
    assert await editors.state(change) is ChangeState.APPLIED
    assert await editors.state(undo) is ChangeState.UNDONE
    await editors.reviewer.undo([again.id], EVE)
    assert await editors.state(change) is ChangeState.UNDONE
    assert await editors.state(undo) is ChangeState.APPLIED


async def test_nobody_brings_their_own_back_past_a_second_person(editors: Editors) -> None:
    proposed = await editors.propose("Dreyfuss", by=EVE)
    await editors.reviewer.approve(proposed.id, ANN)
    undo = await editors.reviewer.undo([proposed.id], BEN)
    again = await editors.reviewer.undo([undo.id], EVE)
    assert again.state is ChangeState.OPEN
    assert "Dreyfuss" not in editors.said(DREYFUS)
    assert editors.told[-1].key == "notice-change-proposed"


async def test_nobody_brings_their_own_back_while_editing_is_frozen(editors: Editors) -> None:
    change = await editors.edit("Nonsense.", by=EVE)
    undo = await editors.reviewer.undo([change.id], BEN)
    await editors.reviewer.freeze(BEN)
    assert await refused(editors.reviewer.undo([undo.id], EVE)) == "editing-frozen"


async def test_what_has_stood_for_long_is_taken_back_by_two(editors: Editors) -> None:
    name, words = await editors.propose("Dreyfuss"), await editors.edit("A baker.", entry=ZOLA)
    await editors.reviewer.approve(name.id, BEN)
    editors.later(days=7, seconds=1)
    undo = await editors.reviewer.undo([name.id], EVE)
    assert undo.state is ChangeState.OPEN
    await editors.reviewer.approve(undo.id, ANN)
    assert await editors.state(name) is ChangeState.UNDONE
    # What one person may change, one person may take back.
    assert (await editors.reviewer.undo([words.id], EVE)).state is ChangeState.APPLIED


async def test_an_undo_that_a_hand_forestalled_changes_nothing(editors: Editors) -> None:
    change = await editors.edit("Nonsense.", by=EVE)
    async with editors.applier.lock:
        undoing = asyncio.create_task(editors.reviewer.undo([change.id], BEN))
        waiting: list[object] = []
        while not waiting:
            async with editors.database.moderation.read() as kept:
                waiting = [*await kept.changes.in_states({ChangeState.ACCEPTED})]
        text = editors.said(DREYFUS) + "# by hand\n"
        editors.path(DREYFUS).write_text(text, encoding="utf-8")
    with pytest.raises(ConflictError):
        await undoing
    assert editors.said(DREYFUS) == text
    assert await editors.state(change) is ChangeState.APPLIED


async def test_the_audit_of_all_this_is_whole(editors: Editors) -> None:
    change = await editors.propose("Dreyfuss")
    await editors.reviewer.approve(change.id, BEN)
    await editors.reviewer.undo([change.id], ANN)
    await editors.reviewer.freeze(ANN)
    await editors.reviewer.unfreeze(ANN)
    assert [what for _, what, _ in await editors.audit()] == [
        *("propose", "approve", "apply", "undo", "apply", "freeze", "unfreeze")
    ]
    assert await first_bad_row(editors.database.moderation) is None


async def test_moderators_who_cannot_be_told_stop_nothing(tmp_path: Path) -> None:
    async with open_editors(tmp_path) as editors:

        async def deaf(key: str, /, **_: object) -> None:
            raise ConnectionError(key)

        object.__setattr__(editors.reviewer, "tell", deaf)
        change = await editors.edit("An officer.")
        assert change.state is ChangeState.APPLIED
