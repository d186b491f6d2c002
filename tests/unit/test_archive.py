from __future__ import annotations

from pathlib import Path

from terminal import base_of

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
