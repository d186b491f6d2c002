"""A bot that keeps nothing opens no database before it must, and one only."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from community_bot.app.memory import Memory
from community_bot.domain.address import Account, Address, Platform, Role
from community_bot.domain.grants import Team
from community_bot.publishing.destination import Destination

ROOT = Path(__file__).resolve().parents[2]
ANN = Account(Platform.TERMINAL, "ann")
NEWS = Destination(name="news", address=Address(Platform.TERMINAL, room="news"))


async def test_asking_what_nobody_could_have_kept_opens_nothing() -> None:
    memory = Memory()
    assert await memory.team.team() == Team()
    assert await memory.preferences.languages() == {}
    assert await memory.team.forget(ANN) is False
    assert not memory.opened.is_set()
    await memory.close()


async def test_what_was_kept_is_there_until_the_end() -> None:
    memory = Memory()
    try:
        await memory.preferences.choose_language(ANN, "uk")
        number = await memory.team.join(ANN, "Ann")
        await memory.team.grant(Role.EDITOR, number, ("news",))
        async with memory.publishing.begin() as transaction:
            await transaction.destinations.add(NEWS)
        assert await memory.preferences.languages() == {ANN: "uk"}
        assert [one.role for one in (await memory.team.team()).grants] == [Role.EDITOR]
        async with memory.publishing.read() as transaction:
            assert [one.name for one in await transaction.destinations.all()] == ["news"]
        assert await memory.team.number_of(ANN) == number
        assert await memory.team.revoke(number, Role.EDITOR, ())
        assert await memory.team.forget(ANN)
    finally:
        await memory.close()


async def test_those_who_come_at_once_get_one_database() -> None:
    memory = Memory()
    try:
        found = await asyncio.gather(*(memory.database() for _ in range(5)))
        assert len(set(map(id, found))) == 1
    finally:
        await memory.close()


async def test_after_the_end_a_new_one_begins_empty() -> None:
    memory = Memory()
    await memory.preferences.choose_language(ANN, "uk")
    await memory.close()
    assert await memory.preferences.languages() == {}
    assert not memory.opened.is_set()


def test_wiring_a_bot_loads_no_database() -> None:
    code = (
        "import sys; import community_bot.app.wiring;"
        "heavy = {'sqlalchemy', 'alembic', 'aiosqlite', 'pydantic_settings', 'cronsim'};"
        "print(heavy & set(sys.modules))"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"
