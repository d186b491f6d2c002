"""Corrections: what was posted is compared with what the base says now, and mended where it stands.

Each placement remembers the base that it was last compared with, so changes made while the bot was
down count as well. Sends nothing: rows are written, and the delivery is woken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from community_bot.core.ports import Clock
from community_bot.domain.address import Platform
from community_bot.knowledge.base import KnowledgeBase
from community_bot.publishing.basis import differences, is_current, withdrawn
from community_bot.publishing.composing import Composed, Composer
from community_bot.publishing.correcting import Correction, Standing
from community_bot.publishing.notices import Notices
from community_bot.publishing.ports import Carrier, Store
from community_bot.publishing.post import Post, PostState
from community_bot.publishing.rewriting import withdraw
from community_bot.publishing.turns import Turns

_MOST_READ = 1000
_MOST_WRITTEN = 20
"""Placements written in one transaction: others are waiting to write as well."""
_PASSING = frozenset({"internal-error", "timeout"})
"""Errors that say nothing of what was asked."""


class Corrector:
    """Compares and corrects. ``wake`` is called whenever there is something new to deliver."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it is connected with
        self,
        store: Store,
        composer: Composer,
        carriers: Mapping[Platform, Carrier],
        notices: Notices,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._composer = composer
        self._carriers = carriers
        self._notices = notices
        self._clock = clock
        self._wake = wake
        self._changed = asyncio.Event()
        self._told: set[int] = set()

    def wake(self) -> None:
        """Look whether anything stands that was not yet compared with the base served now."""
        self._changed.set()

    async def noticed(self, base: KnowledgeBase) -> None:
        """Hear of a new base, as the snapshot's listener."""
        del base
        self.wake()

    async def run(self) -> None:
        """Compare at once, and again whenever woken."""
        while True:
            self._changed.clear()
            await self.check()
            await self._changed.wait()

    async def check(self) -> None:
        """Compare all that stands with the base that is served, and mend what differs."""
        turns = Turns()
        compared_with = ""
        while True:
            fingerprint = self._composer.fingerprint()
            if fingerprint != compared_with:
                compared_with, last = fingerprint, (0, 0)
            async with self._store.read() as transaction:
                found = await transaction.posts.unchecked(fingerprint, _MOST_READ, last)
            if not found:
                break
            await self._compare(found, turns)
            last = _key(found[-1])
        turns.end()

    async def _compare(self, found: Iterable[Standing], turns: Turns) -> None:
        """Mend what rests on something that has changed; then note the others, all at once."""
        base = self._composer.base
        unchanged: list[Standing] = []
        for alike in _grouped(found):
            with turns.apart():
                if is_current(base, alike[0][1].basis):
                    unchanged += alike
                else:
                    await self._judge(alike)
            # Answers go on meanwhile.
            await asyncio.sleep(0)
        await self._mark(unchanged, base.fingerprint)

    async def _judge(self, alike: Sequence[Standing]) -> None:
        """Compare placements that show the same, and mend them if they differ.

        Those of which nothing can be said now stay to be compared when this is woken again.
        """
        post, placement = alike[0]
        then = await self._composer.compose(post, placement.language, now=placement.rendered_at)
        if then.reply.error is not None:
            await self._judge_unanswered(alike, then)
        elif then.digest == placement.digest or not differences(placement.basis, then.basis):
            # What stands is right still, or only the bot's own words have changed.
            await self._mark(alike, then.fingerprint, then.basis)
        else:
            now = await self._composer.compose(post, placement.language)
            if now.reply.error is not None:
                await self._judge_unanswered(alike, now)
            else:
                await self._correct(alike, now)

    async def _judge_unanswered(self, alike: Sequence[Standing], composed: Composed) -> None:
        """Withdraw what is about entries that are gone; leave anything else as it is, and tell."""
        error = composed.reply.error
        gone = withdrawn(self._composer.base, alike[0][1].basis)
        posts = {post.id: post for post, _ in alike}
        if error is not None and error.key not in _PASSING and gone:
            for post in posts.values():
                # Told first: a crash in between tells again, which is better than never.
                await self._notices.tell(
                    "notice-entries-gone", post=post.short_id, entries=", ".join(sorted(gone))
                )
                await self._withdraw(post)
            return
        message = error.message if error else ""
        for post in posts.values():
            if post.id not in self._told:
                await self._notices.tell(
                    "notice-post-unchecked", post=post.short_id, message=message
                )
                self._told.add(post.id)

    async def _mark(
        self, alike: Sequence[Standing], fingerprint: str, basis: Mapping[str, str] | None = None
    ) -> None:
        """Note the comparison and nothing else: the rest may have changed meanwhile."""
        async with self._store.begin() as transaction:
            await transaction.posts.mark_checked(map(_key, alike), fingerprint, basis)

    async def _withdraw(self, post: Post) -> None:
        async with self._store.begin() as transaction:
            current = await transaction.posts.get(post.id)
            if current is not None and current.state is PostState.LIVE:
                await withdraw(transaction, current, self._clock.now())
        self._wake()

    async def _correct(self, alike: Sequence[Standing], composed: Composed) -> None:
        """Have all placements show the document, with a line that says what was corrected."""
        changed = differences(alike[0][1].basis, composed.basis)
        correction = Correction(
            self._composer, self._carriers, composed, changed, self._clock.now()
        )
        for some in _slices(alike):
            async with self._store.begin() as transaction:
                await correction.write(transaction, some)
            self._wake()


def _key(standing: Standing) -> tuple[int, int]:
    _, placement = standing
    return placement.post, placement.destination


def _grouped(found: Iterable[Standing]) -> Iterable[Sequence[Standing]]:
    """Put together what was made of the same line at the same time from the same entries."""
    groups: dict[object, list[Standing]] = {}
    for post, placement in found:
        alike = (
            post.line,
            placement.language,
            placement.rendered_at,
            placement.digest,
            frozenset(placement.basis.items()),
        )
        groups.setdefault(alike, []).append((post, placement))
    return groups.values()


def _slices(alike: Sequence[Standing]) -> Iterator[Sequence[Standing]]:
    for start in range(0, len(alike), _MOST_WRITTEN):
        yield alike[start : start + _MOST_WRITTEN]
