"""Killed at each point of a write, no file is torn, and no change without its revision."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from mortal_office import MortalOffice, begin_office
from sample_base import make_base
from system.test_kill_loop import Lives, process
from terminal import StillClock

from community_bot.moderation.auditing import first_bad_row
from community_bot.moderation.change import Change, ChangeKind, ChangeState

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")

SOURCE, PERSON, OTHER = "sources/example-new.yaml", "people/ann-lee.yaml", "people/bo-dahl.yaml"
FILES = (SOURCE, PERSON, OTHER)
OF_THE_STORE = {"write begins", "write ends", "write ended"}
OF_A_WRITE = {*OF_THE_STORE, "open", "fchmod", "half written", "fsync", "replace"}


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    with process("system.editing_driver", {}) as driver:
        yield Lives(driver)


async def prepare(place: Path, *, is_applied: bool) -> None:
    """Make a place with a proposal to change two files, or with that change applied."""
    office = await begin_office(make_base(place / "base").root, place, StillClock())
    draft = await office.drafter.edit(
        "ann-lee", "names.en.text", "Ann Li", source="https://example.org/new"
    )
    await office.reviewer.submit(draft, 1)
    if is_applied:
        await office.reviewer.approve(1, 2)
    await office.database.close()


def texts(place: Path) -> tuple[bytes | None, ...]:
    files = (place / "base" / it for it in FILES)
    return tuple(it.read_bytes() if it.exists() else None for it in files)


async def check(place: Path) -> tuple[Change, ...]:
    """Begin again; check that all fits together, and return all changes, oldest first."""
    office = await begin_office(place / "base", place, StillClock())
    assert not list((place / "base").rglob(".*"))
    assert not office.snapshot.is_outdated
    async with office.store.read() as kept:
        changes = tuple(reversed(await kept.changes.in_states(set(ChangeState))))
        rows = await kept.audit.rows()
    assert await first_bad_row(office.store) is None
    for change in changes:
        assert change.state is not ChangeState.ACCEPTED
        applied = [row for row in rows if (row.what, row.about) == ("apply", change.short_id)]
        was_written = change.state in {ChangeState.APPLIED, ChangeState.UNDONE}
        assert len(applied) == (was_written and change.kind is not ChangeKind.FILES)
    await check_revisions(office, changes)
    await office.database.close()
    return changes


async def check_revisions(office: MortalOffice, changes: tuple[Change, ...]) -> None:
    """Check that what is served is on record, as made by the change that made it so."""
    current = office.snapshot.current
    async with office.store.read() as kept:
        known = await kept.revisions.current()
        assert known == {it: current.revision(it) for it in current.entries}
        for path in FILES:
            entry = Path(path).stem
            file = office.root / path
            served = await kept.revisions.find(entry, known[entry]) if entry in known else None
            assert (served is not None) == file.exists()
            if served is not None and served.change is not None:
                made = next(it for it in changes if it.id == served.change)
                assert made.state in {ChangeState.APPLIED, ChangeState.UNDONE}
                (own,) = (it for it in made.files if it.path == path)
                assert own.after == served.text == file.read_bytes()


def copy(template: Path, name: str) -> Path:
    return Path(shutil.copytree(template, template.parent / name))


def killed_everywhere(lives: Lives, template: Path, deed: str) -> Iterator[Path]:
    """Yield a place for each point of a deed, after a life that was killed there."""
    for n in count(1):
        place = copy(template, f"{deed}-{n}")
        ended = lives.live(place=str(place), deed=deed, n=n, seconds=20)
        if ended == 0:
            return
        assert ended == -signal.SIGKILL
        yield place
        shutil.rmtree(place)


@pytest.mark.parametrize(
    ("deed", "done"), [("approve", ChangeState.APPLIED), ("undo", ChangeState.UNDONE)]
)
def test_killed_at_each_point_of_a_write_the_files_are_old_or_new(
    lives: Lives, tmp_path: Path, deed: str, done: ChangeState
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    asyncio.run(prepare(template, is_applied=deed == "undo"))
    whole = copy(template, "whole")
    assert lives.live(place=str(whole), deed=deed, n=10**6, seconds=20) == 0
    old, new, seen = texts(template), texts(whole), set()
    lives.died_at.clear()
    for place in killed_everywhere(lives, template, deed):
        assert all(it in pair for it, *pair in zip(texts(place), old, new, strict=True))
        changes = asyncio.run(check(place))
        seen.add(texts(place))
        assert texts(place) == (new if changes[0].state is done else old)
    assert seen == {old, new}
    assert lives.died_at >= OF_A_WRITE | ({"unlink"} if deed == "undo" else set())


def test_killed_at_each_point_of_recording_a_hand_edit_is_recorded_once(
    lives: Lives, tmp_path: Path
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    asyncio.run(prepare(template, is_applied=False))
    lives.died_at.clear()
    for place in killed_everywhere(lives, template, "hand"):
        proposal, by_files = asyncio.run(check(place))
        assert proposal.state is ChangeState.OPEN
        assert by_files.kind is ChangeKind.FILES
        assert texts(place)[:2] == texts(template)[:2]
    assert lives.died_at >= OF_THE_STORE


def test_killed_at_each_point_of_making_up_for_a_kill_it_is_made_up_for(
    lives: Lives, tmp_path: Path
) -> None:
    template = tmp_path / "template"
    template.mkdir()
    asyncio.run(prepare(template, is_applied=False))
    half = next(
        place
        for place in killed_everywhere(lives, template, "approve")
        if texts(place)[0] is not None
    )
    lives.died_at.clear()
    for place in killed_everywhere(lives, half, "begin"):
        (change,) = asyncio.run(check(place))
        assert change.state is ChangeState.APPLIED
        assert all(
            dict(zip(FILES, texts(place), strict=True))[it.path] == it.after for it in change.files
        )
    assert lives.died_at >= OF_A_WRITE


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif("FULL_LOOPS" not in os.environ, reason="takes minutes")
def test_killed_again_and_again_at_any_point_it_holds(lives: Lives, tmp_path: Path) -> None:
    chance = Random(1)  # noqa: S311 - no secret
    asyncio.run(prepare(tmp_path, is_applied=True))
    for _ in range(300):
        deed = chance.choice(["edit", "undo", "hand", "begin"])
        lives.live(place=str(tmp_path), deed=deed, n=chance.randint(1, 60), seconds=20)
        if chance.random() < 0.3:
            asyncio.run(check(tmp_path))
    asyncio.run(check(tmp_path))
