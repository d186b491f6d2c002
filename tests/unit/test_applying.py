"""An accepted change is in the files as a whole or not at all, and in the history as it is."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from terminal import StillClock

from community_bot.core.snapshot import Snapshot, load_snapshot
from community_bot.domain.errors import UserError
from community_bot.domain.values import Kind
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.knowledge.replacing import replace_file
from community_bot.knowledge.writing import rewritten
from community_bot.moderation.applying import Applier
from community_bot.moderation.change import Change, ChangeKind, ChangeState, FileChange
from community_bot.moderation.file_changes import Write
from community_bot.moderation.recording import Recorder
from community_bot.storage.database import Database

DREYFUS = Path(__file__).resolve().parents[1] / "bases" / "dreyfus"


class CrashError(BaseException):
    """The process is gone; nothing catches it."""


@dataclass(slots=True)
class Commits:
    """What was kept in another history of the files."""

    made: list[Change] = field(default_factory=list)

    async def commit(self, change: Change) -> None:
        self.made.append(change)


@dataclass(slots=True)
class Editorial:
    """A base in files of its own, and what writes it."""

    root: Path
    database: Database
    snapshot: Snapshot
    recorder: Recorder
    applier: Applier

    async def accepted(self, *files: FileChange, **changes: object) -> Change:
        now = self.applier.clock.now()
        change = Change(
            kind=ChangeKind.EDIT,
            state=ChangeState.ACCEPTED,
            author=1,
            decided_by=2,
            summary="a change",
            files=files,
            created_at=now,
        )
        async with self.database.moderation.begin() as kept:
            return await kept.changes.add(replace(change, **changes))  # type: ignore[arg-type]

    async def state(self, change: Change) -> ChangeState:
        async with self.database.moderation.read() as kept:
            found = await kept.changes.get(change.id)
        assert found is not None
        return found.state

    def said(self, path: str) -> bytes | None:
        file = self.root / path
        return file.read_bytes() if file.exists() else None

    def text_change(self, path: str, old: str, new: str) -> FileChange:
        before = (self.root / path).read_bytes()
        assert old.encode() in before
        return FileChange(
            path=path, before=before, after=before.replace(old.encode(), new.encode(), 1)
        )

    def reworded(self, path: str, words: str) -> FileChange:
        before = (self.root / path).read_bytes()
        tree = read_tree(before, path)
        about: Tree = {"text": {"en": words}, "check": "unverified"}
        return FileChange(
            path=path, before=before, after=rewritten(before, {**tree, "about": about}, Kind.PERSON)
        )

    async def started_again(self) -> Editorial:
        """Return what a new process makes of the same files and the same database."""
        return await editorial_of(self.root, self.database)


async def editorial_of(root: Path, database: Database, write: Write = replace_file) -> Editorial:
    snapshot = load_snapshot(root)
    clock = StillClock()
    recorder = Recorder(database.moderation, snapshot, clock)
    applier = Applier(database.moderation, snapshot, recorder, clock, write=write)
    return Editorial(root, database, snapshot, recorder, applier)


@pytest.fixture
async def editorial(tmp_path: Path) -> AsyncIterator[Editorial]:
    root = tmp_path / "knowledge"
    shutil.copytree(DREYFUS, root)
    database = await Database.in_memory()
    made = await editorial_of(root, database)
    await made.recorder.check()
    yield made
    await database.close()


def dying(at: int, *, after: bool) -> Write:
    """Return a way to write that ends the process at a step, before it or behind it."""
    steps = 0

    def write(root: Path, path: str, data: bytes | None) -> None:
        nonlocal steps
        steps += 1
        if steps == at and not after:
            raise CrashError
        replace_file(root, path, data)
        if steps == at:
            raise CrashError

    return write


def refusing(at: int) -> Write:
    steps = 0

    def write(root: Path, path: str, data: bytes | None) -> None:
        nonlocal steps
        steps += 1
        if steps == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        replace_file(root, path, data)

    return write


PEOPLE = sorted(str(it.relative_to(DREYFUS)) for it in DREYFUS.glob("people/*.yaml"))[:2]


def two_files(editorial: Editorial) -> tuple[FileChange, ...]:
    return tuple(editorial.text_change(path, "reviewed: ", "reviewed:  ") for path in PEOPLE)


async def test_a_change_is_served_recorded_and_in_the_audit(editorial: Editorial) -> None:
    path = PEOPLE[0]
    entry = path.removeprefix("people/").removesuffix(".yaml")
    old = editorial.snapshot.folder.records[path].revision
    file = editorial.reworded(path, "An officer, as it is said.")
    change = await editorial.accepted(file)
    done = await editorial.applier.apply(change)
    assert done.state is await editorial.state(change) is ChangeState.APPLIED
    assert editorial.said(path) == file.after
    new = editorial.snapshot.folder.records[path].revision
    assert new != old
    async with editorial.database.moderation.read() as kept:
        served = await kept.revisions.find(entry, new)
        before = await kept.revisions.find(entry, old)
        rows = await kept.audit.rows()
    assert served is not None
    assert (served.change, served.text, served.until) == (change.id, file.after, None)
    assert before is not None
    assert before.until is not None
    assert [(row.actor, row.what, row.about) for row in rows] == [(2, "apply", change.short_id)]
    assert await editorial.recorder.check() is None


async def test_what_is_not_as_it_was_is_not_written_over(editorial: Editorial) -> None:
    files = two_files(editorial)
    change = await editorial.accepted(*files)
    by_hand = (editorial.root / PEOPLE[1]).read_bytes() + b"# by hand\n"
    (editorial.root / PEOPLE[1]).write_bytes(by_hand)
    with pytest.raises(UserError) as raised:
        await editorial.applier.apply(change)
    assert raised.value.key == "change-conflict"
    assert [editorial.said(path) for path in PEOPLE] == [files[0].before, by_hand]
    assert await editorial.state(change) is ChangeState.FORGOTTEN


@pytest.mark.parametrize("at", [1, 2])
async def test_what_the_disk_does_not_take_leaves_all_as_it_was(
    editorial: Editorial, at: int
) -> None:
    files = two_files(editorial)
    change = await editorial.accepted(*files)
    editorial.applier.write = refusing(at)
    with pytest.raises(UserError) as raised:
        await editorial.applier.apply(change)
    assert raised.value.key == "change-not-written"
    assert [editorial.said(path) for path in PEOPLE] == [file.before for file in files]
    assert await editorial.state(change) is ChangeState.FORGOTTEN


async def test_what_breaks_the_base_is_taken_back(editorial: Editorial) -> None:
    file = editorial.text_change(PEOPLE[0], "kind: person", "kind: persons")
    change = await editorial.accepted(file)
    with pytest.raises(UserError) as raised:
        await editorial.applier.apply(change)
    assert raised.value.key == "change-broken"
    assert editorial.said(PEOPLE[0]) == file.before
    assert not editorial.snapshot.is_outdated
    assert await editorial.state(change) is ChangeState.FORGOTTEN


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2])
async def test_a_crash_in_the_middle_is_made_up_for(
    editorial: Editorial, at: int, *, after: bool
) -> None:
    files = two_files(editorial)
    change = await editorial.accepted(*files)
    editorial.applier.write = dying(at, after=after)
    with pytest.raises(CrashError):
        await editorial.applier.apply(change)
    again = await editorial.started_again()
    again.applier.committer = commits = Commits()
    (recovered,) = await again.applier.recover()
    assert recovered.state is await again.state(change) is ChangeState.APPLIED
    assert [it.id for it in commits.made] == [change.id]
    assert [again.said(path) for path in PEOPLE] == [file.after for file in files]
    assert await again.recorder.check() is None
    assert await again.applier.recover() == ()


async def test_a_crash_with_a_hand_in_between_takes_the_change_back(editorial: Editorial) -> None:
    files = two_files(editorial)
    change = await editorial.accepted(*files)
    editorial.applier.write = dying(2, after=False)
    with pytest.raises(CrashError):
        await editorial.applier.apply(change)
    by_hand = (editorial.root / PEOPLE[1]).read_bytes() + b"# by hand\n"
    (editorial.root / PEOPLE[1]).write_bytes(by_hand)
    again = await editorial.started_again()
    again.applier.committer = commits = Commits()
    (recovered,) = await again.applier.recover()
    assert recovered.state is ChangeState.FORGOTTEN
    assert not commits.made
    assert [again.said(path) for path in PEOPLE] == [files[0].before, by_hand]


@pytest.mark.parametrize("is_by_hand", [False, True])
async def test_what_others_wrote_is_not_its_own_after_a_crash(
    editorial: Editorial, *, is_by_hand: bool
) -> None:
    files = two_files(editorial)
    await editorial.accepted(*files)
    assert files[0].after is not None
    (editorial.root / PEOPLE[0]).write_bytes(files[0].after)
    second = files[1].before
    if is_by_hand:
        assert second is not None
        second += b"# by hand\n"
        (editorial.root / PEOPLE[1]).write_bytes(second)
    # It was found not to fit, and the process ended before that was kept.
    again = await editorial.started_again()
    (recovered,) = await again.applier.recover()
    assert recovered.state is ChangeState.FORGOTTEN
    assert [again.said(path) for path in PEOPLE] == [files[0].after, second]


async def test_a_new_file_and_one_that_goes_are_taken_back_as_well(editorial: Editorial) -> None:
    path = "sources/new.yaml"
    new = FileChange(path=path, before=None, after=b"id: new\n")
    change = await editorial.accepted(new, two_files(editorial)[0])
    editorial.applier.write = refusing(2)
    with pytest.raises(UserError):
        await editorial.applier.apply(change)
    assert editorial.said(path) is None


async def test_files_edited_by_hand_are_a_change_by_nobody(editorial: Editorial) -> None:
    file = editorial.reworded(PEOPLE[0], "An officer, as it is said.")
    assert file.after is not None
    (editorial.root / PEOPLE[0]).write_bytes(file.after)
    await editorial.snapshot.reload()
    change = await editorial.recorder.check()
    assert change is not None
    assert (change.kind, change.author, change.files) == (ChangeKind.FILES, None, (file,))
    assert await editorial.recorder.check() is None


async def test_the_first_record_is_no_change(tmp_path: Path) -> None:
    root = tmp_path / "knowledge"
    shutil.copytree(DREYFUS, root)
    database = await Database.in_memory()
    made = await editorial_of(root, database)
    assert await made.recorder.check() is None
    async with database.moderation.read() as kept:
        known = await kept.revisions.current()
        assert set(known) == set(made.snapshot.current.entries)
        assert await kept.changes.in_states(set(ChangeState)) == []
    await database.close()


async def test_what_is_on_record_is_what_is_served_whoever_changes_it(
    editorial: Editorial,
) -> None:
    async def is_on_record() -> bool:
        base = editorial.snapshot.current
        async with editorial.database.moderation.read() as kept:
            known = await kept.revisions.current()
        return known == {id_: base.revision(id_) for id_ in base.entries}

    path = PEOPLE[0]
    for words in ("first", "second"):
        await editorial.applier.apply(await editorial.accepted(editorial.reworded(path, words)))
        assert await is_on_record()
    source = editorial.root / "sources" / "passy.yaml"
    extra = editorial.root / "sources" / "extra.yaml"
    text = source.read_text(encoding="utf-8").replace("id: passy", "id: extra")
    extra.write_text(text.replace("https://", "https://www.", 1), encoding="utf-8")
    assert not (await editorial.snapshot.reload()).problems
    await editorial.recorder.check()
    assert await is_on_record()
    extra.unlink()
    await editorial.applier.apply(await editorial.accepted(editorial.reworded(path, "third")))
    assert not (await editorial.snapshot.reload()).problems
    await editorial.recorder.check()
    assert await is_on_record()


async def test_a_hand_edit_begins_with_the_words_of_the_hand_before_it(
    editorial: Editorial,
) -> None:
    editorial.snapshot.admit_by(editorial.recorder.admit)
    file = editorial.root / PEOPLE[0]
    file.write_bytes(file.read_bytes() + b"# the same in other words\n")
    await editorial.snapshot.reload({PEOPLE[0]})
    change = editorial.reworded(PEOPLE[0], "An officer, as it is said.")
    assert change.after is not None
    file.write_bytes(change.after)
    await editorial.snapshot.reload({PEOPLE[0]})
    async with editorial.database.moderation.read() as kept:
        (by_files,) = await kept.changes.in_states({ChangeState.APPLIED})
    assert by_files.files == (change,)
    assert by_files.summary == change.path
