"""Granting, revoking and listing roles, as an admin types it."""

from __future__ import annotations

import pytest
from office import ADMIN, COUNCIL, IVAN, OLENA, OLENA_THERE, STAFF, Servers, open_office

from community_bot.core.invocation import Invocation
from community_bot.domain.address import Account, Actor, Address, Platform, Role
from community_bot.domain.grants import PowerLevel

V12_ROOM = "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"


async def test_the_list_shows_ids_and_who_is_admin_by_the_settings() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        await office.ask("role grant poster discord:1001 name=Olena on=news,matrix-news")
        await office.ask("role grant moderator discord-role:50/51")
        await office.ask("role grant editor matrix-level:!council:example.org/50 on=all")
        said = await office.say("role list")
    assert "(#2) `matrix:@root:example.org` – administrator, by the settings" in said
    assert (
        "Olena (#1) `discord:1001` `matrix:@olena:example.org` – "
        "`moderator`, `poster` (matrix-news, news)"
    ) in said
    assert "`discord-role:50/51` – `moderator`" in said
    assert "`matrix-level:!council:example.org/50` – `editor` (everywhere)" in said


async def test_whoever_a_notice_calls_by_number_stands_in_the_list() -> None:
    async with open_office(admins=(ADMIN.account, IVAN.account)) as office:
        before = await office.say("role list")
        assert "• `discord:2002` – administrator, by the settings" in before
        await office.ask("role grant poster discord:1001 on=news", IVAN)
        ((_, told),) = office.told
        after = await office.say("role list")
        assert f"({told['who']}) `discord:1001`" in after
        assert f"(#{told['by']}) `discord:2002` – administrator, by the settings" in after


async def test_an_empty_list_says_so() -> None:
    async with open_office(admins=()) as office:
        said = await office.say("role list", Actor(Platform.TERMINAL, "local", Role.ADMIN))
    assert "Nobody holds a role yet" in said


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("role grant chief discord:1", "argument-missing-listed"),
        ("role grant role=chief discord:1", "choice-unknown"),
        ("role grant everyone discord:1", "argument-missing-listed"),
        ("role grant moderator", "argument-missing"),
        ("role grant moderator poster discord:1", "choice-unknown"),
        ("role grant moderator discord:1 discord:2", "who-several"),
        ("role revoke discord:1 Olena", "who-several"),
        ("role grant moderator discord:0", "who-unreadable"),
        ("role grant moderator discord:-1", "who-unreadable"),
        ("role grant moderator discord:olena#1234", "who-unreadable"),
        ("role grant moderator discord:<@1>", "who-unreadable"),
        ("role grant moderator matrix:olena", "who-unreadable"),
        ("role grant moderator matrix:@Olena:example.org", "who-unreadable"),
        ("role grant moderator matrix:@olena", "who-unreadable"),
        ("role grant moderator irc:olena", "who-unreadable"),
        ("role grant moderator :", "who-unreadable"),
        ("role grant moderator discord:1٠", "who-look-alike"),
        ("role grant moderator discord-role:50", "who-server-role-unreadable"),
        ("role grant moderator discord-role:50/staff", "who-server-role-unreadable"),
        ("role grant moderator discord-role:50/50", "who-everybody"),
        ("role grant moderator matrix-level:!a:b/0", "who-room-level-unreadable"),
        ("role grant moderator matrix-level:!a:b/-1", "who-room-level-unreadable"),
        ("role grant moderator matrix-level:!a:b", "who-room-level-unreadable"),
        ("role grant moderator matrix-level:#alias:b/50", "who-room-level-unreadable"),
        ("role grant moderator Olena", "person-not-in-team"),
        ("role grant moderator all", "person-name-unreadable"),
        ("role grant moderator *", "person-name-unreadable"),
        ("role grant moderator @everyone", "person-name-unreadable"),
        ("role grant moderator discord:1 name=admin", "person-name-unreadable"),
        ("role grant moderator discord:1 name=a:b", "person-name-unreadable"),
        (f"role grant moderator discord:1 name={'a' * 41}", "person-name-unreadable"),
        ("role grant moderator discord-role:50/51 name=Olena", "role-name-for-account"),
        ("role grant moderator discord:1 on=news", "role-needs-no-places"),
        ("role grant admin discord:1 on=all", "role-needs-no-places"),
        ("role grant poster discord:1", "role-needs-places"),
        ("role grant poster discord:1 on=nwes", "role-place-unknown"),
        ("role revoke", "argument-missing"),
        ("role revoke Olena", "person-not-in-team"),
        ("role revoke discord:1", "role-nothing-to-revoke"),
        ("role revoke discord-role:50/51", "role-nothing-to-revoke"),
        ("role revoke matrix:@root:example.org", "role-by-settings"),
        ("role revoke matrix:@root:example.org role=admin", "role-by-settings"),
        ("role revoke matrix:@root:example.org role=poster", "role-nothing-to-revoke"),
        ("role revoke discord:1 role=chief", "choice-unknown"),
    ],
)
async def test_what_cannot_be_is_refused_in_words_and_changes_nothing(line: str, key: str) -> None:
    async with open_office() as office:
        assert await office.error(line) == key
        team = await office.database.team.team()
        assert (team.members, team.grants) == ((), ())
        assert office.told == []


async def test_an_unknown_role_is_answered_with_those_there_are() -> None:
    async with open_office() as office:
        for line in ("role grant chief discord:1", "role grant role=chief discord:1"):
            assert "poster, editor, moderator, admin" in await office.say(line)


async def test_a_look_alike_letter_is_shown_with_its_code() -> None:
    async with open_office() as office:
        said = await office.say("role grant moderator matrix:@оlena:example.org")
    assert "U+043E" in said


