"""All that keeps the knowledge right, put together: what commands call, and the services."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self

from community_bot.app.colleagues import Colleagues
from community_bot.app.locating import is_built_in
from community_bot.app.supervising import Service
from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.moderation.applying import Applier
from community_bot.moderation.audit_head import HeadTeller
from community_bot.moderation.committing import GitCommitter
from community_bot.moderation.drafting import Drafter, used_before
from community_bot.moderation.duty import Duty
from community_bot.moderation.past import Past
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Store, Tell
from community_bot.moderation.recording import Recorder
from community_bot.moderation.reviewing import Reviewer

_MINUTE = 60.0
_HOUR = 3600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """How the knowledge is kept: what moderators may do, and whether git is told of it."""

    policy: Policy = field(default_factory=Policy)
    in_git: bool = False
    stale_months: int = 24


@dataclass(frozen=True, slots=True)
class Editorial:
    """The parts of moderation, each made once around one store."""

    store: Store
    applier: Applier
    recorder: Recorder
    past: Past
    drafter: Drafter
    reviewer: Reviewer
    duty: Duty
    head: HeadTeller

    @classmethod
    def around(  # noqa: PLR0913 - what it is connected with
        cls,
        store: Store,
        snapshot: Snapshot,
        clock: Clock,
        *,
        tell: Tell,
        colleagues: Colleagues,
        care: Care,
        has_begun: Callable[[], bool],
    ) -> Self:
        """Put the parts together; ``tell`` reaches the moderators.

        ``has_begun`` tells whether the store can hold anything yet: asking it would open it.
        """
        policy = care.policy
        recorder = Recorder(store, snapshot, clock)
        committer = GitCommitter(snapshot.root, colleagues.name_of) if care.in_git else None
        is_fixed = not is_writable(snapshot.root)
        applier = Applier(
            store, snapshot, recorder, clock, committer=committer, is_read_only=is_fixed
        )
        drafter = Drafter(snapshot, clock, policy, used_before(store))
        reviewer = Reviewer(
            store, applier, clock, tell, colleagues.known_as, colleagues.is_alone, policy
        )
        duty = Duty(
            store, snapshot, applier, drafter, clock, tell, policy.review_after, care.stale_months
        )
        snapshot.subscribe(recorder.noticed)
        return cls(
            store=store,
            applier=applier,
            recorder=recorder,
            past=Past(store, snapshot, has_begun),
            drafter=drafter,
            reviewer=reviewer,
            duty=duty,
            head=HeadTeller(store, clock, tell),
        )

    @property
    def services(self) -> tuple[Service, ...]:
        """What goes on by itself, each until it is cancelled."""
        return (
            Service("revisions", lambda: self.recorder.run(self.applier.lock)),
            Service("reviews", partial(_again, self.reviewer.tick, _MINUTE)),
            Service("review duty", partial(_again, self.duty.tick, _HOUR)),
            Service("audit", partial(_again, self.head.tick, _HOUR)),
        )

    async def recover(self) -> None:
        """Finish or forget what a crash left half done; before anything else goes by the files."""
        try:
            changes = await self.applier.recover()
        except OSError as error:
            # What is served is right all the same; the next start tries again.
            reason = error.strerror or type(error).__name__
            _log.error("changes were left half done, and could not be finished: %s", reason)
            return
        for change in changes:
            _log.warning("change %s was left half done: %s now", change.short_id, change.state)

    async def settle(self) -> None:
        """Do all that is due at the clock's present moment, in order."""
        async with self.applier.lock:
            await self.recorder.check()
        await self.reviewer.tick()
        await self.duty.tick()
        await self.head.tick()


def is_writable(root: Path) -> bool:
    """Tell whether a base can be edited: not the copy that came with the program."""
    return not is_built_in(root) and os.access(root, os.W_OK)


async def _again(tick: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await tick()
        await asyncio.sleep(seconds)
