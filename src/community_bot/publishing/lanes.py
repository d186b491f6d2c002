"""A lane: all that is delivered to one platform, and nothing of any other.

Each destination with something to do has a worker of its own, which takes one row after the other;
all share a number of slots. The lane knows which destinations wait and until when; only the rows
being sent are in memory.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from community_bot.core.ports import Clock, StoreError
from community_bot.core.trails import trail
from community_bot.publishing.attempts import Attempt, Job, Settlement, UnforeseenError
from community_bot.publishing.destination import Destination
from community_bot.publishing.errors import (
    DeliveryError,
    DestinationRefusedError,
    HistoryUnreadableError,
    TokenRefusedError,
)
from community_bot.publishing.health import Health
from community_bot.publishing.outages import Outages
from community_bot.publishing.patience import Backoff
from community_bot.publishing.ports import Carrier
from community_bot.publishing.queue import Queue
from community_bot.publishing.slots import Slots
from community_bot.publishing.telling import Teller

_LONG = timedelta(days=1)

_log = logging.getLogger(__name__)


class Lane:
    """Delivers to one platform."""

    def __init__(
        self, carrier: Carrier, queue: Queue, teller: Teller, clock: Clock, backoff: Backoff
    ) -> None:
        patience = backoff.patience
        self.platform = carrier.platform
        self.health = Health(clock, patience)
        self._carrier = carrier
        self._queue = queue
        self._teller = teller
        self._clock = clock
        self._backoff = backoff
        self._patience = patience
        self._outages = Outages(patience.failing_after)
        self._slots = Slots(patience.concurrency)
        self._due: dict[int, tuple[Destination, datetime]] = {}
        self._held: dict[int, datetime] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}
        self._unsettled: dict[int, Settlement] = {}
        self._stopped: set[int] = set()  # since the last look began, which may not know of it
        self._changed = asyncio.Event()
        self._wakes = 1
        self._wakes_seen = 0
        self._is_ending = False
        self._store_failures = 0
        self._logged: set[str] = set()

    def wake(self) -> None:
        """Look at the store again."""
        self._wakes += 1
        self._changed.set()

    async def run(self) -> None:
        """Deliver until cancelled; then let what is in flight come to its end, for a while."""
        try:
            while True:
                await self._turn()
                await self._rest()
        finally:
            await self._end()

    async def drain(self) -> bool:
        """Deliver until nothing is due now; tell whether there was anything to do."""
        was_idle = True
        try:
            while True:
                self.wake()
                await self._turn()
                if not self._workers:
                    return not was_idle
                was_idle = False
                await asyncio.wait(self._workers.values())
        finally:
            await self._end()

    @property
    def _is_open(self) -> bool:
        return self.health.is_open and not self._is_ending

    async def _turn(self) -> None:
        """Look at what waits if that may have changed, and start work on all that is due."""
        self._changed.clear()
        try:
            if self._wakes_seen < self._wakes and self._is_open:
                await self._look()
            await self._report()
        except StoreError as error:
            self._store_failed(error)
        now = self._clock.now()
        if self._is_open:
            for id, (destination, moment) in tuple(self._due.items()):
                if moment <= now and id not in self._workers:
                    self._start(destination)

    async def _look(self) -> None:
        wakes = self._wakes
        self._stopped.clear()
        waiting = await self._queue.waiting()
        self._wakes_seen = wakes
        self._outages.forget_all_but({one.id for one in waiting})
        self._held = {id: moment for id, moment in self._held.items() if moment > self._clock.now()}
        self._due = {
            one.id: (one, max(moment, self._held.get(one.id, moment)))
            for one, moment in waiting.items()
            if one.id not in self._stopped
        }

    def _start(self, destination: Destination) -> None:
        def ended(_: asyncio.Task[None]) -> None:
            del self._workers[destination.id]
            self._changed.set()

        worker = asyncio.create_task(self._work(destination), name=f"to {destination.name}")
        self._workers[destination.id] = worker
        worker.add_done_callback(ended)

    async def _rest(self) -> None:
        """Wait until something changes or is due."""
        now = self._clock.now()
        if self._is_open:
            moments = [moment for id, (_, moment) in self._due.items() if id not in self._workers]
            moments.append(self._outages.next_report() or now + _LONG)
        else:  # a report that is due now may be what could not be told for the pause's own reason
            moments = [self.health.state.until or now + _LONG]
        seconds = (min(moments) - now).total_seconds()
        try:
            async with asyncio.timeout(max(0, min(seconds, self._patience.poll))):
                await self._changed.wait()
        except TimeoutError:
            if seconds >= self._patience.poll:
                self.wake()

    async def _work(self, destination: Destination) -> None:
        """Deliver a destination's rows until none is due. The boundary for whatever goes wrong."""
        try:
            while self._is_open:
                async with self._slots.taken(is_doubtful=destination.id in self._outages):
                    if not await self._step(destination):
                        break
        except StoreError as error:
            self._store_failed(error)
        except Exception as error:  # noqa: BLE001 - the boundary: logged, and tried again later
            _log.error("work for %s stopped\n%s", destination.name, trail(error))
            moment = self._clock.now() + self._patience.unasked
            self._held[destination.id] = moment
            self._due[destination.id] = destination, moment
        if not self._is_open:
            self.wake()  # what waits after this row is not known

    async def _step(self, destination: Destination) -> bool:
        """Deliver one row; tell whether to go on with the next."""
        if not self._is_open:  # it closed while a slot was waited for
            return False
        self._due.pop(destination.id, None)
        settlement = self._unsettled.get(destination.id) or await self._attempt(destination)
        if settlement is None:
            return False
        self._unsettled[destination.id] = settlement
        await self._teller.outcome(destination, settlement)
        await self._queue.settle(settlement)
        del self._unsettled[destination.id]
        self._store_failures = 0
        if isinstance(settlement.error, DestinationRefusedError):
            self._stopped.add(destination.id)
            self._due.pop(destination.id, None)
        elif not settlement.is_final:
            self._due[destination.id] = destination, settlement.row.next_attempt_at
        return settlement.is_final

    async def _attempt(self, destination: Destination) -> Settlement | None:
        """Take the first row and try it; None when there is none to be tried now."""
        job = await self._queue.take(destination)
        if not isinstance(job, Job):
            if job is not None:
                self._due[destination.id] = destination, job
            return None
        attempt = Attempt(job, self._carrier, self._clock, self._backoff)
        if not self._is_open:  # it closed while the row was taken
            return attempt.put_back()
        settlement = await attempt.make()
        self._learn(destination, settlement)
        return settlement

    def _learn(self, destination: Destination, settlement: Settlement) -> None:
        self.health.learn(settlement)
        now = self._clock.now()
        match settlement.error:
            case TokenRefusedError():
                return
            case DestinationRefusedError():
                self._outages.forget(destination)
            case HistoryUnreadableError():
                pass
            case DeliveryError() as error if not settlement.is_final:
                self._outages.failed(destination, now)
                self._log_unforeseen(error)
            case _:
                self._outages.answered(destination, now)
        self._slots.answered()

    def _log_unforeseen(self, error: DeliveryError) -> None:
        """Log what a carrier should not have raised, once for each place that raises it."""
        said = trail(error) if isinstance(error, UnforeseenError) else ""
        if said and said not in self._logged:
            _log.error("%s: the carrier failed\n%s", self.platform, said)
            self._logged.add(said)

    async def _report(self) -> None:
        """Tell the moderators what concerns more than one post."""
        for key in self.health.untold():
            await self._teller.tell(key, avoid=self.platform, platform=self.platform.value)
        now = self._clock.now()
        if failing := self._outages.failing(now):
            minutes = int(self._patience.failing_after.total_seconds() // 60)
            names = self._outages.names(failing)
            await self._teller.tell("notice-destinations-failing", names=names, minutes=minutes)
            self._outages.told_failing(failing)
        if mended := self._outages.mended(now):
            await self._teller.tell("notice-destinations-mended", names=self._outages.names(mended))
            self._outages.told_mended(mended)

    def _store_failed(self, error: StoreError) -> None:
        """Wait for the disk or the database; what was not kept is in memory and kept then."""
        if self.health.is_open:
            self._store_failures += 1
            _log.error("%s: nothing can be kept: %s", self.platform, error.key)
            wait = self._patience.first + self._backoff.after(self._store_failures) / 10
            self.health.pause(wait, error.key)

    async def _end(self) -> None:
        """Let workers finish what is in flight; a row cut off stays marked as being sent."""
        self._is_ending = True
        try:
            if self._workers:
                await asyncio.wait(self._workers.values(), timeout=self._patience.grace)
        finally:
            late = tuple(self._workers.values())
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            self._is_ending = False
