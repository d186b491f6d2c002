"""The parts together: what is wired to what, and what a bot does by itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from terminal import Terminal, base_of

from community_bot.adapters.terminal.asking import Seat
from community_bot.adapters.terminal.carrier import Shown, TerminalCarrier
from community_bot.app.memory import Memory
from community_bot.app.wiring import Bot, command_table, wire
from community_bot.core.snapshot import Snapshot
from community_bot.domain.address import Account, Platform, Role
from community_bot.storage.database import Database

ANN = Seat(role=Role.MODERATOR, name="ann")


def fresh() -> Snapshot:
    loaded = base_of("dreyfus")
    return Snapshot(loaded.folder, loaded.current)


async def say(bot: Bot, *lines: str, seat: Seat = ANN) -> None:
    for line in lines:
        reply = await bot.dispatcher.dispatch(seat.invocation(line))
        assert reply is not None
        assert reply.error is None, reply.error


def test_the_table_is_the_same_with_and_without_knowledge() -> None:
    assert command_table().names == Terminal.at("dreyfus").bot.dispatcher.table.names


async def test_settling_a_bot_that_kept_nothing_opens_no_database() -> None:
    bot = wire(fresh())
    await bot.settle()
    assert isinstance(bot.stores, Memory)
    assert not bot.stores.opened.is_set()


async def test_asking_for_a_revision_where_nothing_was_kept_opens_no_database() -> None:
    bot = wire(fresh())
    for line in ("verify emile-zola@aaaaaaaaaa", "verify nobody-at-all@aaaaaaaaaa"):
        await bot.dispatcher.dispatch(ANN.invocation(line))
    assert isinstance(bot.stores, Memory)
    assert not bot.stores.opened.is_set()


async def test_a_bot_with_a_database_goes_on_where_another_ended(tmp_path: Path) -> None:
    shown: list[Shown] = []
    database = await Database.open(tmp_path / "bot.sqlite3")
    bot = wire(fresh(), database=database, carriers=[TerminalCarrier(shown.append)])
    await say(bot, "channel add name=here", "post send Hello. to=here", "post confirm P1")
    await bot.close()
    assert shown == []
    database = await Database.open(tmp_path / "bot.sqlite3")
    bot = wire(fresh(), database=database, carriers=[TerminalCarrier(shown.append)])
    await bot.settle()
    await bot.settle()
    await bot.close()
    assert [one.text for one in shown] == [
        "Hello.\n\nThe team’s own words, not from the knowledge base.\n\nP1 r1"
    ]


async def test_a_running_bot_posts_as_soon_as_something_is_confirmed() -> None:
    posted = asyncio.Event()
    bot = wire(fresh(), carriers=[TerminalCarrier(lambda _: posted.set())])
    running = asyncio.create_task(bot.run())
    await say(bot, "channel add name=here", "post send Hello. to=here", "post confirm P1")
    async with asyncio.timeout(20):
        await posted.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await bot.close()


async def test_an_admin_of_the_settings_may_grant_without_being_vouched_for() -> None:
    boss = Account(Platform.TERMINAL, "boss")
    bot = wire(fresh(), admins=[boss])
    await say(bot, "role list", seat=Seat(name="boss"))
    reply = await bot.dispatcher.dispatch(Seat(name="somebody").invocation("role list"))
    assert reply is not None
    assert reply.error is not None
    assert reply.error.key == "not-allowed"
    await bot.close()


def test_each_service_has_a_name_of_its_own() -> None:
    bot = wire(fresh())
    names = [one.name for one in (*bot.newsroom.services, *bot.editorial.services)]
    assert len(set(names)) == len(names)
