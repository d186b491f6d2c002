"""A press: publishing with its real parts around a small base on disk and a host with a book."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from ledger.book import Book
from ledger.carrier import LedgerCarrier, Line
from ledger.host import Host
from ledger.world import SteppedClock, Unlucky
from sample_base import Base, make_base
from terminal import UNLIMITED

from community_bot.commands import COMMANDS
from community_bot.commands.explaining import explain_error
from community_bot.core.command import CommandTable
from community_bot.core.dispatch import Dispatcher
from community_bot.core.render.text import render_text
from community_bot.core.snapshot import Snapshot, load_snapshot
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Reply
from community_bot.publishing.composing import Composer
from community_bot.publishing.corrections import Corrector
from community_bot.publishing.delivery import Delivery
from community_bot.publishing.destination import Destination
from community_bot.publishing.following import Follower
from community_bot.publishing.notices import Notices
from community_bot.publishing.patience import Patience
from community_bot.publishing.ports import Store
from community_bot.publishing.post import Placement, Post, PostKind, PostState, Row
from community_bot.publishing.publisher import Publisher
from community_bot.publishing.schedule import Follow, Topic
from community_bot.publishing.sweeping import Sweeper
from community_bot.storage.database import Database

ANN = "people/ann-lee.yaml"
BO = "people/bo-dahl.yaml"
APPEAL = "statements/appeal.yaml"

_SECOND_PARAGRAPH = (
    '  - label: "2"\n    part: body\n    text: We thank everyone.\n',
    '  - {text: {en: It gives thanks.}, paragraphs: ["2"]}\n',
    '      - {label: "2", text: Дякуємо всім.}\n    cite: [paper]\n',
    "versions:\n  - language: uk\n    paragraphs:\n",
)


class PagedCarrier(LedgerCarrier):
    """A carrier whose messages hold so many lines."""

    most_lines = 10_000

    def pages(self, reply: Reply, mark: str) -> tuple[str, ...]:
        lines = render_text(reply).splitlines()
        parts = [lines[at : at + self.most_lines] for at in range(0, len(lines), self.most_lines)]
        return tuple("\n".join((*part, mark)) for part in parts)


@dataclass(slots=True)
class Press:
    """All of publishing over one database; ``wakes`` counts how often there was news for delivery.

    What stands in a room is in the host's book, whatever happens to the press.
    """

    base: Base
    database: Database
    host: Host
    clock: SteppedClock
    snapshot: Snapshot
    carrier: PagedCarrier = field(init=False)
    composer: Composer = field(init=False)
    publisher: Publisher = field(init=False)
    notices: Notices = field(init=False)
    corrector: Corrector = field(init=False)
    follower: Follower = field(init=False)
    delivery: Delivery = field(init=False)
    wakes: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.carrier = PagedCarrier(self.line, key_window=timedelta(minutes=2))
        self.restart()

    @property
    def line(self) -> Line:
        """The line to the host."""
        return self.host.answer

    @property
    def store(self) -> Store:
        """What the parts keep things in."""
        return self.database.publishing

    def restart(self) -> None:
        """Make all parts anew: nothing is left of the old ones but what was kept."""
        self.snapshot = load_snapshot(self.base.root, prepare=False)
        store, clock = self.store, self.clock
        dispatcher = Dispatcher(
            CommandTable(COMMANDS), self.snapshot, explain_error, clock, UNLIMITED
        )
        carriers = {Platform.TERMINAL: self.carrier}
        self.composer = Composer(dispatcher, self.snapshot, clock)
        self.publisher = Publisher(store, self.composer, carriers, clock, self._wake)
        self.notices = Notices(store, self.publisher, clock)
        self.corrector = Corrector(store, self.composer, carriers, self.notices, clock, self._wake)
        self.follower = Follower(store, self.publisher, self.notices, self.snapshot, clock)
        self.snapshot.subscribe(self.corrector.noticed)
        self.snapshot.subscribe(self.follower.noticed)
        self.delivery = Delivery(
            store,
            [self.carrier],
            clock,
            self.notices.tell,
            patience=Patience(timeout=0.05),
            chance=Unlucky(),
        )

    def _wake(self) -> None:
        self.wakes += 1
        self._news.set()

    async def until_woken(self, times: int) -> None:
        """Wait until the delivery was woken so often."""
        while self.wakes < times:
            self._news.clear()
            await self._news.wait()

    async def open(
        self,
        name: str,
        *,
        language: str = "en",
        zone: str = "UTC",
        is_moderators: bool = False,
        platform: Platform = Platform.TERMINAL,
    ) -> Destination:
        """Register a destination whose room is called like it."""
        new = Destination(
            name=name,
            address=Address(platform, room=name),
            zone=zone,
            language=language,
            is_moderators=is_moderators,
        )
        async with self.database.publishing.begin() as tx:
            return await tx.destinations.add(new)

    async def follow(self, place: Destination, topic: Topic, subject: str = "") -> None:
        async with self.database.publishing.begin() as tx:
            await tx.follows.add(Follow(topic=topic, subject=subject, destination=place.id))

    async def publish(
        self, line: str, *places: Destination, kind: PostKind = PostKind.ANSWER
    ) -> Post:
        """Post at once."""
        post = await self.publisher.publish(kind, line, places)
        assert post is not None
        return post

    async def change(self, path: str, old: str, new: str) -> None:
        """Change a file and serve it."""
        self.base.replace(path, old, new)
        await self.reload()

    async def drop_paragraph(self) -> None:
        """Take the second paragraph of the appeal away, with all that refers to it."""
        for gone in _SECOND_PARAGRAPH:
            self.base.replace(APPEAL, gone, "")
        await self.reload()

    async def reload(self) -> None:
        """Serve what the files say now."""
        report = await self.snapshot.reload()
        assert not report.problems

    async def settle(self) -> None:
        """Correct and deliver all that can be now."""
        await self.corrector.check()
        await self.delivery.drain()

    def read(self, room: str) -> list[str]:
        """Return what one reads in a room."""
        return self.host.book.texts(room)

    async def post(self, id: int) -> Post:
        async with self.database.publishing.read() as tx:
            post = await tx.posts.get(id)
        assert post is not None
        return post

    async def rows(self, post: Post) -> tuple[Row, ...]:
        async with self.database.publishing.read() as tx:
            return await tx.outbox.of(post.id)

    async def placement(self, post: Post) -> Placement:
        """Return the only placement of a post."""
        async with self.database.publishing.read() as tx:
            (one,) = await tx.posts.placements(post.id)
        return one

    async def posts(self, *states: PostState) -> tuple[Post, ...]:
        async with self.database.publishing.read() as tx:
            return await tx.posts.list(states=states or tuple(PostState), limit=1000)

    @property
    def sweeper(self) -> Sweeper:
        return Sweeper(self.database.publishing, self.clock)


@asynccontextmanager
async def press_at(folder: Path) -> AsyncIterator[Press]:
    """Yield a press in which nothing was posted yet."""
    clock = SteppedClock()
    base = make_base(folder / "base")
    database = await Database.in_memory()
    host = Host(Book(lambda: clock.now().timestamp(), key_window=120.0))
    try:
        yield Press(base, database, host, clock, load_snapshot(base.root, prepare=False))
    finally:
        await database.close()
