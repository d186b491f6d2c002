"""Questions by slash command: every command, who sees the answer, and how long it may take."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from system.discord.answering_bot import Scene, answer, text

from community_bot.app.wiring import command_table
from community_bot.domain.address import Role

pytestmark = pytest.mark.usefixtures("env")

CALLBACK = "/interactions/*/callback"

# Every command with what it needs; one after another makes sense, as an admin would use them.
EVERY: dict[str, dict[str, object]] = {
    "person": {"name": "umerov"},
    "people": {"status": "released"},
    "organisation": {"name": "mejlis"},
    "case": {"name": "feb-26"},
    "resolution": {"ref": "71/205"},
    "resolutions": {"year": 2017},
    "statement": {"paragraphs": "1-3"},
    "statements": {},
    "summary": {},
    "find": {"words": "mejlis"},
    "source": {"id": "qha-en"},
    "verify": {"revision": "ilmi-umerov@aaaabbbb22"},
    "explain": {"text": "Ilmi Umerov and resolution 71/205"},
    "timeline": {"name": "umerov"},
    "anniversaries": {"day": "2026-10-25"},
    "help": {"command": "person"},
    "about": {},
    "privacy": {},
    "ping": {"text": "hello"},
    "reload": {},
    "language": {"tag": "en"},
    "channel add": {"name": "news"},
    "channel list": {},
    "channel resume": {"name": "news"},
    "post send": {"what": "person umerov", "to": "news"},
    "post list": {},
    "post confirm": {"id": "P1"},
    "post cancel": {"id": "P1"},
    "post withdraw": {"id": "P1"},
    "post repost": {"id": "P1"},
    "schedule add": {"cron": "0 9 * * *", "what": "anniversaries", "to": "news"},
    "schedule list": {},
    "schedule pause": {"id": "S1"},
    "schedule resume": {"id": "S1"},
    "schedule run": {"id": "S1"},
    "schedule remove": {"id": "S1"},
    "follow add": {"topic": "statements", "to": "news"},
    "follow list": {},
    "follow remove": {"id": "F1"},
    "role grant": {"role": "poster", "who": "discord:1234567890", "name": "Somebody"},
    "role list": {},
    "role revoke": {"who": "discord:1234567890"},
    "channel remove": {"name": "news"},
    "forget-me": {},
}


def test_every_command_of_the_table_is_tried() -> None:
    listed = filter(lambda one: one.is_listed, command_table().commands)
    # What edits the files is tried on a copy of them (test_editing_options).
    names = {one.name for one in listed if one.name.split()[0] != "kb"}
    assert set(EVERY) == names


async def test_every_command_is_answered_and_what_the_team_does_is_for_their_eyes(
    it: Scene,
) -> None:
    table = it.dispatcher.table
    for name, options in EVERY.items():
        result = await it.mod.slash(it.channel, name, **options)
        said = answer(result)
        assert text(said), name
        assert "internal" not in text(said), name
        assert said.flags.components_v2, name
        command = table.get(name)
        assert command is not None
        is_for_team = command.role > Role.EVERYONE or command.writes
        assert said.ephemeral or not is_for_team, name
        assert not result.followups, name
    assert [one.line.split()[0] for one in it.dispatcher.asked] == [
        name.split()[0] for name in EVERY
    ]


async def test_an_answer_is_for_all_unless_it_is_asked_in_private(it: Scene) -> None:
    public = await it.ask("person", name="umerov")
    private = await it.ask("person", name="umerov", private=True)
    assert (answer(public).ephemeral, answer(private).ephemeral) == (False, True)
    assert text(answer(public)) == text(answer(private))


async def test_the_setting_makes_answers_private_unless_somebody_wants_all_to_see(
    it: Scene,
) -> None:
    it.around.private = True
    assert answer(await it.ask("person", name="umerov")).ephemeral
    assert not answer(await it.ask("person", name="umerov", private=False)).ephemeral


async def test_what_the_core_holds_private_stays_so_whatever_was_asked(it: Scene) -> None:
    assert answer(await it.ask("language", private=False)).ephemeral


async def test_a_mistake_is_told_to_whoever_made_it_only(it: Scene) -> None:
    assert answer(await it.ask("person", name="Nobody Atall")).ephemeral


async def test_the_language_is_the_readers_and_a_chosen_one_goes_before_it(it: Scene) -> None:
    it.around.tag = "uk"
    said = text(answer(await it.ask("person", name="umerov")))
    assert "Ільмі Умеров" in said
    assert it.around.locales == ["en-US"]
    await it.ask("language", tag="tr")
    assert "İlmi Ümerov" in text(answer(await it.ask("person", name="umerov")))


async def test_where_a_question_comes_from_is_known_by_ids_alone(it: Scene) -> None:
    await it.ask("ping")
    (asked,) = it.dispatcher.asked
    assert asked.actor.id == str(it.ann.id)
    assert asked.actor.role is Role.EVERYONE
    assert (asked.address.space, asked.address.room) == (str(it.guild.id), str(it.channel.id))


async def test_a_direct_chat_is_answered(it: Scene) -> None:
    assert "Ilmi Umerov" in text(answer(await it.ann.user.slash("person", name="umerov")))
    assert it.dispatcher.asked[-1].address.space == ""


async def test_what_takes_longer_than_a_second_is_announced_and_then_put_in_its_place(
    it: Scene,
) -> None:
    it.dispatcher.takes = 60.0
    began = it.env.now()
    result = await it.ask("person", name="umerov")
    assert (result.deferred, result.ephemeral) == (True, False)
    assert it.env.now() - began == timedelta(seconds=1)
    await it.env.advance_time(60)
    assert "Ilmi Umerov" in text(answer(result))
    assert answer(result).flags.components_v2
    assert not result.followups


async def test_what_takes_long_and_was_asked_in_private_is_announced_in_private(it: Scene) -> None:
    it.dispatcher.takes = 60.0
    result = await it.ask("person", name="umerov", private=True)
    assert (result.deferred, result.ephemeral) == (True, True)
    await it.env.advance_time(60)
    assert "Ilmi Umerov" in text(answer(result))


async def test_what_turns_out_private_is_not_put_where_all_were_told_to_wait(it: Scene) -> None:
    it.dispatcher.takes = 60.0
    it.dispatcher.is_secret = True
    result = await it.ask("person", name="umerov")
    await it.env.advance_time(60)
    assert result.response is None
    (said,) = result.followups
    assert said.ephemeral
    assert "Ilmi Umerov" in text(said)


async def test_after_a_quarter_of_an_hour_the_answer_goes_to_the_channel(it: Scene) -> None:
    it.dispatcher.takes = 16 * 60.0
    await it.ask("person", name="umerov")
    await it.env.advance_time(17 * 60)
    assert "Ilmi Umerov" in text(it.channel.last_message)
    assert it.channel.last_message is not None
    assert it.channel.last_message.interaction_metadata is None


async def test_after_a_quarter_of_an_hour_a_private_answer_goes_nowhere(it: Scene) -> None:
    it.dispatcher.takes = 16 * 60.0
    result = await it.ask("person", name="umerov", private=True)
    requests = len(it.env.http_requests)
    await it.env.advance_time(17 * 60)
    assert result.deferred
    assert [one.path for one in it.env.http_requests[requests:] if "callback" not in one.path] == []


async def test_an_answer_that_was_taken_though_its_receipt_was_lost_is_not_given_twice(
    it: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    it.env.inject_error("POST", CALLBACK, status=400, code=40060)
    result = await it.ask("person", name="umerov")
    assert not result.followups
    assert sum("callback" in one.path for one in it.env.http_requests) == 1
    assert not caplog.records


async def test_waiting_that_was_taken_though_its_receipt_was_lost_ends_in_an_answer(
    it: Scene,
) -> None:
    it.dispatcher.takes = 60.0
    it.env.inject_error("POST", CALLBACK, status=400, code=40060)
    result = await it.ask("person", name="umerov")
    await it.env.advance_time(60)
    assert not result.acknowledged
    assert "Ilmi Umerov" in text(it.channel.last_message)


async def test_an_answer_that_comes_too_late_for_discord_ends_nothing(
    it: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    it.env.inject_error("POST", CALLBACK, status=404, code=10062)
    assert not (await it.ask("person", name="umerov")).acknowledged
    assert not caplog.records
    assert (await it.ask("person", name="umerov")).acknowledged


@pytest.mark.parametrize("code", [50001, 50013])
async def test_what_discord_forbids_is_said_to_whoever_asked(it: Scene, code: int) -> None:
    it.env.inject_error("POST", CALLBACK, status=403, code=code)
    result = await it.ask("person", name="umerov")
    assert result.ephemeral
    assert "Discord does not let me" in text(answer(result))


async def test_a_defect_is_told_with_a_reference_and_logged_without_who_asked_what(
    it: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    it.dispatcher.failure = RuntimeError("umerov")
    with caplog.at_level(logging.DEBUG, logger="community_bot"):
        result = await it.ask("person", name="umerov")
    assert result.ephemeral
    (record,) = caplog.records
    assert record.getMessage().split()[4] in text(answer(result))
    for secret in (str(it.ann.id), str(it.guild.id), str(it.channel.id), "umerov"):
        assert secret not in record.getMessage()


async def test_nothing_of_an_answer_stays_in_memory(it: Scene) -> None:
    for name in ("person", "timeline"):
        await it.ask(name, name="umerov")
        await it.ask(name, name="umerov", private=True)
    store = it.env.bot._connection._view_store  # noqa: SLF001 - there is no other way to look
    assert not any(store._views.values())  # noqa: SLF001
    assert not it.env.bot.persistent_views


async def test_a_server_that_is_joined_or_left_is_told_to_whoever_keeps_its_things(
    it: Scene,
) -> None:
    await it.restart()
    assert it.around.heard[-1] == ("there", str(it.guild.id))
    leave(it)
    await it.env.settle()
    assert ("left", str(it.guild.id)) in it.around.heard


async def test_a_server_whose_things_cannot_be_kept_ends_nothing(
    it: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    it.around.failure = OSError("the disk is full")
    leave(it)
    await it.env.settle()
    (record,) = caplog.records
    assert str(it.guild.id) not in record.getMessage()


def leave(it: Scene) -> None:
    it.env.backend.emit("GUILD_DELETE", {"id": str(it.guild.id)})
