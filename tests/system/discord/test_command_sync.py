"""Discord is given the commands when they have changed, and only then."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import pytest
import simcord
from system.discord.command_bot import CommandBot, world

from community_bot.adapters.discord.syncing import sync_commands
from community_bot.app.wiring import command_table
from community_bot.core.command import CommandTable

TABLE = command_table()


def syncs(env: simcord.Env) -> int:
    return sum(one.method == "PUT" and "commands" in one.path for one in env.http_requests)


def fewer() -> CommandTable:
    return CommandTable(one for one in TABLE.commands if one.name != "ping")


async def test_the_same_commands_are_given_once(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        bot = await here.update(TABLE)
        assert await sync_commands(bot.tree, tmp_path)
        assert syncs(here.env) == 1
        assert "person" in here.alice.available_commands(here.channel)


async def test_other_commands_are_given_anew(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        bot = await here.update(fewer())
        assert await sync_commands(bot.tree, tmp_path)
        assert syncs(here.env) == 2
        assert "ping" not in here.alice.available_commands(here.channel)


async def test_an_option_that_changed_is_a_change(tmp_path: Path) -> None:
    changed = [
        replace(one, params=one.params[:-1]) if one.name == "people" else one
        for one in TABLE.commands
    ]
    async with world(tmp_path) as here:
        bot = await here.update(CommandTable(changed))
        assert await sync_commands(bot.tree, tmp_path)
        assert syncs(here.env) == 2


async def test_another_application_is_given_the_commands_too(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        other = CommandBot(here.desk, TABLE, None, application=42)
        await here.env.restart_bot(other)
        assert await sync_commands(other.tree, tmp_path)
        assert [one.path for one in here.env.http_requests if one.method == "PUT"][1:] == [
            "/applications/42/commands"
        ]


async def test_a_failure_stops_nothing_is_logged_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with world(tmp_path) as here:
        bot = await here.update(fewer())
        here.env.inject_error("PUT", "/applications/*/commands", status=403)
        assert not await sync_commands(bot.tree, tmp_path)
        assert "did not take the commands" in caplog.text
        assert (await here.slash("about")).acknowledged
        assert await sync_commands(bot.tree, tmp_path)
        assert "ping" not in here.alice.available_commands(here.channel)


async def test_what_cannot_be_remembered_is_given_each_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        bot = await here.update(TABLE)
        assert await sync_commands(bot.tree, tmp_path / "no-such-folder")
        assert await sync_commands(bot.tree, tmp_path / "no-such-folder")
        assert syncs(here.env) == 3
    assert "cannot be kept" in caplog.text
