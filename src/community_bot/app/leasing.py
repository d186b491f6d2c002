"""The database as the service has it: opened, leased to this process, given back at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from community_bot.app.locking import EX_TEMPFAIL
from community_bot.app.supervising import Pause, StopError
from community_bot.core.i18n import Texts
from community_bot.core.ports import Clock, StoreError
from community_bot.storage.database import Database
from community_bot.storage.errors import LeaseLostError
from community_bot.storage.lease import Lease

RENEWED_EVERY = 10.0
"""Seconds; a lease lasts for six times as long."""

_log = logging.getLogger(__name__)
_TEXTS = Texts("en")


class Leased(NamedTuple):
    """An open database and this process's lease on it."""

    database: Database
    lease: Lease


@asynccontextmanager
async def leased(database: str | Path, backups: Path, clock: Clock) -> AsyncIterator[Leased]:
    """Open a database for a block, as the only process that works with it.

    Raises StoreError: LeaseHeldError when another one does.
    """
    opened = await Database.open(database, backups=backups)
    try:
        lease = opened.lease()
        await lease.take(clock.now())
        opened.fence(lease)
        try:
            yield Leased(opened, lease)
        finally:
            # If it cannot be given back, it ends by itself within a minute.
            with suppress(StoreError):
                await lease.release()
    finally:
        await opened.close()


async def keep_lease(lease: Lease, clock: Clock, *, pause: Pause = asyncio.sleep) -> None:
    """Renew a lease until cancelled; raise StopError when another process has taken it.

    While the database cannot be reached it may be lost or not: the next renewal tells.
    """
    while True:
        await pause(RENEWED_EVERY)
        try:
            await lease.renew(clock.now())
        except LeaseLostError as error:
            _log.error(_TEXTS(error.key, **error.arguments))
            raise StopError(EX_TEMPFAIL) from error
        except StoreError as error:
            _log.warning(_TEXTS(error.key, **error.arguments))
