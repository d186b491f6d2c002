"""How fast Discord's commands are answered: ``python tests/benchmarks/interactions.py`` tells.

The bot and a bare one that says "pong", each in a process of its own, in turns, on a small Discord
over loopback. The time is from INTERACTION_CREATE to the request that answers it, both as the
server sees them; memory is what each has after all of it. `ping` has nothing to look up: it is what
the way there and back costs. `varied` is about another entry, or by another name, each time.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from system.discord.wire import Wire, wire
from terminal import base_of

from community_bot.domain.entities import Case, Organisation, Person, Resolution

_DRIVER = Path(__file__).resolve().parents[1] / "system" / "discord" / "bots.py"
_BURSTS = {1: 200, 50: 10, 500: 3}
"""How many at once, and how many times."""
_COMMAND, _COMPLETION = 2, 4
_Words = dict[str, str]


@dataclass(slots=True)
class Measured:
    """Seconds for each size of burst and each command, and bytes of memory."""

    seconds: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    memory: int = 0


@asynccontextmanager
async def bot(kind: str, server: Wire) -> AsyncIterator[int]:
    """Have a bot in a process of its own; yield its process id."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = (str(_DRIVER), kind, server.api, server.gateway.url, folder)
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        try:
            await server.gateway.joined()
            yield process.pid
        finally:
            process.kill()
            await process.wait()
            await server.gateway.until(lambda: not server.gateway.is_joined)
            server.gateway.forget()


def varied() -> Iterator[_Words]:
    """Yield questions about all that the shipped base has, under each of its names, by turns.

    They are more than the answers that the renderer keeps ready, so that it keeps none of these.
    """
    base = base_of("shipped").current
    asked: list[tuple[str, type[Person | Case | Organisation]]] = [
        ("person", Person),
        ("case", Case),
        ("timeline", Person),
        ("organisation", Organisation),
    ]
    questions = [
        {"command": command, "name": name}
        for command, kind in asked
        for one in base.of_kind(kind)
        for name in dict.fromkeys(name.text for name in one.names.values())
    ]
    questions += [
        {"command": "resolution", "ref": symbol.text}
        for one in base.of_kind(Resolution)
        for symbol in one.symbols
    ]
    return itertools.cycle(questions)


async def burst(
    server: Wire, questions: Iterator[_Words], count: int, kind: int = _COMMAND
) -> list[float]:
    """Begin so many interactions at once; return how long each answer took."""
    begun: list[str] = []
    for words in itertools.islice(questions, count):
        options = {key: value for key, value in words.items() if key != "command"}
        begun.append(await server.command(words["command"], kind=kind, **options))
    wanted = set(begun)
    await server.until(lambda: len(server.callbacks) >= count)
    took = [one.at - server.began[one.interaction] for one in server.callbacks]
    if {one.interaction for one in server.callbacks} != wanted:
        raise RuntimeError("something else was answered")
    server.callbacks.clear()
    server.requests.clear()
    server.began.clear()
    return took


async def measure(kind: str, server: Wire, measured: Measured) -> None:
    """Measure one life of a bot."""
    repeat = itertools.repeat
    asked: dict[str, Iterator[_Words]] = {"ping": repeat({"command": "ping"})}
    if kind == "ours":
        asked["person"] = repeat({"command": "person", "name": "umerov"})
        asked["varied"] = varied()
    async with bot(kind, server) as pid:
        await burst(server, asked["ping"], 20)
        for name, questions in asked.items():
            for count, times in _BURSTS.items():
                for _ in range(times):
                    took = await burst(server, questions, count)
                    measured.seconds.setdefault((name, count), []).extend(took)
        if kind == "ours":
            begun = repeat({"command": "person", "name": "um"})
            for _ in range(200):
                took = await burst(server, begun, 1, _COMPLETION)
                measured.seconds.setdefault(("completion", 1), []).extend(took)
        status = await asyncio.to_thread(Path(f"/proc/{pid}/status").read_text)
        (line,) = [one for one in status.splitlines() if one.startswith("VmRSS")]
        measured.memory = max(measured.memory, int(line.split()[1]) * 1024)


def row(name: str, count: int, seconds: list[float], bare: list[float]) -> str:
    """Return a line of the table: p50 and p99, each also in times of the bare bot's."""
    p50, p99 = middle_and_worst(seconds)
    words = f"| {name} | {count} | {p50:.2f} | {p99:.2f} "
    if not bare:
        return f"{words}| | | {1000 * max(seconds):.0f} |"
    bare50, bare99 = middle_and_worst(bare)
    return f"{words}| {p50 / bare50:.2f} | {p99 / bare99:.2f} | {1000 * max(seconds):.0f} |"


def middle_and_worst(seconds: list[float]) -> tuple[float, float]:
    """Return p50 and p99 in milliseconds."""
    ordered = sorted(1000 * one for one in seconds)
    return statistics.median(ordered), ordered[int(len(ordered) * 0.99)]


async def main(rounds: int) -> None:
    """Measure both in turns, and print a table."""
    results = {"bare": Measured(), "ours": Measured()}
    async with wire() as server:
        for _ in range(rounds):
            for kind, measured in results.items():
                await measure(kind, server, measured)
    bare, ours = results["bare"], results["ours"]
    print("| asked | at once | p50, ms | p99, ms | × bare p50 | × bare p99 | worst, ms |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for (_, count), seconds in bare.seconds.items():
        print(row("the bare bot", count, seconds, []))
    for (name, count), seconds in ours.seconds.items():
        base = [] if name == "completion" else bare.seconds["ping", count]
        print(row(f"`{name}`" if name == "ping" else name, count, seconds, base))
    print(f"\nmemory: {ours.memory / 2**20:.0f} MiB, the bare bot {bare.memory / 2**20:.0f} MiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    asyncio.run(main(parser.parse_args().rounds))
