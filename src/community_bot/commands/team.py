"""Commands about the team: who is granted what, by whom it can be taken back, and a list of it.

Rows that are kept, and what the moderators are told, name people by number: only the list shows
their accounts, and only to an admin.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace
from typing import Protocol

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.authority import Authority
from community_bot.core.command import Command, Context, command
from community_bot.core.ports import TeamStore
from community_bot.core.posting_params import Names
from community_bot.core.team_params import PersonName, RoleWord, Who, standing_text
from community_bot.domain.address import Account, Actor, Role
from community_bot.domain.document import Code, Inline, Inlines, Reply, Strong, Text
from community_bot.domain.errors import UserError
from community_bot.domain.grants import EVERYWHERE, Grant, Member, Standing, Team

_log = logging.getLogger(__name__)

Places = Callable[[], Awaitable[Collection[str]]]
"""Returns the names of all destinations."""


class Tell(Protocol):
    """Tells the moderators something, worded by the catalogue in the language of each channel."""

    async def __call__(self, key: str, /, **arguments: str | int) -> object:
        """Tell it."""


def team_commands(
    team: TeamStore,
    authority: Authority,
    *,
    tell: Tell | None = None,
    places: Places | None = None,
) -> tuple[Command, ...]:
    """Make the commands; without ``places`` any name of a destination is taken."""
    roll = _Roll(team, authority, tell, places)
    return (
        command("role grant", role=Role.ADMIN)(roll.grant),
        command("role revoke", role=Role.ADMIN)(roll.revoke),
        command("role list", role=Role.ADMIN)(roll.show),
    )


class _Roll:
    """The handlers, around the team's store."""

    def __init__(
        self, team: TeamStore, authority: Authority, tell: Tell | None, places: Places | None
    ) -> None:
        self._team = team
        self._authority = authority
        self._tell = tell
        self._places = places

    async def grant(
        self,
        context: Context,
        role: RoleWord,
        who: Who,
        name: PersonName | None = None,
        on: Names | None = None,
    ) -> Reply:
        """Grant a role to an account, a person, a server's role or a room's power level."""
        where = await self._where(role, on)
        subject = await self._granted(who, name)
        await self._team.grant(Role[role.name], subject, where)
        self._authority.invalidate()
        await self._told("team-granted", context.actor, _mention(subject), role)
        sheet = Sheet(context)
        sheet.message("role-granted", who=Code(str(who)), role=_held(sheet, role, where))
        return _private(sheet)

    async def revoke(
        self, context: Context, who: Who, role: RoleWord | None = None, on: Names | None = None
    ) -> Reply:
        """Take back one role, or all of them: then the person leaves the team and is erased."""
        member, subject = await self._revoked(who)
        is_ours = not self._authority.admins.isdisjoint(_accounts(who, member))
        leaves = role is None and on is None and not is_ours
        taken = False
        if subject is not None:
            where = on.names if on else ()
            taken = await self._team.revoke(subject, Role[role.name] if role else None, where)
        if leaves and member is not None:
            for account in member.accounts:
                taken = await self._team.forget(account) or taken
        if not taken or subject is None:
            by_settings = is_ours and role in {None, RoleWord.ADMIN} and on is None
            key = "role-by-settings" if by_settings else "role-nothing-to-revoke"
            raise UserError(key, who=str(who))
        self._authority.invalidate()
        told = "team-revoked" if role else "team-revoked-all"
        await self._told(told, context.actor, _mention(subject), role)
        sheet = Sheet(context)
        left = leaves and member is not None
        sheet.message("role-revoked-all" if left else "role-revoked", who=Code(str(who)))
        if is_ours:
            sheet.message("role-still-by-settings")
        return _private(sheet)

    async def show(self, context: Context) -> Reply:
        """List who holds which role, by account."""
        team = await self._team.team()
        sheet = Sheet(context)
        sheet.title(context.texts("title-team"))
        admins = self._authority.admins
        lines = [
            *_admins(sheet, admins.difference(*(one.accounts for one in team.members))),
            *_people(sheet, team, admins),
            *_standings(sheet, team.grants),
        ]
        if not lines:
            sheet.message("team-none")
        sheet.items(lines)
        return _private(sheet)

    async def _where(self, role: RoleWord, on: Names | None) -> tuple[str, ...]:
        """Return the destinations that a grant is for; raise UserError for what cannot be."""
        if on is None:
            if role is RoleWord.POSTER:
                raise UserError("role-needs-places", role=role.value)
            return ()
        if role in {RoleWord.MODERATOR, RoleWord.ADMIN}:
            raise UserError("role-needs-no-places", role=role.value)
        if EVERYWHERE in on.names:
            return (EVERYWHERE,)
        known = await self._places() if self._places else on.names
        for name in on.names:
            if name not in known:
                there = ", ".join((*sorted(known), EVERYWHERE))
                raise UserError("role-place-unknown", name=name, known=there)
        return on.names

    async def _granted(self, who: Who, name: str | None) -> int | Standing:
        """Return whom a grant is to: the number of a member, a new one's if need be."""
        if not isinstance(who.subject, Account):
            if name is not None:
                raise UserError("role-name-for-account", name=name)
            return who.subject if not isinstance(who.subject, str) else await self._named(who)
        if name is None:
            return await self._team.number_of(who.subject)
        same = _called(await self._team.team(), name)
        return await self._team.join(who.subject, same.name if same else name)

    async def _named(self, who: Who) -> int:
        member = _called(await self._team.team(), str(who))
        if member is None:
            raise UserError("person-not-in-team", name=str(who))
        return member.number

    async def _revoked(self, who: Who) -> tuple[Member | None, int | Standing | None]:
        match who.subject:
            case str():
                number = await self._named(who)
                return _numbered(await self._team.team(), number), number
            case Account() as account:
                member = _with_account(await self._team.team(), account)
                return member, member.number if member else None
            case standing:
                return None, standing

    async def _told(self, key: str, actor: Actor, who: str, role: RoleWord | None) -> None:
        if self._tell is None:
            return
        by = await self._authority.number_of(actor)
        try:
            await self._tell(key, who=who, role=role.value if role else "", by=by)
        except Exception as error:  # noqa: BLE001 - it is done: "nothing was changed" would be wrong
            _log.error("the moderators were not told of roles: %s", type(error).__qualname__)


