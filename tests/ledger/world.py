"""A small world for delivery: a real database, hosts with their books, a clock, and moderators."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from community_bot.core.ports import Clock
from community_bot.domain.address import Address, Platform
from community_bot.publishing.delivery import Delivery
from community_bot.publishing.destination import Destination
from community_bot.publishing.patience import Patience
from community_bot.publishing.placing import correcting, sending, withdrawing
from community_bot.publishing.ports import Carrier, Store
from community_bot.publishing.post import Placement, Post, PostKind, PostState, Row
from community_bot.publishing.rewriting import apply, presence_of
from community_bot.storage.database import Database
from ledger.book import Book
from ledger.carrier import LedgerCarrier
from ledger.host import Host


@dataclass(slots=True)
class SteppedClock:
    """A clock that stands until the test moves it."""

    moment: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.seconds

    def step(self, seconds: float) -> None:
        """Let time pass."""
        self.moment += timedelta(seconds=seconds)
        self.seconds += seconds


class Unlucky(Random):
    """Chance at its worst: each wait is as long as can be, or as short."""

    def __init__(self, value: float = 1.0) -> None:
        super().__init__(0)
        self.value = value

    def random(self) -> float:
        return self.value


@dataclass(frozen=True, slots=True)
class Told:
    """What the moderators heard."""

    key: str
    arguments: dict[str, str | int]
    avoid: Platform | None


@dataclass(slots=True)
class Moderators:
    """Listens; ``said`` is all that was told, in order. ``failure`` is why nothing can be told."""

    said: list[Told] = field(default_factory=list)
    tries: int = 0
    was_tried: asyncio.Event = field(default_factory=asyncio.Event)
    failure: Exception | None = None

    async def tell(self, key: str, /, *, avoid: Platform | None = None, **more: str | int) -> None:
        self.tries += 1
        self.was_tried.set()
        if self.failure is not None:
            raise self.failure
        self.said.append(Told(key, more, avoid))

    @property
    def keys(self) -> list[str]:
        return [told.key for told in self.said]


@dataclass(slots=True)
class Publishing:
    """A publisher that knows just enough: it writes rows as the real one does."""

    store: Store
    clock: Clock

    async def open(self, name: str, platform: Platform = Platform.TERMINAL) -> Destination:
        """Register a destination whose room is called like it."""
        new = Destination(name=name, address=Address(platform, room=name))
        async with self.store.begin() as tx:
            return await tx.destinations.add(new)

    async def publish(
        self,
        text: str,
        to: Iterable[Destination],
        *,
        pages: int = 1,
        kind: PostKind = PostKind.ANNOUNCEMENT,
    ) -> Post:
        """Commit a post and its rows."""
        destinations = tuple(to)
        now = self.clock.now()
        new = Post(kind=kind, line=text, state=PostState.LIVE, created_at=now)
        placements = [
            Placement(post=0, destination=one.id, language="en", revision=1) for one in destinations
        ]
        async with self.store.begin() as tx:
            post = await tx.posts.add(new, placements)
            for one in destinations:
                await tx.outbox.add(sending(post.id, one.id, self.texts(post, 1, pages), now))
        return post

    async def correct(self, post: Post, destination: int, *, withdraw: bool = False) -> None:
        """Commit another revision: what makes the place show it, or nothing any more."""
        async with self.store.begin() as tx:
            placement = next(
                one for one in await tx.posts.placements(post.id) if one.destination == destination
            )
            revision = placement.revision + 1
            presence = await presence_of(tx, post.id, destination)
            changed = replace(placement, revision=revision, is_withdrawn=withdraw)
            await tx.posts.change_placement(changed)
            count = len({row.page for row in presence.rows})
            texts = self.texts(post, revision, count)
            now = self.clock.now()
            rewrite = (
                withdrawing(placement, presence, now)
                if withdraw
                else correcting(placement, texts, presence, now)
            )
            await apply(tx, rewrite)

    def texts(self, post: Post, revision: int, pages: int) -> list[str]:
        """Return the payload of each page of a revision."""
        return [text_of(post, revision, page) for page in range(1, pages + 1)]

    async def rows(self, post: Post) -> tuple[Row, ...]:
        async with self.store.read() as tx:
            return await tx.outbox.of(post.id)

    async def row(self, post: Post) -> Row:
        """Return the last row of a post."""
        return (await self.rows(post))[-1]


def text_of(post: Post, revision: int, page: int) -> str:
    """Return what a message says: a text that names post, revision and page."""
    return f"{post.line}\n{post.short_id} r{revision} {page}"


@dataclass(slots=True)
class World:
    """One platform's host, or two, with a delivery over a database in memory."""

    database: Database
    clock: SteppedClock
    moderators: Moderators
    host: Host
    other_host: Host
    publishing: Publishing
    carriers: list[Carrier]
    patience: Patience
    chance: Random
    delivery: Delivery

    def restart(self, store: Store | None = None) -> Delivery:
        """Begin again with nothing but what was kept."""
        self.delivery = Delivery(
            store or self.database.publishing,
            self.carriers,
            self.clock,
            self.moderators.tell,
            patience=self.patience,
            chance=self.chance,
        )
        return self.delivery

    async def drain_for(self, seconds: float, step: float = 1) -> None:
        """Let time pass in steps, and deliver what is due at each."""
        passed = 0.0
        while passed < seconds:
            await self.delivery.drain()
            self.clock.step(step)
            passed += step
        await self.delivery.drain()


@asynccontextmanager
async def world(
    *,
    clock: SteppedClock | None = None,
    key_window: timedelta = timedelta(minutes=2),
    patience: Patience | None = None,
    chance: Random | None = None,
) -> AsyncIterator[World]:
    """Yield a world in which nothing has happened yet."""
    clock = clock or SteppedClock()
    now = clock.now
    database = await Database.in_memory()
    hosts = [
        Host(Book(lambda: now().timestamp(), key_window=key_window.total_seconds()))
        for _ in range(2)
    ]
    carriers: list[Carrier] = [
        LedgerCarrier(host.answer, platform=platform, key_window=key_window)
        for host, platform in zip(hosts, (Platform.TERMINAL, Platform.MATRIX), strict=True)
    ]
    moderators = Moderators()
    patience = patience or Patience(timeout=0.05)
    chance = chance or Unlucky()
    try:
        yield World(
            database,
            clock,
            moderators,
            hosts[0],
            hosts[1],
            Publishing(database.publishing, clock),
            carriers,
            patience,
            chance,
            Delivery(
                database.publishing,
                carriers,
                clock,
                moderators.tell,
                patience=patience,
                chance=chance,
            ),
        )
    finally:
        await database.close()
