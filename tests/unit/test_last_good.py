from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from terminal import BASES

from community_bot.app.last_good import LastGood
from community_bot.app.starting import keep
from community_bot.core.snapshot import load_snapshot
from community_bot.knowledge.archive import load_archive

ZOLA = "people/emile-zola.yaml"


async def test_what_was_changed_from_chat_is_in_the_last_good_copy(tmp_path: Path) -> None:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    snapshot, kept = load_snapshot(root), tmp_path / "kept.zip"
    done = asyncio.Event()
    loop = asyncio.get_running_loop()

    def copy() -> None:
        keep(snapshot, kept)
        loop.call_soon_threadsafe(done.set)

    last_good = LastGood(copy, together=0)
    snapshot.subscribe(last_good.noticed)
    running = asyncio.create_task(last_good.run())
    text = (root / ZOLA).read_text(encoding="utf-8")
    for name in ("Emil", "Emilio"):
        changed = text.replace("[Émile]", f"[Émile, {name}]")
        (root / ZOLA).write_text(changed, encoding="utf-8")
        done.clear()
        assert (await snapshot.reload({ZOLA})).changed == 1
        await done.wait()
        folder = await asyncio.to_thread(load_archive, kept)
        assert folder is not None
        assert folder.records[ZOLA].digest == snapshot.folder.records[ZOLA].digest
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
