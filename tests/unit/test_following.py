"""Whatever happens to the folder, the follower lives on and sees what stands there in the end."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from terminal import BASES

from community_bot.app.watching import follow
from community_bot.core.snapshot import ReloadReport, Snapshot, load_snapshot

ZOLA = Path("people/emile-zola.yaml")
LONG_ENOUGH = 20.0
"""Seconds that no test needs: each goes on as soon as it sees what it waits for."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))


@asynccontextmanager
async def following(snapshot: Snapshot) -> AsyncIterator[asyncio.Queue[ReloadReport]]:
    reports: asyncio.Queue[ReloadReport] = asyncio.Queue()
    ready = asyncio.Event()
    task = asyncio.create_task(follow(snapshot, reports.put, ready=ready.set))
    try:
        async with asyncio.timeout(LONG_ENOUGH):
            if snapshot.root.exists():
                await ready.wait()
            yield reports
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def change(root: Path, more: str = "Emil") -> None:
    text = (root / ZOLA).read_text(encoding="utf-8")
    (root / ZOLA).write_text(text.replace("aliases: [", f"aliases: [{more}, "), encoding="utf-8")


async def until_new(snapshot: Snapshot, reports: asyncio.Queue[ReloadReport], old: str) -> str:
    """Wait until the entry is served in another revision; return that."""
    while (new := snapshot.current.revision("emile-zola")) == old:
        await reports.get()
    return new


async def test_a_folder_that_is_swapped_for_another_is_served_and_followed(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current.revision("emile-zola")
    other = Path(shutil.copytree(root, root.with_name("other")))
    change(other)
    async with following(snapshot) as reports:
        (root / "people").rename(root.with_name("old"))
        (other / "people").rename(root / "people")
        swapped = await until_new(snapshot, reports, before)
        change(root, "Emilio")
        await until_new(snapshot, reports, swapped)


async def test_a_base_that_is_deleted_and_put_back_is_served_and_followed(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current.revision("emile-zola")
    other = Path(shutil.copytree(root, root.with_name("other")))
    change(other)
    async with following(snapshot) as reports:
        shutil.rmtree(root)
        while not (await reports.get()).problems:
            pass
        other.rename(root)
        put_back = await until_new(snapshot, reports, before)
        change(root, "Emilio")
        await until_new(snapshot, reports, put_back)


async def test_a_link_that_is_turned_to_another_base_is_followed(root: Path) -> None:
    link = root.with_name("current")
    link.symlink_to(root)
    snapshot = load_snapshot(link)
    before = snapshot.current.revision("emile-zola")
    other = Path(shutil.copytree(root, root.with_name("other")))
    change(other)
    async with following(snapshot) as reports:
        link.with_name("next").symlink_to(other)
        link.with_name("next").replace(link)
        await until_new(snapshot, reports, before)


async def test_a_base_that_is_not_there_yet_is_served_when_it_comes(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current.revision("emile-zola")
    change(root)
    away = root.rename(root.with_name("away"))
    async with following(snapshot) as reports:
        assert (await reports.get()).problems
        away.rename(root)
        await until_new(snapshot, reports, before)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file name is always text")
async def test_a_file_name_that_is_no_text_does_not_end_the_following(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current.revision("emile-zola")
    async with following(snapshot) as reports:
        Path(os.fsdecode(os.fsencode(root) + b"/people/\xe9~")).touch()
        change(root)
        first = await until_new(snapshot, reports, before)
        change(root, "Emilio")
        await until_new(snapshot, reports, first)


async def test_the_same_problem_is_told_once(root: Path) -> None:
    snapshot = load_snapshot(root)
    async with following(snapshot) as reports:
        text = (root / ZOLA).read_text(encoding="utf-8")
        (root / ZOLA).write_text(text + "colour: red\n", encoding="utf-8")
        assert (await reports.get()).problems
        (root / ZOLA).touch()
        change(root)
        (root / ZOLA).write_text(text, encoding="utf-8")
        assert not (await reports.get()).problems
