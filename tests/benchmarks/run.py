"""How fast and how big the bot is: ``python tests/benchmarks/run.py [--people N]`` prints a table.

A synthetic base is written, loaded, reloaded after single changes and asked a mix of questions, all
in this process, whose memory is read in between. ``ask`` is timed as a process of its own.
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
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from community_bot.app.wiring import Bot
    from community_bot.core.snapshot import Snapshot

_HERE = Path(__file__).resolve().parent
_SHIPPED = _HERE.parents[1] / "knowledge"
_RELOADS = 20
_ROUNDS = 200
_PROCESSES = 15
_TICK = 0.001


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: ``value`` in ``unit``, and the most it should be, if anything."""

    what: str
    value: float
    unit: str
    limit: float | None = None

    def row(self) -> str:
        """Return the line in Markdown."""
        if self.limit is None:
            return f"| {self.what} | {self.value:.3g} {self.unit} | | |"
        verdict = "yes" if self.value <= self.limit else "**no**"
        return f"| {self.what} | {self.value:.3g} {self.unit} | {self.limit:g} | {verdict} |"


def measure(folder: Path) -> Iterator[Figure]:
    """Yield all figures of the synthetic base in ``folder``; some of its files are changed."""
    began = time.perf_counter()
    bot = _started(folder)
    yield Figure("start: import, read, check, index", time.perf_counter() - began, "s", 12)
    yield Figure("memory after the start", _memory(), "MiB", 300)
    yield from asyncio.run(_dispatching(bot))
    files = sorted(folder.glob("people/*.yaml"))
    some = files[:: max(1, len(files) // _RELOADS)]
    yield from asyncio.run(_reloading(bot.snapshot, some))
    yield Figure("memory after all that", _memory(), "MiB", 300)
    yield from _asking()


def _started(folder: Path) -> Bot:
    """Import the bot, as a part of what is measured, and have it serve ``folder``."""
    from community_bot.app.wiring import wire  # noqa: PLC0415 - measured
    from community_bot.core.dispatch import Limits  # noqa: PLC0415 - measured
    from community_bot.core.limits import Rate, Rates  # noqa: PLC0415 - measured
    from community_bot.core.snapshot import load_snapshot  # noqa: PLC0415 - measured

    def progress(done: int, total: int) -> None:
        sys.stderr.write(f"\rread {done} of {total} files")

    snapshot = load_snapshot(folder, progress=progress)
    sys.stderr.write("\n")
    return wire(snapshot, limits=Limits(rates=Rates.alike(Rate(burst=10**9, per_second=1e9))))


async def _dispatching(bot: Bot) -> Sequence[Figure]:
    """Ask the mix of questions, round after round; the first round is not counted."""
    from community_bot.core.invocation import Invocation  # noqa: PLC0415 - after the start
    from community_bot.domain.address import Actor, Address, Platform  # noqa: PLC0415 - same

    actor, address = Actor(Platform.TERMINAL, "benchmark"), Address(Platform.TERMINAL)
    times: dict[str, list[float]] = {}
    for number in range(_ROUNDS + 1):
        for line in questions(bot.snapshot, number):
            invocation = Invocation(line, actor, address)
            began = time.perf_counter()
            reply = await bot.dispatcher.dispatch(invocation)
            took = (time.perf_counter() - began) * 1000
            if reply is None or (reply.error and reply.error.key == "internal-error"):
                raise RuntimeError(f"no answer to: {line}")
            if number:
                times.setdefault(line.split()[0], []).append(took)
    figures = []
    for name, taken in times.items():
        figures.append(Figure(f"dispatch `{name}`, p50", statistics.median(taken), "ms"))
        figures.append(Figure(f"dispatch `{name}`, p99", _p99(taken), "ms"))
    together = [took for taken in times.values() for took in taken]
    return (
        Figure("dispatch, all commands, p50", statistics.median(together), "ms", 0.5),
        Figure("dispatch, all commands, p99", _p99(together), "ms", 3),
        *figures,
    )


def questions(snapshot: Snapshot, number: int) -> Iterable[str]:
    """Yield one line for each command, about other entries every time."""
    from community_bot.core.invocation import write_line  # noqa: PLC0415 - after the start
    from community_bot.domain.entities import Case, Person, Resolution, Source  # noqa: PLC0415 - same

    base = snapshot.current
    chance = Random(number)  # noqa: S311 - a choice of questions is no secret
    person = chance.choice(base.of_kind(Person))
    name = chance.choice(tuple(person.names.values())).text
    given, _, surname = name.partition(" ")
    yield write_line("person", name)
    yield write_line("person", f"{surname} {given}")
    yield write_line("person", f"{given[0]}. {surname}")
    yield write_line("person", surname)
    yield write_line("people", status=person.status.value)
    yield write_line("organisation", "GC")
    yield write_line("case", chance.choice(base.of_kind(Case)).names["en"].text)
    yield write_line("resolution", chance.choice(base.of_kind(Resolution)).symbols[0].text)
    yield write_line("resolutions", "General Council", year=str(chance.randrange(2014, 2025)))
    yield f"statement {chance.randrange(1, 7)}-{chance.randrange(7, 13)}"
    yield "statements"
    yield "summary"
    yield write_line("find", surname)
    yield write_line("find", "District", "Court", chance.choice(("Kerch", "Yalta", "Суд")))
    yield write_line("source", chance.choice(base.of_kind(Source)).id)
    yield write_line("verify", base.reference(person.id))
    yield write_line("timeline", name)
    yield from ("help", "help person", "about", "privacy", "ping")


async def _reloading(snapshot: Snapshot, files: Sequence[Path]) -> Sequence[Figure]:
    """Change one file after another: how long is each reload, and how long does the loop stand."""
    times: list[float] = []
    stalls: list[float] = []
    ticking = asyncio.create_task(_tick(stalls))
    for file in files:
        _change(file)
        await asyncio.sleep(_TICK * 20)
        began = time.perf_counter()
        report = await snapshot.reload({f"people/{file.name}"})
        times.append((time.perf_counter() - began) * 1000)
        if report.changed != 1:
            raise RuntimeError(f"{file}: {report}")
    ticking.cancel()
    return (
        Figure("reload after one change, median", statistics.median(times), "ms"),
        Figure("reload after one change, worst", max(times), "ms", 150),
        Figure("longest that a reload blocked the loop", max(stalls) * 1000, "ms", 50),
    )


def _change(file: Path) -> None:
    with file.open("a", encoding="utf-8") as stream:
        stream.write("about: {text: {en: Somebody who was changed.}}\n")


async def _tick(stalls: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_TICK)
        stalls.append(time.perf_counter() - began - _TICK)


def _asking() -> Sequence[Figure]:
    """Time ``ask`` and, in turn with it, an interpreter that imports what it cannot do without."""
    bare = [sys.executable, "-c", "import pydantic, yaml"]
    command = Path(sys.executable).with_name("community-bot")
    ask = [str(command), "ask", "--knowledge", str(_SHIPPED), "person umerov"]
    pairs = [(_process(bare), _process(ask)) for _ in range(_PROCESSES)]
    least, asked = (statistics.median(times) for times in zip(*pairs, strict=True))
    return (
        Figure("interpreter importing pydantic and yaml", least, "s"),
        Figure('`ask "person umerov"`, whole process', asked, "s"),
        Figure('`ask "person umerov"`, against that interpreter', asked / least, "times", 6),
    )


def _process(arguments: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(arguments, check=True, capture_output=True)  # noqa: S603 - our own programs
    return time.perf_counter() - began


def _p99(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100)[-1]


def _memory() -> float:
    """Return this process's resident memory in MiB, as Linux tells it."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Write the base, measure and print."""
    parser = argparse.ArgumentParser(description="Measure the bot on a synthetic knowledge base.")
    parser.add_argument("--people", type=int, default=10_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "knowledge"
        _process([sys.executable, str(_HERE / "generate.py"), str(folder), f"--people={people}"])
        files = [file.stat().st_size for file in folder.rglob("*.yaml")]
        sys.stdout.write(
            f"{people:,} people, {len(files):,} files, {sum(files) / 1e6:.1f} MB of YAML; "
            f"Python {platform.python_version()}, {os.cpu_count()} cores, "
            f"load before the run {os.getloadavg()[0]:.1f}.\n\n"
            "| what | measured | at most | reached |\n|---|---|---|---|\n"
        )
        for figure in measure(folder):
            sys.stdout.write(figure.row() + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
