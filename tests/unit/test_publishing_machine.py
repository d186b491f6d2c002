"""Publishing as a whole, driven at random, against a small model of what channels must show."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from ledger.book import Book
from ledger.carrier import Line
from ledger.host import Answer, Fault, Host, Request
from ledger.world import SteppedClock
from press import ANN, BO, Press
from sample_base import make_base

from community_bot.core.render.text import render_text
from community_bot.core.snapshot import KnowledgeError, load_snapshot
from community_bot.domain.errors import UserError
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Store, Transaction
from community_bot.publishing.post import Post, PostKind, PostState, RowState
from community_bot.storage.database import Database

T = TypeVar("T")
ROOMS = ("news", "other")
LINES = ("person ann-lee", "person bo-dahl", "people", "summary", "statement appeal 1")
MARK = re.compile(r"P(\d+) r(\d+)$")
KEY_WINDOW = 120.0
_DAYS = (86_400,) * 3
"""Long enough for what waits until a moment that a clock set back has put far off."""
FAULTS = (Fault.LATER, Fault.ERROR, Fault.TAKEN_THEN_ERROR, Fault.TAKEN_THEN_DROPPED)


class Killed(BaseException):
    """The process is no more."""


@dataclass(slots=True)
class Fuse:
    """Kills the process at the point so many steps from now; from then on nothing works."""

    left: int | None = None
    is_blown: bool = False

    def burn(self) -> None:
        if self.left is not None:
            self.left -= 1
            self.is_blown = self.left <= 0
        if self.is_blown:
            raise Killed


class FusedStore:
    """A store whose process can die before, in and after each transaction."""

    def __init__(self, store: Store, fuse: Fuse) -> None:
        self._store = store
        self._fuse = fuse

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        self._fuse.burn()
        async with self._store.begin() as transaction:
            yield transaction
            self._fuse.burn()
        self._fuse.burn()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        self._fuse.burn()
        async with self._store.read() as transaction:
            yield transaction


@dataclass(slots=True)
class FusedPress(Press):
    """A press that can die at every step that anybody outside could see."""

    fuse: Fuse = field(default_factory=Fuse)

    @property
    def store(self) -> Store:
        return FusedStore(self.database.publishing, self.fuse)

    @property
    def line(self) -> Line:
        return self.ask

    async def ask(self, request: Request) -> Answer:
        self.fuse.burn()
        answer = await self.host.answer(request)
        self.fuse.burn()
        return answer


class Publishing(RuleBasedStateMachine):
    """``withdrawn`` are the posts that were taken back; ``lost_ground`` those that may have been,
    for what they are about was gone when somebody may have looked."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        root = Path(self.folder.name)
        base, clock = make_base(root / "base"), SteppedClock()
        self.file = root / "publishing.db"
        database = self.runner.run(Database.open(self.file))
        host = Host(Book(lambda: clock.now().timestamp(), key_window=KEY_WINDOW))
        snapshot = load_snapshot(base.root, prepare=False)
        self.press = FusedPress(base, database, host, clock, snapshot)
        self.bo = (base.root / BO).read_text(encoding="utf-8")
        self.ann = (base.root / ANN).read_text(encoding="utf-8")
        self.places: dict[str, Destination] = {}
        for room in ROOMS:
            self.places[room] = self.runner.run(self.press.open(room))
        self.posts: dict[int, str] = {}
        self.withdrawn: set[int] = set()
        self.lost_ground: set[int] = set()
        self.edits = 0

    def do(self, work: Awaitable[T]) -> T | None:
        """Do something; if the process dies of it, begin again with what was kept."""

        async def doing() -> T:
            return await work

        try:
            return self.runner.run(doing())
        except Killed:
            self.reopen()
            return None

    def reopen(self) -> None:
        """Drop everything and begin again with the files."""
        self.runner.run(self.press.database.close())
        self.press.database = self.runner.run(Database.open(self.file))
        self.press.fuse = Fuse()
        try:
            self.press.restart()
        except KnowledgeError:
            # `run` would serve the last good base; here somebody mends the file meanwhile.
            self.press.base.write(ANN, self.ann)
            self.press.restart()
        self.adopt()

    def adopt(self) -> None:
        """Learn of posts that were written though whoever asked never heard so."""
        for post in self.runner.run(self.press.posts(PostState.LIVE, PostState.WITHDRAWN)):
            self.posts.setdefault(post.id, post.line)

    def is_bo_served(self) -> bool:
        return "bo-dahl" in self.press.snapshot.current.entries

    # What people do.

    @rule(line=st.sampled_from(LINES), room=st.sampled_from(ROOMS))
    def publish(self, line: str, room: str) -> None:
        if "bo-dahl" in line and not self.is_bo_served():
            return
        self.do(self.press.publisher.publish(PostKind.ANSWER, line, [self.places[room]]))
        self.adopt()

    @rule(room=st.sampled_from(ROOMS))
    def announce(self, room: str) -> None:
        place = self.places[room]
        self.do(self.press.publisher.publish(PostKind.ANNOUNCEMENT, "Hello.", [place]))
        self.adopt()

    @rule(room=st.sampled_from(ROOMS))
    def draft_and_confirm_until_it_is_done(self, room: str) -> None:
        place = self.places[room]
        draft = self.press.publisher.draft(PostKind.ANSWER, "summary", [place], author=1)
        preview = self.do(draft)
        while preview is not None and not self.do(self.is_confirmed(preview.post.id)):
            pass
        self.adopt()

    async def is_confirmed(self, id_: int) -> bool:
        """Confirm a draft as somebody does who was not answered: again and again."""
        try:
            return isinstance(await self.press.publisher.confirm(id_, 1), Post)
        except UserError as error:
            if error.key == "post-already":
                return True
            raise

    @precondition(lambda self: self.posts)
    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        id_ = data.draw(st.sampled_from(sorted(self.posts)))
        try:
            self.do(self.press.publisher.withdraw(id_))
        except UserError:
            assert id_ in self.withdrawn | self.lost_ground
        if self.runner.run(self.press.post(id_)).state is PostState.WITHDRAWN:
            self.withdrawn.add(id_)

    # What happens to the files.

    @rule(status=st.sampled_from(["unknown", "released", "acquitted"]))
    def change_bo(self, status: str) -> None:
        text = re.sub(r"value: [a-z]+", f"value: {status}", self.bo)
        self.press.base.write(BO, text)
        self.bo = text
        self.reload()

    @rule()
    def change_ann(self) -> None:
        self.edits += 1
        self.ann = re.sub(r"title: \{en: \w+\}", f"title: {{en: Teacher{self.edits}}}", self.ann)
        self.press.base.write(ANN, self.ann)
        self.reload()

    @rule()
    def remove_bo(self) -> None:
        (self.press.base.root / BO).unlink(missing_ok=True)
        self.reload()

    @rule()
    def break_ann(self) -> None:
        before = self.press.snapshot.current
        self.press.base.write(ANN, self.ann.replace("kind: person", "kind: prison"))
        self.reload()
        assert self.press.snapshot.current.entries["ann-lee"] is before.entries["ann-lee"]

    @rule()
    def reload(self) -> None:
        self.runner.run(self.press.snapshot.reload())

    # What happens to the machine and the world.

    @rule()
    def check(self) -> None:
        self.note_lost_ground()
        self.do(self.press.corrector.check())

    def note_lost_ground(self) -> None:
        if not self.is_bo_served():
            about_bo = (id_ for id_, line in self.posts.items() if "bo-dahl" in line)
            self.lost_ground.update(about_bo)

    @rule()
    def deliver(self) -> None:
        self.do(self.press.delivery.drain())

    @rule(steps=st.integers(1, 12))
    def arm(self, steps: int) -> None:
        self.press.fuse.left = steps

    @rule()
    def restart(self) -> None:
        self.reopen()

    @rule(room=st.sampled_from(ROOMS), fault=st.sampled_from((Fault.NONE, *FAULTS)))
    def change_weather(self, room: str, fault: Fault) -> None:
        self.press.host.faults[room] = fault

    @rule(seconds=st.sampled_from([1, 30, 200, 4000, -1, -3600]))
    def clock_jumps(self, seconds: int) -> None:
        self.press.clock.step(seconds)

    @rule()
    def sweep_after_a_month(self) -> None:
        self.press.clock.step(timedelta(days=31).total_seconds())
        self.do(self.press.sweeper.sweep())

    @invariant()
    def nothing_stands_twice(self) -> None:
        for room in ROOMS:
            standing = [number for number, _ in self.standing(room)]
            assert len(standing) == len(set(standing))

    def standing(self, room: str) -> list[tuple[int, str]]:
        """Return the number of the post of each message in a room, with what it says."""
        texts = self.press.read(room)
        return [(int(found[1]), text) for text in texts if (found := MARK.search(text))]

    def teardown(self) -> None:
        try:
            self.heal()
            self.compare()
        finally:
            self.runner.run(self.press.database.close())
            self.runner.close()
            self.folder.cleanup()

    def heal(self) -> None:
        """Have everything work again, and let it all come to rest."""
        self.press.fuse.left = None
        self.press.host.faults.clear()
        self.press.base.write(ANN, self.ann)
        self.runner.run(self.press.reload())
        self.note_lost_ground()
        for seconds in (1, 60, 600, 3600, *_DAYS):
            self.runner.run(self.press.settle())
            self.press.clock.step(seconds)
        self.runner.run(self.press.settle())

    def compare(self) -> None:
        live: dict[int, Post] = {}
        for id_ in self.posts:
            post = self.runner.run(self.press.post(id_))
            rows = self.runner.run(self.press.rows(post))
            assert {row.state for row in rows} <= {RowState.SENT, RowState.DROPPED}
            if post.state is PostState.LIVE:
                live[id_] = post
            else:
                assert id_ in self.withdrawn | self.lost_ground
        assert not live.keys() & self.withdrawn
        about_bo = {id_ for id_, post in live.items() if "bo-dahl" in post.line}
        assert self.is_bo_served() or not about_bo
        found = {id_: text for room in ROOMS for id_, text in self.standing(room)}
        assert found.keys() == live.keys()
        for room in ROOMS:
            numbers = [number for number, _ in self.standing(room)]
            assert numbers == sorted(numbers)
        for id_, post in live.items():
            assert self.runner.run(self.newest(post)) in found[id_]

    async def newest(self, post: Post) -> str:
        """Return what a post has to say now."""
        placement = await self.press.placement(post)
        composed = await self.press.composer.compose(post, "en", now=placement.rendered_at)
        assert composed.reply.error is None
        return render_text(replace(composed.reply, footer=(), actions=()))


Publishing.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestPublishing = Publishing.TestCase
