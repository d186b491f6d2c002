"""Values to keep, for the tests of stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from community_bot.domain.address import Address, Platform
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Transaction
from community_bot.publishing.post import Act, Placement, Post, PostKind, PostState, Row

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def room(name: str, platform: Platform = Platform.TERMINAL) -> Destination:
    return Destination(name=name, address=Address(platform, room=f"room-{name}"))


def answer(**changes: Any) -> Post:  # noqa: ANN401 - its fields
    plain: dict[str, Any] = {
        "kind": PostKind.ANSWER,
        "line": "person olga",
        "state": PostState.LIVE,
        "created_at": NOON,
    }
    return Post(**(plain | changes))


def placed(destination: Destination, **changes: Any) -> Placement:  # noqa: ANN401 - its fields
    return Placement(post=0, destination=destination.id, language="en", **changes)


def page_of(post: Post, destination: Destination, page: int = 1, **changes: Any) -> Row:  # noqa: ANN401 - its fields
    plain: dict[str, Any] = {"revision": 1, "act": Act.SEND, "next_attempt_at": NOON}
    return Row(post=post.id, destination=destination.id, page=page, **(plain | changes))


async def one_post(tx: Transaction, name: str = "news") -> tuple[Destination, Post]:
    """Keep a destination and a live post there."""
    destination = await tx.destinations.add(room(name))
    return destination, await tx.posts.add(answer(), [placed(destination)])
