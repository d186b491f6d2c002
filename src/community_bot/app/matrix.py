"""Matrix as a part of the service: its account, its surroundings, and how it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from community_bot.adapters.matrix.account import Credentials, has_session
from community_bot.adapters.matrix.adapter import Needs, matrix_adapter
from community_bot.adapters.matrix.carrier import MatrixCarrier
from community_bot.adapters.matrix.errors import (
    ForbiddenError,
    MatrixError,
    RefusedError,
    UnauthorisedError,
)
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.profile import Looks
from community_bot.adapters.matrix.standings import MatrixStandings
from community_bot.adapters.matrix.sync import Health
from community_bot.app.health import PlatformHealth, link_of
from community_bot.app.platforms import tell_connected, tell_refused
from community_bot.app.rooms import Rooms
from community_bot.app.settings import Settings
from community_bot.app.settings_matrix import MATRIX_FOLDER, told
from community_bot.app.supervising import Service
from community_bot.app.wiring import Bot
from community_bot.core.ports import Clock, Standings
from community_bot.domain.address import Platform
from community_bot.publishing.ports import Carrier


class MatrixPlatform:
    """The bot on Matrix. Made before the bot is wired, run after."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._all = settings
        self._settings = settings.matrix
        self._folder = settings.state_dir / MATRIX_FOLDER
        self._clock = clock
        self._health: Health | None = None
        self._device = ""
        self._credentials = _credentials(settings)
        can_log_in = bool(self._credentials.password) and not self._credentials.access_token
        self._line = Line(can_sign_in_anew=can_log_in)
        self.carriers: tuple[Carrier, ...] = (MatrixCarrier(self._line, self._settings.prefix),)
        self.standings: Mapping[Platform, Standings] = {
            Platform.MATRIX: MatrixStandings(self._line)
        }

    @property
    def can_sign_in(self) -> bool:
        """Whether there is anything to sign in with: a token, a password or a kept session."""
        given = self._credentials.access_token or self._credentials.password
        return bool(given) or has_session(self._folder, self._credentials)

    def services(self, bot: Bot) -> Iterable[Service]:
        """Return what goes on by itself, each until it is cancelled."""
        rooms = Rooms(self._all, bot.authority, bot.newsroom.store, self._clock)
        return (
            Service("matrix", lambda: self._run(bot, rooms)),
            Service("matrix rooms", rooms.languages.follow),
        )

    def health(self) -> PlatformHealth:
        """Tell how it is now."""
        synced_at = self._health.synced_at if self._health else None
        heard = None if synced_at is None else self._clock.monotonic() - synced_at
        link = link_of(heard, is_refused=self._line.is_refused)
        return PlatformHealth(Platform.MATRIX, link, heard, self._device)

    async def _run(self, bot: Bot, rooms: Rooms) -> None:
        """Read and answer until cancelled; return when the account is not let in any more.

        Raises MatrixError for what may pass.
        """
        await rooms.languages.look()
        needs = Needs(
            self._credentials,
            self._folder,
            bot.dispatcher,
            rooms,
            self._clock,
            moves=rooms,
            looks=Looks(self._settings.name, self._settings.avatar),
            line=self._line,
        )
        was_in = False
        try:
            async with matrix_adapter(needs) as sync:
                was_in = True
                self._health = sync.health
                self._device = sync.health.trust.value
                tell_connected(Platform.MATRIX)
                bot.newsroom.delivery.wake()
                await sync.run()
        except MatrixError as error:
            if not self._is_final(error, was_in=was_in):
                raise
            await self._stop(bot, error)
        finally:
            self._health = None

    def _is_final(self, error: MatrixError, *, was_in: bool) -> bool:
        """Tell whether trying again would not help.

        Who has only a password may log in again once the session is over. What a proxy refuses
        has no code of the specification, and may pass.
        """
        if isinstance(error, UnauthorisedError):
            may_pass = was_in or error.is_soft_logout
            return not (may_pass and self._line.can_sign_in_anew)
        return not was_in and isinstance(error, ForbiddenError | RefusedError) and bool(error.code)

    async def _stop(self, bot: Bot, error: MatrixError) -> None:
        self._health = None
        self._line.is_refused = True
        is_over = isinstance(error, UnauthorisedError) and error.is_soft_logout
        await tell_refused(bot, Platform.MATRIX, str(error), is_over=is_over)


def _credentials(settings: Settings) -> Credentials:
    matrix = settings.matrix
    return Credentials(
        homeserver=matrix.homeserver or "",
        user=matrix.user_id or "",
        access_token=told(matrix.access_token),
        password=told(matrix.password),
        device=matrix.device_id or "",
        recovery_key=told(matrix.recovery_key),
    )
