"""How fast posts are committed and delivered: ``python tests/benchmarks/posting.py`` tells.

A file database, the product's own delivery, and a carrier that only counts. Ten minutes of a black
hole are compressed to seconds: all of delivery's waits are shortened alike.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ledger.world import Publishing
from run import Figure

from community_bot.app.questions import SystemClock
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Reply
from community_bot.publishing.delivery import Delivery
from community_bot.publishing.patience import Patience
from community_bot.publishing.ports import Carrier
from community_bot.storage.database import Database

_COMPRESSED = 30
_HOLE_SECONDS = 600 / _COMPRESSED
_ROUNDS = 10
_EVERY = 0.05
_TEXT = "A text as long as a summary is. " * 40


class Counter:
    """A carrier that takes all, counts, and forgets; in its black hole it never answers."""

    key_window = timedelta.max

    def __init__(self, where: Platform = Platform.TERMINAL) -> None:
        self.platform = where
        self.count = 0
        self.hole = ""
        self.arrivals: dict[str, float] = {}
        self._news = asyncio.Event()

    def pages(self, reply: Reply, mark: str) -> tuple[str, ...]:
        return (f"{reply} {mark}",)

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        del key, reply_to
        if address.room == self.hole:
            await asyncio.Event().wait()
        if address.room == "news":
            self.arrivals[payload.partition("\n")[0]] = time.perf_counter()
        self.count += 1
        self._news.set()
        return str(self.count)

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        raise NotImplementedError

    async def delete(self, address: Address, message: str, key: str) -> None:
        raise NotImplementedError

    async def find(self, address: Address, payload: str, key: str, since: datetime) -> str | None:
        raise NotImplementedError

    def has_taken(self, count: int) -> bool:
        """Tell whether so many were taken."""
        return self.count >= count

    def has_all(self, texts: Collection[str]) -> bool:
        """Tell whether all these have arrived."""
        return self.arrivals.keys() >= set(texts)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; it is looked at after each message."""
        while not is_so():
            self._news.clear()
            await self._news.wait()


async def _tell(_key: str, /, **_arguments: object) -> None:
    pass


@asynccontextmanager
async def _running(
    database: Database, carriers: Sequence[Carrier], patience: Patience
) -> AsyncIterator[Delivery]:
    delivery = Delivery(database.publishing, carriers, SystemClock(), _tell, patience=patience)
    task = asyncio.create_task(delivery.run())
    try:
        yield delivery
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _draining(place: Path, posts: int, destinations: int) -> Sequence[Figure]:
    """Commit all posts, then deliver them, and read the memory on the way."""
    database = await Database.open(place / "drain.db")
    publishing, counter = Publishing(database.publishing, SystemClock()), Counter()
    places = [await publishing.open(f"room-{number}") for number in range(destinations)]
    gc.collect()
    gc.freeze()  # as `run` does once it stands
    commits = []
    for number in range(posts):
        began = time.perf_counter()
        await publishing.publish(_TEXT, [places[number % len(places)]])
        commits.append((time.perf_counter() - began) * 1000)
    memory = [_memory()]
    began = time.perf_counter()
    async with _running(database, [counter], Patience()):
        for part in (posts // 10, posts // 2, posts):
            await counter.until(partial(counter.has_taken, part))
            memory.append(_memory())
    took = time.perf_counter() - began
    await database.close()
    return (
        Figure("committing a post, p50", statistics.median(commits), "ms"),
        Figure("committing a post, p99", _p99(commits), "ms", 2),
        Figure(f"delivering {posts:,} posts to {destinations:,} destinations", took, "s"),
        Figure("delivered", posts / took, "posts/s"),
        Figure("memory before the first is sent", memory[0], "MiB"),
        Figure("memory after a tenth", memory[1], "MiB"),
        Figure("memory after a half", memory[2], "MiB"),
        Figure("memory after all", memory[3], "MiB"),
        Figure("growth from a tenth to the end", memory[3] - memory[1], "MiB", 5),
    )


async def _holing(place: Path, *, is_same_platform: bool) -> Sequence[Figure]:
    """Post to two destinations, one of them a black hole in every other round."""
    database = await Database.open(place / f"hole-{is_same_platform}.db")
    publishing = Publishing(database.publishing, SystemClock())
    there = Platform.TERMINAL if is_same_platform else Platform.MATRIX
    here, other = Counter(), Counter(Platform.MATRIX)
    news = await publishing.open("news")
    hole = await publishing.open("hole", there)
    calm: list[float] = []
    holed: list[float] = []
    patience = Patience(
        timeout=20 / _COMPRESSED,
        grace=0.1,
        first=timedelta(seconds=1) / _COMPRESSED,
        most=timedelta(minutes=5) / _COMPRESSED,
        failing_after=timedelta(minutes=15) / _COMPRESSED,
    )
    for number in range(2 * _ROUNDS):
        here.hole = other.hole = "hole" if number % 2 else ""
        committed: dict[str, float] = {}
        async with _running(database, [here, other], patience) as delivery:
            ends = time.perf_counter() + _HOLE_SECONDS / _ROUNDS
            while time.perf_counter() < ends:
                text = f"{number} {len(committed)}"
                await publishing.publish(text, [news, hole])
                committed[text] = time.perf_counter()
                delivery.wake()
                await asyncio.sleep(_EVERY)
            await here.until(partial(here.has_all, committed))
        times = [(here.arrivals[text] - at) * 1000 for text, at in committed.items()]
        (holed if number % 2 else calm).extend(times)
    await database.close()
    where = "a destination of the same platform" if is_same_platform else "the other platform"
    return (
        Figure(f"from commit to platform, p99, while {where} is well", _p99(calm), "ms"),
        Figure(f"the same while {where} is a black hole", _p99(holed), "ms"),
        Figure("the one against the other", _p99(holed) / _p99(calm), "times", 1.1),
    )


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[-1]


def _memory() -> float:
    """Return this process's resident memory in MiB, as Linux tells it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def measure(place: Path, posts: int, destinations: int) -> Iterator[Figure]:
    """Yield all figures; the databases are made in ``place``."""
    yield from asyncio.run(_draining(place, posts, destinations))
    yield from asyncio.run(_holing(place, is_same_platform=True))
    yield from asyncio.run(_holing(place, is_same_platform=False))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure how posts are committed and delivered.")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--destinations", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        sys.stdout.write(
            f"Python {platform.python_version()}, {os.cpu_count()} cores, "
            f"load before the run {os.getloadavg()[0]:.1f}.\n\n"
            "| what | measured | at most | reached |\n|---|---|---|---|\n"
        )
        for figure in measure(Path(place), options.posts, options.destinations):
            sys.stdout.write(figure.row() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
