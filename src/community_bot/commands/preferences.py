"""Commands about oneself: the language to be answered in, and being forgotten."""

from __future__ import annotations

from dataclasses import replace

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.authority import Authority
from community_bot.core.command import Command, Context, command
from community_bot.core.i18n import Texts, available_languages
from community_bot.core.invocation import write_line
from community_bot.core.ports import TeamStore
from community_bot.core.posting_params import YesNo
from community_bot.core.preferences import Preferences
from community_bot.core.team_params import FORGET, OwnLanguage
from community_bot.domain.address import Account
from community_bot.domain.document import Code, Inlines, Reply, Text
from community_bot.domain.grants import EVERYWHERE, Member, Team


def preference_commands(
    preferences: Preferences, team: TeamStore, authority: Authority
) -> tuple[Command, ...]:
    """Make the commands."""
    desk = _Desk(preferences, team, authority)
    return (
        command("language", writes=True)(desk.language),
        command("forget-me", writes=True)(desk.forget_me),
    )


class _Desk:
    """The handlers, around what is kept of people."""

    def __init__(self, preferences: Preferences, team: TeamStore, authority: Authority) -> None:
        self._preferences = preferences
        self._team = team
        self._authority = authority

    async def language(self, context: Context, tag: OwnLanguage | None = None) -> Reply:
        """Show or set the language to be answered in."""
        account = context.actor.account
        if tag is None:
            chosen = await self._preferences.language_of(account)
            return _language_shown(context, chosen)
        await self._preferences.choose_language(account, tag.tag)
        if not tag.tag:
            sheet = Sheet(context)
            sheet.message("language-forgotten")
            return _private(sheet)
        about = context.knowledge.about
        texts = Texts(tag.tag, about.fallbacks if about else None)
        sheet = Sheet(replace(context, texts=texts))
        sheet.message("language-chosen", language=texts.language_name(tag.tag))
        sheet.message("language-kept", forget=Code(write_line("language", FORGET), is_command=True))
        return _private(sheet)

    async def forget_me(self, context: Context, confirm: YesNo | None = None) -> Reply:
        """Erase what is kept about whoever asks; of the team only when they confirm it."""
        account = context.actor.account
        team = await self._team.team()
        member = next((one for one in team.members if account in one.accounts), None)
        sheet = Sheet(context)
        if confirm is YesNo.NO:
            sheet.message("forget-not")
        elif member is None:
            kept = await self._preferences.language_of(account)
            if kept:
                await self._preferences.choose_language(account, "")
            sheet.message("forget-done" if kept else "forget-nothing")
        elif confirm is None:
            _what_is_lost(sheet, team, member, account)
            line = write_line("forget-me", confirm=YesNo.YES.value)
            actions = (sheet.action("action-forget-me", line),)
            return replace(sheet.reply(actions=actions), private=True)
        else:
            await self._preferences.choose_language(account, "")
            await self._team.forget(account)
            self._authority.invalidate()
            sheet.message("forget-done")
        if account in self._authority.admins:
            sheet.message("forget-settings")
        return _private(sheet)


def _language_shown(context: Context, chosen: str) -> Reply:
    texts = context.texts
    sheet = Sheet(context)
    sheet.message("language-now", language=texts.language_name(texts.language))
    sheet.message("language-by-choice" if chosen else "language-by-platform")
    others = [tag for tag in available_languages() if tag != chosen]
    actions = [
        sheet.action(
            "action-language",
            write_line("language", tag),
            language=Texts(tag).language_name(tag),
        )
        for tag in others
    ]
    return replace(sheet.reply(actions=actions), private=True)


def _what_is_lost(sheet: Sheet, team: Team, member: Member, account: Account) -> None:
    sheet.message("forget-team")
    lost: list[Inlines] = [(Code(str(account)),)]
    others = [one for one in member.accounts if one != account]
    if not others:
        granted = [grant for grant in team.grants if grant.subject == member.number]
        for grant in sorted(granted, key=lambda one: -one.role):
            where = (
                sheet.texts("team-everywhere") if EVERYWHERE in grant.on else ", ".join(grant.on)
            )
            lost.append((Code(grant.role.name.lower()), *([Text(f" ({where})")] if where else [])))
    sheet.items(lost)
    if others:
        listed = ", ".join(map(str, others))
        sheet.message("forget-others-stay", accounts=listed)
    sheet.message("forget-posts-stay", number=member.number)


def _private(sheet: Sheet) -> Reply:
    return replace(sheet.reply(), private=True)
