"""The account's present session, for those who post and ask: there may be none just now.

The bot is wired before it connects: until then, and between two sessions, nothing is taken and
nobody holds anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from community_bot.adapters.discord.places import Places
from community_bot.adapters.discord.rest import Rest
from community_bot.publishing.errors import NotAcceptedError, TokenRefusedError

_SOON = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Account:
    """A session of the bot: its API, its user id, and what it knows of channels."""

    rest: Rest
    own: str
    places: Places

    @classmethod
    def of(cls, rest: Rest, own: str) -> Account:
        """Return a session that knows no channel yet."""
        return cls(rest, own, Places(rest))


@dataclass(slots=True)
class Line:
    """The account's present session, if there is one; ``is_refused`` says that none will come."""

    account: Account | None = None
    is_refused: bool = False

    @contextmanager
    def open(self, account: Account) -> Iterator[None]:
        """Have a session for a block."""
        self.account = account
        try:
            yield
        finally:
            self.account = None

    def present(self) -> Account:
        """Return the session. Raises TokenRefusedError, or NotAcceptedError while there is none."""
        if self.is_refused:
            raise TokenRefusedError("delivery-token-refused")
        if self.account is None:
            raise NotAcceptedError("delivery-connecting", retry_after=_SOON, whole_platform=True)
        return self.account
