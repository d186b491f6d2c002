"""Those who take back what was taken back, and those who do so while it is erased."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from editors import ANN, BEN, EVE, ZOLA, Editors, open_editors, refused

from community_bot.domain.values import StatusValue
from community_bot.moderation.change import Change, ChangeKind, ChangeState, FileChange
from community_bot.moderation.erasing import Eraser
from community_bot.moderation.ports import Store, Transaction

_LONG = 1_500


@pytest.fixture
async def editors(tmp_path: Path) -> AsyncIterator[Editors]:
    async with open_editors(tmp_path) as opened:
        yield opened


async def _quarrel(editors: Editors, first: Change) -> Change:
    """Keep what two have done who took back each other's undo again and again."""
    (file,) = first.files
    back = FileChange(path=file.path, before=file.after, after=file.before)
    last = first
    async with editors.database.moderation.begin() as kept:
        for number in range(_LONG):
            await kept.changes.change(replace(last, state=ChangeState.UNDONE))
            undo = replace(
                first,
                kind=ChangeKind.UNDO,
                author=(BEN, EVE)[number % 2],
                undoes=(last.id,),
                created_at=first.created_at - timedelta(hours=1),
                files=(file if number % 2 else back,),
            )
            last = await kept.changes.add(undo)
    assert editors.said("alfred-dreyfus").encode() == file.after
    return last


async def test_an_undo_of_an_undo_of_an_undo_is_one_however_often(editors: Editors) -> None:
    first = await editors.edit("An officer.")
    last = await _quarrel(editors, first)
    done = await editors.reviewer.undo([last.id], EVE)
    assert done.state is ChangeState.APPLIED
    assert await editors.state(last) is ChangeState.UNDONE
    assert await editors.state(first) is ChangeState.UNDONE
    assert "An officer." not in editors.said("alfred-dreyfus")


async def test_nobody_turns_what_others_did_to_and_fro_without_end(editors: Editors) -> None:
    last = await editors.edit("An officer.")
    for _ in range(30):
        last = await editors.reviewer.undo([last.id], EVE)
    said = editors.said("alfred-dreyfus")
    assert await refused(editors.reviewer.undo([last.id], EVE)) == "editing-too-often"
    assert editors.said("alfred-dreyfus") == said
    await editors.reviewer.undo([last.id], BEN)
    editors.later(minutes=6)
    again = await editors.reviewer.undo([last.id + 1], EVE)
    assert again.author == EVE


async def test_nobody_drowns_the_moderators_in_remarks(editors: Editors) -> None:
    changes = [await editors.propose(f"Dreyfus {number}") for number in range(3)]
    for number in range(30):
        await editors.reviewer.discuss(changes[number % 3].id, EVE, "Really?")
    told = len(editors.told)
    assert await refused(editors.reviewer.discuss(changes[0].id, EVE, "!")) == "editing-too-often"
    assert len(editors.told) == told
    await editors.reviewer.discuss(changes[0].id, BEN, "Yes.")
    editors.later(minutes=6)
    await editors.reviewer.discuss(changes[0].id, EVE, "Thank you.")


@dataclass(slots=True)
class Meanwhile:
    """A store in which something else is done just before the next transaction begins."""

    store: Store
    do: Callable[[], Awaitable[object]] | None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        do, self.do = self.do, None
        if do is not None:
            await do()
        async with self.store.begin() as kept:
            yield kept

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        return self.store.read()


async def test_who_is_erased_is_not_brought_back_by_an_undo_that_was_on_its_way(
    editors: Editors,
) -> None:
    draft = await editors.drafter.add_person(
        "jane-doe", "Jane Doe", StatusValue.RELEASED, date="1894", source="maison-zola"
    )
    added = await editors.reviewer.submit(draft, ANN)
    await editors.reviewer.approve(added.id, BEN)
    gone = await editors.reviewer.submit(await editors.drafter.withdraw("jane-doe"), ANN)
    gone = await editors.reviewer.approve(gone.id, BEN)

    async def unpublish(*said: object) -> None:
        del said

    store = editors.database.moderation
    eraser = Eraser(store, editors.snapshot, editors.clock, editors.applier.lock, unpublish)
    late = replace(editors.reviewer, store=Meanwhile(store, lambda: eraser.erase("jane-doe", EVE)))
    assert await refused(late.undo([gone.id], ANN)) == "undo-nothing"
    assert "jane-doe" not in editors.snapshot.current.entries
    async with store.read() as kept:
        assert await kept.changes.touching("jane-doe") == ([], [])
    assert ZOLA in editors.snapshot.current.entries
