"""Whether a platform may be sent anything now: its pauses, its token, its invalid requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from community_bot.core.ports import Clock
from community_bot.publishing.attempts import Settlement
from community_bot.publishing.budget import InvalidRequests
from community_bot.publishing.errors import (
    DestinationRefusedError,
    NotAcceptedError,
    TokenRefusedError,
)
from community_bot.publishing.patience import Patience, Pause

_BUDGET_USED = "notice-too-many-refusals"
_TOKEN_REFUSED = "notice-token-refused"  # noqa: S105 - a message key


class LaneStatus(StrEnum):
    """Whether posts leave for a platform."""

    OK = "ok"
    PAUSED = "paused"
    TOKEN_REFUSED = "token-refused"  # noqa: S105 - no password


@dataclass(frozen=True, slots=True)
class LaneState:
    """How a platform's lane is: ``reason``, a message key, and ``until`` are a pause's."""

    status: LaneStatus = LaneStatus.OK
    reason: str = ""
    until: datetime | None = None


class Health:
    """The state of one platform, as its answers make it."""

    def __init__(self, clock: Clock, patience: Patience) -> None:
        self._clock = clock
        self._patience = patience
        self._invalid = InvalidRequests(patience)
        self._pause: Pause | None = None
        self._is_refused = False
        self._untold: list[str] = []

    @property
    def is_open(self) -> bool:
        """Whether anything may be sent now."""
        return self.state.status is LaneStatus.OK

    @property
    def state(self) -> LaneState:
        """How things are now."""
        if self._is_refused:
            return LaneState(LaneStatus.TOKEN_REFUSED)
        if self._pause is None or self._pause.is_over(self._clock.now()):
            return LaneState()
        return LaneState(LaneStatus.PAUSED, self._pause.reason, self._pause.until)

    def pause(self, length: timedelta, reason: str) -> None:
        """Let nothing be sent for a while, unless a longer pause is on already."""
        now = self._clock.now()
        until = self.state.until
        if until is None or until < now + length:
            self._pause = Pause(now + length, length, reason)

    def learn(self, settlement: Settlement) -> None:
        """Draw the conclusions for the whole platform from what one attempt came to."""
        now = self._clock.now()
        is_invalid = False
        match settlement.error:
            case TokenRefusedError():
                if not self._is_refused:
                    self._untold.append(_TOKEN_REFUSED)
                self._is_refused = True
            case DestinationRefusedError():
                is_invalid = True
            case NotAcceptedError() as error:
                is_invalid = error.is_invalid
                if error.whole_platform:
                    self.pause(settlement.row.next_attempt_at - now, error.reason)
            case _:
                pass
        if is_invalid and self._invalid.note(now):
            self._invalid.clear()
            self._untold.append(_BUDGET_USED)
            self.pause(self._patience.invalid_window, _BUDGET_USED)

    def untold(self) -> Iterator[str]:
        """Yield what the moderators have to hear; each is forgotten when the next is asked for."""
        while self._untold:
            yield self._untold[0]
            self._untold.pop(0)
