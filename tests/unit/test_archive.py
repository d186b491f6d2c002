from __future__ import annotations

import shutil
from pathlib import Path

from terminal import BASES, base_of

from community_bot.core.snapshot import load_snapshot
from community_bot.knowledge.archive import load_archive, save_archive


def test_an_archive_with_any_byte_flipped_is_whole_or_is_none(tmp_path: Path) -> None:
    path = tmp_path / "kept.zip"
    folder = base_of("dreyfus").folder
    assert save_archive(folder, path)
    whole = path.read_bytes()
    for offset in range(40, len(whole), len(whole) // 40):
        torn = bytearray(whole)
        torn[offset] ^= 0xFF
        path.write_bytes(torn)
        kept = load_archive(path)
        assert kept is None or kept.records.keys() == folder.records.keys()
        assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_no_longer_what_was_read_is_not_kept(tmp_path: Path) -> None:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    folder = load_snapshot(root, prepare=False).folder
    path = tmp_path / "state" / "kept.zip"
    assert save_archive(folder, path)
    whole = path.read_bytes()
    about = root / "about.yaml"
    about.write_bytes(about.read_bytes() + b"\n")
    assert not save_archive(folder, path)
    assert path.read_bytes() == whole
    assert list(path.parent.iterdir()) == [path]
