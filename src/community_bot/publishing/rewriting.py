"""Writing down, within a transaction, what becomes of what was posted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from community_bot.publishing.placing import Queue, Rewrite, withdrawing
from community_bot.publishing.ports import Transaction
from community_bot.publishing.post import Post, PostState


async def queue_of(transaction: Transaction, post: int, destination: int) -> Queue:
    """Return what is known of a placement."""
    return Queue(
        await transaction.outbox.of(post, destination),
        await transaction.outbox.messages(post, destination),
    )


async def apply(transaction: Transaction, rewrite: Rewrite) -> None:
    """Write down what becomes of a queue."""
    for row in rewrite.changed:
        await transaction.outbox.change(row)
    await transaction.outbox.add(rewrite.added)


async def withdraw(transaction: Transaction, post: Post, now: datetime) -> Post:
    """Take back a live post: its messages are deleted, and what was never sent is not."""
    for placement in await transaction.posts.placements(post.id):
        queue = await queue_of(transaction, post.id, placement.destination)
        await apply(transaction, withdrawing(placement, queue, now))
        gone = replace(placement, revision=placement.revision + 1, is_withdrawn=True)
        await transaction.posts.change_placement(gone)
    post = replace(post, state=PostState.WITHDRAWN)
    await transaction.posts.change(post)
    return post