async def test_an_account_of_another_person_stays_theirs() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator discord:1001 name=Olena")
        assert await office.error("role grant poster discord:1001 name=Ivan on=news") == (
            "account-taken"
        )
        assert await office.authority.role_of(OLENA_THERE) is Role.MODERATOR


async def test_a_person_may_be_granted_and_revoked_by_name_whatever_its_case() -> None:
    async with open_office() as office:
        await office.ask("role grant poster discord:1001 name=Olena on=news")
        await office.ask('role grant moderator "olena"')
        assert await office.authority.role_of(OLENA_THERE) is Role.MODERATOR
        await office.ask("role revoke OLENA role=moderator")
        assert await office.authority.role_of(OLENA_THERE) is Role.POSTER
        await office.ask("role revoke Olena role=poster")
        assert await office.authority.role_of(OLENA_THERE) is Role.EVERYONE
        assert "no role" in await office.say("role list")


async def test_revoking_from_one_account_takes_it_from_the_person() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        await office.ask("role grant moderator discord:1001 name=Olena")
        await office.ask("role revoke discord:1001")
        assert await office.authority.role_of(OLENA) is Role.EVERYONE


async def test_whoever_loses_everything_leaves_the_team_and_is_erased() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        await office.ask("role grant moderator discord:2002 name=Olena")
        assert await office.error("role grant moderator discord:2002 name=Ivan") == "account-taken"
        assert "has left the team" in await office.say("role revoke discord:2002")
        assert "Olena" not in await office.say("role list")
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        assert await office.authority.role_of(OLENA) is Role.MODERATOR
        assert await office.authority.role_of(IVAN) is Role.EVERYONE
        assert await office.error("role grant moderator discord:2002 name=Ivan") == ""


async def test_a_poster_may_lose_one_destination_of_several() -> None:
    async with open_office() as office:
        await office.ask("role grant poster discord:2002 on=news,matrix-news")
        await office.ask("role revoke discord:2002 on=news")
        assert not await office.authority.may_post(IVAN, "news")
        assert await office.authority.may_post(IVAN, "matrix-news")
        assert await office.error("role revoke discord:2002 on=news") == "role-nothing-to-revoke"
        await office.ask("role revoke discord:2002 on=matrix-news")
        assert await office.authority.role_of(IVAN) is Role.EVERYONE


async def test_an_admin_of_the_settings_who_loses_a_grant_is_said_to_stay_one() -> None:
    async with open_office() as office:
        await office.ask("role grant poster matrix:@root:example.org on=news")
        assert "settings still name" in await office.say("role revoke matrix:@root:example.org")


async def test_a_room_of_version_12_is_named_without_a_server() -> None:
    async with open_office() as office:
        await office.ask(f"role grant moderator matrix-level:{V12_ROOM}/100")
        (grant,) = (await office.database.team.team()).grants
        assert grant.subject == PowerLevel(Platform.MATRIX, V12_ROOM, 100)
        await office.ask(f"role revoke matrix-level:{V12_ROOM}/100")
        assert (await office.database.team.team()).grants == ()


async def test_a_standing_is_granted_to_whoever_holds_it_and_taken_back_at_once() -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.ask("role grant moderator discord-role:50/51")
        assert await office.authority.role_of(IVAN) is Role.MODERATOR
        await office.ask("role revoke discord-role:50/51")
        assert await office.authority.role_of(IVAN) is Role.EVERYONE


async def test_the_moderators_are_told_by_number_and_never_by_account() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        await office.ask("role revoke Olena")
        await office.ask("role grant moderator matrix-level:!council:example.org/50")
        keys = [key for key, _ in office.told]
        assert keys == ["team-granted", "team-revoked-all", "team-granted"]
        assert office.told[0][1] == {"who": "#1", "role": "moderator", "by": 2}
        assert office.told[1][1] == {"who": "#1", "role": "", "by": 2}
        assert "olena" not in repr(office.told).casefold()
        assert COUNCIL.room in str(office.told[2][1]["who"])


async def test_a_grant_stands_and_is_said_to_although_the_moderators_cannot_be_told() -> None:
    async with open_office(tells=False) as office:
        assert await office.error("role grant moderator discord:2002") == ""
        assert await office.authority.role_of(IVAN) is Role.MODERATOR


async def test_answers_that_show_ids_are_private() -> None:
    async with open_office() as office:
        for line in (
            "role grant moderator discord:2002",
            "role list",
            "role revoke discord:2002",
        ):
            assert (await office.ask(line)).private


@pytest.mark.parametrize("line", ["role list", "role grant admin discord:2002", "role revoke x"])
async def test_only_an_admin_may(line: str) -> None:
    async with open_office() as office:
        await office.ask("role grant moderator discord:2002")
        assert await office.error(line, IVAN) == "not-allowed"
        await office.ask("role grant admin discord:2002")
        assert await office.error("role list", IVAN) == ""


async def test_an_account_without_a_name_is_named_later_and_keeps_what_it_has() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator discord:1001")
        await office.ask("role grant poster discord:1001 name=Olena on=news")
        (member,) = [one for one in (await office.database.team.team()).members if one.name]
        assert member.accounts == (Account(Platform.DISCORD, "1001"),)
        assert await office.authority.role_of(OLENA_THERE) is Role.MODERATOR


async def test_an_admin_is_offered_the_roles_there_are() -> None:
    async with open_office() as office:
        invocation = Invocation("role grant role=mod", ADMIN, Address(Platform.MATRIX))
        assert [one.text for one in await office.dispatcher.suggest(invocation)] == ["moderator"]
