"""One person who would be taken for two, by being forgotten or by having several accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from editors import ANN, BEN, EVE, SOURCE, Editors, open_editors, refused

from community_bot.moderation.change import ChangeState
from community_bot.moderation.policy import Policy

EVE_AGAIN = 9


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Editors]:
    async with open_editors(tmp_path) as editors:
        yield editors


async def test_nobody_approves_their_own_after_having_been_forgotten(office: Editors) -> None:
    change = await office.propose("Dreyfuss", by=EVE)
    office.forgotten.add(EVE)
    assert await refused(office.reviewer.approve(change.id, EVE_AGAIN)) == "change-author-gone"
    # Nobody else can tell either; it can be rejected, and proposed again.
    assert await refused(office.reviewer.approve(change.id, ANN)) == "change-author-gone"
    assert (await office.reviewer.reject(change.id, ANN)).state is ChangeState.REJECTED


async def test_whoever_is_forgotten_in_between_has_used_up_what_one_may_change(
    office: Editors,
) -> None:
    for number in range(5):
        await office.edit(f"Nonsense {number}.", by=EVE)
    office.forgotten.add(EVE)
    for number in range(5):
        await office.edit(f"More of it {number}.", by=EVE_AGAIN)
    assert await refused(office.edit("Too much.", by=EVE_AGAIN)) == "editing-frozen-now"
    undos = office.told[-1].lines[:-1]
    assert [line.split()[2] for line in undos] == [f"actor=#{EVE}", f"actor=#{EVE_AGAIN}"]


async def test_what_others_of_the_team_changed_counts_for_nobody_else(office: Editors) -> None:
    for number in range(9):
        await office.edit(f"An edit {number}.", by=ANN)
    await office.edit("Another's.", by=BEN)
    assert (await office.edit("The tenth.", by=ANN)).state is ChangeState.APPLIED


async def test_nobody_unfreezes_what_their_own_changes_froze_under_another_number(
    office: Editors,
) -> None:
    for number in range(10):
        await office.edit(f"Nonsense {number}.", by=EVE)
    assert await refused(office.edit("Too much.", by=EVE)) == "editing-frozen-now"
    office.forgotten.add(EVE)
    assert await refused(office.reviewer.unfreeze(EVE_AGAIN)) == "unfreeze-own"
    await office.reviewer.unfreeze(ANN)


async def test_nobody_brings_their_own_back_under_another_number(office: Editors) -> None:
    change = await office.propose("Dreyfuss", by=EVE)
    await office.reviewer.approve(change.id, ANN)
    undone = await office.reviewer.undo([change.id], BEN)
    assert undone.state is ChangeState.APPLIED
    office.forgotten.add(EVE)
    again = await office.reviewer.undo([undone.id], EVE_AGAIN)
    assert again.state is ChangeState.OPEN


async def test_one_person_has_only_so_many_proposals_waiting(tmp_path: Path) -> None:
    async with open_editors(tmp_path, policy=Policy(most_open=2)) as office:
        first = await office.propose("Dreyfuss", by=EVE)
        await office.propose("Dreifuss", by=EVE)
        draft = await office.drafter.edit("alfred-dreyfus", "names.fr.text", "D.", source=SOURCE)
        assert await refused(office.reviewer.submit(draft, EVE)) == "change-too-many-open"
        # What counts at once waits for nobody, and others have their own.
        assert (await office.edit("An edit.", by=EVE)).state is ChangeState.APPLIED
        await office.propose("Dreyfus (Alfred)", by=ANN)
        await office.reviewer.reject(first.id, ANN)
        await office.propose("Dreifus", by=EVE)
