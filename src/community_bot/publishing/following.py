"""Telling channels what is new in what they follow: one digest for a burst of changes.

What was told is kept, so changes made while the bot was down count as well, and a change that is
undone before anybody was told is no news.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.domain.errors import UserError
from community_bot.knowledge.base import KnowledgeBase
from community_bot.publishing.changes import News, changes, digest_line, interesting
from community_bot.publishing.destination import Destination
from community_bot.publishing.notices import Notices
from community_bot.publishing.ports import Store, Transaction
from community_bot.publishing.post import PostKind
from community_bot.publishing.preparing import Print
from community_bot.publishing.publisher import Publisher
from community_bot.publishing.schedule import Follow

QUIET = timedelta(seconds=120)
"""How long nothing must have changed before what has changed is told."""
MOST = timedelta(seconds=900)
"""How long after a first change it is told at the latest."""


class Follower:
    """Posts digests to the destinations that follow something."""

    def __init__(  # noqa: PLR0913 - what it is connected with
        self,
        store: Store,
        publisher: Publisher,
        notices: Notices,
        snapshot: Snapshot,
        clock: Clock,
        *,
        quiet: timedelta = QUIET,
        most: timedelta = MOST,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._notices = notices
        self._snapshot = snapshot
        self._clock = clock
        self._quiet = quiet
        self._most = most
        # What changed while the bot was down is looked for as if it had changed at the start.
        self._first: datetime | None = clock.now()
        self._last = clock.now()
        self._heard = 0
        self._changed = asyncio.Event()

    async def noticed(self, base: KnowledgeBase) -> None:
        """Hear of a new base, as the snapshot's listener."""
        del base
        self._last = self._clock.now()
        self._first = self._first or self._last
        self._heard += 1
        self._changed.set()

    async def run(self) -> None:
        """Tell what changes, each time after a quiet while."""
        while True:
            self._changed.clear()
            await self.check()
            try:
                async with asyncio.timeout(self._pause()):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def check(self) -> None:
        """Tell what has changed, if that has been quiet for long enough.

        The first time ever, everything is noted and nothing is told.
        """
        async with self._store.read() as transaction:
            has_seen = await transaction.follows.has_seen()
        if not has_seen:
            await self._begin()
        elif self._pause() == 0:
            heard = self._heard
            await self._tell()
            self._first = None if self._heard == heard else self._last

    def _pause(self) -> float | None:
        """Return how many seconds to wait before changes are told; None if there is none."""
        if self._first is None:
            return None
        now = self._clock.now()
        if now < self._last:
            # The clock was set back: the quiet while begins anew.
            self._first = self._last = now
        due = min(self._last + self._quiet, self._first + self._most)
        return max(0.0, (due - now).total_seconds())

    async def _begin(self) -> None:
        found = changes(self._snapshot.current, {})
        self._first = None
        async with self._store.begin() as transaction:
            await transaction.follows.mark_seen(found.seen, found.removed)
            await transaction.follows.begin_seeing()

    async def _tell(self) -> None:
        base = self._snapshot.current
        async with self._store.read() as transaction:
            seen = await transaction.follows.seen()
            follows = await transaction.follows.all()
            places = await transaction.destinations.all()
        # All entries are looked at, and answers go on meanwhile.
        found = await asyncio.to_thread(changes, base, seen)
        if not found.seen and not found.removed:
            return
        reached = [place for place in places if self._publisher.reaches(place)]
        prints = [
            Print(PostKind.ANSWER, line, tuple(there))
            for line, there in _digests(found.news, follows, reached).items()
        ]

        async def mark(transaction: Transaction) -> None:
            await transaction.follows.mark_seen(found.seen, found.removed)

        await self._publisher.publish_all(prints, then=mark, failed=self._failed)

    async def _failed(self, wanted: Print, error: UserError) -> None:
        """Tell that a digest could not be made: it must not keep the others back."""
        names = ", ".join(place.name for place in wanted.destinations)
        message = str(error.arguments.get("message", error.key))
        await self._notices.tell("notice-digest-failed", names=names, message=message)


def _digests(
    news: Sequence[News], follows: Iterable[Follow], places: Iterable[Destination]
) -> dict[str, list[Destination]]:
    """Return the lines to post, each with where: whoever follows the same is told the same."""
    by_place: dict[int, list[Follow]] = {}
    for follow in follows:
        by_place.setdefault(follow.destination, []).append(follow)
    lines: dict[str, list[Destination]] = {}
    for place in places:
        wanted = interesting(news, by_place.get(place.id, ()))
        if wanted:
            lines.setdefault(digest_line(wanted), []).append(place)
    return lines
