"""Forgetting what the bot told the moderators, or was asked to post, of what is erased."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import assert_never

from community_bot.core.ports import Clock
from community_bot.core.whole_words import words_in
from community_bot.publishing.notice import notice_line, values_in
from community_bot.publishing.ports import Store, Transaction
from community_bot.publishing.post import Act, Post, PostKind, PostState, RowState
from community_bot.publishing.rewriting import withdraw

_DONE = frozenset({RowState.SENT, RowState.DROPPED})

_Finds = Callable[[str], bool]


class Forgetter:
    """Forgets posts. ``wake`` is called when there is something to take back."""

    def __init__(self, store: Store, clock: Clock, wake: Callable[[], None]) -> None:
        self._store = store
        self._clock = clock
        self._wake = wake

    async def forget(self, entry: str, words: Collection[str]) -> None:
        """Take back posts about an entry or with any of these words; keep nothing of them.

        Announcements stay: they are somebody's own words, and theirs to take back.
        """
        # Both hold JSON, where a quotation mark in a name is written in another way.
        words = {*words, *(json.dumps(word, ensure_ascii=False)[1:-1] for word in words)}
        is_named, is_about = words_in(words), words_in({entry, *words})
        async with self._store.begin() as transaction:
            for post in await transaction.posts.naming({entry, *words}):
                if _is_meant(post, is_named, is_about):
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


def _is_meant(post: Post, is_named: _Finds, is_about: _Finds) -> bool:
    """Tell whether a post is meant: not for words of our own, for an id may be one of them."""
    match post.kind:
        case PostKind.ANSWER:
            return is_about(post.line.partition(" ")[2])
        case PostKind.NOTICE:
            return is_named(values_in(post.line))
        case PostKind.ANNOUNCEMENT:
            return False
        case _:
            assert_never(post.kind)
