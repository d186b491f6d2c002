"""The carrier and the standings of an account that is signed in later, and perhaps again.

The bot is wired before it connects: until then, and between two sessions, nothing is taken and
nobody holds anything.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from community_bot.adapters.matrix.carrier import KEY_WINDOW, MatrixCarrier, pages_of
from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.standings import MatrixStandings
from community_bot.domain.address import Account, Address, Platform
from community_bot.domain.document import Reply
from community_bot.domain.grants import Standing
from community_bot.publishing.errors import NotAcceptedError, TokenRefusedError

_T = TypeVar("_T")
_SOON = timedelta(seconds=5)


@dataclass(slots=True)
class Line:
    """The account's present session, if there is one; ``is_refused`` says that none will come."""

    client: MatrixClient | None = None
    is_refused: bool = False
    can_sign_in_anew: bool = False

    @contextmanager
    def open(self, client: MatrixClient) -> Iterator[None]:
        """Have a session for a block."""
        self.client = client
        try:
            yield
        finally:
            self.client = None


@dataclass(frozen=True, slots=True)
class LateCarrier:
    """Implements ``publishing.ports.Carrier``; see ``MatrixCarrier``."""

    line: Line
    prefix: str

    @property
    def platform(self) -> Platform:
        """Matrix."""
        return Platform.MATRIX

    @property
    def key_window(self) -> timedelta:
        """How long transaction ids are surely remembered."""
        return KEY_WINDOW

    def pages(self, reply: Reply, mark: str) -> tuple[str, ...]:
        """Render a reply as JSON contents."""
        return pages_of(reply, mark, self.prefix)

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        """Send one message; return its id. Raises DeliveryError."""
        return await self._told(self._carrier().send(address, payload, key, reply_to=reply_to))

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        """Change what a message of ours says. Raises DeliveryError."""
        await self._told(self._carrier().edit(address, message, payload, key))

    async def delete(self, address: Address, message: str, key: str) -> None:
        """Take a message of ours away. Raises DeliveryError."""
        await self._told(self._carrier().delete(address, message, key))

    async def find(self, address: Address, payload: str, key: str, since: datetime) -> str | None:
        """Read a room back for a message of ours. Raises DeliveryError."""
        return await self._told(self._carrier().find(address, payload, key, since))

    def _carrier(self) -> MatrixCarrier:
        if self.line.is_refused:
            raise TokenRefusedError
        if self.line.client is None:
            raise NotAcceptedError(retry_after=_SOON, whole_platform=True)
        return MatrixCarrier(self.line.client, self.prefix)

    async def _told(self, request: Awaitable[_T]) -> _T:
        """Await a request; a session that is over is not the end where another one may come."""
        try:
            return await request
        except TokenRefusedError as error:
            if not self.line.can_sign_in_anew:
                raise
            raise NotAcceptedError(retry_after=_SOON, whole_platform=True) from error


@dataclass(frozen=True, slots=True)
class LateStandings:
    """Implements ``core.ports.Standings``; see ``MatrixStandings``."""

    line: Line

    async def holds(self, account: Account, standing: Standing) -> bool:
        """Tell whether an account holds a standing now; False where nobody can be asked."""
        client = self.line.client
        return client is not None and await MatrixStandings(client).holds(account, standing)
