"""What settings and destinations say of Matrix rooms, and what becomes of them when rooms move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from terminal import base_of

from community_bot.app.questions import SystemClock
from community_bot.app.rooms import Rooms
from community_bot.app.settings import Settings
from community_bot.app.settings_matrix import MatrixSettings
from community_bot.app.wiring import Bot, wire
from community_bot.domain.address import Account, Address, Platform, Role
from community_bot.publishing.destination import Destination

ADMIN = "@admin:a.example"
LISTED = "!listed:c.example"
NEWS = "!news:b.example"
SETTINGS = Settings(
    admins=(Account(Platform.MATRIX, ADMIN), Account(Platform.DISCORD, "1")),
    language="tr",
    matrix=MatrixSettings(
        invite_from=("@ann:b.example", LISTED, "d.example:8448"),
        room_prefixes={NEWS: "?"},
    ),
)


@dataclass(frozen=True, slots=True)
class Place:
    bot: Bot
    rooms: Rooms

    async def destination(self) -> Destination:
        async with self.bot.newsroom.store.read() as kept:
            (found,) = await kept.destinations.all()
        return found

    async def erased(self) -> int:
        """Return how many destinations go when all that was left is erased."""
        async with self.bot.newsroom.store.begin() as kept:
            return await kept.departures.erase(SystemClock().now() + timedelta(days=1))


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    bot = wire(base_of("dreyfus"), admins=SETTINGS.admins)
    address = Address(Platform.MATRIX, room=NEWS)
    async with bot.newsroom.store.begin() as kept:
        await kept.destinations.add(Destination(name="news", address=address, language="uk"))
    yield Place(bot, Rooms(SETTINGS, bot.authority, bot.newsroom.store, SystemClock()))
    await bot.close()


@pytest.mark.parametrize(
    ("room", "user", "may"),
    [
        ("!any:x.example", ADMIN, True),
        ("!any:x.example", "@ann:b.example", True),
        ("!any:x.example", "@bob:b.example", False),
        (LISTED, "@bob:b.example", True),
        ("!any:d.example:8448", "@bob:b.example", False),
        ("!any:x.example", "@bob:d.example:8448", True),
        ("!any:x.example", "@bob:d.example", False),
        ("!any:x.example", "@bob:x.example:d.example:8448", False),
        ("!any:x.example", "", False),
    ],
)
async def test_only_who_is_listed_may_invite(
    place: Place, room: str, user: str, *, may: bool
) -> None:
    assert place.rooms.may_invite(room, user) is may


async def test_anybody_may_invite_where_the_settings_say_so() -> None:
    bot = wire(base_of("dreyfus"))
    settings = Settings(matrix=MatrixSettings(invite_from=("*",)))
    rooms = Rooms(settings, bot.authority, bot.newsroom.store, SystemClock())
    assert rooms.may_invite("!any:x.example", "@eve:x.example")


async def test_a_room_has_its_prefix_and_its_destinations_language(place: Place) -> None:
    await place.rooms.look()
    assert [place.rooms.prefix(room) for room in (NEWS, LISTED)] == ["?", "!"]
    languages = [place.rooms.language(room, ADMIN) for room in (NEWS, LISTED)]
    assert languages == ["uk", "tr"]


async def test_a_role_is_what_the_authority_says(place: Place) -> None:
    assert await place.rooms.role(ADMIN) is Role.ADMIN
    assert await place.rooms.role("@ann:b.example") is Role.EVERYONE


async def test_what_is_kept_of_a_room_goes_some_time_after_the_bot_left(place: Place) -> None:
    await place.rooms.left(NEWS)
    await place.rooms.left(NEWS)
    await place.rooms.came(NEWS)
    assert await place.erased() == 0
    await place.rooms.left(NEWS)
    assert await place.erased() == 1


async def test_a_destination_goes_along_with_its_room(place: Place) -> None:
    await place.rooms.left(NEWS)
    for _ in range(2):
        await place.rooms.moved(NEWS, LISTED)
    await place.rooms.left(NEWS)
    assert (await place.destination()).address == Address(Platform.MATRIX, room=LISTED)
    assert place.rooms.language(LISTED, ADMIN) == "uk"
    assert await place.erased() == 0
