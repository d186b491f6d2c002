"""Whether somebody has a role of a server is asked of Discord each time, and doubt means no."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from ledger.discord import OWN, SERVER, TOKEN
from system.discord.openapi import problems
from system.discord.wire import Wire, wire

from community_bot.adapters.discord.line import Account as SignedIn
from community_bot.adapters.discord.line import Line
from community_bot.adapters.discord.rest import Rest
from community_bot.adapters.discord.standings import DiscordStandings
from community_bot.domain.address import Account, Platform
from community_bot.domain.grants import PowerLevel, ServerRole

ANN = Account(Platform.DISCORD, "41")
ROLE = ServerRole(Platform.DISCORD, SERVER, "7")


@pytest.fixture
async def server() -> AsyncIterator[Wire]:
    async with wire() as made:
        yield made
        assert not problems(made.requests)


@pytest.fixture
async def standings(server: Wire) -> AsyncIterator[DiscordStandings]:
    async with Rest(server.api, TOKEN) as rest:
        yield DiscordStandings(Line(SignedIn.of(rest, OWN)))


async def test_a_role_counts_from_when_it_is_given_until_it_is_taken(
    server: Wire, standings: DiscordStandings
) -> None:
    assert not await standings.holds(ANN, ROLE)
    server.channels.members["41"] = []
    assert not await standings.holds(ANN, ROLE)
    server.channels.members["41"] = ["7"]
    assert await standings.holds(ANN, ROLE)
    server.channels.members["41"] = ["8"]
    assert not await standings.holds(ANN, ROLE)


async def test_everybody_in_a_server_has_the_role_with_its_own_id(
    server: Wire, standings: DiscordStandings
) -> None:
    everyone = ServerRole(Platform.DISCORD, SERVER, SERVER)
    assert not await standings.holds(ANN, everyone)
    server.channels.members["41"] = []
    assert await standings.holds(ANN, everyone)


async def test_doubt_and_what_is_of_another_platform_mean_no(
    server: Wire, standings: DiscordStandings
) -> None:
    server.channels.members["41"] = ["7"]
    assert await standings.holds(ANN, ROLE)
    server.refusals.append(500)
    assert not await standings.holds(ANN, ROLE)
    assert not await standings.holds(Account(Platform.MATRIX, "@ann:hs"), ROLE)
    assert not await standings.holds(ANN, PowerLevel(Platform.MATRIX, "!room:hs", 50))
    assert not await standings.holds(ANN, ServerRole(Platform.DISCORD, "1", "7"))
    assert not await DiscordStandings(Line()).holds(ANN, ROLE)
