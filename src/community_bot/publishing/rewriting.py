"""Writing down, within a transaction, what becomes of what was posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from community_bot.publishing.placing import Presence, Rewrite, withdrawing
from community_bot.publishing.ports import Transaction
from community_bot.publishing.post import Post, PostState


async def presence_of(transaction: Transaction, post: int, destination: int) -> Presence:
    """Return what there is of a placement."""
    return Presence(
        await transaction.outbox.of(post, destination),
        await transaction.outbox.messages(post, destination),
    )


async def apply(transaction: Transaction, rewrite: Rewrite) -> None:
    """Write down what becomes of a placement."""
    for row in rewrite.changed:
        await transaction.outbox.change(row)
    await transaction.outbox.add(rewrite.added)


async def withdraw(transaction: Transaction, post: Post, now: datetime) -> Post:
    """Take back a live post: its messages are deleted, and what was never sent is not."""
    for placement in await transaction.posts.placements(post.id):
        presence = await presence_of(transaction, post.id, placement.destination)
        await apply(transaction, withdrawing(placement, presence, now))
        gone = replace(placement, revision=placement.revision + 1, is_withdrawn=True)
        await transaction.posts.change_placement(gone)
    post = replace(post, state=PostState.WITHDRAWN)
    await transaction.posts.change(post)
    return post
