"""Buttons and menus: who pressed them, what they do then, and that nothing has to be remembered."""

from __future__ import annotations

from datetime import timedelta

import discord
import pytest
from system.discord.answering_bot import Scene, answer, buttons, text

from community_bot.adapters.discord.tokens import BIN, PICK, token_of
from community_bot.adapters.discord.views import view_of

pytestmark = pytest.mark.usefixtures("env")

CALLBACK = "/interactions/*/callback"
NEXT = "▶"
BACK = "◀"
THROW_AWAY = "🗑️"


async def test_who_asked_turns_the_pages_in_place(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    first = text(shown)
    turned = await it.ann.click(shown, label=NEXT)
    second = text(shown)
    assert (turned.followups, len(it.messages())) == ([], 1)
    assert second != first
    await it.ann.click(shown, label=BACK)
    assert text(shown) == first
    assert not shown.ephemeral


async def test_pages_are_turned_after_a_restart_too(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    first = text(shown)
    await it.restart()
    await it.ann.click(shown, label=NEXT)
    assert text(shown) != first


async def test_anybody_else_gets_a_page_of_their_own_that_nobody_else_sees(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    first = text(shown)
    theirs = answer(await it.bob.click(shown, label=NEXT))
    assert theirs.ephemeral
    assert text(theirs) != first
    assert text(shown) == first
    assert it.dispatcher.asked[-1].actor.id == str(it.bob.id)
    # From there on the answer is theirs.
    await it.bob.click(theirs, label=BACK)
    assert text(theirs) == first


async def test_two_people_who_press_at_once_each_get_what_is_theirs(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    it.dispatcher.takes = 60.0
    hers = await it.ann.click(shown, label=NEXT)
    his = await it.bob.click(shown, label=NEXT)
    await it.env.advance_time(60)
    assert answer(his).ephemeral
    assert text(answer(his)) == text(shown)
    assert not hers.followups


async def test_a_press_that_takes_long_is_acknowledged_and_turns_the_page_then(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    first = text(shown)
    it.dispatcher.takes = 60.0
    began = it.env.now()
    pressed = await it.ann.click(shown, label=NEXT)
    assert pressed.acknowledged
    assert it.env.now() - began == timedelta(seconds=1)
    assert text(shown) == first
    await it.env.advance_time(60)
    assert text(shown) != first
    assert (pressed.followups, len(it.messages())) == ([], 1)


async def test_what_is_offered_next_is_answered_beside_what_stands_there(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    first = text(shown)
    more = answer(await it.ann.click(shown, label="Timeline"))
    assert not more.ephemeral
    assert more.id != shown.id
    assert text(shown) == first


async def test_what_follows_from_a_private_answer_is_private(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov", private=True))
    assert THROW_AWAY not in buttons(shown)
    assert answer(await it.ann.click(shown, label="Timeline")).ephemeral


async def test_a_private_answer_is_turned_in_place(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov", private=True))
    first = text(shown)
    turned = await it.ann.click(shown, label=NEXT)
    assert not turned.followups
    assert text(shown) != first


async def test_one_of_several_is_chosen_from_a_menu_in_place(it: Scene) -> None:
    shown = answer(await it.ask("resolution", ref="General Assembly"))
    assert not shown.ephemeral
    chosen = await it.ann.select(shown, [options(shown)[0]], custom_id=PICK)
    assert not chosen.followups
    assert "Revision" in text(shown)


async def test_what_somebody_else_chooses_from_a_menu_only_they_see(it: Scene) -> None:
    shown = answer(await it.ask("resolution", ref="General Assembly"))
    before = text(shown)
    chosen = answer(await it.bob.select(shown, [options(shown)[0]], custom_id=PICK))
    assert chosen.ephemeral
    assert text(shown) == before


async def test_a_post_is_confirmed_in_its_preview_and_by_whoever_may(it: Scene) -> None:
    await it.mod.slash(it.channel, "channel add", name="news")
    preview = answer(await it.mod.slash(it.channel, "post send", what="ping", to="news"))
    assert preview.ephemeral
    token = next(one for one in buttons(preview).values() if "post confirm" in one)
    before = text(preview)
    confirmed = await it.mod.click(preview, custom_id=token)
    assert not confirmed.followups
    assert text(preview) != before
    assert not [one for one in buttons(preview).values() if "post confirm" in one]


async def test_a_button_gives_nobody_a_right_that_they_do_not_have(it: Scene) -> None:
    channel = it.env.bot.get_channel(it.channel.id)
    assert isinstance(channel, discord.TextChannel)
    token = token_of("role list")
    row = {"type": 1, "components": [{"type": 2, "style": 2, "custom_id": token, "label": "x"}]}
    planted = await channel.send(view=view_of([row]))
    refused = answer(await it.bob.click(planted, label="x"))
    granted = answer(await it.mod.click(planted, label="x"))
    assert (refused.ephemeral, granted.ephemeral) == (True, True)
    assert text(refused) != text(granted)
    assert "may not" in text(refused)


async def test_who_asked_throws_an_answer_away(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    await it.ann.click(shown, custom_id=BIN)
    assert it.messages() == []


async def test_who_may_manage_messages_there_throws_an_answer_away(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    await it.mod.click(shown, custom_id=BIN)
    assert it.messages() == []


async def test_a_moderator_of_the_bot_throws_an_answer_away(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    it.around.moderators.add(str(it.bob.id))
    await it.bob.click(shown, custom_id=BIN)
    assert it.messages() == []


async def test_anybody_else_is_told_who_may_throw_an_answer_away(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    before = text(shown)
    (said,) = (await it.bob.click(shown, custom_id=BIN)).followups
    assert said.ephemeral
    assert "Only the person who asked" in text(said)
    assert text(shown) == before


@pytest.mark.parametrize("custom_id", ["old-style:42", "cb:x:person", "cb-pick", "cb:1", "💥"])
async def test_a_button_of_an_older_version_says_so(it: Scene, custom_id: str) -> None:
    channel = it.env.bot.get_channel(it.channel.id)
    assert isinstance(channel, discord.TextChannel)
    button = {"type": 2, "style": 2, "custom_id": custom_id, "label": "x"}
    old = await channel.send(view=view_of([{"type": 1, "components": [button]}]))
    said = answer(await it.ann.click(old, label="x"))
    assert said.ephemeral
    assert "earlier version" in text(said)


async def test_a_page_whose_message_is_gone_is_sent_anew(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    it.env.inject_error("POST", CALLBACK, status=404, code=10008)
    anew = answer(await it.ann.click(shown, label=NEXT))
    assert anew.id != shown.id


async def test_pressing_twice_does_no_more_than_pressing_once(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    token = buttons(shown)[NEXT]
    it.dispatcher.takes = 60.0
    presses = [await it.ann.click(shown, custom_id=token) for _ in range(2)]
    await it.env.advance_time(60)
    assert all(one.acknowledged and not one.followups for one in presses)
    assert len(it.messages()) == 1
    assert buttons(shown)[BACK] == token_of("person name=umerov", 1)


async def test_in_a_direct_chat_whoever_is_there_asked(it: Scene) -> None:
    shown = answer(await it.ann.user.slash("person", name="umerov"))
    first = text(shown)
    await it.ann.user.click(shown, label=NEXT)
    assert text(shown) != first
    await it.ann.user.click(shown, custom_id=BIN)
    assert it.ann.user.dm_channel.history() == []


def options(message: object) -> list[str]:
    """Return the values that a menu offers."""
    found: list[str] = []

    def walk(components: object) -> None:
        for one in components if isinstance(components, list) else []:
            found.extend(option["value"] for option in one.get("options", ()))
            walk(one.get("components"))

    walk(getattr(message, "components", None))
    assert found
    return found
