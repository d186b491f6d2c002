"""Whatever happens to the folder, the follower lives on and sees what stands there in the end."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from terminal import BASES

from community_bot.app.watching import follow
from community_bot.core.snapshot import ReloadReport, Snapshot, load_snapshot

ZOLA = Path("people/emile-zola.yaml")
LONG_ENOUGH = 6.0


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
            await ready.wait()
            yield reports
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def changed(root: Path) -> None:
    text = (root / ZOLA).read_text(encoding="utf-8")
    (root / ZOLA).write_text(text.replace("[Émile]", "[Émile, Emil]"), encoding="utf-8")


async def test_a_folder_that_is_swapped_for_another_is_served(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current.revision("emile-zola")
    other = Path(shutil.copytree(root, root.with_name("other")))
    changed(other)
    async with following(snapshot) as reports:
        (root / "people").rename(root.with_name("old"))
        (other / "people").rename(root / "people")
        while snapshot.current.revision("emile-zola") == before:
            await reports.get()


async def test_a_base_that_is_deleted_and_put_back_is_served(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current.revision("emile-zola")
    other = Path(shutil.copytree(root, root.with_name("other")))
    changed(other)
    async with following(snapshot) as reports:
        shutil.rmtree(root)
        while not (await reports.get()).problems:
            pass
        other.rename(root)
        while snapshot.current.revision("emile-zola") == before:
            await reports.get()


@pytest.mark.skipif(os.name != "posix", reason="only there a name may be any bytes")
async def test_a_file_name_that_is_no_text_does_not_end_the_following(root: Path) -> None:
    snapshot = load_snapshot(root)
    before = snapshot.current.revision("emile-zola")
    async with following(snapshot) as reports:
        Path(os.fsdecode(os.fsencode(root) + b"/people/\xe9.tmp")).touch()
        changed(root)
        while snapshot.current.revision("emile-zola") == before:
            await reports.get()
