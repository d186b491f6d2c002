"""Who may do what, and how old an answer to that may be."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest
from office import ADMIN, COUNCIL, IVAN, NOBODY, OLENA, OLENA_THERE, STAFF, Servers, open_office
from terminal import StillClock, base_of

from community_bot.commands.explaining import explain_error
from community_bot.core.authority import Authority
from community_bot.core.command import Command, Context, command
from community_bot.core.dispatch import Dispatcher
from community_bot.core.invocation import Invocation
from community_bot.core.ports import Standings, TeamStore
from community_bot.core.posting_params import What
from community_bot.domain.address import Account, Actor, Address, Platform, Role
from community_bot.domain.document import Paragraph, Reply, Text
from community_bot.domain.grants import Standing, Team
from community_bot.storage.database import Database


@command("whoami", looks_at_role=True)
async def whoami(context: Context) -> Reply:
    return Reply((Paragraph((Text(context.actor.role.name),)),))


@command("look")
async def look(context: Context) -> Reply:
    return Reply((Paragraph((Text(f"{context.actor.role.name} {context.now:%Y}"),)),))


@command("say", role=Role.POSTER)
async def say(context: Context, what: What, language: str | None = None) -> Reply:
    del context, language
    return Reply((Paragraph((Text(what.text),)),))


OWN: tuple[Command, ...] = (whoami, look, say)


@dataclass(slots=True)
class Counting:
    """A team's store that counts how often it is read."""

    store: TeamStore
    reads: int = 0
    meanwhile: Authority | None = None

    async def team(self) -> Team:
        self.reads += 1
        found = await self.store.team()
        if self.meanwhile is not None:
            self.meanwhile.invalidate()
            self.meanwhile = None
        return found

    async def number_of(self, account: Account) -> int:
        return await self.store.number_of(account)

    async def join(self, account: Account, name: str) -> int:
        return await self.store.join(account, name)

    async def grant(self, role: Role, subject: int | Standing, on: tuple[str, ...]) -> None:
        await self.store.grant(role, subject, on)

    async def revoke(self, subject: int | Standing, role: Role | None, on: tuple[str, ...]) -> bool:
        return await self.store.revoke(subject, role, on)

    async def move(self, platform: Platform, old: str, new: str, level: int) -> None:
        await self.store.move(platform, old, new, level)

    async def forget(self, account: Account) -> bool:
        return await self.store.forget(account)


def authority_of(
    store: TeamStore,
    clock: StillClock,
    servers: Standings | None = None,
    admins: Iterable[Account] = (),
) -> Authority:
    return Authority(store, admins, {Platform.DISCORD: servers} if servers else {}, clock)


async def test_whoever_was_granted_nothing_is_everyone_and_may_post_nowhere() -> None:
    async with open_office() as office:
        assert await office.authority.role_of(NOBODY) is Role.EVERYONE
        assert not await office.authority.may_post(NOBODY, "news")


async def test_the_admins_of_the_settings_are_admins_whatever_is_kept() -> None:
    async with open_office() as office:
        assert await office.authority.role_of(ADMIN) is Role.ADMIN
        assert await office.authority.may_post(ADMIN, "news")
        assert await office.authority.role_of(replace(ADMIN, platform=Platform.DISCORD)) is (
            Role.EVERYONE
        )


async def test_only_the_terminal_vouches_for_a_role() -> None:
    async with open_office(commands=OWN) as office:
        for platform, expected in (
            (Platform.TERMINAL, Role.ADMIN),
            (Platform.DISCORD, Role.EVERYONE),
            (Platform.MATRIX, Role.EVERYONE),
        ):
            actor = Actor(platform, "9", Role.ADMIN)
            assert await office.authority.role_of(actor) is expected
            assert await office.authority.may_post(actor, "news") is (expected is Role.ADMIN)
            for line in ("whoami", "look"):
                assert expected.name in await office.say(line, actor)
        alone = Dispatcher(office.dispatcher.table, base_of("dreyfus"), explain_error, office.clock)
        for platform, is_allowed in ((Platform.TERMINAL, True), (Platform.DISCORD, False)):
            actor = Actor(platform, "9", Role.ADMIN)
            reply = await alone.dispatch(Invocation("reload", actor, Address(platform)))
            assert reply is not None
            assert (reply.error is None) is is_allowed


