"""How fast the knowledge is kept right: ``python tests/benchmarks/moderation.py [--people N]``.

The bot as ``run`` wires it, with its services and its watch of the folder, over a synthetic base, a
database in a file and the terminal's own carrier. One moderator proposes, another approves, while
people ask at fixed moments; whether approving makes them wait is told by the same run without it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from run import Figure, questions

from community_bot.adapters.terminal.asking import Seat
from community_bot.adapters.terminal.carrier import Shown, TerminalCarrier
from community_bot.app.editorial import Care
from community_bot.app.last_good import LastGood
from community_bot.app.serving import be_responsive, follow_files
from community_bot.app.starting import keep
from community_bot.app.wiring import Bot, wire
from community_bot.core.dispatch import Limits
from community_bot.core.invocation import write_line
from community_bot.core.limits import Rate, Rates
from community_bot.core.render.text import render_text
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Platform, Role
from community_bot.domain.document import Reply
from community_bot.domain.entities import Person
from community_bot.knowledge.base import KnowledgeBase
from community_bot.moderation.policy import Policy
from community_bot.publishing.post import Act
from community_bot.storage.database import Database

_HERE = Path(__file__).resolve().parent
_ROOMS = 10
_DEADLINE = 30.0
_LOOK_AGAIN = 0.002
_ANN, _BEN, _READER = (Seat(role=Role.MODERATOR, name=name) for name in ("ann", "ben", "reader"))


@dataclass(slots=True)
class Times:
    """What was measured, in milliseconds."""

    by_name: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, began: float, ended: float | None = None) -> None:
        """Keep how long something took since a moment."""
        took = ((ended or time.perf_counter()) - began) * 1000
        self.by_name.setdefault(name, []).append(took)


@dataclass(slots=True)
class Rooms:
    """What was edited in the rooms, each message with its moment."""

    edits: deque[tuple[float, str]] = field(default_factory=deque)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, shown: Shown) -> None:
        """Hear from the carrier what a room shows now."""
        if shown.act is Act.EDIT:
            self.edits.append((time.perf_counter(), shown.text))
            self._news.set()

    async def edited(self, text: str) -> float:
        """Wait until a message was edited to hold a text; return when."""
        async with asyncio.timeout(_DEADLINE):
            while True:
                while self.edits:
                    moment, said = self.edits.popleft()
                    if text in said:
                        return moment
                self._news.clear()
                await self._news.wait()


@dataclass(slots=True)
class Newsdesk:
    """The bot and its rooms. ``served_at`` is when it served another base last."""

    bot: Bot
    rooms: Rooms
    served_at: float = 0.0

    async def served(self, base: KnowledgeBase) -> None:
        """Hear that another base is served."""
        del base
        self.served_at = time.perf_counter()

    async def ask(self, line: str, seat: Seat) -> Reply:
        """Type a line; raise RuntimeError if that does not go well."""
        reply = await self.bot.dispatcher.dispatch(seat.invocation(line))
        if reply is None or reply.error:
            raise RuntimeError(f"{line}: {reply and reply.error}")
        return reply

    async def answers(self, line: str, said: str) -> None:
        """Ask again and again until the answer says something."""
        async with asyncio.timeout(_DEADLINE):
            while True:
                if said in render_text(await self.ask(line, _READER)):
                    return
                await asyncio.sleep(_LOOK_AGAIN)


@asynccontextmanager
async def _opened(folder: Path, state: Path) -> AsyncIterator[Newsdesk]:
    """Start the bot with all that goes on by itself."""
    snapshot = load_snapshot(folder)
    database = await Database.open(state / "benchmark.db")
    rooms = Rooms()
    bot = wire(
        snapshot,
        database=database,
        limits=Limits(rates=Rates.alike(Rate(burst=10**9, per_second=1e9))),
        carriers=(TerminalCarrier(rooms.show),),
        admins=(Account(Platform.TERMINAL, "ann"),),
        care=Care(policy=Policy(budget=10**9)),
    )
    desk = Newsdesk(bot, rooms)
    snapshot.subscribe(desk.served)
    last_good = LastGood(partial(keep, snapshot, state / "last-good.zip"))
    snapshot.subscribe(last_good.noticed)
    services = [
        asyncio.create_task(bot.run()),
        asyncio.create_task(follow_files(bot)),
        asyncio.create_task(last_good.run()),
    ]
    be_responsive()
    try:
        yield desk
    finally:
        for one in services:
            one.cancel()
        await asyncio.gather(*services, return_exceptions=True)
        await bot.close()


async def _staffed(desk: Newsdesk) -> None:
    for name in ("ann", "ben"):
        await desk.ask(f"role grant moderator terminal:{name} name={name}", _ANN)


async def _posted(desk: Newsdesk, posts: int) -> Sequence[Person]:
    """Post about so many people; return them."""
    for number in range(_ROOMS):
        seat = Seat(role=Role.MODERATOR, name="ann", room=f"room-{number}")
        await desk.ask(f"channel add name=room-{number}", seat)
    people = desk.bot.snapshot.current.of_kind(Person)
    chosen = people[:: max(1, len(people) // posts)][:posts]
    for number, person in enumerate(chosen):
        line = write_line("post", "send", f"person {person.id}", to=f"room-{number % _ROOMS}")
        draft = await desk.ask(line, _ANN)
        confirm = next(one.line for one in draft.actions if "confirm" in one.line)
        await desk.ask(confirm, _ANN)
    return chosen


async def _changed(desk: Newsdesk, person: Person, number: int, times: Times) -> None:
    """Propose, approve, and wait for the answer and the edited post to say the new thing."""
    said = f"Changed for the {number}th time"
    line = write_line("kb", "edit", person.id, "status.text.en", said, source=person.status.cite[0])
    began = time.perf_counter()
    draft = await desk.ask(line, _ANN)
    times.add("`kb edit`, until the proposal stands", began)
    look = next(one.line for one in draft.actions if "show" in one.line)
    began = time.perf_counter()
    await desk.ask("kb changes", _BEN)
    times.add("`kb changes`", began)
    desk.served_at = 0.0
    began = time.perf_counter()
    approval = asyncio.create_task(desk.ask(look.replace("show", "approve"), _BEN))
    await desk.answers(f"person {person.id}", said)
    times.add("from approval to the answer", began)
    times.add("from approval to the swap", began, desk.served_at)
    await approval
    times.add("`kb approve`, until it replies", began)
    times.add("from approval to the edited post", began, await desk.rooms.edited(said))
    began = time.perf_counter()
    await desk.ask(f"kb history {person.id}", _BEN)
    times.add("`kb history`", began)


async def _reading(desk: Newsdesk, took: list[float], rate: float) -> None:
    """Ask at fixed moments, whether the bot is ready or not; keep how long each waited."""
    lines = Random(1)  # noqa: S311 - a choice of questions is no secret
    pool = [line for number in range(40) for line in questions(desk.bot.snapshot, number)]
    due = time.perf_counter()

    async def one(line: str, since: float) -> None:
        await desk.bot.dispatcher.dispatch(_READER.invocation(line))
        took.append((time.perf_counter() - since) * 1000)

    async with asyncio.TaskGroup() as group:
        while True:
            due += 1 / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(lines.choice(pool), due))


@asynccontextmanager
async def _read(desk: Newsdesk, took: list[float], rate: float) -> AsyncIterator[None]:
    reader = asyncio.create_task(_reading(desk, took, rate))
    try:
        yield
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


async def _measured(desk: Newsdesk, options: argparse.Namespace) -> Sequence[Figure]:
    """Change somebody again and again, in turn with as long a time without any change."""
    rounds, rate, every = options.rounds, options.rate, options.every
    await _staffed(desk)
    people = await _posted(desk, options.posts)
    calm: list[float] = []
    busy: list[float] = []
    times, number = Times(), 0
    await _changed(desk, people[-1], 0, Times())
    half = max(1, rounds // 4)
    while number < rounds:
        async with _read(desk, calm, rate):
            await asyncio.sleep(half * every)
        async with _read(desk, busy, rate):
            for _ in range(min(half, rounds - number)):
                ends = time.perf_counter() + every
                number += 1
                await _changed(desk, people[number % len(people)], number, times)
                await asyncio.sleep(max(0.0, ends - time.perf_counter()))
    return (*_of_changes(times), *_of_readers(calm, busy))


_LIMITS = {"from approval to the answer": 300, "from approval to the edited post": 2000}


def _of_changes(times: Times) -> Iterator[Figure]:
    for what, taken in times.by_name.items():
        yield Figure(f"{what}, median", statistics.median(taken), "ms")
        yield Figure(f"{what}, worst", max(taken), "ms", _LIMITS.get(what))


def _of_readers(calm: list[float], busy: list[float]) -> Iterator[Figure]:
    for what, taken in (("nothing changes", calm), ("changes are approved", busy)):
        yield Figure(f"readers while {what}, p50", statistics.median(taken), "ms")
        yield Figure(f"readers while {what}, p99", _p99(taken), "ms")
        yield Figure(f"readers while {what}, worst", max(taken), "ms")
    yield Figure("readers' p99, the one against the other", _p99(busy) / _p99(calm), "times", 1.1)


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[-1]


async def _measure(place: Path, folder: Path, options: argparse.Namespace) -> Sequence[Figure]:
    async with _opened(folder, place) as desk:
        return await _measured(desk, options)


def main() -> None:
    """Write the base, measure and print."""
    parser = argparse.ArgumentParser(description="Measure how fast the knowledge is kept right.")
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--posts", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--rate", type=float, default=50, help="questions a second")
    parser.add_argument("--every", type=float, default=1, help="seconds from change to change")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "knowledge"
        generate = (str(_HERE / "generate.py"), str(folder), f"--people={options.people}")
        subprocess.run([sys.executable, *generate], check=True)  # noqa: S603 - our own program
        sys.stdout.write(
            f"{options.people:,} people, {options.posts:,} posts, {options.rounds} changes, "
            f"one in {options.every:g} s, {options.rate:g} questions a second; "
            f"Python {platform.python_version()}, {os.cpu_count()} cores, "
            f"load before the run {os.getloadavg()[0]:.1f}.\n\n"
            "| what | measured | at most | reached |\n|---|---|---|---|\n"
        )
        sys.stdout.flush()
        measured = _measure(Path(place), folder, options)
        for figure in asyncio.run(measured):
            sys.stdout.write(figure.row() + "\n")


if __name__ == "__main__":
    main()
