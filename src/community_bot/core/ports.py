"""What the core itself needs from outside, as protocols that others implement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from community_bot.core.snapshot import ReloadReport
    from community_bot.domain.address import Account, Platform, Role
    from community_bot.domain.grants import Standing, Team


class StoreError(Exception):
    """What is kept cannot be read or written: a full disk, a broken file, a database gone.

    ``key`` names the message for whoever runs the bot, ``arguments`` fill it. What was being
    written is undone as a whole.
    """

    def __init__(self, key: str, /, **arguments: str | int) -> None:
        super().__init__(key, arguments)
        self.key = key
        self.arguments = arguments


class Clock(Protocol):
    """The time, so that tests can choose it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""


class KnowledgeControl(Protocol):
    """What a moderator may ask of the loaded knowledge."""

    @property
    def is_outdated(self) -> bool:
        """Whether the files are broken, so that what is served is older than they are."""

    async def reload(self) -> ReloadReport:
        """Read the files again and serve them if they are right."""


class TeamStore(Protocol):
    """The team, kept. Each call is one transaction."""

    async def team(self) -> Team:
        """Return all members and grants."""

    async def number_of(self, account: Account) -> int:
        """Return the number of the member with this account; a new member's if there is none."""

    async def join(self, account: Account, name: str) -> int:
        """Give an account to the member of this name, a new one if there is none; their number.

        Raises UserError when the account is another member's.
        """

    async def grant(self, role: Role, subject: int | Standing, on: tuple[str, ...]) -> None:
        """Grant a role; granting a poster or an editor again adds the destinations."""

    async def revoke(self, subject: int | Standing, role: Role | None, on: tuple[str, ...]) -> bool:
        """Take back what was granted: of one role or all, for some destinations or all.

        Returns whether there was anything to take back.
        """

    async def move(self, platform: Platform, old: str, new: str, level: int) -> None:
        """Have what is granted to levels in a room, up to one, be granted in another instead."""

    async def forget(self, account: Account) -> bool:
        """Erase an account and its language; a member without accounts loses name and grants too.

        The number stays, since other rows refer to it. Returns whether there was anything.
        """


class PreferenceStore(Protocol):
    """What people chose for themselves, kept."""

    async def languages(self) -> dict[Account, str]:
        """Return the language tag of everybody who chose one."""

    async def choose_language(self, account: Account, tag: str) -> None:
        """Keep somebody's language; an empty tag forgets it."""


class Handled(Protocol):
    """Which questions were begun to be carried out, for as long as they could come again."""

    async def begin(self, key: str, now: datetime) -> bool:
        """Keep that a question is about to be carried out; False when that was kept before."""


class Standings(Protocol):
    """What accounts of one platform hold there at this moment."""

    async def holds(self, account: Account, standing: Standing) -> bool:
        """Tell whether an account holds a standing now; False when the platform does not say."""
