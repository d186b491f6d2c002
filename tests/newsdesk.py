"""A desk to post from: a bot at a terminal with two rooms of news and one of the moderators."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from terminal import Terminal

from community_bot.core.invocation import Invocation
from community_bot.domain.address import Account, Actor, Address, Platform, Role
from community_bot.domain.document import Reply

CHIEF = Actor(Platform.MATRIX, "@chief:example.org")
OLENA = Actor(Platform.DISCORD, "1001")
SERVER = Address(Platform.DISCORD, space="50", room="60")


@asynccontextmanager
async def newsdesk() -> AsyncIterator[Terminal]:
    """Open one: ``kyiv`` in Ukrainian, ``paris`` and ``staff``, in UTC, in English."""
    async with Terminal.at("dreyfus", role=Role.MODERATOR, admins=(CHIEF.account,)) as at:
        for room, options in {
            "kyiv": "zone=Europe/Kyiv language=uk",
            "paris": "zone=Europe/Paris",
            "staff": "moderators=yes",
        }.items():
            await at.say(f"/join {room}")
            assert "destination" in await at.say(f"channel add name={room} {options}")
        await at.say("/join lobby")
        yield at


async def ask(at: Terminal, line: str, actor: Actor, address: Address = SERVER) -> Reply:
    """Ask as somebody on another platform."""
    reply = await at.bot.dispatcher.dispatch(Invocation(line, actor, address))
    assert reply is not None, "the bot kept silent"
    return reply


async def grant(at: Terminal, role: Role, actor: Actor, on: str = "") -> None:
    """Let the chief grant a role; what the moderators are told of it is looked at here."""
    account = Account(actor.platform, actor.id)
    where = f" on={on}" if on else ""
    reply = await ask(at, f"role grant {role.name.lower()} {account}{where}", CHIEF)
    assert reply.error is None, reply.error
    await at.posted()


async def error(at: Terminal, line: str) -> str:
    """Type a line; return the key of its error, or nothing."""
    reply = await at.ask(line)
    return reply.error.key if reply.error else ""
