"""The bot on Matrix against a real Synapse: ``python tests/benchmarks/matrix.py`` prints tables.

Side by side, in one run: the least that a bot can do, the same with answers as long as the bot's,
an echo bot on matrix-nio as in its examples, and ``community-bot run`` as a process with all that
it does. All are asked in turn by one client that shares nothing with them, so that what the machine
does meanwhile happens to all alike. Linux only: CPU and memory are read from ``/proc``.
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
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from matrix_asker import Asker, varied_lines
from matrix_bots import READY
from processes import ROOT, without_settings
from system.matrix.homeserver import Synapse, synapse_in
from system.matrix.person import Person, replied_to, somebody

SAME = "person umerov"
WARM_UP = 20
PEOPLE = 10
_LENGTH = 15_700
_HEAVY = f"floor {_LENGTH}"
_PAUSE = 0.05
"""Seconds between two questions: what one bot does after its answer is not to disturb the next."""
_QUIET = 15.0
"""Seconds without an answer after which a flood is over."""
_MOST = "10000/10000"


@dataclass(slots=True)
class Bot:
    """One of the bots, its room, and what was measured of it, by the kind of question."""

    name: str
    account: Person
    room: str
    process: Process
    times: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    memory: float = 0.0
    answered: str = ""

    def seconds(self) -> float:
        """Return the CPU time that its process has used until now."""
        line = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii")
        user, system = line.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def mebibytes(self) -> float:
        """Return the memory that its process has now."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


async def started(words: str, *command: str, variables: Mapping[str, str]) -> Process:
    """Start a process; return it once it has said some words."""
    process = await asyncio.create_subprocess_exec(*command, env=variables, stderr=PIPE)
    assert process.stderr is not None
    said = b""
    async for line in process.stderr:
        said += line
        if words.encode() in line:
            return process
    raise RuntimeError(said.decode())


def _variables() -> dict[str, str]:
    """Return the variables of a process whose modules are compiled once, as where it is installed.

    To compile them at each start takes memory that is not given back.
    """
    names = without_settings()
    names.pop("PYTHONDONTWRITEBYTECODE", None)
    return names


def our_variables(account: Person, state: Path) -> dict[str, str]:
    """Return all the settings of the bot: a new state, everybody may invite and flood it."""
    return {
        **_variables(),
        "COMMUNITY_BOT_KNOWLEDGE": str(ROOT / "knowledge"),
        "COMMUNITY_BOT_STATE_DIR": str(state),
        "COMMUNITY_BOT_HEALTH": "off",
        "COMMUNITY_BOT_LIMITS__PER_ACTOR": _MOST,
        "COMMUNITY_BOT_LIMITS__PER_ROOM": _MOST,
        "COMMUNITY_BOT_LIMITS__GLOBAL": _MOST,
        "COMMUNITY_BOT_MATRIX__HOMESERVER": account.url,
        "COMMUNITY_BOT_MATRIX__USER_ID": account.user,
        "COMMUNITY_BOT_MATRIX__ACCESS_TOKEN": account.token,
        "COMMUNITY_BOT_MATRIX__INVITE_FROM": "*",
    }


async def start(name: str, account: Person, state: Path) -> Process:
    """Start one of the bots."""
    if name == "community-bot":
        ours = (sys.executable, "-m", "community_bot", "run")
        return await started("Connected", *ours, variables=our_variables(account, state))
    kind, _, length = name.partition(" ")
    last = account.device if kind == "echo" else length or "1"
    bots = str(Path(__file__).with_name("matrix_bots.py"))
    of = (account.url, account.user, account.token, last)
    return await started(READY, sys.executable, bots, kind, *of, variables=_variables())


NAMES = {
    "floor": "floor",
    _HEAVY: f"floor, sending {_LENGTH:,} bytes each time",
    "echo": "matrix-nio echo, as in its examples",
    "community-bot": "community-bot",
}


@asynccontextmanager
async def bots_of(server: Synapse, owner: Person, place: Path) -> AsyncIterator[list[Bot]]:
    """Run all bots, each in a room of its own with somebody else in it."""
    bots: list[Bot] = []
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(somebody(server.url, "other"))
        for name in NAMES:
            account = await stack.enter_async_context(somebody(server.url, "bot"))
            room = await owner.create_room()
            for one in (account, other):
                await one.join(room)
            process = await start(name, account, place / account.device)
            stack.callback(process.kill)
            bots.append(Bot(name, account, room, process))
        yield bots


