"""How the bot is: of each platform whether it is connected, of the rest whether it goes on.

What is told here anybody on the machine may read: it names no person, room or message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from community_bot.core.snapshot import Snapshot
from community_bot.domain.address import Platform
from community_bot.publishing.health import LaneState

DEAF_AFTER = 90.0
"""Seconds without a word from a platform after which the bot counts as deaf there."""


WELL = "signed"
"""How a device is that others trust."""


class Link(StrEnum):
    """Whether the bot hears what people say on a platform."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DEAF = "deaf"
    REFUSED = "refused"
    """The platform does not take what the bot signs in with: it does not try any more."""


@dataclass(frozen=True, slots=True)
class PlatformHealth:
    """How one platform is. ``heard`` is how many seconds ago it last answered, if it ever did.

    ``device`` is what others can make of the bot's device, where that matters: ``signed`` is well.
    """

    platform: Platform
    link: Link
    heard: float | None = None
    device: str = ""

    @property
    def warns(self) -> bool:
        """Whether somebody should look although the bot works."""
        return self.device not in {"", WELL}


def link_of(heard: float | None, *, is_refused: bool = False) -> Link:
    """Return what follows from how many seconds ago a platform was last heard of."""
    if is_refused:
        return Link.REFUSED
    if heard is None:
        return Link.CONNECTING
    return Link.CONNECTED if heard <= DEAF_AFTER else Link.DEAF


@dataclass(frozen=True, slots=True)
class Readiness:
    """Asks all parts how they are."""

    snapshot: Snapshot
    platforms: Iterable[Callable[[], PlatformHealth]]
    lanes: Callable[[], Mapping[Platform, LaneState]]

    def report(self) -> dict[str, object]:
        """Return how things are now, as JSON takes it; ``ready`` sums it up."""
        found = [ask() for ask in self.platforms]
        return {
            "ready": all(one.link is Link.CONNECTED for one in found),
            "warnings": [f"{one.platform.value}-device-{one.device}" for one in found if one.warns],
            "platforms": {one.platform.value: _told(one) for one in found},
            "knowledge": {
                "entries": len(self.snapshot.current.entries),
                "outdated": self.snapshot.is_outdated,
            },
            "delivery": {
                platform.value: {"status": state.status.value, "reason": state.reason}
                for platform, state in self.lanes().items()
            },
        }


def _told(one: PlatformHealth) -> dict[str, object]:
    told: dict[str, object] = {
        "state": one.link.value,
        "heard_seconds_ago": None if one.heard is None else round(one.heard, 1),
        "token_valid": one.link is not Link.REFUSED,
    }
    return told | ({"device": one.device} if one.device else {})
