"""Each applied change is a commit as well, where somebody wants that."""

from __future__ import annotations

import asyncio
import logging
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from stored import NOON

from community_bot.core.ports import StoreError
from community_bot.moderation.change import Change, ChangeKind, ChangeState, FileChange
from community_bot.moderation.committing import GitCommitter

CHANGE = Change(
    id=12,
    kind=ChangeKind.EDIT,
    state=ChangeState.APPLIED,
    author=3,
    summary="ann status.value",
    note="She was freed; “ї”.",
    files=(
        FileChange(path="people/ann.yaml", before=b"old", after=b"new"),
        FileChange(path="people/bob.yaml", before=b"old", after=None),
        FileChange(path="sources/new.yaml", before=None, after=b"new"),
    ),
    created_at=NOON,
)


async def name_of(number: int | None) -> str:
    return {3: "Ann <o'Hara>"}.get(number or 0, "")


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), "-c", "user.name=x", "-c", "user.email=x@x", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - nothing of anybody else's


@pytest.fixture
def root(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    base = tmp_path / "knowledge"
    for name in ("people/ann.yaml", "people/bob.yaml", "sources/old.yaml"):
        (base / name).parent.mkdir(parents=True, exist_ok=True)
        (base / name).write_text("old")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "first")
    return base


def apply(root: Path) -> None:
    (root / "people/ann.yaml").write_text("new")
    (root / "people/bob.yaml").unlink()
    (root / "sources/new.yaml").write_text("new")


async def test_a_change_is_one_commit_of_just_its_files_by_its_moderator(root: Path) -> None:
    apply(root)
    (root / "sources/old.yaml").write_text("somebody is at work here")
    await GitCommitter(root, name_of).commit(CHANGE)
    assert git(root, "log", "-1", "--format=%an|%ae|%s|%b").strip() == (
        "Ann o'Hara|member-3@community-bot.invalid|ann status.value"
        "|She was freed; “ї”.\n\nChange: C12"
    )
    assert git(root, "show", "--name-status", "--format=").split("\n")[:3] == [
        "M\tknowledge/people/ann.yaml",
        "D\tknowledge/people/bob.yaml",
        "A\tknowledge/sources/new.yaml",
    ]
    assert git(root, "status", "--porcelain").strip() == "M knowledge/sources/old.yaml"


async def test_where_there_is_no_git_a_line_is_logged_and_that_is_all(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        await GitCommitter(tmp_path, name_of).commit(CHANGE)
    assert len(caplog.records) == 1


async def test_a_name_that_cannot_be_looked_up_fails_no_edit(root: Path) -> None:
    async def nobody(_: int | None) -> str:
        raise StoreError("storage-busy")

    apply(root)
    await GitCommitter(root, nobody).commit(CHANGE)
    assert git(root, "log", "-1", "--format=%an").strip() == "member 3"


@pytest.mark.parametrize(
    ("name", "author"),
    [
        ("<>", "member 3"),
        (" .;'\"\\ ", "member 3"),
        ("\ud800\0\n", "member 3"),
        ("Eve\nChange: C1 <root@example.org>", "EveChange: C1 root@example.org"),
        ("--amend", "--amend"),
        ("Э" * 500, "Э" * 500),
    ],
)
async def test_no_name_is_too_odd_for_an_author(root: Path, name: str, author: str) -> None:
    async def named(_: int | None) -> str:
        return name

    apply(root)
    await GitCommitter(root, named).commit(replace(CHANGE, note="--amend\0\ud800"))
    said = git(root, "log", "-1", "--format=%an|%ae|%b").strip()
    assert said == f"{author}|member-3@community-bot.invalid|--amend?\n\nChange: C12"


async def test_changes_that_come_at_once_are_all_committed(root: Path) -> None:
    committer = GitCommitter(root, name_of)
    changes = []
    for number in range(8):
        path = f"people/p{number}.yaml"
        (root / path).write_text("new")
        file = FileChange(path=path, before=None, after=b"new")
        changes.append(replace(CHANGE, id=number, files=(file,)))
    await asyncio.gather(*(committer.commit(change) for change in changes))
    log = git(root, "log", "--format=%b")
    assert all(f"Change: C{change.id}" in log for change in changes)
