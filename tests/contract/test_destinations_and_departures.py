from __future__ import annotations

from dataclasses import replace

import pytest
from stored import answer, at, one_post, page_of, placed, room

from community_bot.domain.address import Account, Address, Platform, Role
from community_bot.domain.errors import UserError
from community_bot.domain.grants import Grant, PowerLevel, ServerRole
from community_bot.publishing.destination import Destination
from community_bot.publishing.post import Message
from community_bot.publishing.schedule import Follow, Schedule, Topic
from community_bot.storage.database import Database

OLGA = Account(Platform.DISCORD, "5")
SERVER = Address(Platform.DISCORD, space="77")
HALL = Address(Platform.MATRIX, room="!hall:example.org")


async def test_destinations_are_kept_as_they_are_and_listed_by_name(database: Database) -> None:
    moderators = Destination(
        name="mods",
        address=Address(Platform.DISCORD, "77", "88", "99"),
        zone="Europe/Kyiv",
        language="uk",
        is_moderators=True,
        stopped="delivery-refused",
    )
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
        mods = await tx.destinations.add(moderators)
    async with database.publishing.read() as tx:
        assert await tx.destinations.all() == (mods, news)
    assert mods == replace(moderators, id=mods.id)
    assert 0 < news.id < mods.id


async def test_a_name_or_a_place_is_taken_once_only(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
        other = await tx.destinations.add(room("other"))
        with pytest.raises(UserError, match="destination-name-taken"):
            await tx.destinations.add(replace(room("elsewhere"), name="news"))
        with pytest.raises(UserError, match="destination-place-taken"):
            await tx.destinations.add(replace(news, id=0, name="again"))
        with pytest.raises(UserError, match="destination-name-taken"):
            await tx.destinations.change(replace(other, name="news"))
        await tx.destinations.change(replace(news, stopped="delivery-refused"))
        assert {each.name for each in await tx.destinations.all()} == {"news", "other"}


async def test_grants_follow_a_destination_that_is_renamed(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
    number = await database.team.join(OLGA, "olga")
    await database.team.grant(Role.POSTER, number, ("news",))
    async with database.publishing.begin() as tx:
        await tx.destinations.change(replace(news, name="headlines"))
    assert [grant.on for grant in (await database.team.team()).grants] == [("headlines",)]


async def test_with_a_destination_goes_all_that_was_only_there(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news, only_here = await one_post(tx)
        other = await tx.destinations.add(room("other"))
        both = await tx.posts.add(answer(), [placed(news), placed(other)])
        await tx.outbox.add([page_of(each, news) for each in (only_here, both)])
        await tx.outbox.add([page_of(both, other)])
        for each in (only_here, both):
            message = Message(post=each.id, destination=news.id, page=1, id="m", sent_at=at(1))
            await tx.outbox.keep_message(message)
        await tx.follows.add(Follow(topic=Topic.PEOPLE, destination=news.id))
        schedule = await tx.schedules.add(
            Schedule(cron="0 9 * * *", line="summary", grace=60), {news.id: at(1), other.id: at(2)}
        )
        await tx.destinations.remove(news.id)
    async with database.publishing.read() as tx:
        assert await tx.posts.get(only_here.id) is None
        assert await tx.posts.get(both.id) == both
        assert [each.destination for each in await tx.posts.placements(both.id)] == [other.id]
        assert [each.destination for each in await tx.outbox.of(both.id)] == [other.id]
        assert await tx.outbox.messages(both.id, news.id) == ()
        assert await tx.follows.all() == ()
        assert [each.destination for each in await tx.schedules.runs(schedule.id)] == [other.id]


async def test_the_next_destination_of_a_name_inherits_no_rights_and_no_number(
    database: Database,
) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(room("news"))
    number = await database.team.join(OLGA, "olga")
    await database.team.grant(Role.POSTER, number, ("news", "other"))
    async with database.publishing.begin() as tx:
        await tx.destinations.remove(news.id)
        again = await tx.destinations.add(replace(room("news"), address=HALL))
    assert again.id > news.id
    assert [grant.on for grant in (await database.team.team()).grants] == [("other",)]


async def test_a_space_that_was_left_is_erased_when_it_was_long_enough_ago(
    database: Database,
) -> None:
    await database.team.grant(Role.MODERATOR, ServerRole(Platform.DISCORD, "77", "5"), ())
    await database.team.grant(Role.MODERATOR, ServerRole(Platform.DISCORD, "78", "5"), ())
    await database.team.grant(Role.ADMIN, PowerLevel(Platform.MATRIX, HALL.room, 100), ())
    places = {
        "server": Address(Platform.DISCORD, "77", "1"),
        "thread": Address(Platform.DISCORD, "77", "2", "3"),
        "elsewhere": Address(Platform.DISCORD, "78", "1"),
        "hall": HALL,
        "kitchen": Address(Platform.MATRIX, room="!kitchen:example.org"),
    }
    async with database.publishing.begin() as tx:
        for name, address in places.items():
            await tx.destinations.add(Destination(name=name, address=address))
        await tx.departures.note(SERVER, at(0))
        await tx.departures.note(SERVER, at(9))
        await tx.departures.note(HALL, at(5))
        assert await tx.departures.erase(at(0)) == 0
        assert await tx.departures.erase(at(1)) == 3
        left = await tx.destinations.all()
        assert [each.name for each in left] == ["elsewhere", "hall", "kitchen"]
        assert await tx.departures.erase(at(6)) == 2
        assert [each.name for each in await tx.destinations.all()] == ["elsewhere", "kitchen"]
        assert await tx.departures.erase(at(99)) == 0
    kept = [grant.subject for grant in (await database.team.team()).grants]
    assert kept == [ServerRole(Platform.DISCORD, "78", "5")]


async def test_a_space_to_which_the_bot_came_back_is_not_erased(database: Database) -> None:
    async with database.publishing.begin() as tx:
        news = await tx.destinations.add(Destination(name="hall", address=HALL))
        await tx.departures.note(HALL, at(0))
        await tx.departures.cancel(HALL)
        assert await tx.departures.erase(at(9)) == 0
        assert await tx.destinations.all() == (news,)


async def test_grants_name_their_destinations_in_order(database: Database) -> None:
    number = await database.team.join(OLGA, "olga")
    await database.team.grant(Role.EDITOR, number, ("b", "a"))
    team = await database.team.team()
    assert team.grants == (Grant(team.grants[0].id, Role.EDITOR, number, ("a", "b")),)
