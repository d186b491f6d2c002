"""Whatever disk or database refuses: what is served is whole, and nothing is lost silently."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from mortal_office import MortalOffice, PointedSystem, begin_office
from sample_base import make_base
from terminal import StillClock

from community_bot.app.starting import keep
from community_bot.core.i18n import Texts
from community_bot.core.ports import StoreError
from community_bot.domain.errors import UserError
from community_bot.knowledge import replacing
from community_bot.knowledge.base import KnowledgeBase
from community_bot.moderation import recording
from community_bot.moderation.change import Change, ChangeState

ANN, BEN = 1, 2
SOURCE, PERSON = "sources/example-new.yaml", "people/ann-lee.yaml"
FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
STORE = {"write begins", "write ends"}


@dataclass(slots=True)
class Trouble:
    """Raises ``error`` at the n-th point of some that is met, or at all from there on."""

    error: Exception | None = None
    points: frozenset[str] = frozenset()
    left: int = 0
    stays: bool = False

    def pass_by(self, point: str) -> None:
        if self.error is None or point not in self.points:
            return
        self.left -= 1
        if self.left == 0 or (self.left < 0 and self.stays):
            raise self.error

    @property
    def has_come(self) -> bool:
        return self.left <= 0

    def end(self) -> None:
        self.error = None


async def propose(office: MortalOffice) -> Change:
    draft = await office.drafter.edit(
        "ann-lee", "names.en.text", "Ann Li", source="https://example.org/new"
    )
    return await office.reviewer.submit(draft, ANN)


@pytest.fixture
def trouble(monkeypatch: pytest.MonkeyPatch) -> Trouble:
    made = Trouble()
    monkeypatch.setattr(replacing, "os", PointedSystem(made.pass_by))
    return made


@dataclass(slots=True)
class Desk:
    """An office, its trouble, and a proposal of two files: a source and the person citing it."""

    place: Path
    trouble: Trouble
    office: MortalOffice
    change: Change

    async def again(self) -> None:
        """Begin another process."""
        await self.office.database.close()
        self.office = await begin(self.place, self.trouble)

    def texts(self) -> tuple[bytes | None, ...]:
        files = (self.office.root / it for it in (SOURCE, PERSON))
        return tuple(it.read_bytes() if it.exists() else None for it in files)

    @property
    def old(self) -> tuple[bytes | None, ...]:
        return tuple(it.before for it in self.change.files)

    @property
    def new(self) -> tuple[bytes | None, ...]:
        return tuple(it.after for it in self.change.files)

    def served(self) -> bool:
        """Tell whether the new name is served."""
        return "Ann Li" in str(self.office.snapshot.current.entries["ann-lee"])

    async def state(self) -> ChangeState:
        async with self.office.store.read() as kept:
            found = await kept.changes.get(self.change.id)
        assert found is not None
        return found.state

    async def approve(self) -> str:
        said = ""
        try:
            await self.office.reviewer.approve(self.change.id, BEN)
        except UserError as error:
            # It is a sentence for whoever approves: all that it needs is there.
            said = Texts("en")(error.key, **error.arguments)
            return error.key
        finally:
            assert "{" not in said
        return ""

    async def ensure_all_is_well(self) -> None:
        """Check that what could not be done can be done now."""
        self.trouble.end()
        if await self.state() is not ChangeState.APPLIED:
            self.change = await propose(self.office)
            assert await self.approve() == ""
        assert self.texts() == self.new
        assert self.served()
        assert not self.office.snapshot.is_outdated
        await self.again()
        assert self.served()
        assert not list(self.office.root.rglob(".*"))


async def begin(place: Path, trouble: Trouble) -> MortalOffice:
    office = await begin_office(place / "base", place, StillClock(), trouble.pass_by)
    keep(office.snapshot, place / "kept.zip")
    return office


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the base and its database once."""
    place = tmp_path_factory.mktemp("template")
    make_base(place / "base")

    async def fill() -> None:
        office = await begin(place, Trouble())
        await office.database.close()

    asyncio.run(fill())
    return place


@pytest.fixture
async def desk(template: Path, tmp_path: Path, trouble: Trouble) -> AsyncIterator[Desk]:
    place = Path(shutil.copytree(template, tmp_path / "place"))
    office = await begin(place, trouble)
    made = Desk(place, trouble, office, await propose(office))
    yield made
    await made.office.database.close()


