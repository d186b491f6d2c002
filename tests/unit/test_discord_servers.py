"""What settings and destinations say of servers on Discord, and what becomes of those left."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from terminal import base_of

from community_bot.app.questions import SystemClock
from community_bot.app.servers import Servers
from community_bot.app.settings import Settings
from community_bot.app.settings_discord import DiscordSettings
from community_bot.app.wiring import Bot, wire
from community_bot.domain.address import Account, Address, Platform, Role
from community_bot.domain.grants import ServerRole
from community_bot.publishing.destination import Destination

ADMIN = "1"
SERVER, NEWS = "9", "55"
SETTINGS = Settings(
    admins=(Account(Platform.DISCORD, ADMIN), Account(Platform.MATRIX, "@ann:a.example")),
    language="tr",
    discord=DiscordSettings(private=True),
)


@dataclass(frozen=True, slots=True)
class Place:
    bot: Bot
    servers: Servers

    async def erased(self) -> int:
        """Return how many destinations go when all that was left is erased."""
        async with self.bot.newsroom.store.begin() as kept:
            return await kept.departures.erase(SystemClock().now() + timedelta(days=1))


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    bot = wire(base_of("dreyfus"), admins=SETTINGS.admins)
    address = Address(Platform.DISCORD, SERVER, NEWS)
    async with bot.newsroom.store.begin() as kept:
        await kept.destinations.add(Destination(name="news", address=address, language="uk"))
    yield Place(bot, Servers(SETTINGS, bot.authority, bot.newsroom.store, SystemClock()))
    await bot.close()


@pytest.mark.parametrize(
    ("locale", "channel", "language"),
    [
        ("ru", NEWS, "ru"),
        ("en-GB", NEWS, "en"),
        ("sv-SE", NEWS, "uk"),
        ("", NEWS, "uk"),
        ("sv-SE", "56", "tr"),
        ("", "56", "tr"),
    ],
)
async def test_the_readers_language_goes_before_the_channels_and_that_before_the_bots(
    place: Place, locale: str, channel: str, language: str
) -> None:
    await place.servers.languages.look()
    assert place.servers.language(SERVER, channel, locale) == language


async def test_answers_are_as_private_as_the_settings_say(place: Place) -> None:
    assert place.servers.is_private()


async def test_a_role_is_what_the_authority_says(place: Place) -> None:
    assert await place.servers.role(ADMIN) is Role.ADMIN
    assert await place.servers.role("@ann:a.example") is Role.EVERYONE


async def test_what_is_kept_of_a_server_goes_some_time_after_the_bot_left(place: Place) -> None:
    await place.servers.left(SERVER)
    await place.servers.left(SERVER)
    await place.servers.came(SERVER)
    assert await place.erased() == 0
    await place.servers.left("10")
    assert await place.erased() == 0
    await place.servers.left(SERVER)
    assert await place.erased() == 1


async def test_servers_left_while_the_bot_was_off_are_found_by_comparing(place: Place) -> None:
    for server in ("8", SERVER):
        role = ServerRole(Platform.DISCORD, server, "5")
        await place.bot.stores.team.grant(Role.MODERATOR, role, ())
    place.bot.authority.invalidate()
    await place.servers.compare(frozenset())
    await place.servers.compare(frozenset({"8", SERVER, "7"}))
    assert await place.erased() == 0
    for _ in range(2):
        await place.servers.compare(frozenset({SERVER}))
    assert await place.erased() == 1
    await place.servers.compare(frozenset())
    assert await place.erased() == 2


async def test_a_server_that_is_in_use_again_is_kept_whatever_is_there(place: Place) -> None:
    await place.servers.left("10")
    await place.servers.compare(frozenset({SERVER, "10"}))
    there = Address(Platform.DISCORD, "10", "56")
    async with place.bot.newsroom.store.begin() as kept:
        await kept.destinations.add(Destination(name="later", address=there, language="uk"))
    assert await place.erased() == 0
