"""The team in its tables: members by number, their accounts, and grants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, delete, exists, select, update

from community_bot.domain.address import Account, Platform, Role
from community_bot.domain.errors import UserError
from community_bot.domain.grants import Grant, Member, PowerLevel, ServerRole, Standing, Team
from community_bot.storage.schema import accounts, grant_destinations, grants, languages, members
from community_bot.storage.transactions import Transactions, Work


class TeamTable:
    """Implements ``core.ports.TeamStore``."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def team(self) -> Team:
        """Return all members and grants."""
        async with self._transactions.read() as work:
            people = await work.rows(select(members).order_by(members.c.number))
            held = await work.rows(select(accounts).order_by(accounts.c.platform, accounts.c.id))
            given = await work.rows(select(grants).order_by(grants.c.id))
            on = await work.rows(select(grant_destinations).order_by(grant_destinations.c.name))
        return Team(
            members=tuple(_member(row, held) for row in people),
            grants=tuple(_grant(row, on) for row in given),
        )

    async def number_of(self, account: Account) -> int:
        """Return the number of the member with this account; a new member's if there is none."""
        async with self._transactions.begin() as work:
            number = await _member_with(work, account)
            return await _new_member(work, account, "") if number is None else number

    async def join(self, account: Account, name: str) -> int:
        """Give an account to the member of this name, a new one if there is none; their number.

        An account whose member has no name yet comes with what that member was granted. Raises
        UserError when the account is another member's.
        """
        async with self._transactions.begin() as work:
            named = await work.value(select(members.c.number).where(members.c.name == name))
            present = await _member_with(work, account)
            if present is None:
                return await _with_account(work, named, account, name)
            if present == named:
                return present
            if await work.value(select(members.c.name).where(members.c.number == present)):
                raise UserError("account-taken", account=str(account))
            if named is None:
                await work.run(update(members).where(members.c.number == present).values(name=name))
                return present
            await _merge(work, present, named)
            return int(named)

    async def grant(self, role: Role, subject: int | Standing, on: tuple[str, ...]) -> None:
        """Grant a role; granting a poster or an editor again adds the destinations."""
        async with self._transactions.begin() as work:
            await _give(work, role, subject, on)

    async def revoke(self, subject: int | Standing, role: Role | None, on: tuple[str, ...]) -> bool:
        """Take back what was granted: of one role or all, for some destinations or all.

        Returns whether there was anything to take back.
        """
        which = _is_to(subject)
        if role is not None:
            which = and_(which, grants.c.role == role.value)
        async with self._transactions.begin() as work:
            if not on:
                return await work.run(delete(grants).where(which)) > 0
            ids = [row.id for row in await work.rows(select(grants.c.id).where(which))]
            named = and_(grant_destinations.c.grant.in_(ids), grant_destinations.c.name.in_(on))
            emptied = select(grant_destinations.c.grant).where(named)
            touched = [row.grant for row in await work.rows(emptied)]
            await work.run(delete(grant_destinations).where(named))
            # A poster without a destination can do nothing; an editor still can.
            nothing_left = and_(
                grants.c.role == Role.POSTER.value,
                ~exists().where(grant_destinations.c.grant == grants.c.id),
            )
            await work.run(delete(grants).where(grants.c.id.in_(touched), nothing_left))
            return bool(touched)

    async def move(self, platform: Platform, old: str, new: str, level: int) -> None:
        """Have what is granted to levels in a room, up to one, be granted in another instead."""
        here = and_(grants.c.platform == platform, grants.c.room == old)
        async with self._transactions.begin() as work:
            given = await work.rows(select(grants).where(here).order_by(grants.c.id))
            on = await work.rows(select(grant_destinations))
            for grant in (_grant(row, on) for row in given):
                if isinstance(grant.subject, PowerLevel) and grant.subject.level <= level:
                    await _give(work, grant.role, replace(grant.subject, room=new), grant.on)
                    await work.run(delete(grants).where(grants.c.id == grant.id))

    async def forget(self, account: Account) -> bool:
        """Erase an account and its language; a member without accounts loses name and grants too.

        The number stays, since other rows refer to it. Returns whether there was anything.
        """
        async with self._transactions.begin() as work:
            number = await _member_with(work, account)
            spoke = await work.run(delete(languages).where(_is_account(languages, account)))
            if number is None:
                return spoke > 0
            await work.run(delete(accounts).where(_is_account(accounts, account)))
            left = await work.value(select(accounts.c.id).where(accounts.c.member == number))
            if left is None:
                await work.run(delete(grants).where(grants.c.member == number))
                await work.run(update(members).where(members.c.number == number).values(name=""))
            return True


async def _member_with(work: Work, account: Account) -> int | None:
    number = await work.value(select(accounts.c.member).where(_is_account(accounts, account)))
    return None if number is None else int(number)


async def _new_member(work: Work, account: Account, name: str) -> int:
    return await _with_account(work, None, account, name)


async def _with_account(work: Work, number: int | None, account: Account, name: str) -> int:
    if number is None:
        number = await work.insert(members, {"name": name})
    row = {"platform": account.platform, "id": account.id, "member": number}
    await work.insert_all(accounts, [row])
    return number


async def _merge(work: Work, nameless: int, named: int) -> None:
    """Give accounts and grants of a member without a name to the one who they turned out to be."""
    await work.run(update(accounts).where(accounts.c.member == nameless).values(member=named))
    given = await work.rows(select(grants).where(grants.c.member == nameless))
    on = await work.rows(select(grant_destinations))
    for grant in (_grant(row, on) for row in given):
        await _give(work, grant.role, named, grant.on)
    await work.run(delete(grants).where(grants.c.member == nameless))


async def _give(work: Work, role: Role, subject: int | Standing, on: tuple[str, ...]) -> None:
    same = and_(_is_to(subject), grants.c.role == role.value)
    id = await work.value(select(grants.c.id).where(same))
    if id is None:
        id = await work.insert(grants, {"role": role.value, **_subject_columns(subject)})
    await work.put_all(grant_destinations, [{"grant": id, "name": name} for name in on])


def _subject_columns(subject: int | Standing) -> dict[str, Any]:
    match subject:
        case int():
            return {"member": subject}
        case ServerRole(platform, server, role):
            return {"platform": platform, "server": server, "held": role}
        case PowerLevel(platform, room, level):
            return {"platform": platform, "room": room, "held": str(level)}


def _is_to(subject: int | Standing) -> ColumnElement[bool]:
    return and_(*(grants.c[name] == value for name, value in _subject_columns(subject).items()))


def _is_account(table: Table, account: Account) -> ColumnElement[bool]:
    return and_(table.c.platform == account.platform, table.c.id == account.id)


def _member(row: Row[Any], held: Iterable[Row[Any]]) -> Member:
    own = tuple(Account(each.platform, each.id) for each in held if each.member == row.number)
    return Member(row.number, row.name, own)


def _grant(row: Row[Any], on: Iterable[Row[Any]]) -> Grant:
    names = tuple(each.name for each in on if each.grant == row.id)
    return Grant(row.id, Role(row.role), _subject(row), names)


def _subject(row: Row[Any]) -> int | Standing:
    if row.member is not None:
        return int(row.member)
    if row.server is not None:
        return ServerRole(row.platform, row.server, row.held)
    return PowerLevel(row.platform, row.room, int(row.held))
