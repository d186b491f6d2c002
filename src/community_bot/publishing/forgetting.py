"""Forgetting what the bot told the moderators, or was asked to post, of what is erased."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from community_bot.core.ports import Clock
from community_bot.publishing.notice import notice_line
from community_bot.publishing.ports import Store, Transaction
from community_bot.publishing.post import Act, Post, PostKind, PostState, RowState
from community_bot.publishing.rewriting import withdraw

_DONE = frozenset({RowState.SENT, RowState.DROPPED})


class Forgetter:
    """Forgets posts. ``wake`` is called when there is something to take back."""

    def __init__(self, store: Store, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake

    async def forget(self, words: Collection[str]) -> None:
        """Take back posts in whose line any of these words stands, and keep nothing of them.

        Announcements stay: they are somebody's own words, and theirs to take back.
        """
        async with self._store.begin() as transaction:
            for post in await transaction.posts.naming(words):
                if post.kind is not PostKind.ANNOUNCEMENT:
                    await self._forget(transaction, post)
            await transaction.outbox.forget(words)
        self._wake()

    async def _forget(self, transaction: Transaction, post: Post) -> None:
        if post.state is PostState.LIVE:
            post = await withdraw(transaction, post, self._clock.now())
        line = notice_line("notice-erased", {}) if post.kind is PostKind.NOTICE else "–"
        state = PostState.CANCELLED if post.state is PostState.DRAFT else post.state
        await transaction.posts.change(replace(post, line=line, state=state))
        for placement in await transaction.posts.placements(post.id):
            await transaction.posts.change_placement(replace(placement, basis={}))
        for row in await transaction.outbox.of(post.id):
            if row.state in _DONE or row.act is Act.DELETE:
                await transaction.outbox.change(replace(row, payload=""))
