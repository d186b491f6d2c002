"""Looks the audit through: whether each row is what it was when it was written.

Each row holds the hash of the one before, so whoever alters one has to alter all that follow; and
the last hash is posted every day where many can see it.
"""

from __future__ import annotations

from community_bot.moderation.change import AuditRow, hash_of
from community_bot.moderation.ports import Store

_AT_ONCE = 1_000


async def first_bad_row(store: Store) -> int | None:
    """Return the number of the first row that was altered, or that one before it is missing.

    None is an audit that is whole; that rows are missing at its end only a posted hash can tell.
    """
    last: AuditRow | None = None
    while True:
        async with store.read() as kept:
            rows = await kept.audit.rows(after=last.number if last else 0, limit=_AT_ONCE)
        if not rows:
            return None
        for row in rows:
            expected = last.number + 1 if last else 1
            before = last.hash if last else ""
            if row.number != expected or row.before != before or row.hash != hash_of(row):
                return expected
            last = row
