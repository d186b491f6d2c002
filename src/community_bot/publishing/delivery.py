"""Delivery: one lane per platform, each kept running whatever happens to it or to the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from random import Random, SystemRandom

from community_bot.core.ports import Clock
from community_bot.core.trails import trail
from community_bot.domain.address import Platform
from community_bot.publishing.health import LaneState
from community_bot.publishing.lanes import Lane
from community_bot.publishing.patience import Backoff, Patience
from community_bot.publishing.ports import Carrier, Store
from community_bot.publishing.queue import Queue
from community_bot.publishing.telling import Tell, Teller

_STEADY_SECONDS = 300
"""A lane that ran so long was well: after its next failure the waits begin small again."""

_log = logging.getLogger(__name__)


class Delivery:
    """Brings the rows of the outbox to their platforms."""

    def __init__(  # noqa: PLR0913 - what it works with, and two that tests choose
        self,
        store: Store,
        carriers: Iterable[Carrier],
        clock: Clock,
        tell: Tell,
        *,
        patience: Patience | None = None,
        chance: Random | None = None,
    ) -> None:
        patience = patience or Patience()
        self._clock = clock
        self._backoff = Backoff(patience, chance or SystemRandom())
        teller = Teller(tell, store)
        self._lanes = tuple(
            Lane(
                carrier,
                Queue(store, clock, carrier.platform, patience.most),
                teller,
                clock,
                self._backoff,
            )
            for carrier in carriers
        )

    def wake(self) -> None:
        """Look at the outbox again: to be called after each commit that adds to it."""
        for lane in self._lanes:
            lane.wake()

    def states(self) -> Mapping[Platform, LaneState]:
        """Return how each platform's lane is."""
        return {lane.platform: lane.health.state for lane in self._lanes}

    async def run(self) -> None:
        """Deliver until cancelled; what is in flight then comes to its end within the grace."""
        async with asyncio.TaskGroup() as group:
            for lane in self._lanes:
                group.create_task(self._keep_running(lane), name=f"lane {lane.platform}")

    async def drain(self) -> None:
        """Deliver until nothing is due at the clock's present moment."""
        is_busy = True
        while is_busy:
            is_busy = any(await asyncio.gather(*(lane.drain() for lane in self._lanes)))

    async def _keep_running(self, lane: Lane) -> None:
        failures = 0
        while True:
            began = self._clock.monotonic()
            try:
                await lane.run()
            except Exception as error:  # noqa: BLE001 - the boundary: logged, and begun again
                was_steady = self._clock.monotonic() - began > _STEADY_SECONDS
                failures = 1 if was_steady else failures + 1
                wait = self._backoff.patience.first + self._backoff.after(failures)
                _log.error("lane %s begins again\n%s", lane.platform, trail(error))
                lane.health.pause(wait, "lane-broken")
                await asyncio.sleep(wait.total_seconds())
