from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from community_bot.domain.address import Account, Platform, Role
from community_bot.domain.errors import UserError
from community_bot.domain.grants import Grant, Member, PowerLevel, ServerRole, Standing
from community_bot.storage.database import Database

DISCORD = Account(Platform.DISCORD, "123")
MATRIX = Account(Platform.MATRIX, "@olga:example.org")
OTHER = Account(Platform.DISCORD, "456")
STANDINGS: list[Standing] = [
    ServerRole(Platform.DISCORD, "77", "5"),
    PowerLevel(Platform.MATRIX, "!hall:example.org", 50),
]


async def members(database: Database) -> tuple[Member, ...]:
    return (await database.team.team()).members


async def grants(database: Database) -> list[tuple[Role, int | Standing, tuple[str, ...]]]:
    return [(each.role, each.subject, each.on) for each in (await database.team.team()).grants]


async def test_two_accounts_of_one_human_are_one_member(database: Database) -> None:
    number = await database.team.join(DISCORD, "olga")
    assert await database.team.join(MATRIX, "olga") == number
    assert await database.team.join(MATRIX, "olga") == number
    other = await database.team.join(OTHER, "ivan")
    assert await members(database) == (
        Member(number, "olga", (DISCORD, MATRIX)),
        Member(other, "ivan", (OTHER,)),
    )
    assert await database.team.number_of(MATRIX) == number


async def test_whoever_acts_first_gets_a_number_and_keeps_it(database: Database) -> None:
    number = await database.team.number_of(DISCORD)
    assert await database.team.number_of(DISCORD) == number
    assert await members(database) == (Member(number, "", (DISCORD,)),)
    assert await database.team.join(DISCORD, "olga") == number
    assert await members(database) == (Member(number, "olga", (DISCORD,)),)


async def test_the_account_of_another_member_cannot_be_taken(database: Database) -> None:
    await database.team.join(DISCORD, "olga")
    await database.team.join(OTHER, "ivan")
    with pytest.raises(UserError, match="account-taken"):
        await database.team.join(OTHER, "olga")


async def test_a_nameless_account_brings_its_grants_along(database: Database) -> None:
    nameless = await database.team.number_of(MATRIX)
    await database.team.grant(Role.POSTER, nameless, ("b",))
    olga = await database.team.join(DISCORD, "olga")
    await database.team.grant(Role.POSTER, olga, ("a",))
    assert await database.team.join(MATRIX, "olga") == olga
    assert await grants(database) == [(Role.POSTER, olga, ("a", "b"))]
    assert await members(database) == (Member(nameless), Member(olga, "olga", (DISCORD, MATRIX)))


@pytest.mark.parametrize("subject", STANDINGS)
async def test_a_standing_is_granted_and_revoked(database: Database, subject: Standing) -> None:
    await database.team.grant(Role.MODERATOR, subject, ())
    await database.team.grant(Role.MODERATOR, subject, ())
    (grant,) = (await database.team.team()).grants
    assert grant == Grant(grant.id, Role.MODERATOR, subject)
    assert not await database.team.revoke(subject, Role.ADMIN, ())
    assert not await database.team.revoke(STANDINGS[not STANDINGS.index(subject)], None, ())
    assert await database.team.revoke(subject, None, ())
    assert not await database.team.revoke(subject, None, ())
    assert await grants(database) == []


async def test_what_is_granted_in_a_room_goes_along_up_to_a_level(database: Database) -> None:
    old, new = "!old:example.org", "!new:example.org"

    def held(room: str, level: int) -> PowerLevel:
        return PowerLevel(Platform.MATRIX, room, level)

    elsewhere = held("!other:example.org", 50)
    for level in (9, 50, 100):
        await database.team.grant(Role.POSTER, held(old, level), ("a", f"at {level}"))
    await database.team.grant(Role.ADMIN, elsewhere, ())
    await database.team.grant(Role.POSTER, held(new, 50), ("b",))
    for _ in range(2):
        await database.team.move(Platform.MATRIX, old, new, 50)
        await database.team.move(Platform.DISCORD, old, new, 100)
    assert set(await grants(database)) == {
        (Role.POSTER, held(new, 9), ("a", "at 9")),
        (Role.POSTER, held(new, 50), ("a", "at 50", "b")),
        (Role.POSTER, held(old, 100), ("a", "at 100")),
        (Role.ADMIN, elsewhere, ()),
    }


