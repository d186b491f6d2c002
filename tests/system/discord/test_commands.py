"""What people choose and type in Discord becomes the line that means just that."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import discord
import pytest
from discord import app_commands
from system.discord.command_bot import World, world

from community_bot.adapters.discord.typed import read_typed
from community_bot.app.wiring import command_table
from community_bot.core.command import Command, CommandTable
from community_bot.core.invocation import read_line

TABLE = command_table()


def without(name: str, option: str = "") -> CommandTable:
    """Return the table without a command, or with one option of it gone."""

    def changed(command: Command) -> Command:
        params = tuple(one for one in command.params if one.option != option)
        return replace(command, params=params)

    kept = (one for one in TABLE.commands if one.name != name or option)
    return CommandTable(changed(one) if one.name == name else one for one in kept)


def options_of(line: str) -> dict[str, str]:
    return dict(read_line(line).options)


@pytest.mark.parametrize(
    ("name", "options", "line"),
    [
        ("ping", {}, "ping"),
        ("person", {"name": "Наріман Джелял"}, 'person name="Наріман Джелял"'),
        ("people", {"status": "in-colony", "page": 2}, "people status=in-colony page=2"),
        ("people", {"named-in": "appeal"}, "people named-in=appeal"),
        ("resolutions", {"year": 2022}, "resolutions year=2022"),
        ("post withdraw", {"id": "P12"}, "post withdraw id=P12"),
        (
            "channel add",
            {"name": "news", "zone": "Europe/Kyiv"},
            "channel add name=news zone=Europe/Kyiv",
        ),
        ("find", {"words": '"exact phrase" more'}, r'find words="\"exact phrase\" more"'),
        ("forget-me", {"confirm": "yes"}, "forget-me confirm=yes"),
    ],
)
async def test_a_slash_command_becomes_its_line(
    tmp_path: Path, name: str, options: dict[str, object], line: str
) -> None:
    async with world(tmp_path) as here:
        await here.slash(name, **options)
    assert here.desk.asked == [(line, None)]
    found, call = TABLE.read(line)
    assert found is not None
    assert found.name == name
    assert dict(call.options) == {key: str(value) for key, value in options.items()}


@pytest.mark.parametrize("text", ['a "b" \\ c', "name=x", "«», “”", "\\", '"', "a\nb", "  "])
async def test_whatever_is_typed_into_an_option_arrives_to_the_letter(
    tmp_path: Path, text: str
) -> None:
    async with world(tmp_path) as here:
        await here.slash("ping", text=text)
    assert options_of(here.desk.asked[0][0]) == {"text": text}


@pytest.mark.parametrize("typed", ['"0 9 * * mon"', "“0 9 * * mon”", "0 9 * * mon"])
async def test_quotation_marks_that_a_description_asks_for_are_not_part_of_the_value(
    tmp_path: Path, typed: str
) -> None:
    async with world(tmp_path) as here:
        await here.slash("schedule add", cron=typed, what="summary", to="news")
    assert options_of(here.desk.asked[0][0])["cron"] == "0 9 * * mon"


async def test_a_phrase_keeps_the_quotation_marks_that_make_it_one(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.slash("find", words='"political prisoner"')
    assert options_of(here.desk.asked[0][0]) == {"words": '"political prisoner"'}


@pytest.mark.parametrize("private", [True, False])
async def test_whoever_says_private_is_heard_and_it_is_no_option_of_the_line(
    tmp_path: Path,
    private: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    async with world(tmp_path) as here:
        await here.slash("ping", private=private)
    assert here.desk.asked == [("ping", private)]


async def test_every_command_can_be_used_by_anybody_who_has_no_permissions(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        on_server = here.alice.available_commands(here.channel)
        in_private = here.user.available_commands()
    names = {command.name for command in TABLE.commands if command.is_listed}
    assert names <= set(on_server)
    assert names <= set(in_private)


async def test_a_command_works_in_a_private_conversation(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await here.user.slash("person", name="umerov")
    assert here.desk.asked == [("person name=umerov", None)]


@pytest.mark.parametrize(
    ("menu", "asked"), [("Verify this answer", "verify"), ("Explain names", "explain")]
)
async def test_a_context_menu_hands_on_the_message(tmp_path: Path, menu: str, asked: str) -> None:
    async with world(tmp_path) as here:
        message = await here.alice.send(here.channel, "Who is this about?")
        await here.alice.context_menu(here.channel, menu, message)
    assert here.desk.menus == [(asked, message.id)]


async def test_what_is_typed_is_offered_in_any_script(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.desk.offers = [("nariman-dzhelial", "Наріман Джелял")]
        choices = await here.type("person", "name", "Нар")
    assert here.desk.begun == [("person name=Нар", "name")]
    assert choices == [{"name": "Наріман Джелял", "value": "nariman-dzhelial"}]


async def test_a_number_is_offered_as_a_number(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        here.desk.offers = [("2021", "2021"), ("2022", "2022")]
        choices = await here.type("resolutions", "year", "20")
    assert choices == [{"name": "2021", "value": 2021}, {"name": "2022", "value": 2022}]


async def test_a_completion_that_fails_offers_nothing_and_logs_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        here.desk.offers = RuntimeError("somebody's words")
        caplog.set_level(logging.INFO)
        assert await here.type("person", "name", "Нар") == []
    assert "RuntimeError" in caplog.text
    assert "somebody's words" not in caplog.text
    assert str(here.alice.id) not in caplog.text


async def test_a_completion_that_discord_no_longer_wants_harms_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        here.desk.offers = [("umerov", "Umerov")]
        here.env.inject_error("POST", "/interactions/*", status=404, code=10062)
        assert await here.type("person", "name", "Um") == []
        assert await here.type("person", "name", "Ume") == [{"name": "Umerov", "value": "umerov"}]
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]


async def test_a_defect_behind_a_command_is_logged_without_its_words_and_who_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        here.desk.fault = RuntimeError("somebody's words")
        await here.slash("ping")
        here.desk.fault = None
        assert (await here.slash("ping")).acknowledged
        assert [type(error) for error in here.env.errors] == [app_commands.CommandInvokeError]
    assert "RuntimeError" in caplog.text
    assert "somebody's words" not in caplog.text
    assert str(here.alice.id) not in caplog.text


@pytest.mark.parametrize(
    ("gone", "name", "options", "line"),
    [
        (("ping", ""), "ping", {"text": "hi"}, "ping text=hi"),
        (("post repost", ""), "post repost", {"id": "P1"}, "post repost id=P1"),
        (("people", "status"), "people", {"status": "released"}, "people status=released"),
    ],
)
async def test_what_an_older_list_of_commands_sends_is_answered_by_the_core(
    tmp_path: Path, gone: tuple[str, str], name: str, options: dict[str, object], line: str
) -> None:
    async with world(tmp_path) as here:
        await here.update(without(*gone))
        result = await here.slash(name, **options)
        assert here.outdated()
    assert here.desk.asked == [(line, None)]
    assert result.acknowledged


async def test_an_option_that_has_become_required_is_asked_for_by_the_core(tmp_path: Path) -> None:
    def strict(command: Command) -> Command:
        if command.name != "timeline":
            return command
        return replace(command, params=tuple(replace(p, required=True) for p in command.params))

    async with world(tmp_path) as here:
        await here.update(CommandTable(map(strict, TABLE.commands)))
        await here.slash("timeline")
        assert here.outdated()
    assert here.desk.asked == [("timeline", None)]


@pytest.mark.parametrize("gone", [("person", ""), ("person", "name")])
async def test_a_completion_for_an_older_list_of_commands_harms_nothing(
    tmp_path: Path, gone: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        await here.update(without(*gone))
        assert await here.type("person", "name", "Нар") == []
    assert str(here.alice.id) not in caplog.text


async def test_a_menu_of_an_older_list_is_answered(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        bot = await here.update(TABLE)
        bot.tree.remove_command("Explain names", type=discord.AppCommandType.message)
        message = await here.alice.send(here.channel, "Who is this about?")
        await here.alice.context_menu(here.channel, "Explain names", message)
        assert here.outdated()
    assert here.desk.asked == [('"Explain names"', None)]


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [],
        {"name": 1},
        {"name": "ping", "options": 3},
        {"name": "ping", "options": [3]},
        {"name": "ping", "options": [{"name": "text", "value": "x"}]},
        {"name": "ping", "options": [{"name": "text", "type": 3}]},
        {"name": "ping", "options": [{"name": "text", "type": {}, "value": "x"}]},
        {"name": "post", "options": [{"type": 1}]},
        {"name": "post", "options": [{"name": None, "type": 1, "options": []}]},
    ],
)
def test_malformed_data_are_refused_as_a_whole(data: object) -> None:
    with pytest.raises(ValueError, match="malformed"):
        read_typed(data)


async def test_a_malformed_interaction_is_one_line_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        await malformed(here)
        assert (await here.slash("ping")).acknowledged
    assert caplog.text.count("cannot be read") == 1
    assert str(here.alice.id) not in caplog.text


async def malformed(here: World) -> None:
    """Send what Discord would never send: a command whose options are a number."""
    payload = {
        "id": "1",
        "application_id": str(here.env.backend.application_id),
        "type": 2,
        "token": "token",
        "version": 1,
        "guild_id": str(here.alice.guild.id),
        "channel_id": str(here.channel.id),
        "user": {"id": str(here.alice.id), "username": "a", "discriminator": "0", "avatar": None},
        "entitlements": [],
        "authorizing_integration_owners": {},
        "attachment_size_limit": 1,
        "data": {"id": "1", "name": "ping", "type": 1, "options": 3},
    }
    here.env.backend.emit("INTERACTION_CREATE", payload)
    await here.env.settle()