async def test_a_poster_may_post_where_the_grant_says_and_a_moderator_everywhere() -> None:
    async with open_office() as office:
        await office.ask("role grant poster discord:2002 on=news")
        assert await office.authority.role_of(IVAN) is Role.POSTER
        assert await office.authority.may_post(IVAN, "news")
        assert not await office.authority.may_post(IVAN, "matrix-news")
        await office.ask("role grant poster discord:2002 on=all")
        assert await office.authority.may_post(IVAN, "matrix-news")
        await office.ask("role grant moderator matrix:@olena:example.org")
        assert await office.authority.may_post(OLENA, "anything")


async def test_an_editor_posts_only_where_it_was_granted() -> None:
    async with open_office() as office:
        await office.ask("role grant editor discord:2002")
        assert await office.authority.role_of(IVAN) is Role.EDITOR
        assert not await office.authority.may_post(IVAN, "news")
        await office.ask("role grant editor discord:2002 on=news")
        assert await office.authority.may_post(IVAN, "news")


async def test_two_accounts_of_one_person_are_one_member_with_one_role() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        await office.ask("role grant poster discord:1001 name=olena on=news")
        assert await office.authority.role_of(OLENA_THERE) is Role.MODERATOR
        assert await office.authority.number_of(OLENA) == await office.authority.number_of(
            OLENA_THERE
        )


async def test_a_role_of_a_server_counts_on_its_platform_only() -> None:
    servers = Servers(held={(IVAN.id, STAFF), (ADMIN.id, STAFF)})
    async with open_office(admins=(), standings={Platform.DISCORD: servers}) as office:
        await office.database.team.grant(Role.MODERATOR, STAFF, ())
        assert await office.authority.role_of(IVAN) is Role.MODERATOR
        assert await office.authority.role_of(ADMIN) is Role.EVERYONE
        assert [account for account, _ in servers.asked] == [IVAN.account]


async def test_a_platform_that_is_not_connected_holds_nothing() -> None:
    async with open_office(standings={}) as office:
        await office.database.team.grant(Role.MODERATOR, COUNCIL, ())
        assert await office.authority.role_of(OLENA) is Role.EVERYONE


async def test_what_a_platform_says_is_believed_for_60_seconds_and_no_longer() -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.database.team.grant(Role.MODERATOR, STAFF, ())
        assert await office.authority.role_of(IVAN) is Role.MODERATOR
        servers.held.clear()
        office.clock.seconds = 59.9
        assert await office.authority.role_of(IVAN) is Role.MODERATOR
        office.clock.seconds = 60.0
        assert await office.authority.role_of(IVAN) is Role.EVERYONE
        servers.held.add((IVAN.id, STAFF))
        office.clock.seconds = 60.1
        assert await office.authority.role_of(IVAN) is Role.EVERYONE
        office.clock.seconds = 120.0
        assert await office.authority.role_of(IVAN) is Role.MODERATOR
        assert len(servers.asked) == 3


async def test_an_answer_is_as_old_as_its_question() -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.database.team.grant(Role.MODERATOR, STAFF, ())
        servers.answers.clear()
        asking = asyncio.create_task(office.authority.role_of(IVAN))
        await servers.questioned.wait()
        office.clock.seconds = 4.0
        servers.answers.set()
        assert await asking is Role.MODERATOR
        servers.held.clear()
        office.clock.seconds = 60.0
        assert await office.authority.role_of(IVAN) is Role.EVERYONE


async def test_an_answer_that_came_late_is_not_kept_longer_than_those_before_it() -> None:
    servers = Servers(held={(IVAN.id, STAFF)}, at_once={NOBODY.id})
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.database.team.grant(Role.MODERATOR, STAFF, ())
        servers.answers.clear()
        asking = asyncio.create_task(office.authority.role_of(IVAN))
        await servers.questioned.wait()
        office.clock.seconds = 4.0
        await office.authority.role_of(NOBODY)
        servers.answers.set()
        assert await asking is Role.MODERATOR
        servers.held.clear()
        office.clock.seconds = 60.0
        assert await office.authority.role_of(IVAN) is Role.EVERYONE


async def test_a_platform_that_fails_denies_and_is_asked_again_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    servers = Servers(held={(IVAN.id, STAFF)}, broken=True)
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.database.team.grant(Role.MODERATOR, STAFF, ())
        assert await office.authority.role_of(IVAN) is Role.EVERYONE
        servers.broken = False
        assert await office.authority.role_of(IVAN) is Role.MODERATOR
    assert "ConnectionError" in caplog.text
    assert IVAN.id not in caplog.text