CODES = (errno.ENOSPC, errno.EIO, errno.EROFS)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    ("call", "n"),
    [(it, n) for it in ("open", "fchmod", "half written", "fsync", "replace") for n in (1, 2)],
)
async def test_what_fails_once_is_given_up_and_leaves_all_as_it_was(
    desk: Desk, call: str, n: int, code: int
) -> None:
    error = OSError(code, os.strerror(code))
    desk.trouble.error, desk.trouble.points = error, frozenset({call})
    desk.trouble.left = n
    assert await desk.approve() == "change-not-written"
    assert desk.trouble.has_come
    assert desk.texts() == desk.old
    assert not desk.served()
    assert not desk.office.snapshot.is_outdated
    assert await desk.state() is ChangeState.FORGOTTEN
    await desk.ensure_all_is_well()


@pytest.mark.parametrize("n", range(1, 17))
async def test_what_fails_and_cannot_be_taken_back_is_finished_when_the_disk_is_well(
    desk: Desk, n: int
) -> None:
    calls = frozenset((*PointedSystem.CALLS, "half written"))
    desk.trouble.error, desk.trouble.points, desk.trouble.left = FULL, calls, n
    desk.trouble.stays = True
    key = await desk.approve()
    assert desk.trouble.has_come
    assert not desk.served()
    if key == "change-pending":
        office = desk.office
        assert (await office.snapshot.reload()).problems
        with pytest.raises(UserError, match="draft-outdated"):
            await office.drafter.touch("bo-dahl")
        await office.settler.tick()
        assert office.told[-1].key == "notice-change-half-done"
        desk.trouble.end()
        await office.settler.tick()
        assert office.told[-1].key == "notice-change-finished"
        assert await desk.state() is ChangeState.APPLIED
    else:
        assert key == "change-not-written"
        assert desk.texts() == desk.old
    await desk.ensure_all_is_well()


@pytest.mark.parametrize("n", range(1, 5))
async def test_a_database_that_fails_in_the_middle_leaves_nothing_half_served(
    desk: Desk, n: int
) -> None:
    error = StoreError("storage-full", where="bot.db")
    desk.trouble.error, desk.trouble.points, desk.trouble.left = error, frozenset(STORE), n
    desk.trouble.stays = True
    if n < 3:
        # Before it is accepted nothing has happened.
        with pytest.raises(StoreError):
            await desk.approve()
        desk.trouble.end()
        assert desk.texts() == desk.old
        assert await desk.state() is ChangeState.OPEN
        assert await desk.approve() == ""
    else:
        assert await desk.approve() == "change-pending"
        assert not desk.served()
        assert (await desk.office.snapshot.reload()).problems
        desk.trouble.end()
        await desk.office.settler.tick()
        assert await desk.state() is ChangeState.APPLIED
    await desk.ensure_all_is_well()


async def test_a_hand_edit_that_the_database_does_not_take_is_served_when_it_does(
    desk: Desk,
) -> None:
    person = desk.office.root / PERSON
    desk.trouble.error = StoreError("storage-full", where="bot.db")
    desk.trouble.points, desk.trouble.stays = frozenset(STORE), True
    text = person.read_text(encoding="utf-8").replace("Ann Lee", "Ann Li")
    person.write_text(text, encoding="utf-8")
    (problem,) = (await desk.office.snapshot.reload({PERSON})).problems
    assert problem.key == "problem-not-recorded"
    assert not desk.served()
    desk.trouble.end()
    await desk.office.settler.tick()
    assert desk.served()
    assert not desk.office.snapshot.is_outdated


async def half_done(desk: Desk) -> None:
    """Have the process end after the first file, and the disk take no more."""
    desk.trouble.error, desk.trouble.points = FULL, frozenset({"replace"})
    desk.trouble.left, desk.trouble.stays = 2, True
    desk.office.applier.write = _without_taking_back
    assert await desk.approve() == "change-pending"
    assert desk.texts() == (desk.new[0], desk.old[1])


def _without_taking_back(root: Path, path: str, data: bytes | None) -> None:
    if data is None:
        raise FULL
    replacing.replace_file(root, path, data)


async def test_a_start_on_a_disk_that_takes_no_more_serves_no_half_of_a_change(desk: Desk) -> None:
    await half_done(desk)
    await desk.again()
    snapshot = desk.office.snapshot
    assert snapshot.is_held
    assert "example-new" not in snapshot.current.entries
    assert (await snapshot.reload({SOURCE})).problems
    with pytest.raises(UserError, match="draft-outdated"):
        await desk.office.drafter.touch("bo-dahl")
    desk.trouble.end()
    await desk.office.settler.tick()
    assert await desk.state() is ChangeState.APPLIED
    await desk.ensure_all_is_well()


