"""Which destinations fail, since when, and what the moderators were told of it.

A platform that is down takes all its destinations along, and comes back to one after the other;
moderators hear of that once, not once for each.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from community_bot.publishing.destination import Destination

_SHOWN = 5


@dataclass(slots=True)
class _Outage:
    name: str
    since: datetime
    is_told: bool = False


class Outages:
    """The destinations of one platform that fail at present."""

    def __init__(self, failing_after: timedelta) -> None:
        self._failing_after = failing_after
        self._outages: dict[int, _Outage] = {}
        self._mended: dict[int, str] = {}
        self._mended_since: datetime | None = None

    def __contains__(self, destination: int) -> bool:
        return destination in self._outages

    def failed(self, destination: Destination, now: datetime) -> None:
        """Note that an attempt came to nothing."""
        self._outages.setdefault(destination.id, _Outage(destination.name, now))

    def answered(self, destination: Destination, now: datetime) -> None:
        """Note that the place works."""
        outage = self._outages.pop(destination.id, None)
        if outage is not None and outage.is_told:
            self._mended[destination.id] = outage.name
            self._mended_since = self._mended_since or now

    def forget(self, destination: Destination) -> None:
        """Note that the place is not tried any more."""
        self._outages.pop(destination.id, None)

    def forget_all_but(self, destinations: Collection[int]) -> None:
        """Note for which places there still is something, so that they can fail or be mended."""
        self._outages = {id: one for id, one in self._outages.items() if id in destinations}

    def failing(self, now: datetime) -> tuple[int, ...]:
        """Return who is to be told of as failing: all that do, when one has done so long enough.

        Those that began to fail a little later would otherwise be told of one by one.
        """
        untold = {id: one for id, one in self._outages.items() if not one.is_told}
        if all(now - one.since < self._failing_after for one in untold.values()):
            return ()
        nearly = self._failing_after * 2 / 3
        return tuple(id for id, one in untold.items() if now - one.since >= nearly)

    def mended(self, now: datetime) -> tuple[int, ...]:
        """Return who is to be told of as working again: all at once, or some after a while."""
        if self._mended_since is None:
            return ()
        is_one_left = any(one.is_told for one in self._outages.values())
        is_long_ago = now - self._mended_since >= self._failing_after / 3
        return tuple(self._mended) if is_long_ago or not is_one_left else ()

    def names(self, destinations: tuple[int, ...]) -> str:
        """Return the names of some of them."""
        names = sorted(
            self._mended.get(id) or self._outages[id].name
            for id in destinations
            if id in self._mended or id in self._outages
        )
        return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")

    def told_failing(self, destinations: tuple[int, ...]) -> None:
        """Note that the moderators know."""
        for id in destinations:
            if id in self._outages:
                self._outages[id].is_told = True

    def told_mended(self, destinations: tuple[int, ...]) -> None:
        """Note that the moderators know."""
        for id in destinations:
            self._mended.pop(id, None)
        if not self._mended:
            self._mended_since = None

    def next_report(self) -> datetime | None:
        """Return when there will be something to tell if nothing changes."""
        moments = [
            one.since + self._failing_after for one in self._outages.values() if not one.is_told
        ]
        if self._mended_since is not None:
            moments.append(self._mended_since + self._failing_after / 3)
        return min(moments, default=None)
