"""Bases and questions at the edge of what the rules allow: each has an answer that helps."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from terminal import BASES, Terminal

from community_bot.core.i18n import Texts
from community_bot.core.snapshot import load_snapshot
from community_bot.core.staleness import is_stale
from community_bot.domain.entities import Status
from community_bot.domain.values import StatusValue

STATEMENTS = Path("statements")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))


async def test_a_paragraph_that_a_translation_lacks_is_said_to_be_not_there(root: Path) -> None:
    path = root / STATEMENTS / "j-accuse.yaml"
    text = path.read_text(encoding="utf-8")
    last = '      - {label: "12", text: I am waiting.}\n'
    assert last in text
    path.write_text(text.replace(last, ""), encoding="utf-8")
    reply = await Terminal.at(load_snapshot(root)).ask("statement j-accuse 12 language=en")
    assert reply.error is not None


@pytest.mark.parametrize("name", ["all", "2", "fr", "1898-02"])
async def test_an_id_that_reads_like_something_else_is_still_offered_rightly(
    root: Path, name: str
) -> None:
    old, new = root / STATEMENTS / "declaration-au-jury.yaml", root / STATEMENTS / f"{name}.yaml"
    text = old.read_text(encoding="utf-8")
    old.unlink()
    new.write_text(text.replace("id: declaration-au-jury", f'id: "{name}"'), encoding="utf-8")
    at = Terminal.at(load_snapshot(root))
    offered = (await at.ask("statements")).actions
    shown = [(await at.ask(action.line)).entries for action in offered]
    assert any(f"{name}@" in entry for entries in shown for entry in entries)


@pytest.mark.parametrize("command", ["people", "resolutions", "timeline"])
async def test_there_is_no_page_nought(command: str) -> None:
    reply = await Terminal.at("dreyfus").ask(f"{command} page=0")
    assert reply.error is not None
    assert reply.error.key == "page-unknown"


def test_a_date_at_the_end_of_time_is_no_defect() -> None:
    status = Status(value=StatusValue.RELEASED, as_of="9999-12-31", cite=("a-source",))
    assert not is_stale(status, datetime(2026, 11, 22, tzinfo=UTC), 24)


@pytest.mark.parametrize("tag", ["UK", "uk_UA", "uk-ua"])
def test_a_language_may_be_written_as_systems_write_it(tag: str) -> None:
    assert Texts(tag)("title-people") == Texts("uk")("title-people")
