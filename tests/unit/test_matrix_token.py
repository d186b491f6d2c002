"""Where the bot has read to on Matrix, kept between two runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.sync_token import TokenFile

ME = Identity("@bot:here.example", "DEVICE")


def test_the_last_token_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "place.json"
    for token in ("s1", "s2", "s3"):
        TokenFile(file, ME).load()
        kept = TokenFile(file, ME)
        kept.load()
        kept.save(token)
        assert TokenFile(file, ME).load() == token
    assert file.stat().st_mode & 0o077 == 0


def test_a_token_of_another_device_is_worth_nothing(tmp_path: Path) -> None:
    file = tmp_path / "place.json"
    assert TokenFile(file, ME).load() == ""
    TokenFile(file, ME).save("s1")
    assert TokenFile(file, Identity(ME.user, "OTHER")).load() == ""


@pytest.mark.parametrize("cut", [0, 1, 20, 4096, 4100])
def test_a_half_that_is_broken_leaves_the_other(tmp_path: Path, cut: int) -> None:
    file = tmp_path / "place.json"
    kept = TokenFile(file, ME)
    kept.save("s1")
    kept.save("s2")
    raw = file.read_bytes()
    file.write_bytes(raw[:cut])
    assert TokenFile(file, ME).load() in {"", "s1", "s2"}
    file.write_bytes(raw[:2] + b"{" + raw[3:])
    assert TokenFile(file, ME).load() == "s1"


@given(st.binary(max_size=100))
def test_no_file_is_too_odd(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.mktemp("token") / "place.json"
    file.write_bytes(raw)
    assert isinstance(TokenFile(file, ME).load(), str)


def test_a_token_without_bounds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        TokenFile(tmp_path / "place.json", ME).save("s" * 5_000)
