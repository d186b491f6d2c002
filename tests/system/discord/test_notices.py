"""What moderators are told on Discord has buttons: for anybody, with their own rights, for ever."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import simcord
from system.discord.answering_bot import answer, text
from system.discord.editing_bot import Office, office

from community_bot.adapters.discord.render import pages_of
from community_bot.core.i18n import Texts
from community_bot.domain.document import Action, Paragraph, Reply, Text
from community_bot.publishing.notice import Particulars, notice_line, notice_reply

pytestmark = pytest.mark.usefixtures("env")

APPROVE, REJECT, DISCUSS = "Approve C1", "Reject C1", "Discuss C1"
NEW = "Emil Zola"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as one:
        yield one


@pytest.fixture
def env(it: Office) -> simcord.Env:
    """For simcord's plugin, which looks for it: a test then runs in simulated time."""
    return it.env


async def proposal(it: Office) -> discord.Message:
    """Let Kim propose a name; return what the team is told."""
    name = {"entry": "emile-zola", "field": "names.tr.text", "value": NEW}
    await it.kim.slash(it.channel, "kb edit", **name, source="maison-zola")
    told = await it.notice()
    assert "proposes C1" in text(told)
    return told


async def test_a_proposal_has_buttons_and_one_moderator_approves_by_them(it: Office) -> None:
    told = await proposal(it)
    assert "/kb" not in text(told)
    before = text(told)
    done = answer(await it.mod.click(told, label=APPROVE))
    assert done.ephemeral
    assert "approved" in text(done)
    assert NEW in it.said()
    assert text(told) == before
    assert it.dispatcher.asked[-1].actor.id == str(it.mod.id)


async def test_the_buttons_work_after_a_restart(it: Office) -> None:
    told = await proposal(it)
    await it.restart()
    assert "approved" in text(answer(await it.mod.click(told, label=APPROVE)))
    assert NEW in it.said()


async def test_a_button_gives_nobody_a_right(it: Office) -> None:
    told = await proposal(it)
    before = it.said()
    for who in (it.bob, it.kim):
        for label in (APPROVE, REJECT):
            refused = answer(await who.click(told, label=label))
            assert refused.ephemeral
            assert "may not" in text(refused)
    assert it.said() == before
    shown = await it.bob.click(told, label=DISCUSS)
    assert shown.modal is None
    assert "may not" in text(answer(shown))


async def test_what_is_decided_is_not_decided_again(it: Office) -> None:
    told = await proposal(it)
    await it.mod.click(told, label=REJECT)
    before = it.said()
    for label in (APPROVE, REJECT, DISCUSS):
        late = await it.ann.click(told, label=label)
        assert late.modal is None
        assert answer(late).ephemeral
        assert "C1" in text(answer(late))
        assert "rejected" in text(answer(late))
    assert it.said() == before


async def test_a_press_that_comes_twice_approves_once(it: Office) -> None:
    told = await proposal(it)
    it.dispatcher.takes = 30.0
    presses = [await it.mod.click(told, label=APPROVE) for _ in range(2)]
    await it.env.advance_time(60)
    it.dispatcher.takes = 0.0
    assert ["is approved" in text(answer(one)) for one in presses].count(True) == 1
    await it.bot.settle()
    told_of = [one for one in it.channel.history() if "approved C1" in text(one)]
    assert len(told_of) == 1


async def test_a_proposal_of_weeks_ago_says_that_it_is_over(it: Office) -> None:
    told = await proposal(it)
    await it.env.advance_time(15 * 24 * 60 * 60)
    late = answer(await it.mod.click(told, label=APPROVE))
    assert "expired" in text(late)
    assert NEW not in it.said()


async def test_something_is_said_of_it_in_a_form(it: Office) -> None:
    told = await proposal(it)
    shown = await it.mod.click(told, label=DISCUSS)
    assert shown.response is None
    await it.mod.submit_modal(shown, {"text": "Is that so?"})
    said = await it.notice()
    assert "Is that so?" in text(said)
    assert APPROVE in buttons_of(said)


async def test_what_counts_is_taken_back_by_a_button(it: Office) -> None:
    before = it.said()
    words = {"entry": "emile-zola", "field": "about.text.en", "value": "A baker."}
    await it.mod.slash(it.channel, "kb edit", **words, source="maison-zola")
    told = await it.notice()
    assert "A baker." in it.said()
    await it.ann.click(told, label="Take C1 back")
    assert it.said() == before


def test_the_last_message_of_a_long_notice_has_its_buttons() -> None:
    rows = [(f"about.text.{number}", "old " * 40, "new " * 40) for number in range(30)]
    actions = [("action-approve", "kb approve C1"), ("action-look", "kb show C1")]
    line = notice_line("notice-unfrozen", SAID, Particulars(rows=rows, actions=actions))
    *first, last = pages_of(notice_reply(line, Texts("en")), "P1 r1")
    assert first
    assert not [one for one in first if "custom_id" in one]
    kinds = [one["type"] for one in json.loads(last)["components"]]
    assert kinds == [17, 1]


SAID = {"by": "#1", "at": "2026-01-01T00:00:00+00:00", "zone": "UTC"}


def test_any_other_post_prints_what_can_be_done_next() -> None:
    reply = Reply((Paragraph((Text("x"),)),), actions=(Action("Timeline", "timeline x"),))
    (page,) = pages_of(reply, "P1 r1")
    assert "custom_id" not in page
    assert "/timeline x" in page


def buttons_of(message: discord.Message) -> dict[str, str]:
    """Return the ids of the buttons of a message, by what stands on them."""
    found = {}
    for component in message.components:
        for one in getattr(component, "children", ()):
            if isinstance(one, discord.Button):
                found[str(one.label)] = str(one.custom_id)
    return found
