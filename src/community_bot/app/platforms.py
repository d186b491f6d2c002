"""What the service knows of a chat platform, whichever it is."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Protocol

from community_bot.app.health import PlatformHealth
from community_bot.app.supervising import Service
from community_bot.app.wiring import Bot
from community_bot.core.i18n import Texts
from community_bot.core.ports import Standings
from community_bot.domain.address import Platform
from community_bot.publishing.ports import Carrier

_log = logging.getLogger(__name__)
_TEXTS = Texts("en")

NAMES = {Platform.DISCORD: "Discord", Platform.MATRIX: "Matrix"}


class ChatPlatform(Protocol):
    """The bot on one platform. Made before the bot is wired, run after."""

    @property
    def carriers(self) -> tuple[Carrier, ...]:
        """Who brings posts there."""

    @property
    def standings(self) -> Mapping[Platform, Standings]:
        """Who tells what accounts hold there."""

    def services(self, bot: Bot) -> Iterable[Service]:
        """Return what goes on by itself, each until it is cancelled."""

    def health(self) -> PlatformHealth:
        """Tell how it is now."""


def tell_connected(platform: Platform) -> None:
    """Log that the bot is there."""
    _log.info(_TEXTS("run-platform-connected", platform=NAMES[platform]))


async def tell_refused(bot: Bot, platform: Platform, reason: str, *, is_over: bool = False) -> None:
    """Log, and tell the moderators elsewhere, that a platform does not let the bot in any more.

    ``is_over`` says that the session is over, and a new token is all it takes.
    """
    bot.newsroom.delivery.wake()
    key = "run-platform-session-over" if is_over else "run-platform-refused"
    _log.error(_TEXTS(key, platform=NAMES[platform], reason=reason))
    await bot.newsroom.notices.tell("notice-token-refused", avoid=platform, platform=platform.value)
