"""All that posts, put together: what commands call, and the services that go on by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from community_bot.app.supervising import Service
from community_bot.core.dispatch import Dispatcher
from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.publishing.composing import Composer
from community_bot.publishing.corrections import Corrector
from community_bot.publishing.delivery import Delivery
from community_bot.publishing.following import QUIET, Follower
from community_bot.publishing.forgetting import Forgetter
from community_bot.publishing.notices import Notices
from community_bot.publishing.patience import Patience
from community_bot.publishing.ports import Carrier, Store
from community_bot.publishing.publisher import Publisher
from community_bot.publishing.rights import MayPost
from community_bot.publishing.scheduling import DEFAULT_GRACE, Scheduler
from community_bot.publishing.sweeping import Sweeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long publishing waits: for a platform, for a late run, for changes to come to rest."""

    patience: Patience = field(default_factory=Patience)
    grace: timedelta = DEFAULT_GRACE
    quiet: timedelta = QUIET


@dataclass(frozen=True, slots=True)
class Newsroom:
    """The parts of publishing, each made once around one store."""

    store: Store
    composer: Composer
    publisher: Publisher
    notices: Notices
    scheduler: Scheduler
    corrector: Corrector
    follower: Follower
    delivery: Delivery
    sweeper: Sweeper
    forgetter: Forgetter

    def wake(self) -> None:
        """Look at once whether something is due or to be delivered."""
        # A post may have been written for later, or from a base that was swapped meanwhile.
        self.delivery.wake()
        self.scheduler.wake()
        self.corrector.wake()

    @classmethod
    def around(  # noqa: PLR0913 - what it is connected with
        cls,
        store: Store,
        questions: Dispatcher,
        snapshot: Snapshot,
        carriers: Iterable[Carrier],
        clock: Clock,
        *,
        may_post: MayPost,
        timing: Timing,
    ) -> Self:
        """Put the parts together; ``questions`` answers what is posted."""
        by_platform = {carrier.platform: carrier for carrier in carriers}

        def wake() -> None:
            newsroom.wake()

        composer = Composer(questions, snapshot, clock)
        publisher = Publisher(store, composer, by_platform, clock, wake)
        notices = Notices(store, publisher, clock)
        delivery = Delivery(
            store, by_platform.values(), clock, notices.tell, patience=timing.patience
        )
        corrector = Corrector(store, composer, by_platform, notices, clock, wake)
        follower = Follower(store, publisher, notices, snapshot, clock, quiet=timing.quiet)
        snapshot.subscribe(corrector.noticed)
        snapshot.subscribe(follower.noticed)
        newsroom = cls(
            store=store,
            composer=composer,
            publisher=publisher,
            notices=notices,
            scheduler=Scheduler(store, publisher, composer, notices, clock, may_post),
            corrector=corrector,
            follower=follower,
            delivery=delivery,
            sweeper=Sweeper(store, clock),
            forgetter=Forgetter(store, clock, wake),
        )
        return newsroom

    @property
    def services(self) -> tuple[Service, ...]:
        """What goes on by itself, each until it is cancelled."""
        return (
            Service("delivery", self.delivery.run),
            Service("schedules", self.scheduler.run),
            Service("corrections", self.corrector.run),
            Service("followers", self.follower.run),
            Service("sweeping", self.sweeper.run),
        )

    async def tell(self, key: str, /, **arguments: str | int) -> None:
        """Tell the moderators something, on every platform."""
        await self.notices.tell(key, avoid=None, **arguments)

    async def place_names(self) -> tuple[str, ...]:
        """Return the names of all destinations."""
        async with self.store.read() as kept:
            return tuple(place.name for place in await kept.destinations.all())

    async def settle(self) -> None:
        """Do all that is due at the clock's present moment, in order."""
        await self.scheduler.tick()
        await self.corrector.check()
        await self.follower.check()
        await self.delivery.drain()
