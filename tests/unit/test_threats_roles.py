"""Roles against those who want more than they were given: the inputs of the threat table."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from office import (
    ADMIN,
    COUNCIL,
    IVAN,
    NOBODY,
    OLENA,
    STAFF,
    Office,
    Rooms,
    Servers,
    open_office,
)

from community_bot.core.authority import Authority
from community_bot.core.invocation import Invocation
from community_bot.core.ports import Standings
from community_bot.domain.address import Actor, Address, Platform, Role

OWN_ROOM = "!own:evil.example"
PUPPET = Actor(Platform.MATRIX, "@_discord_2002:bridge.example")


def create(version: str, sender: str, **content: object) -> Mapping[str, object]:
    return {"sender": sender, "content": {"room_version": version, "creator": sender, **content}}


def power(**content: object) -> Mapping[str, object]:
    return {"content": content}


def rooms() -> Rooms:
    """Return a council where Olena has 50, and a room where somebody else has all power."""
    council = (create("11", ADMIN.id), power(users={ADMIN.id: 100, OLENA.id: 50}))
    own = (create("12", PUPPET.id), power(users={"@evil:evil.example": 100}))
    joined = {COUNCIL.room: {ADMIN.id, OLENA.id, PUPPET.id}, OWN_ROOM: {PUPPET.id}}
    return Rooms({COUNCIL.room: council, OWN_ROOM: own}, joined)


# Row 6: escalation across platforms, and from places of one's own.


async def test_the_same_name_on_another_platform_is_somebody_else() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        for same in (
            Actor(Platform.DISCORD, OLENA.id),
            Actor(Platform.TERMINAL, OLENA.id),
            Actor(Platform.MATRIX, "@olena:other.example"),
            Actor(Platform.MATRIX, "olena"),
            Actor(Platform.MATRIX, "Olena"),
        ):
            assert await office.error("reload", same) == "not-allowed"


@pytest.mark.parametrize(
    "address",
    [
        Address(Platform.MATRIX, room=OWN_ROOM),
        Address(Platform.MATRIX, room="!direct:evil.example"),
        Address(Platform.MATRIX, room=COUNCIL.room),
        Address(Platform.MATRIX, room=COUNCIL.room, thread="$thread"),
        Address(Platform.MATRIX, space=COUNCIL.room, room=OWN_ROOM),
        Address(Platform.MATRIX),
    ],
)
async def test_a_management_command_means_the_same_from_wherever_it_comes(address: Address) -> None:
    """Whoever has all power in their own room, or writes in the council's, has none of ours."""
    async with open_office(standings={Platform.MATRIX: rooms()}) as office:
        await office.ask("role grant moderator matrix-level:!council:example.org/50")
        for actor, is_allowed in ((PUPPET, False), (OLENA, True)):
            for line in ("reload", "RELOAD", "  reload  "):
                reply = await office.dispatcher.dispatch(Invocation(line, actor, address))
                assert reply is not None
                assert (reply.error is None) is is_allowed
        reply = await office.dispatcher.dispatch(Invocation("role list", OLENA, address))
        assert reply is not None
        assert reply.error is not None
        assert reply.error.key == "not-allowed"


async def test_a_role_of_another_server_counts_for_nothing() -> None:
    elsewhere = replace(STAFF, server="99")
    servers = Servers(held={(IVAN.id, elsewhere)})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.ask("role grant moderator discord-role:50/51")
        assert await office.error("reload", IVAN) == "not-allowed"


@pytest.mark.parametrize(
    "line",
    [
        "role grant admin discord:2002 discord:3003",
        "role grant admin discord:2002,discord:3003",
        "role grant admin discord:2002;discord:3003",
        'role grant admin "discord:2002 discord:3003"',
        "role grant admin discord:2002\ndiscord:3003",
        "role grant admin who=discord:2002 discord:3003",
        "role grant admin who=discord:2002 who=discord:3003",
        "role grant poster discord:2002 role=admin on=news",
        "role revoke matrix:@root:example.org discord:2002",
    ],
)
async def test_an_argument_that_names_several_grants_nothing_to_anybody(line: str) -> None:
    async with open_office() as office:
        assert await office.error(line) != ""
        team = await office.database.team.team()
        assert (team.members, team.grants) == ((), ())


