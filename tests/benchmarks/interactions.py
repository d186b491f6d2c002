"""How fast Discord's commands are answered: ``python tests/benchmarks/interactions.py`` tells.

The bot and a bare one that says "pong", each in a process of its own, in turns, on a small Discord
over loopback. The time is from INTERACTION_CREATE to the request that answers it, both as the
server sees them; memory is what each has after all of it.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from system.discord.wire import Wire, wire

_DRIVER = Path(__file__).resolve().parents[1] / "system" / "discord" / "bots.py"
_BURSTS = {1: 200, 50: 10, 500: 3}
"""How many at once, and how many times."""
_COMPLETION = 4


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


async def burst(server: Wire, words: dict[str, str], count: int, kind: int = 2) -> list[float]:
    """Begin so many interactions at once; return how long each answer took."""
    options = {key: value for key, value in words.items() if key != "command"}
    begun = [await server.command(words["command"], kind=kind, **options) for _ in range(count)]
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
    asked = {"ping": {"command": "ping"}}
    if kind == "ours":
        asked["person"] = {"command": "person", "name": "umerov"}
    async with bot(kind, server) as pid:
        await burst(server, asked["ping"], 20)
        for name, words in asked.items():
            for count, times in _BURSTS.items():
                for _ in range(times):
                    took = await burst(server, words, count)
                    measured.seconds.setdefault((name, count), []).extend(took)
        if kind == "ours":
            words = {"command": "person", "name": "um"}
            for _ in range(200):
                took = await burst(server, words, 1, _COMPLETION)
                measured.seconds.setdefault(("completion", 1), []).extend(took)
        status = await asyncio.to_thread(Path(f"/proc/{pid}/status").read_text)
        (line,) = [one for one in status.splitlines() if one.startswith("VmRSS")]
        measured.memory = max(measured.memory, int(line.split()[1]) * 1024)


async def main(rounds: int) -> None:
    """Measure both in turns, and print a table."""
    results = {"bare": Measured(), "ours": Measured()}
    async with wire() as server:
        for _ in range(rounds):
            for kind, measured in results.items():
                await measure(kind, server, measured)
    for kind, measured in results.items():
        for (name, count), seconds in measured.seconds.items():
            milliseconds = sorted(1000 * one for one in seconds)
            p50 = statistics.median(milliseconds)
            p99 = milliseconds[int(len(milliseconds) * 0.99)]
            times = ""
            base = sorted(1000 * one for one in results["bare"].seconds.get(("ping", count), []))
            if kind == "ours" and base and name != "completion":
                p99_of_base = base[int(len(base) * 0.99)]
                times = f"  × {p50 / statistics.median(base):.2f} / {p99 / p99_of_base:.2f}"
            print(f"{kind:5} {name:10} {count:4} at once  p50 {p50:8.2f} ms  p99 {p99:8.2f}{times}")
        print(f"{kind:5} memory {measured.memory / 2**20:.1f} MiB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    asyncio.run(main(parser.parse_args().rounds))
