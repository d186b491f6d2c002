"""What is typed of entries, fields, changes and people is read as it was meant, or refused."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from terminal import BASES, Terminal

from community_bot.core.command import Command
from community_bot.core.editing_params import ChangeIds, Since
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Role
from community_bot.domain.errors import UserError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def bound(line: str) -> dict[str, object]:
    at = Terminal.at("dreyfus", role=Role.MODERATOR)
    context = at.bot.dispatcher.context(at.invocation(line))
    command, call = at.bot.dispatcher.find(line, context)
    assert isinstance(command, Command)
    return command.bind(call, context)


def offered(line: str, at: Terminal | None = None) -> list[str]:
    at = at or Terminal.at("dreyfus", role=Role.MODERATOR)
    return [one.text for one in at.bot.dispatcher.complete(at.invocation(line))]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            "kb edit emile-zola about.cite aurore-87",
            {"entry": "emile-zola", "field": "about.cite", "value": "aurore-87"},
        ),
        (
            "kb edit emile-zola about.text.en A novelist, and emile-zola too.",
            {
                "entry": "emile-zola",
                "field": "about.text.en",
                "value": "A novelist, and emile-zola too.",
            },
        ),
        (
            "kb edit value=aurore-87 entry=emile-zola field=about.cite",
            {"entry": "emile-zola", "field": "about.cite", "value": "aurore-87"},
        ),
        (
            "kb unset emile-zola aliases.2 note=why",
            {"entry": "emile-zola", "field": "aliases.2", "note": "why"},
        ),
        ("kb reject C12 it is another", {"change": 12, "why": "it is another"}),
        ("kb reject 12 13", {"change": 12, "why": "13"}),
        ("kb undo C12, c13 12", {"change": ChangeIds((12, 13))}),
        ("kb diff c12", {"change": 12}),
        ("kb undo change=C12,C13", {"change": ChangeIds((12, 13))}),
    ],
)
def test_words_go_where_they_belong(line: str, wanted: dict[str, object]) -> None:
    assert bound(line) == wanted


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2h", NOON.replace(hour=10)),
        ("30m", NOON.replace(hour=11, minute=30)),
        ("3d", NOON.replace(day=19)),
        ('"2026-11-22 09:30Z"', NOON.replace(hour=9, minute=30)),
        ("2026-11-22T09:30+02:00", NOON.replace(hour=7, minute=30)),
        ("09:30", NOON.replace(hour=9, minute=30)),
        ("13:00", NOON.replace(day=21, hour=13)),
    ],
)
def test_a_moment_that_is_past_is_meant(text: str, moment: datetime) -> None:
    assert bound(f"kb undo actor=ann since={text}")["since"] == Since(moment)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("kb undo actor=ann since=2026-11-22T13:00Z", "since-ahead"),
        ("kb undo actor=ann since=yesterday", "when-unreadable"),
        ("kb undo C12,many", "number-unreadable"),
        ("kb history ../x", "draft-id"),
        ("kb right emile-zola alfred-dreyfus", "word-unexpected"),
    ],
)
def test_what_cannot_be_meant_is_refused(line: str, key: str) -> None:
    with pytest.raises(UserError) as raised:
        bound(line)
    assert raised.value.key == key


def test_entries_are_offered_first_then_the_fields_of_the_one_that_is_named() -> None:
    assert "emile-zola" in offered("kb edit emile")
    assert offered("kb edit emile-zola na")[0] == "names"
    assert "names.fr" in offered("kb edit emile-zola names.f")
    assert "events.1" in offered("kb edit emile-zola events.")
    assert "events.+" in offered("kb edit entry=emile-zola field=events.")
    assert "emile-zola" not in offered("kb edit emile-zola em")


def test_what_cannot_be_meant_is_not_offered() -> None:
    assert "id" not in offered("kb edit emile-zola ")
    assert "aurore" not in " ".join(offered("kb edit emile-zola a"))
    assert offered("kb status ")[0] in {"alfred-dreyfus", "emile-zola"}
    assert "aurore" not in " ".join(offered("kb status "))
    admin = Terminal.at("dreyfus", role=Role.ADMIN)
    for line in ("kb add person ", "kb add resolution ", "kb erase "):
        assert offered(line.rstrip(), admin)
        assert "emile-zola" not in offered(line, admin)


def test_sources_are_offered_by_id_and_title() -> None:
    assert "aurore-87" in offered("kb edit emile-zola about.text.en X source=aurore")


async def test_what_waits_and_who_is_there_are_offered(tmp_path: Path) -> None:
    root = Path(shutil.copytree(BASES["dreyfus"], tmp_path / "base"))
    async with Terminal.at(load_snapshot(root), role=Role.ADMIN) as at:
        await at.say("role grant moderator terminal:ann name=Ann")
        assert offered("kb approve C", at) == ["change="]
        await at.say("kb edit emile-zola names.de.text Emil source=aurore-87")
        assert offered("kb approve C", at)[0] == "C1"
        await at.say("kb reject C1")
        assert offered("kb approve C", at) == ["change="]
        await at.bot.authority.may_still_post(1, "anywhere")
        assert offered("kb undo actor=A", at) == ["Ann"]
