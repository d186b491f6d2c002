"""Stores for a bot that keeps nothing: a database in memory, opened when it is first needed.

Most conversations at a terminal never post anything, and must not wait for what only posting
needs. Until something is kept nobody is on the team and no language is chosen, so asking for those
opens nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from community_bot.domain.grants import Team

if TYPE_CHECKING:
    from datetime import datetime

    from community_bot.domain.address import Account, Platform, Role
    from community_bot.domain.grants import Standing
    from community_bot.moderation import ports as moderation
    from community_bot.publishing.ports import Transaction
    from community_bot.storage.database import Database


class Memory:
    """Opens the database once, and closes it if it was opened."""

    def __init__(self) -> None:
        self.opened = asyncio.Event()
        self.publishing = _PublishingInMemory(self)
        self.moderation = _ModerationInMemory(self)
        self.team = _TeamInMemory(self)
        self.preferences = _PreferencesInMemory(self)
        self.handled = _HandledInMemory(self)
        self._lock = asyncio.Lock()
        self._database: Database | None = None

    async def database(self) -> Database:
        """Return the database, opened now if it was not."""
        async with self._lock:
            if self._database is None:
                from community_bot.storage.database import (  # noqa: PLC0415 - slow to load
                    Database,
                )

                self._database = await Database.in_memory()
                self.opened.set()
            return self._database

    async def close(self) -> None:
        """Close the database if there is one; what it held is gone."""
        async with self._lock:
            database, self._database = self._database, None
            self.opened.clear()
            if database is not None:
                await database.close()


class _PublishingInMemory:
    """Publishing's store; it opens the database with its first transaction."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        database = await self._memory.database()
        async with database.publishing.begin() as transaction:
            yield transaction

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        database = await self._memory.database()
        async with database.publishing.read() as transaction:
            yield transaction


class _ModerationInMemory:
    """Moderation's store; it opens the database with its first transaction."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[moderation.Transaction]:
        database = await self._memory.database()
        async with database.moderation.begin() as transaction:
            yield transaction

    @asynccontextmanager
    async def read(self) -> AsyncIterator[moderation.Transaction]:
        database = await self._memory.database()
        async with database.moderation.read() as transaction:
            yield transaction


class _TeamInMemory:
    """The team's store; it opens the database with the first that joins or is granted anything."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def team(self) -> Team:
        if not self._memory.opened.is_set():
            return Team()
        return await (await self._memory.database()).team.team()

    async def number_of(self, account: Account) -> int:
        return await (await self._memory.database()).team.number_of(account)

    async def join(self, account: Account, name: str) -> int:
        return await (await self._memory.database()).team.join(account, name)

    async def grant(self, role: Role, subject: int | Standing, on: tuple[str, ...]) -> None:
        await (await self._memory.database()).team.grant(role, subject, on)

    async def revoke(self, subject: int | Standing, role: Role | None, on: tuple[str, ...]) -> bool:
        return await (await self._memory.database()).team.revoke(subject, role, on)

    async def move(self, platform: Platform, old: str, new: str, level: int) -> None:
        if self._memory.opened.is_set():
            await (await self._memory.database()).team.move(platform, old, new, level)

    async def forget(self, account: Account) -> bool:
        if not self._memory.opened.is_set():
            return False
        return await (await self._memory.database()).team.forget(account)


class _HandledInMemory:
    """What was begun; it opens the database with the first question that could come again."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def begin(self, key: str, now: datetime) -> bool:
        return await (await self._memory.database()).handled.begin(key, now)


class _PreferencesInMemory:
    """What people chose; it opens the database with the first choice."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def languages(self) -> dict[Account, str]:
        if not self._memory.opened.is_set():
            return {}
        return await (await self._memory.database()).preferences.languages()

    async def choose_language(self, account: Account, tag: str) -> None:
        await (await self._memory.database()).preferences.choose_language(account, tag)