async def one_after_another(asker: Asker, bots: Sequence[Bot], kind: str, lines: list[str]) -> None:
    """Ask each bot each question, in turns whose order changes."""
    order = Random(2)  # noqa: S311 - an order of questions is no secret
    for bot in bots:
        bot.times[kind] = []
        bot.cpu[kind] = -bot.seconds()
    for line in lines:
        for bot in order.sample(bots, len(bots)):
            await asyncio.sleep(_PAUSE)
            bot.times[kind].append(await asker.ask(bot.room, f"!{line}"))
    for bot in bots:
        bot.cpu[kind] = (bot.cpu[kind] + bot.seconds()) / len(lines)


async def flood(server: Synapse, bot: Bot, questions: int) -> None:
    """Let ten people ask as fast as they can, all at once; count what is answered how often."""
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(somebody(server.url)) for _ in range(PEOPLE)]
        for person in people:
            await person.join(bot.room)
        asked = await asyncio.gather(
            *(_ask_often(person, bot.room, questions // PEOPLE) for person in people)
        )
        wanted = {event for events in asked for event in events}
        answers = Counter[str]()
        last = time.perf_counter()
        while len(answers) < len(wanted) and time.perf_counter() - last < _QUIET:
            await asyncio.sleep(1.0)
            history = await people[0].history(bot.room)
            now = Counter(found for one in history if (found := replied_to(one)) in wanted)
            last = time.perf_counter() if now != answers else last
            answers = now
    doubled = sum(count > 1 for count in answers.values())
    bot.answered = f"{len(answers):,}" + (f", {doubled} doubled" if doubled else "")


async def _ask_often(person: Person, room: str, count: int) -> list[str]:
    return [await person.say(room, f"!{SAME}") for _ in range(count)]


async def round_of(server: Synapse, place: Path, questions: int, flooding: int) -> list[Bot]:
    """Start the bots anew and measure them once."""
    varied = cycle(varied_lines())
    async with somebody(server.url, "owner") as owner, bots_of(server, owner, place) as bots:
        asker = Asker(owner)
        listening = asyncio.create_task(asker.listen())
        await one_after_another(asker, bots, "warm", [next(varied) for _ in range(WARM_UP)])
        gc.collect()
        for kind, lines in (
            ("same", [SAME] * questions),
            ("varied", [next(varied) for _ in range(questions)]),
        ):
            await one_after_another(asker, bots, kind, lines)
        listening.cancel()
        for bot in bots:
            if flooding and bot.name != _HEAVY:  # that is the floor again
                await flood(server, bot, flooding)
        for bot in bots:
            bot.memory = bot.mebibytes()
    return bots


def rows(rounds: Sequence[Sequence[Bot]], kind: str) -> Iterator[str]:
    """Yield the lines of the table for one kind of question: of all rounds the median."""
    for name, shown in NAMES.items():
        ratios, worst, cpu, memory = [], [], [], []
        answered = ""
        for bots in rounds:
            bot = next(one for one in bots if one.name == name)
            floor = statistics.median(bots[0].times[kind])
            ratios.append(statistics.median(bot.times[kind]) / floor)
            worst.append(statistics.quantiles(bot.times[kind], n=100)[-1] / floor)
            cpu.append(bot.cpu[kind] * 1000)
            memory.append(bot.memory)
            answered = " / ".join(filter(None, (answered, bot.answered)))
        figures = (statistics.median(one) for one in (ratios, worst, cpu, memory))
        p50, p99, used, resident = figures
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        yield (
            f"| {shown} | {p50:.2f} ({each}) | {p99:.2f} | {used:.1f} ms | {answered} "
            f"| {resident:.0f} MiB |"
        )


async def measure(rounds: int, questions: int, flooding: int) -> None:
    """Print a table for the same question and one for varied questions."""
    with tempfile.TemporaryDirectory() as place:
        server = synapse_in(Path(place))
        server.start()
        try:
            measured = [
                await round_of(server, Path(place), questions, flooding) for _ in range(rounds)
            ]
        finally:
            server.stop()
    for kind, title in (("same", f"Always `!{SAME}`"), ("varied", "Varied questions")):
        floor = statistics.median(statistics.median(bots[0].times[kind]) for bots in measured)
        print(f"\n{title}; the floor's p50 is {floor * 1000:.1f} ms.\n")
        print("| bot | p50 ÷ floor (each round) | p99 ÷ floor's p50 | CPU per command ", end="")
        print(f"| answered of {flooding:,} | memory |\n|---|---|---|---|---|---|")
        print("\n".join(rows(measured, kind)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the bot on Matrix beside others.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--questions", type=int, default=100, help="of each kind, a round")
    parser.add_argument("--flood", type=int, default=1_000, help="questions at once; 0 for none")
    options = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load before the run {os.getloadavg()[0]:.1f}; {options.rounds} rounds of "
        f"{options.questions} questions of each kind."
    )
    asyncio.run(measure(options.rounds, options.questions, options.flood))


if __name__ == "__main__":
    main()
