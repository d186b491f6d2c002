"""What people chose for themselves, at hand: a copy in memory of the little that is kept."""

from __future__ import annotations

import asyncio

from community_bot.core.ports import PreferenceStore
from community_bot.domain.address import Account


class Preferences:
    """The languages that people chose. Read once; each change goes to the store first."""

    def __init__(self, store: PreferenceStore) -> None:
        self._store = store
        self._lock = asyncio.Lock()
        self._languages: dict[Account, str] | None = None

    async def language_of(self, account: Account) -> str:
        """Return the tag that somebody chose; empty if they chose none."""
        languages = self._languages
        if languages is None:
            async with self._lock:
                languages = await self._read()
        return languages.get(account, "")

    async def choose_language(self, account: Account, tag: str) -> None:
        """Keep somebody's language; an empty tag forgets it."""
        async with self._lock:
            await self._store.choose_language(account, tag)
            languages = await self._read()
            if tag:
                languages[account] = tag
            else:
                languages.pop(account, None)

    async def _read(self) -> dict[Account, str]:
        if self._languages is None:
            self._languages = await self._store.languages()
        return self._languages
