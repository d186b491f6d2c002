"""``audit verify``: whether each row of the audit is what it was when it was written."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from community_bot.app.serving import settings_of
from community_bot.core.i18n import Texts
from community_bot.core.ports import StoreError
from community_bot.moderation.auditing import first_bad_row
from community_bot.storage.database import Database
from community_bot.storage.engine import file_of

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

_TEXTS = Texts("en")


def audit(options: Namespace) -> int:
    """Look the audit through; 1 where a row was altered or is missing, or it cannot be read."""
    database = settings_of(options).database
    file = file_of(database)
    if file is not None and not file.exists():
        return _refuse(_TEXTS("audit-nothing", path=str(file)))
    try:
        return asyncio.run(_verify(database))
    except StoreError as error:
        return _refuse(_TEXTS(error.key, **error.arguments))


async def _verify(where: str | Path) -> int:
    database = await Database.as_it_is(where)
    try:
        bad = await first_bad_row(database.moderation)
        async with database.moderation.read() as kept:
            head = await kept.audit.head()
    finally:
        await database.close()
    if bad is not None:
        return _refuse(_TEXTS("audit-bad", number=bad))
    if head is None:
        return _say(_TEXTS("audit-empty"))
    return _say(_TEXTS("audit-whole", number=head.number, hash=head.hash))


def _say(said: str) -> int:
    sys.stdout.write(said + "\n")
    return 0


def _refuse(said: str) -> int:
    sys.stderr.write(said + "\n")
    return 1