async def test_a_half_that_is_broken_is_finished_before_it_is_judged(desk: Desk) -> None:
    async with desk.office.store.begin() as kept:
        wrong_way = replace(
            desk.change, state=ChangeState.ACCEPTED, files=desk.change.files[::-1], decided_by=BEN
        )
        added = await kept.changes.add(wrong_way)
        await kept.marks.set(f"writing {added.short_id}", f"{PERSON}\n{SOURCE}")
    (person, _) = added.files
    assert person.after is not None
    (desk.office.root / PERSON).write_bytes(person.after)
    (desk.place / "kept.zip").unlink()
    await desk.again()
    assert desk.texts() == desk.new
    assert desk.served()
    assert not desk.office.snapshot.is_outdated
    assert [it.key for it in desk.office.told] == ["notice-change-finished"]


async def test_a_half_beside_what_a_hand_broke_is_given_up_and_the_bot_starts(desk: Desk) -> None:
    await half_done(desk)
    desk.trouble.end()
    (desk.office.root / "people/bo-dahl.yaml").write_bytes(b"id: [")
    await desk.again()
    assert desk.texts() == desk.old
    assert await desk.state() is ChangeState.FORGOTTEN
    assert [it.key for it in desk.office.told] == ["notice-change-given-up"]
    assert desk.office.snapshot.is_outdated
    assert "bo-dahl" in desk.office.snapshot.current.entries


@pytest.fixture
def gate() -> Iterator[tuple[threading.Event, threading.Event]]:
    """Have the second file wait: the first event tells that it does, the second lets it go on."""
    reached, opened = threading.Event(), threading.Event()
    yield reached, opened
    opened.set()


def waiting(reached: threading.Event, opened: threading.Event) -> Callable[..., None]:
    def write(root: Path, path: str, data: bytes | None) -> None:
        if path == PERSON:
            reached.set()
            opened.wait(30)
        replacing.replace_file(root, path, data)

    return write


async def test_nobody_is_served_a_change_that_is_half_written(
    desk: Desk, gate: tuple[threading.Event, threading.Event]
) -> None:
    heard: list[tuple[bool, bool]] = []

    async def hear(base: KnowledgeBase) -> None:
        heard.append(("example-new" in base.entries, desk.served()))

    desk.office.snapshot.subscribe(hear)
    desk.office.applier.write = waiting(*gate)
    approving = asyncio.create_task(desk.approve())
    await asyncio.to_thread(gate[0].wait, 30)
    reloading = asyncio.create_task(desk.office.snapshot.reload({SOURCE}))
    await asyncio.to_thread(lambda: None)
    gate[1].set()
    assert await approving == ""
    await reloading
    assert heard[0] == (True, True)


async def test_a_write_that_is_cancelled_is_written_all_the_same(
    desk: Desk, gate: tuple[threading.Event, threading.Event]
) -> None:
    desk.office.applier.write = waiting(*gate)
    approving = asyncio.create_task(desk.approve())
    await asyncio.to_thread(gate[0].wait, 30)
    approving.cancel()
    gate[1].set()
    with pytest.raises(asyncio.CancelledError):
        await approving
    assert await desk.state() is ChangeState.APPLIED
    await desk.ensure_all_is_well()


async def test_what_cannot_be_read_while_it_is_recorded_is_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    current_file = recording.current_file  # type: ignore[attr-defined]
    broken = iter([OSError(errno.EIO, os.strerror(errno.EIO))])

    def hardly(root: Path, path: str) -> bytes | None:
        for error in broken:
            raise error
        return current_file(root, path)

    monkeypatch.setattr(recording, "current_file", hardly)
    person = desk.office.root / PERSON
    person.write_text(person.read_text(encoding="utf-8").replace("Ann Lee", "Ann Li"))
    assert not (await desk.office.snapshot.reload({PERSON})).problems
    assert desk.served()


async def test_what_changes_while_it_is_recorded_is_read_again_before_it_is_served(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = desk.office.root / PERSON
    text = person.read_text(encoding="utf-8")
    current_file = recording.current_file  # type: ignore[attr-defined]
    names = iter(["Ann Lo", "Ann Li"])

    def hastily(root: Path, path: str) -> bytes | None:
        name = next(names, None)
        if name is not None:
            person.write_text(text.replace("Ann Lee", name), encoding="utf-8")
        return current_file(root, path)

    monkeypatch.setattr(recording, "current_file", hastily)
    person.write_text(text.replace("Ann Lee", "Ann Lu"), encoding="utf-8")
    seen: list[str] = []

    async def hear(base: KnowledgeBase) -> None:
        seen.append(base.revision("ann-lee"))
        async with desk.office.store.read() as kept:
            assert await kept.revisions.find("ann-lee", base.revision("ann-lee"))

    desk.office.snapshot.subscribe(hear)
    assert not (await desk.office.snapshot.reload({PERSON})).problems
    assert desk.served()
    assert seen == [desk.office.snapshot.current.revision("ann-lee")]