async def test_granting_again_adds_destinations_and_revoking_some_leaves_the_others(
    database: Database,
) -> None:
    olga = await database.team.join(DISCORD, "olga")
    ivan = await database.team.join(OTHER, "ivan")
    await database.team.grant(Role.POSTER, ivan, ("a",))
    await database.team.grant(Role.POSTER, olga, ("a",))
    await database.team.grant(Role.POSTER, olga, ("b", "a", "c"))
    await database.team.grant(Role.EDITOR, olga, ("b",))
    assert not await database.team.revoke(olga, None, ("z",))
    assert await database.team.revoke(olga, Role.POSTER, ("a", "z"))
    kept = [(Role.POSTER, ivan, ("a",)), (Role.POSTER, olga, ("b", "c"))]
    assert await grants(database) == [*kept, (Role.EDITOR, olga, ("b",))]
    assert await database.team.revoke(olga, None, ("b",))
    editing = (Role.EDITOR, olga, ())
    assert await grants(database) == [kept[0], (Role.POSTER, olga, ("c",)), editing]
    assert await database.team.revoke(olga, Role.POSTER, ("c",))
    assert await grants(database) == [kept[0], editing]


async def test_revoking_a_destination_leaves_grants_without_any(database: Database) -> None:
    olga = await database.team.join(DISCORD, "olga")
    await database.team.grant(Role.ADMIN, olga, ())
    assert not await database.team.revoke(olga, None, ("a",))
    assert await grants(database) == [(Role.ADMIN, olga, ())]


async def test_forgetting_leaves_the_number_and_nothing_else(database: Database) -> None:
    olga = await database.team.join(DISCORD, "olga")
    await database.team.join(MATRIX, "olga")
    await database.team.grant(Role.POSTER, olga, ("a",))
    await database.preferences.choose_language(DISCORD, "uk")
    assert await database.team.forget(DISCORD)
    assert await members(database) == (Member(olga, "olga", (MATRIX,)),)
    assert await grants(database) == [(Role.POSTER, olga, ("a",))]
    assert await database.preferences.languages() == {}
    assert not await database.team.forget(DISCORD)
    assert await database.team.forget(MATRIX)
    assert await members(database) == (Member(olga),)
    assert await grants(database) == []
    assert await database.team.number_of(DISCORD) > olga


async def test_who_chose_a_language_only_is_forgotten_too(database: Database) -> None:
    await database.preferences.choose_language(DISCORD, "uk")
    await database.preferences.choose_language(MATRIX, "tr")
    assert await database.team.forget(DISCORD)
    assert await database.preferences.languages() == {MATRIX: "tr"}


async def test_a_language_is_kept_changed_and_let_go(database: Database) -> None:
    await database.preferences.choose_language(DISCORD, "uk")
    await database.preferences.choose_language(DISCORD, "crh-Latn")
    assert await database.preferences.languages() == {DISCORD: "crh-Latn"}
    await database.preferences.choose_language(DISCORD, "")
    await database.preferences.choose_language(OTHER, "")
    assert await database.preferences.languages() == {}


async def test_a_question_is_begun_once_and_its_mark_goes_when_it_can_come_no_more(
    database: Database,
) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert await database.handled.begin("one", noon)
    assert await database.handled.begin("two", noon + timedelta(hours=1))
    assert not await database.handled.begin("one", noon + timedelta(hours=2))
    assert await database.handled.begin("one", noon + timedelta(days=1, seconds=1))
    assert not await database.handled.begin("two", noon + timedelta(days=1, seconds=1))


async def test_of_two_that_begin_one_question_at_once_one_may(database: Database) -> None:
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    begun = await asyncio.gather(*(database.handled.begin("one", noon) for _ in range(5)))
    assert sorted(begun) == [False] * 4 + [True]
