"""A lease on the database: of several processes, one works with it.

The holder renews it. Whoever has not for a minute has lost it to the next who asks; that they
notice is what ``Database.fence`` is for.
"""

from __future__ import annotations

import os
import socket
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, select

from community_bot.storage.errors import LeaseHeldError, LeaseLostError
from community_bot.storage.schema import lease
from community_bot.storage.transactions import Transactions

LASTS = timedelta(seconds=60)
"""How long a lease is good for after it was renewed."""

_ONLY = 1


class Lease:
    """This process's claim on a database; ``host`` and ``pid`` describe it to people."""

    def __init__(
        self, transactions: Transactions, *, host: str | None = None, pid: int | None = None
    ) -> None:
        self._transactions = transactions
        self._host = socket.gethostname() if host is None else host
        self._pid = os.getpid() if pid is None else pid
        self.token = uuid.uuid4().hex

    async def take(self, now: datetime) -> None:
        """Take the lease. Raises LeaseHeldError when another process has it."""
        async with self._transactions.begin() as work:
            held = await work.row(select(lease))
            if held is not None and held.token != self.token and not self._is_over(held, now):
                raise LeaseHeldError(f"{held.host}, {held.pid}")
            mine = {"host": self._host, "pid": self._pid, "token": self.token}
            await work.put(lease, {"id": _ONLY, **mine, "taken_at": now, "renewed_at": now})

    async def renew(self, now: datetime) -> None:
        """Say that this process still works. Raises LeaseLostError."""
        async with self._transactions.begin() as work:
            if not await work.change(lease, {"renewed_at": now}, token=self.token):
                raise LeaseLostError

    async def release(self) -> None:
        """Give it back, if it is still ours."""
        async with self._transactions.begin() as work:
            await work.run(delete(lease).where(lease.c.token == self.token))

    def _is_over(self, held: Row[Any], now: datetime) -> bool:
        """Tell whether a holder is gone: silent for long, or killed on this very machine.

        A moment far ahead is no sign of life either: the clock was set back since.
        """
        if abs(now - held.renewed_at) >= LASTS:
            return True
        return held.host == self._host and not self._is_alive(held.pid)

    def _is_alive(self, pid: int) -> bool:
        if pid == self._pid:
            return False  # ours now, so it was another's before, such as in a container
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except OSError:
            return True
        return True