def _private(sheet: Sheet) -> Reply:
    return replace(sheet.reply(), private=True)


def _called(team: Team, name: str) -> Member | None:
    wanted = name.casefold()
    return next((one for one in team.members if one.name.casefold() == wanted), None)


def _numbered(team: Team, number: int) -> Member | None:
    return next((one for one in team.members if one.number == number), None)


def _with_account(team: Team, account: Account) -> Member | None:
    return next((one for one in team.members if account in one.accounts), None)


def _accounts(who: Who, member: Member | None) -> tuple[Account, ...]:
    own = (who.subject,) if isinstance(who.subject, Account) else ()
    return (*own, *(member.accounts if member else ()))


def _mention(subject: int | Standing) -> str:
    """Name a subject where it is kept or read by many: people by number."""
    return f"#{subject}" if isinstance(subject, int) else standing_text(subject)


def _held(sheet: Sheet, role: RoleWord, on: tuple[str, ...]) -> Inlines:
    """Return a role as it is typed, with the destinations that it is for."""
    if not on:
        return (Code(role.value),)
    where = sheet.texts("team-everywhere") if EVERYWHERE in on else ", ".join(on)
    return (Code(role.value), Text(f" ({where})"))


def _held_roles(sheet: Sheet, grants: Iterable[Grant]) -> Inlines:
    """Return the roles of grants, highest first."""
    said: list[Inline] = []
    for grant in sorted(grants, key=lambda one: -one.role):
        said += [
            *([Text(", ")] if said else []),
            *_held(sheet, RoleWord[grant.role.name], grant.on),
        ]
    return tuple(said)


def _admins(sheet: Sheet, accounts: Iterable[Account]) -> Iterable[Inlines]:
    for account in sorted(accounts):
        yield (Code(str(account)), Text(" – "), *sheet.texts.inlines("team-by-settings"))


def _people(sheet: Sheet, team: Team, admins: frozenset[Account]) -> Iterable[Inlines]:
    """Yield all who have a number: whatever refers to one can be looked up here."""
    for member in team.members:
        own = [grant for grant in team.grants if grant.subject == member.number]
        if not own and not member.accounts:
            continue
        roles = _held_roles(sheet, own)
        if not admins.isdisjoint(member.accounts):
            by_settings = sheet.texts.inlines("team-by-settings")
            roles = (*by_settings, Text(", "), *roles) if roles else by_settings
        name = (Strong(member.name), Text(" ")) if member.name else ()
        said: list[Inline] = [*name, Text(f"(#{member.number})")]
        for account in member.accounts:
            said += [Text(" "), Code(str(account))]
        yield (*said, Text(" – "), *(roles or sheet.texts.inlines("team-no-role")))


def _standings(sheet: Sheet, grants: Iterable[Grant]) -> Iterable[Inlines]:
    by_standing: dict[Standing, list[Grant]] = {}
    for grant in grants:
        if not isinstance(grant.subject, int):
            by_standing.setdefault(grant.subject, []).append(grant)
    for standing, own in by_standing.items():
        yield (Code(standing_text(standing)), Text(" – "), *_held_roles(sheet, own))
