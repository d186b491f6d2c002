"""What is kept of people: what they chose, what they were granted, and how it is erased."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from office import ADMIN, IVAN, NOBODY, OLENA, OLENA_THERE, open_office

from community_bot.core.i18n import available_languages
from community_bot.core.invocation import Invocation
from community_bot.core.preferences import Preferences
from community_bot.domain.address import Account, Address, Role
from community_bot.domain.document import ErrorReport, Reply


def files_with(folder: Path, ids: Iterable[str]) -> list[tuple[str, str]]:
    """Return each file under ``folder`` with each of the ids that stands in its bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [(path.name, id_) for path in files for id_ in ids if id_.encode() in path.read_bytes()]


async def test_a_chosen_language_goes_before_the_platforms_and_outlives_a_restart() -> None:
    async with open_office() as office:
        reply = await office.ask("language uk", NOBODY)
        assert reply.private
        assert "Відтепер" in await office.say("language українська", NOBODY)
        assert (await office.ask("ping", NOBODY)).language == "uk"
        assert (await office.ask("ping", IVAN)).language == "en"
        again = Preferences(office.database.preferences)
        assert await again.language_of(NOBODY.account) == "uk"


@pytest.mark.parametrize("text", ["uk", "UK", "Ukrainian", "українська", "Українська", "tag=uk"])
async def test_a_language_is_meant_by_its_tag_and_by_its_names(text: str) -> None:
    async with open_office() as office:
        assert await office.error(f"language {text}", NOBODY) == ""
        assert await office.preferences.language_of(NOBODY.account) == "uk"


@pytest.mark.parametrize("text", ["klingon", "u", "uk ru", "../uk", "tag="])
async def test_what_is_no_language_is_answered_with_those_there_are(text: str) -> None:
    async with open_office() as office:
        reply = await office.ask(f"language {text}", NOBODY)
        assert reply.error is not None
        assert reply.error.key == "own-language-unknown"
        assert "en, ru, tr, uk" in reply.error.message
        assert await office.preferences.language_of(NOBODY.account) == ""


async def test_language_shows_what_is_chosen_and_offers_the_others() -> None:
    async with open_office() as office:
        shown = await office.ask("language", NOBODY)
        assert [one.line for one in shown.actions] == [
            f"language {tag}" for tag in available_languages()
        ]
        await office.ask("language tr", NOBODY)
        shown = await office.ask("language", NOBODY)
        assert "language tr" not in [one.line for one in shown.actions]
        await office.ask("language none", NOBODY)
        assert await office.database.preferences.languages() == {}
        assert (await office.ask("ping", NOBODY)).language == "en"


async def test_a_choice_that_cannot_be_kept_is_not_in_force() -> None:
    async with open_office() as office:
        assert (await office.ask("ping", NOBODY)).language == "en"
        await office.database.close()
        assert await office.error("language uk", NOBODY) == "internal-error"
        assert (await office.ask("ping", NOBODY)).language == "en"


async def test_whoever_chose_nothing_is_told_that_nothing_was_kept() -> None:
    async with open_office() as office:
        assert "kept nothing" in await office.say("forget-me", NOBODY)


async def test_a_language_is_forgotten_at_once() -> None:
    async with open_office() as office:
        await office.ask("language uk", NOBODY)
        assert await office.error("forget-me", NOBODY) == ""
        assert await office.database.preferences.languages() == {}
        assert (await office.ask("ping", NOBODY)).language == "en"


async def test_somebody_of_the_team_is_told_first_what_is_lost() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator discord:2002 name=Ivan")
        await office.ask("role grant poster discord:2002 on=news")
        await office.ask("language tr", IVAN)
        await office.ask("language en", IVAN)
        reply = await office.ask("forget-me", IVAN)
        assert [one.line for one in reply.actions] == ["forget-me confirm=yes"]
        said = await office.say("forget-me", IVAN)
        for lost in ("`discord:2002`", "`moderator`", "`poster` (news)", "number 1"):
            assert lost in said
        assert "Nothing was erased" in await office.say("forget-me confirm=no", IVAN)
        assert await office.authority.role_of(IVAN) is Role.MODERATOR
        await office.ask("forget-me confirm=yes", IVAN)
        assert await office.authority.role_of(IVAN) is Role.EVERYONE
        team = await office.database.team.team()
        assert team.grants == ()
        assert [(one.name, one.accounts) for one in team.members if one.number == 1] == [("", ())]
        assert await office.database.preferences.languages() == {}
        assert "kept nothing" in await office.say("forget-me", IVAN)


async def test_one_account_is_forgotten_and_the_persons_other_one_stays() -> None:
    async with open_office() as office:
        await office.ask("role grant moderator matrix:@olena:example.org name=Olena")
        await office.ask("role grant moderator discord:1001 name=Olena")
        assert "matrix:@olena:example.org" in await office.say("forget-me", OLENA_THERE)
        await office.ask("forget-me confirm=yes", OLENA_THERE)
        assert await office.authority.role_of(OLENA_THERE) is Role.EVERYONE
        assert await office.authority.role_of(OLENA) is Role.MODERATOR


async def test_an_admin_of_the_settings_is_told_that_the_settings_stay() -> None:
    async with open_office() as office:
        assert "settings name this account" in await office.say("forget-me", ADMIN)
        assert await office.authority.role_of(ADMIN) is Role.ADMIN


async def test_an_answer_about_forgetting_that_is_neither_yes_nor_no_erases_nothing() -> None:
    async with open_office() as office:
        await office.ask("language uk", NOBODY)
        assert await office.error("forget-me confirm=maybe", NOBODY) == "choice-unknown"
        assert await office.preferences.language_of(NOBODY.account) == "uk"


async def test_what_is_forgotten_stands_in_no_byte_of_the_database(tmp_path: Path) -> None:
    ids = ("918273645546372819", "@a-most-unusual-name:example.org")
    folder = tmp_path / "state"
    folder.mkdir()
    async with open_office(file=folder / "bot.db") as office:
        await office.ask(f"role grant moderator discord:{ids[0]} name=Somebody")
        await office.ask(f"role grant moderator matrix:{ids[1]} name=Somebody")
        accounts = [Account.parse(f"discord:{ids[0]}"), Account.parse(f"matrix:{ids[1]}")]
        for account in accounts:
            await office.database.preferences.choose_language(account, "uk")
        for account in accounts:
            await office.database.team.forget(account)
    assert files_with(folder, (*ids, "Somebody")) == []


async def test_privacy_names_all_that_is_kept_in_every_language() -> None:
    async with open_office() as office:
        for tag in available_languages():
            invocation = Invocation("privacy", NOBODY, Address(NOBODY.platform), tag)
            reply = await office.dispatcher.dispatch(invocation)
            assert isinstance(reply, Reply)
            assert not isinstance(reply.error, ErrorReport)
        said = await office.say("privacy", NOBODY)
    for word in ("language", "posts", "revisions", "channels", "team", "30 days", "`forget-me`"):
        assert word in said
