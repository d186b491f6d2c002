"""Discord as a part of the service: its app, its surroundings, and how it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from community_bot.adapters.discord.adapter import Needs, Session, discord_adapter
from community_bot.adapters.discord.carrier import DiscordCarrier
from community_bot.adapters.discord.errors import IntentsRefusedError, UnauthorisedError
from community_bot.adapters.discord.line import Line
from community_bot.adapters.discord.standings import DiscordStandings
from community_bot.app.health import PlatformHealth, link_of
from community_bot.app.platforms import tell_connected, tell_refused
from community_bot.app.servers import Servers
from community_bot.app.settings import Settings
from community_bot.app.supervising import Service
from community_bot.app.wiring import Bot
from community_bot.core.ports import Clock, Standings
from community_bot.domain.address import Platform
from community_bot.publishing.ports import Carrier

FOLDER = "discord"
"""The folder in the state directory with what Discord was last told of the commands."""


class DiscordPlatform:
    """The bot on Discord. Made before the bot is wired, run after."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._all = settings
        self._clock = clock
        self._session: Session | None = None
        self._line = Line()
        self.carriers: tuple[Carrier, ...] = (DiscordCarrier(self._line),)
        self.standings: Mapping[Platform, Standings] = {
            Platform.DISCORD: DiscordStandings(self._line)
        }

    def services(self, bot: Bot) -> Iterable[Service]:
        """Return what goes on by itself, each until it is cancelled."""
        servers = Servers(self._all, bot.authority, bot.newsroom.store, self._clock)
        return (
            Service("discord", lambda: self._run(bot, servers)),
            Service("discord channels", servers.languages.follow),
        )

    def health(self) -> PlatformHealth:
        """Tell how it is now."""
        heard_at = self._session.heard_at if self._session else None
        heard = None if heard_at is None else self._clock.monotonic() - heard_at
        link = link_of(heard, is_refused=self._line.is_refused)
        return PlatformHealth(Platform.DISCORD, link, heard)

    async def _run(self, bot: Bot, servers: Servers) -> None:
        """Listen and answer until cancelled; return when Discord does not let the bot in any more.

        Raises DiscordError for what may pass.
        """
        await servers.languages.look()
        settings = self._all.discord
        needs = Needs(
            token=settings.token.get_secret_value() if settings.token else "",
            api_url=settings.api_url,
            gateway_url=settings.gateway_url or "",
            folder=self._all.state_dir / FOLDER,
            dispatcher=bot.dispatcher,
            surroundings=servers,
            clock=self._clock,
            moves=servers,
        )
        try:
            async with discord_adapter(needs) as session:
                # What is posted needs no gateway.
                with self._line.open(session.account):
                    bot.newsroom.delivery.wake()
                    await self._listen(session)
        except (UnauthorisedError, IntentsRefusedError) as error:
            self._line.is_refused = True
            await tell_refused(bot, Platform.DISCORD, str(error))

    async def _listen(self, session: Session) -> None:
        """Run a session, and say when it hears."""
        telling = asyncio.create_task(_tell(session))
        self._session = session
        try:
            await session.run()
        finally:
            self._session = None
            telling.cancel()


async def _tell(session: Session) -> None:
    await session.joined()
    tell_connected(Platform.DISCORD)
