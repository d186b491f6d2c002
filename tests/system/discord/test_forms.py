"""Forms on Discord: opened by a command or a button, filled in, handed in as a command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import simcord
from system.discord.answering_bot import answer, buttons, text
from system.discord.editing_bot import Office, office

from community_bot.adapters.discord import modals
from community_bot.domain.entities import Person

pytestmark = pytest.mark.usefixtures("env")

ABOUT = "about.text.en"
HER_WORDS = 'A “writer” of "novels"; note=x = y\n  source=none \\ "\n'


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as one:
        yield one


@pytest.fixture
def env(it: Office) -> simcord.Env:
    """For simcord's plugin, which looks for it: a test then runs in simulated time."""
    return it.env


async def opened(it: Office, field: str = ABOUT) -> simcord.InteractionResult:
    """Let Mod ask for a field of Zola's, which opens a form."""
    shown = await it.mod.slash(it.channel, "kb edit", entry="emile-zola", field=field)
    assert shown.response is None
    return shown


def inputs(shown: simcord.InteractionResult) -> dict[str, dict[str, Any]]:
    """Return the fields of a window that was opened, by their ids."""
    assert shown.modal is not None
    found = [one["component"] for one in shown.modal["components"]]
    return {one["custom_id"]: one for one in found}


async def test_a_form_opens_with_the_value_that_stands_there(it: Office) -> None:
    shown = await opened(it)
    fields = inputs(shown)
    assert list(fields) == ["value", "source", "note"]
    assert fields["value"]["value"] in it.said()
    assert fields["value"]["value"].startswith("French novelist")
    assert (fields["value"]["required"], fields["source"]["required"]) == (True, False)
    assert "value" not in fields["source"]
    assert "value" not in inputs(await opened(it, "about.text.tr"))["value"]


async def test_what_is_handed_in_is_a_change_by_whoever_did(it: Office) -> None:
    shown = await opened(it)
    done = answer(await it.mod.submit_modal(shown, {"value": "A writer.", "source": "maison-zola"}))
    assert done.ephemeral
    assert "A writer." in text(done)
    assert "A writer." in it.said()
    assert it.dispatcher.asked[-1].actor.id == str(it.mod.id)
    assert "#2 changed something" in text(await it.notice())


async def test_what_is_written_is_kept_to_the_letter(it: Office) -> None:
    shown = await opened(it)
    handed = {"value": HER_WORDS, "source": "maison-zola", "note": "why=not, field=x"}
    done = await it.mod.submit_modal(shown, handed)
    assert "counts" in text(answer(done))
    line = it.dispatcher.asked[-1].line
    context = it.dispatcher.context(it.dispatcher.asked[-1])
    command = it.dispatcher.table.get("kb edit")
    assert command is not None
    bound = command.bind(it.dispatcher.table.read(line)[1], context)
    assert bound["value"] == HER_WORDS
    assert bound["note"] == handed["note"]
    zola = it.bot.snapshot.current.entries["emile-zola"]
    assert isinstance(zola, Person)
    assert zola.about is not None
    assert zola.about.text["en"] == " ".join(HER_WORDS.split())


async def test_a_form_is_handed_in_after_a_restart(it: Office) -> None:
    shown = await opened(it)
    await it.restart()
    await it.mod.submit_modal(shown, {"value": "A writer.", "source": "maison-zola"})
    assert "A writer." in it.said()


async def test_what_changed_meanwhile_is_not_written_over_and_both_are_shown(it: Office) -> None:
    shown = await opened(it)
    quicker = {"entry": "emile-zola", "field": ABOUT, "value": "Quick.", "source": "maison-zola"}
    await it.ann.slash(it.channel, "kb edit", **quicker)
    late = answer(await it.mod.submit_modal(shown, {"value": "Slow.", "source": "maison-zola"}))
    assert late.ephemeral
    assert "Quick." in text(late)
    assert "Slow." in text(late)
    assert "Quick." in it.said()
    assert "Slow." not in it.said()


async def test_what_is_wrong_is_told_and_what_was_written_is_not_lost(it: Office) -> None:
    shown = await opened(it)
    before = it.said()
    told = answer(await it.mod.submit_modal(shown, {"value": "A writer of long words."}))
    assert "source" in text(told)
    assert "A writer of long words." in text(told)
    assert it.said() == before


async def test_who_may_not_edit_gets_no_form(it: Office) -> None:
    refused = await it.bob.slash(it.channel, "kb edit", entry="emile-zola", field=ABOUT)
    assert refused.modal is None
    assert answer(refused).ephemeral
    assert "may not" in text(answer(refused))


async def test_who_may_not_edit_any_more_changes_nothing_with_a_form(it: Office) -> None:
    shown = await it.kim.slash(it.channel, "kb edit", entry="emile-zola", field=ABOUT)
    await it.ann.slash(it.channel, "role revoke", role="editor", who=f"discord:{it.kim.id}")
    done = await it.kim.submit_modal(shown, {"value": "Nonsense.", "source": "maison-zola"})
    assert "may not" in text(answer(done))


async def test_an_answer_that_took_long_has_a_button_that_opens_the_form(it: Office) -> None:
    it.dispatcher.takes = 60.0
    late = await it.mod.slash(it.channel, "kb edit", entry="emile-zola", field=ABOUT)
    assert late.acknowledged
    await it.env.advance_time(60)
    it.dispatcher.takes = 0.0
    shown = answer(late)
    assert "French novelist" in text(shown)
    (label,) = buttons(shown)
    pressed = await it.mod.click(shown, label=label)
    assert inputs(pressed)["value"]["value"].startswith("French novelist")
    await it.mod.submit_modal(pressed, {"value": "A writer.", "source": "maison-zola"})
    assert "A writer." in it.said()


async def test_a_part_is_listed_since_it_has_no_one_value(it: Office) -> None:
    listed = await it.mod.slash(it.channel, "kb edit", entry="emile-zola", field="about")
    assert listed.modal is None
    assert ABOUT in text(answer(listed))


async def test_a_window_that_discord_refuses_is_an_answer_in_words(it: Office) -> None:
    it.env.inject_error("POST", "/interactions/*/callback", status=400, code=50035)
    shown = await it.mod.slash(it.channel, "kb edit", entry="emile-zola", field=ABOUT)
    assert shown.modal is None
    assert "French novelist" in text(answer(shown))


async def test_a_form_of_an_older_version_says_so(
    it: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(modals, "_MARK", "form-2020:")
        shown = await opened(it)
    it.dispatcher.asked.clear()
    said = answer(await it.mod.submit_modal(shown, {"value": "x"}))
    assert "earlier version" in text(said)
    assert not it.dispatcher.asked


async def test_something_is_said_of_a_proposal_in_a_form(it: Office) -> None:
    name = {"entry": "emile-zola", "field": "names.tr.text", "value": "Emil Zola"}
    await it.kim.slash(it.channel, "kb edit", **name, source="maison-zola")
    shown = await it.mod.slash(it.channel, "kb discuss", change="C1")
    assert list(inputs(shown)) == ["text"]
    words = "Is that so?\n\nI doubt it=."
    told = answer(await it.mod.submit_modal(shown, {"text": words}))
    assert told.ephemeral
    assert "I doubt it=." in text(await it.notice())
