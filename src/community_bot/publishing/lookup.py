"""Looking up, within a transaction, what somebody means to post or to take back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from community_bot.domain.errors import UserError
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Transaction
from community_bot.publishing.post import Placement, Post, PostState
from community_bot.publishing.preparing import Version

DRAFT_LIFE = timedelta(hours=24)
"""How long a preview can be confirmed."""


async def placed(transaction: Transaction, post: Post) -> tuple[tuple[Destination, Placement], ...]:
    """Return a post's placements with their destinations."""
    places = {place.id: place for place in await transaction.destinations.all()}
    placements = await transaction.posts.placements(post.id)
    return tuple((places[one.destination], one) for one in placements)


async def left(transaction: Transaction, versions: Iterable[Version]) -> tuple[Version, ...]:
    """Return those whose destination is still there; raise UserError when none is."""
    there = {place.id for place in await transaction.destinations.all()}
    left = tuple(one for one in versions if one.destination.id in there)
    if not left:
        raise UserError("post-nowhere")
    return left


async def known(transaction: Transaction, post_id: int) -> Post:
    """Return a post; raise UserError when there is none."""
    post = await transaction.posts.get(post_id)
    if post is None:
        raise UserError("post-unknown", id=f"P{post_id}")
    return post


def ensure_draft(post: Post, author: int | None, now: datetime) -> None:
    """Raise UserError unless this person may still decide on a draft."""
    if post.author != author:
        raise UserError("post-not-yours", id=post.short_id)
    if post.state is PostState.CANCELLED:
        raise UserError("post-cancelled", id=post.short_id)
    if post.state is not PostState.DRAFT:
        raise UserError("post-already", id=post.short_id)
    if now - post.created_at > DRAFT_LIFE:
        raise UserError("post-too-old", id=post.short_id)