async def test_a_role_that_an_adapter_claims_for_somebody_is_not_believed() -> None:
    async with open_office() as office:
        for platform in (Platform.DISCORD, Platform.MATRIX):
            assert await office.error("role list", Actor(platform, "5", Role.ADMIN)) == (
                "not-allowed"
            )


# Row 7: permissions that are over.


async def levels_fall(office: Office, servers: Servers) -> None:
    assert await office.error("reload", IVAN) == ""
    servers.held.clear()


async def test_whoever_was_demoted_on_the_platform_may_nothing_60_seconds_later() -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.ask("role grant moderator discord-role:50/51")
        await levels_fall(office, servers)
        office.clock.seconds += 60
        assert await office.error("reload", IVAN) == "not-allowed"


async def test_whoever_was_revoked_may_nothing_at_once() -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.ask("role grant moderator discord-role:50/51")
        assert await office.error("reload", IVAN) == ""
        await office.ask("role revoke discord-role:50/51")
        assert await office.error("reload", IVAN) == "not-allowed"


async def test_an_old_answer_is_never_served_once_it_is_old_however_often_it_is_asked() -> None:
    """A cache that returns only what has expired, and that for ever, was somebody's defect."""
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.ask("role grant moderator discord-role:50/51")
        await levels_fall(office, servers)
        roles = []
        for _ in range(12):
            office.clock.seconds += 30
            roles.append(await office.authority.role_of(IVAN))
        assert roles == [Role.MODERATOR, *[Role.EVERYONE] * 11]
        assert len(servers.asked) == 7


# Row 8: what somebody may not use is as if it were not there.


@pytest.mark.parametrize("line", ["help role grant", "help role nothing", "role", "rolle list"])
async def test_a_command_beyond_a_role_is_not_spoken_of(line: str) -> None:
    async with open_office() as office:
        said = await office.say(line, NOBODY)
        assert "role list" not in said.replace(line, "")
        assert "account" not in said


async def test_an_answer_to_somebody_without_the_role_is_the_same_whatever_is_kept() -> None:
    async with open_office() as office:
        lines = ("role list", "role revoke Olena", "role grant admin discord:2002 name=Olena")
        before = [await office.ask(line, NOBODY) for line in lines]
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        assert [await office.ask(line, NOBODY) for line in lines] == before


# Row 9: names that look like somebody.


@pytest.mark.parametrize(
    "id_",
    [
        "Admin @root:example.org",
        "@root:example.org ",
        "@rооt:example.org",
        "@root\u200b:example.org",
        "@Root:example.org",
        "@root:example.org:8448",
        "@root:examp1e.org",
        "@root:example.org\u202e",
        "＠root:example.org",
    ],
)
async def test_an_id_that_only_looks_like_an_admins_is_not_one(id_: str) -> None:
    async with open_office() as office:
        assert await office.error("role list", Actor(Platform.MATRIX, id_)) == "not-allowed"


@pytest.mark.parametrize(
    "who",
    ["matrix:@оlena:example.org", "matrix:@olena:exаmple.org", "matrix:@ol\u200bena:example.org"],
)
async def test_nothing_is_granted_to_an_id_that_differs_by_a_look_alike(who: str) -> None:
    async with open_office() as office:
        assert await office.error(f'role grant moderator "{who}"') == "who-look-alike"
        assert (await office.database.team.team()).grants == ()


async def test_a_bridged_puppet_with_power_in_a_room_that_is_not_named_has_none() -> None:
    async with open_office(standings={Platform.MATRIX: rooms()}) as office:
        await office.ask("role grant moderator matrix-level:!council:example.org/50")
        await office.ask("role grant moderator discord:2002")
        assert await office.error("reload", PUPPET) == "not-allowed"
        assert await office.error("reload", IVAN) == ""


# Row 11: tricks with power levels.