async def test_a_platform_that_does_not_answer_denies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Authority, "PATIENCE", 0.01)
    servers = Servers(held={(IVAN.id, STAFF)})
    servers.answers.clear()
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.database.team.grant(Role.MODERATOR, STAFF, ())
        assert await office.authority.role_of(IVAN) is Role.EVERYONE
        servers.answers.set()
        assert await office.authority.role_of(IVAN) is Role.MODERATOR


async def test_what_platforms_said_is_remembered_of_few_and_not_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Authority, "REMEMBERED", 100)
    servers = Servers()
    async with open_office(standings={Platform.DISCORD: servers}) as office:
        await office.database.team.grant(Role.MODERATOR, STAFF, ())
        for number in range(1, 1001):
            await office.authority.role_of(Actor(Platform.DISCORD, str(number)))
        assert office.authority.remembered == 100
        office.clock.seconds = 60.0
        await office.authority.role_of(NOBODY)
        assert office.authority.remembered == 1


async def test_grants_are_read_again_after_five_seconds_and_after_a_change_of_ours() -> None:
    clock = StillClock()
    database = await Database.in_memory()
    try:
        store = Counting(database.team)
        authority = authority_of(store, clock)
        for _ in range(3):
            assert await authority.role_of(IVAN) is Role.EVERYONE
        assert store.reads == 1
        number = await database.team.number_of(IVAN.account)
        await database.team.grant(Role.ADMIN, number, ())
        clock.seconds = 4.9
        assert await authority.role_of(IVAN) is Role.EVERYONE
        clock.seconds = 5.0
        assert await authority.role_of(IVAN) is Role.ADMIN
        await database.team.revoke(number, None, ())
        authority.invalidate()
        assert await authority.role_of(IVAN) is Role.EVERYONE
        assert store.reads == 3
    finally:
        await database.close()


async def test_a_change_while_grants_are_being_read_has_them_read_again() -> None:
    database = await Database.in_memory()
    try:
        store = Counting(database.team)
        authority = authority_of(store, StillClock())
        store.meanwhile = authority
        await authority.role_of(IVAN)
        assert store.reads == 2
    finally:
        await database.close()


async def test_a_question_that_anybody_may_ask_looks_at_no_grant_and_asks_no_platform() -> None:
    servers = Servers(held={(IVAN.id, STAFF)})
    async with open_office(commands=OWN, standings={Platform.DISCORD: servers}) as office:
        await office.database.team.grant(Role.MODERATOR, STAFF, ())
        assert "EVERYONE" in await office.say("look", IVAN)
        await office.ask("person zola", IVAN)
        assert servers.asked == []
        assert "MODERATOR" in await office.say("whoami", IVAN)
        assert len(servers.asked) == 1


async def test_help_lists_what_somebody_may_use() -> None:
    async with open_office() as office:
        assert "`reload`" in await office.say("help", ADMIN)
        assert "`reload`" not in await office.say("help", NOBODY)


async def test_endings_are_offered_by_the_role_that_somebody_has() -> None:
    async with open_office() as office:
        for actor, expected in ((ADMIN, ["reload"]), (NOBODY, [])):
            pretender = replace(actor, role=Role.ADMIN)
            invocation = Invocation("rel", pretender, Address(actor.platform))
            assert [one.text for one in await office.dispatcher.suggest(invocation)] == expected
            assert office.dispatcher.complete(invocation) == ()


async def test_an_answer_may_be_given_as_of_another_moment() -> None:
    async with open_office(commands=OWN) as office:
        then = office.clock.now().replace(year=2001)
        invocation = Invocation("look", NOBODY, Address(NOBODY.platform))
        reply = await office.dispatcher.answer(invocation, now=then)
        assert reply.blocks == (Paragraph((Text("EVERYONE 2001"),)),)


async def test_a_grant_is_in_force_at_the_next_question_and_a_revocation_too() -> None:
    async with open_office(commands=OWN) as office:
        assert await office.error("say hello", IVAN) == "not-allowed"
        await office.ask("role grant poster discord:2002 on=news")
        assert await office.error("say hello", IVAN) == ""
        await office.ask("role revoke discord:2002")
        assert await office.error("say hello", IVAN) == "not-allowed"


async def test_a_store_that_fails_gives_nobody_a_role_and_says_that_it_failed() -> None:
    async with open_office(commands=OWN) as office:
        await office.database.close()
        office.authority.invalidate()
        assert await office.error("say hello", IVAN) == "internal-error"
