"""Killed again and again, at each point and at any moment, delivery loses and repeats nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ledger.book import read_book
from ledger.checker import Expected, Name, Verdict, check
from ledger.host import Fault
from system.kill_driver import Deed, plan

from community_bot.publishing.post import Act, RowState
from community_bot.storage.database import Database

TESTS = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")

CALLS = (
    "carrier.send",
    "carrier.edit",
    "carrier.delete",
    "carrier.find",
    "destinations.all",
    "outbox.add",
    "outbox.change",
    "outbox.head",
    "outbox.keep_message",
    "outbox.messages",
    "outbox.of",
    "outbox.waiting",
    "posts.add",
    "posts.change_placement",
)
POINTS = (
    *(f"{call} {when}" for call in CALLS for when in ("before", "after")),
    *(f"{kind} {when}" for kind in ("read", "write") for when in ("begun", "before its end")),
    *(f"{kind} after its end" for kind in ("read", "write")),
)
SHARES = {
    Fault.TAKEN_THEN_ERROR: 0.06,
    Fault.TAKEN_THEN_DROPPED: 0.06,
    Fault.ERROR: 0.03,
    Fault.DROPPED: 0.03,
    Fault.LATER: 0.08,
    Fault.SLOW_BEFORE: 0.02,
    Fault.SLOW_AFTER: 0.02,
}


@dataclass(frozen=True, slots=True)
class Loop:
    """How a loop is run: ``window`` is how long, in seconds, the host remembers keys."""

    seed: int
    posts: int
    kills: int
    window: float
    points: tuple[str, ...]
    mutant: str = ""


IS_FULL = "FULL_LOOPS" in os.environ
KEPT = Loop(
    seed=1,
    posts=200 if IS_FULL else 80,
    kills=200 if IS_FULL else 40,
    window=60,
    points=tuple(point for point in POINTS if "find" not in point),  # nobody has to look
)
FORGOTTEN = replace(KEPT, seed=2, window=0.3, points=POINTS)


@contextmanager
def process(module: str, settings: dict[str, Any]) -> Iterator[subprocess.Popen[str]]:
    path = os.pathsep.join((str(TESTS), str(TESTS.parent / "src")))
    started = subprocess.Popen(  # noqa: S603 - our own programs
        [sys.executable, "-m", module, json.dumps(settings)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


class Lives:
    """Has one life lived after the other in the driver's process."""

    def __init__(self, driver: subprocess.Popen[str]) -> None:
        self._driver = driver
        self.kills = 0
        self.died_at: set[str] = set()

    def live(self, **life: object) -> int:
        """Return the exit code; negative is a signal."""
        assert self._driver.stdin is not None
        self._driver.stdin.write(json.dumps(life) + "\n")
        self._driver.stdin.flush()
        said = self._hear()
        if "died" in said:
            self.died_at.add(said["died"])
            said = self._hear()
        self.kills += said["ended"] == -signal.SIGKILL
        return int(said["ended"])

    def _hear(self) -> dict[str, Any]:
        assert self._driver.stdout is not None
        heard: dict[str, Any] = json.loads(self._driver.stdout.readline())
        return heard


def kill(loop: Loop, lives: Lives) -> None:
    """Have so many lives killed, at each point in turn and between them at any moment."""
    chance = Random(loop.seed)  # noqa: S311 - no secret
    points = deque(loop.points)
    chance.shuffle(points)
    while lives.kills < loop.kills:
        if points and chance.random() < len(points) / (loop.kills - lives.kills):
            point = points.popleft()
            if lives.live(point=point, n=chance.choice((1, 1, 2)), deeds=4) == 0:
                points.append(point)  # nothing in that life led there
        elif chance.random() < 0.5:
            lives.live(point=chance.choice(POINTS), n=chance.choice((1, 2, 5)), deeds=2)
        else:
            lives.live(seconds=chance.uniform(0.02, 0.25), deeds=2, stays=True)


def run(
    loop: Loop, place: Path, *, host: str = "ledger.server", driver: str = "system.kill_driver"
) -> tuple[Verdict, Lives]:
    """Run a loop to its end; return what is wrong, and how often and where it died."""
    of_host = {
        "path": str(place / "book"),
        "key_window": loop.window,
        "shares": SHARES,
        "seed": loop.seed,
        "slow": 0.2,
    }
    with process(host, of_host) as server:
        assert server.stdout is not None
        settings = {
            "seed": loop.seed,
            "posts": loop.posts,
            "database": str(place / "bot.db"),
            "port": int(server.stdout.readline()),
            "key_window": loop.window * 0.8,
            "timeout": 0.15,
            "mutant": loop.mutant,
        }
        with process(driver, settings) as living:
            lives = Lives(living)
            kill(loop, lives)
            while lives.live(seconds=40):
                pass
    expected = asyncio.run(expectation(place / "bot.db", plan(loop.seed, loop.posts)))
    return check(read_book(place / "book"), expected), lives


async def expectation(path: Path, deeds: list[Deed]) -> Expected:
    """Return what the plan wants, in the order in which the rows were queued."""
    revisions: dict[Name, int] = {}
    for deed in deeds:
        if deed.revision == 1:
            pages = range(1, deed.pages + 1)
            names = [(room, f"P{deed.post}", page) for room in deed.rooms for page in pages]
            revisions.update(dict.fromkeys(names, 1))
        else:
            changed = [it for it in revisions if it[:2] == (deed.rooms[0], f"P{deed.post}")]
            last = 0 if deed.is_withdrawal else deed.revision
            revisions.update(dict.fromkeys(changed, last))
    database = await Database.open(path)
    order: dict[str, list[tuple[int, Name]]] = {}
    async with database.publishing.read() as tx:
        rooms = {one.id: one.name for one in await tx.destinations.all()}
        for post in {deed.post for deed in deeds}:
            for row in await tx.outbox.of(post):
                if row.act is Act.SEND and row.state is RowState.SENT:
                    room = rooms[row.destination]
                    order.setdefault(room, []).append((row.id, (room, f"P{row.post}", row.page)))
    await database.close()
    return Expected(
        {room: [name for _, name in sorted(names)] for room, names in order.items()}, revisions
    )


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("loop", [KEPT, FORGOTTEN], ids=["keys-kept", "keys-forgotten"])
def test_killed_at_every_point_it_loses_and_repeats_nothing(tmp_path: Path, loop: Loop) -> None:
    verdict, lives = run(loop, tmp_path)
    assert verdict == Verdict()
    assert lives.kills == loop.kills
    assert lives.died_at == set(loop.points)


def test_the_checker_sees_what_a_delivery_without_keys_repeats(tmp_path: Path) -> None:
    verdict, _ = run(replace(KEPT, kills=5, posts=20, points=(), mutant="no-key"), tmp_path)
    assert verdict.repeated


def test_the_checker_sees_what_a_delivery_that_marks_before_it_sends_loses(tmp_path: Path) -> None:
    verdict, _ = run(replace(KEPT, kills=5, posts=20, points=(), mutant="mark-before"), tmp_path)
    assert verdict.lost
