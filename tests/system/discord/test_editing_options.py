"""The options of editing on Discord: what is offered while they are typed, and what is kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import simcord
from system.discord.answering_bot import answer, text
from system.discord.editing_bot import Office, office

from community_bot.app.wiring import command_table
from community_bot.domain.entities import Person

SOURCED = {"source": "maison-zola"}
EVERY: dict[str, dict[str, object]] = {
    "kb due": {},
    "kb right": {"entry": "bordereau"},
    "kb unset": {"entry": "emile-zola", "field": "about.text.fr"},
    "kb status": {"person": "emile-zola", "value": "died", "date": "1902-09-29", **SOURCED},
    "kb add person": {
        "id": "jane-doe",
        "name": "Jane Doe",
        "status": "unknown",
        "date": "1900",
        **SOURCED,
    },
    "kb add event": {"entry": "emile-zola", "event": "other", "date": "1900", **SOURCED},
    "kb add source": {
        "url": "https://example.org/a",
        "title": "A",
        "publisher": "B",
        "language": "en",
        "kind": "primary",
    },
    "kb add resolution": {
        "id": "a-resolution",
        "title": "A resolution",
        "body": "Senate",
        "date": "1900",
        **SOURCED,
    },
    "kb edit": {"entry": "emile-zola"},
    "kb changes": {},
    "kb show": {"change": "C1"},
    "kb approve": {"change": "C99"},
    "kb reject": {"change": "C99"},
    "kb discuss": {"change": "C99"},
    "kb history": {"entry": "emile-zola"},
    "kb diff": {"change": "C1"},
    "kb undo": {"change": "C99"},
    "kb withdraw": {"entry": "emile-zola"},
    "kb erase": {"entry": "no-such-entry"},
    "kb freeze": {},
    "kb unfreeze": {},
}

pytestmark = pytest.mark.usefixtures("env")


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as one:
        yield one


@pytest.fixture
def env(it: Office) -> simcord.Env:
    """For simcord's plugin, which looks for it: a test then runs in simulated time."""
    return it.env


async def offered(
    it: Office, name: str, option: str, begun: str, /, **filled: object
) -> list[object]:
    found = await it.kim.autocomplete(it.channel, name, option, begun, **filled)
    return [one["value"] for one in found]


async def test_the_fields_of_the_entry_that_was_chosen_are_offered(it: Office) -> None:
    assert "emile-zola" in await offered(it, "kb edit", "entry", "zol")
    fields = await offered(it, "kb edit", "field", "about.text.", entry="emile-zola")
    assert fields == ["about.text.en", "about.text.fr"]
    long = {"value": "x" * 1_000, "entry": "emile-zola"}
    assert "names" in await offered(it, "kb edit", "field", "na", **long)
    assert await offered(it, "kb edit", "field", "na") == []


async def test_what_waits_is_offered_and_so_are_sources(it: Office) -> None:
    name = {"entry": "emile-zola", "field": "names.tr.text", "value": "Emil Zola"}
    assert await offered(it, "kb show", "change", "") == []
    await it.kim.slash(it.channel, "kb edit", **name, source="maison-zola")
    assert await offered(it, "kb show", "change", "") == ["C1"]
    assert "maison-zola" in await offered(it, "kb edit", "source", "mais", **name)


async def test_who_may_not_edit_is_offered_nothing(it: Office) -> None:
    for option in ("entry", "field", "source"):
        assert await it.bob.autocomplete(it.channel, "kb edit", option, "") == []


async def test_a_value_in_quotation_marks_keeps_them(it: Office) -> None:
    words = {"entry": "emile-zola", "field": "about.text.en", "value": '"J’Accuse" note=x'}
    done = await it.mod.slash(it.channel, "kb edit", **words, source="maison-zola")
    assert "counts" in text(answer(done))
    words["value"] = '"A writer."'
    await it.mod.slash(it.channel, "kb edit", **words, source="maison-zola")
    zola = it.bot.snapshot.current.entries["emile-zola"]
    assert isinstance(zola, Person)
    assert zola.about is not None
    assert zola.about.text["en"] == '"A writer."'


def test_every_command_of_editing_is_tried() -> None:
    listed = filter(lambda one: one.is_listed, command_table().commands)
    assert set(EVERY) == {one.name for one in listed if one.name.split()[0] == "kb"}


async def test_every_command_of_editing_is_answered_for_the_eyes_of_whoever_asked(
    it: Office,
) -> None:
    for name, options in EVERY.items():
        said = answer(await it.ann.slash(it.channel, name, **options))
        assert text(said), name
        assert "reference" not in text(said), name
        assert said.ephemeral, name
        assert it.dispatcher.asked[-1].line.startswith(name), name


async def test_a_command_of_three_words_is_asked_like_any_other(it: Office) -> None:
    options = {
        "entry": "emile-zola",
        "event": "other",
        "date": "1900-01-01",
        "source": "maison-zola",
    }
    assert "C1" in text(answer(await it.kim.slash(it.channel, "kb add event", **options)))
    assert it.dispatcher.asked[-1].line.startswith("kb add event ")