@pytest.mark.parametrize(
    ("state", "user", "role"),
    [
        ((create("11", "@boss:a"), None), "@boss:a", Role.MODERATOR),
        ((create("11", "@boss:a"), None), "@other:a", Role.EVERYONE),
        (
            (create("12", "@boss:a", additional_creators=["@co:a"]), power()),
            "@co:a",
            Role.MODERATOR,
        ),
        ((create("12", "@boss:a", additional_creators=["@co:a"]), None), "@other:a", Role.EVERYONE),
        ((create("11", "@boss:a", additional_creators=["@co:a"]), None), "@co:a", Role.EVERYONE),
        ((create("11", "@boss:a"), power(users_default=100)), "@other:a", Role.MODERATOR),
        ((create("11", "@boss:a"), power(users_default="100")), "@other:a", Role.EVERYONE),
        ((create("9", "@boss:a"), power(users_default="100")), "@other:a", Role.MODERATOR),
        ((create("11", "@boss:a"), power(users={"@other:a": True})), "@other:a", Role.EVERYONE),
        ((create("99", "@boss:a"), power(users={"@boss:a": 100})), "@boss:a", Role.EVERYONE),
    ],
)
async def test_power_is_read_as_the_rooms_version_says(
    state: tuple[Mapping[str, object], Mapping[str, object] | None], user: str, role: Role
) -> None:
    here = Rooms({"!room": state}, {"!room": {user}})
    async with open_office(standings={Platform.MATRIX: here}) as office:
        await office.ask("role grant moderator matrix-level:!room/1")
        assert await office.authority.role_of(Actor(Platform.MATRIX, user)) is role


async def test_a_default_level_is_nobodys_who_is_not_in_the_room() -> None:
    here = Rooms({"!room": (create("11", "@boss:a"), power(users_default=100))}, {})
    async with open_office(standings={Platform.MATRIX: here}) as office:
        await office.ask("role grant moderator matrix-level:!room/1")
        assert await office.error("reload", Actor(Platform.MATRIX, "@other:a")) == "not-allowed"


async def test_a_level_of_zero_which_everybody_has_cannot_be_granted_anything() -> None:
    async with open_office() as office:
        line = "role grant admin matrix-level:!council:example.org/0"
        assert await office.error(line) == "who-room-level-unreadable"


# Row 29: who asks about prisoners is nobody's business.

LINES = (
    "person zola",
    "person nobody-of-this-name",
    "find j’accuse",
    "statement 1",
    "help role grant",
    "role list",
    "role grant admin discord:1",
    "what is this",
    "language",
    "forget-me",
    'find "' + "a" * 500,
)


def askers() -> Iterable[Actor]:
    for number in range(100):
        yield Actor(Platform.DISCORD, str(900_100_200_300_400_000 + number * 7_919))
        yield Actor(Platform.MATRIX, f"@asker-{number:04}:private.example")


async def test_after_a_thousand_questions_no_id_of_who_asked_is_anywhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    people = tuple(askers())
    servers, matrix = Servers(), rooms()
    caplog.set_level(logging.DEBUG)
    standings: dict[Platform, Standings] = {Platform.DISCORD: servers, Platform.MATRIX: matrix}
    async with open_office(file=state / "bot.db", standings=standings) as office:
        await office.ask("role grant moderator discord-role:50/51")
        await office.ask("role grant moderator matrix-level:!council:example.org/50")
        await office.ask("language uk", IVAN)
        asked = 0
        for number, actor in enumerate(people):
            servers.broken = number % 10 == 0
            for line in LINES:
                await office.ask(line, actor)
                asked += 1
        assert asked >= 1000
        office.clock.seconds += 120
        await office.ask("reload", IVAN)
        assert office.authority.remembered == 1
        back_up(state / "bot.db", state / "backup.db")
        while_open = found_in(state, people)
    assert while_open == []
    assert found_in(state, people) == []
    assert [actor.id for actor in people if actor.id in caplog.text] == []
    # The search itself finds what is there.
    assert found_in(state, [IVAN]) != []


def back_up(database: Path, copy: Path) -> None:
    source, target = sqlite3.connect(database), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def found_in(folder: Path, people: Iterable[Actor]) -> list[tuple[str, str]]:
    contents = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return [
        (name, actor.id)
        for name, content in contents.items()
        for actor in people
        if actor.id.encode() in content
    ]


async def test_whoever_holds_nothing_is_remembered_for_a_minute_and_not_by_name() -> None:
    servers = Servers()
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.ask("role grant moderator discord-role:50/51")
        await office.ask("person zola", NOBODY)
        assert office.authority.remembered == 0
        await office.ask("role list", NOBODY)
        assert office.authority.remembered == 1
        kept = {
            account
            for one in (await office.database.team.team()).members
            for account in one.accounts
        }
        assert kept == {ADMIN.account}
        assert await office.database.preferences.languages() == {}


def test_nothing_that_decides_rights_may_be_older_than_a_minute() -> None:
    assert Authority.STANDINGS_LAST <= 60
    assert Authority.GRANTS_LAST <= 5
