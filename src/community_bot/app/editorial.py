"""All that keeps the knowledge right, put together: what commands call, and the services."""

from __future__ import annotations

import asyncio
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
from community_bot.knowledge.folder import Folder
from community_bot.moderation.applying import Applier
from community_bot.moderation.audit_head import HeadTeller
from community_bot.moderation.committing import GitCommitter
from community_bot.moderation.drafting import Drafter, used_before
from community_bot.moderation.duty import Duty
from community_bot.moderation.erasing import Eraser, Unpublish
from community_bot.moderation.past import Past
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Store, Tell
from community_bot.moderation.recording import Recorder
from community_bot.moderation.reviewing import Reviewer
from community_bot.moderation.settling import Settler

_MOMENT = 10.0
_MINUTE = 60.0
_HOUR = 3600.0


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
    eraser: Eraser
    settler: Settler

    @classmethod
    def around(  # noqa: PLR0913 - what it is connected with
        cls,
        store: Store,
        snapshot: Snapshot,
        clock: Clock,
        *,
        tell: Tell,
        unpublish: Unpublish,
        colleagues: Colleagues,
        care: Care,
        has_begun: Callable[[], bool],
    ) -> Self:
        """Put the parts together; ``tell`` tells the moderators, ``unpublish`` takes it back.

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
        duty = Duty(
            store, snapshot, applier, drafter, clock, tell, policy.review_after, care.stale_months
        )
        snapshot.admit_by(partial(_admit, recorder, has_begun))
        return cls(
            store=store,
            applier=applier,
            recorder=recorder,
            past=Past(store, snapshot, has_begun),
            drafter=drafter,
            reviewer=_reviewer(applier, tell, colleagues, policy),
            duty=duty,
            head=HeadTeller(store, clock, tell),
            eraser=Eraser(store, snapshot, clock, applier.lock, unpublish),
            settler=Settler(applier, recorder, tell),
        )

    @property
    def services(self) -> tuple[Service, ...]:
        """What goes on by itself, each until it is cancelled."""
        return (
            Service("revisions", partial(_again, self.settler.tick, _MOMENT)),
            Service("reviews", partial(_again, self.reviewer.tick, _MINUTE)),
            Service("review duty", partial(_again, self.duty.tick, _HOUR)),
            Service("audit", partial(_again, self.head.tick, _HOUR)),
        )

    async def recover(self) -> None:
        """Make up for what a crash left half done; before anybody is answered.

        Raises StoreError.
        """
        await self.settler.begin()

    async def settle(self) -> None:
        """Do all that is due at the clock's present moment, in order."""
        await self.settler.tick()
        await self.reviewer.tick()
        await self.duty.tick()
        await self.head.tick()


def is_writable(root: Path) -> bool:
    """Tell whether a base can be edited: not the copy that came with the program."""
    return not is_built_in(root) and os.access(root, os.W_OK)


def _reviewer(applier: Applier, tell: Tell, colleagues: Colleagues, policy: Policy) -> Reviewer:
    return Reviewer(
        applier.store,
        applier,
        applier.clock,
        tell,
        named=colleagues.known_as,
        is_alone=colleagues.is_alone,
        is_known=colleagues.is_known,
        policy=policy,
    )


async def _admit(recorder: Recorder, has_begun: Callable[[], bool], folder: Folder) -> bool:
    return not has_begun() or await recorder.admit(folder)


async def _again(tick: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await tick()
        await asyncio.sleep(seconds)
