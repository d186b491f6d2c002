"""What people chose for themselves, in its table."""

from __future__ import annotations

from sqlalchemy import delete, select

from community_bot.domain.address import Account
from community_bot.storage.schema import languages
from community_bot.storage.transactions import Transactions


class PreferenceTable:
    """Implements ``core.ports.PreferenceStore``."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    async def languages(self) -> dict[Account, str]:
        """Return the language tag of everybody who chose one."""
        async with self._transactions.read() as work:
            rows = await work.rows(select(languages))
        return {Account(row.platform, row.id): row.tag for row in rows}

    async def choose_language(self, account: Account, tag: str) -> None:
        """Keep somebody's language; an empty tag forgets it."""
        who = {"platform": account.platform, "id": account.id}
        async with self._transactions.begin() as work:
            if tag:
                await work.put(languages, {**who, "tag": tag})
            else:
                await work.run(delete(languages).filter_by(**who))
