"""What settings and destinations say of Matrix rooms, and what becomes of them when rooms move."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from terminal import base_of

from community_bot.app.questions import SystemClock
from community_bot.app.rooms import Rooms
from community_bot.app.settings import Settings
from community_bot.app.settings_matrix import MatrixSettings
from community_bot.app.wiring import Bot, wire
from community_bot.domain.address import Account, Address, Platform, Role
from community_bot.domain.grants import PowerLevel
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


async def test_a_room_is_the_moderators_as_soon_as_a_destination_there_is(place: Place) -> None:
    assert not await place.rooms.is_moderators(NEWS)
    found = await place.destination()
    async with place.bot.newsroom.store.begin() as kept:
        await kept.destinations.change(replace(found, is_moderators=True))
    assert await place.rooms.is_moderators(NEWS)
    assert not await place.rooms.is_moderators(LISTED)


async def test_anybody_may_invite_where_the_settings_say_so() -> None:
    bot = wire(base_of("dreyfus"))
    settings = Settings(matrix=MatrixSettings(invite_from=("*",)))
    rooms = Rooms(settings, bot.authority, bot.newsroom.store, SystemClock())
    assert rooms.may_invite("!any:x.example", "@eve:x.example")


async def test_a_room_has_its_prefix_and_its_destinations_language(place: Place) -> None:
    await place.rooms.languages.look()
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


async def test_of_several_destinations_in_a_room_that_moves_one_has_the_new_place(
    place: Place,
) -> None:
    thread = Address(Platform.MATRIX, room=NEWS, thread="$thread")
    async with place.bot.newsroom.store.begin() as kept:
        await kept.destinations.add(Destination(name="a thread", address=thread))
    for _ in range(2):
        await place.rooms.moved(NEWS, LISTED, None)
    async with place.bot.newsroom.store.read() as kept:
        found = {one.name: one.address for one in await kept.destinations.all()}
    assert found == {"news": Address(Platform.MATRIX, room=LISTED), "a thread": thread}


async def test_what_was_missed_is_found_by_comparing(place: Place) -> None:
    assert await place.rooms.compare(frozenset({LISTED})) == {NEWS}
    assert await place.rooms.compare(frozenset({NEWS})) == {NEWS}
    assert await place.erased() == 0
    for _ in range(2):
        await place.rooms.compare(frozenset())
    assert await place.erased() == 1
    assert await place.rooms.compare(frozenset()) == frozenset()


async def test_a_room_that_is_only_named_in_a_grant_matters_but_was_not_left(place: Place) -> None:
    level = PowerLevel(Platform.MATRIX, LISTED, 50)
    await place.bot.stores.team.grant(Role.MODERATOR, level, ())
    for _ in range(2):
        assert await place.rooms.compare(frozenset({NEWS})) == {NEWS, LISTED}
    assert await place.erased() == 0
    assert await rooms_granted(place) == {50: LISTED}


async def test_a_destination_goes_along_with_its_room(place: Place) -> None:
    await place.rooms.left(NEWS)
    for _ in range(2):
        await place.rooms.moved(NEWS, LISTED, None)
    await place.rooms.left(NEWS)
    assert (await place.destination()).address == Address(Platform.MATRIX, room=LISTED)
    assert place.rooms.language(LISTED, ADMIN) == "uk"
    assert await place.erased() == 0


async def test_what_is_granted_in_a_room_goes_along_as_far_as_whoever_moved_it_had_power(
    place: Place,
) -> None:
    team = place.bot.stores.team
    for level in (50, 100):
        standing = PowerLevel(Platform.MATRIX, NEWS, level)
        await team.grant(Role.MODERATOR, standing, ())
    await place.rooms.moved(NEWS, LISTED, None)
    assert await rooms_granted(place) == {50: NEWS, 100: NEWS}
    await place.rooms.moved(NEWS, LISTED, 50)
    assert await rooms_granted(place) == {50: LISTED, 100: NEWS}


async def rooms_granted(place: Place) -> dict[int, str]:
    """Return the room of each level that something is granted to."""
    subjects = [grant.subject for grant in (await place.bot.stores.team.team()).grants]
    return {one.level: one.room for one in subjects if isinstance(one, PowerLevel)}
