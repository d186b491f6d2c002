"""How fast Discord's options are completed: ``python tests/benchmarks/completing.py [DIR]``.

A synthetic base of 20,000 people is written, or the one in DIR is read. Then names and other values
are typed letter by letter into every option that Discord asks about, and each key is timed from the
interaction's data to the choices as they are sent. No network, and no disk after the start.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from discord import AppCommandOptionType
from generate import generate

from community_bot.adapters.discord.completing import fitted
from community_bot.adapters.discord.options import CompletedOption, option_of
from community_bot.adapters.discord.typed import read_typed
from community_bot.app.wiring import Bot, wire
from community_bot.core.command import Command, Param
from community_bot.core.invocation import Invocation
from community_bot.core.snapshot import load_snapshot
from community_bot.domain.address import Account, Actor, Address, Platform, Role
from community_bot.domain.entities import Case, Organisation, Person, Resolution, Source
from community_bot.domain.values import Kind

_PEOPLE = 20_000
_WORDS = 60
_TARGET = 20.0
_ADMIN = Account(Platform.DISCORD, "1")


def _typed(bot: Bot, chance: Random) -> Iterator[str]:
    """Yield what people type in full: names in each script, ids, symbols, titles, nonsense."""
    base = bot.snapshot.current
    for _ in range(_WORDS):
        person = chance.choice(base.of_kind(Person))
        yield chance.choice(tuple(person.names.values())).text
        yield base.reference(person.id)
    for _ in range(_WORDS // 4):
        yield next(iter(base.titles(chance.choice(base.of_kind(Source)))))
        yield chance.choice(base.of_kind(Resolution)).symbols[0].text
        yield chance.choice(base.of_kind(Case)).names["en"].text
        yield chance.choice(base.of_kind(Organisation)).names["en"].text
    yield from ("", "а", "о", "zzzzqqq", "ъъъъъ", "1", "2021", "Europe/Kyiv", "uk", "all", "help")


def _keys(text: str) -> Iterator[str]:
    """Yield what Discord asks about while a text is typed: it waits for pauses, this does not."""
    yield from (text[:end] for end in range(min(len(text), 24) + 1))


def _data(command: Command, param: Param, begun: str) -> dict[str, object]:
    kind = option_of(param).type.value
    option: dict[str, object] = {"name": param.option, "type": kind, "value": begun}
    node: dict[str, object] = {"options": [{**option, "focused": True}]}
    *group, last = command.name.split()
    if group:
        nested = AppCommandOptionType.subcommand.value
        return {"name": group[0], "options": [{"name": last, "type": nested, **node}]}
    return {"name": last, **node}


async def _timed(bot: Bot, data: dict[str, object]) -> float:
    began = time.perf_counter()
    typed = read_typed(data)
    actor, address = Actor(Platform.DISCORD, "1", Role.EVERYONE), Address(Platform.DISCORD, "1")
    invocation = Invocation(typed.line(bot.dispatcher.table), actor, address, "uk")
    found = await bot.dispatcher.suggest_value(invocation, typed.begun)
    for choice in fitted(found, is_number=typed.is_number):
        choice.to_dict()
    return (time.perf_counter() - began) * 1000


async def _measure(bot: Bot) -> None:
    together: list[float] = []
    print("| option | keys | p50, ms | p99, ms | worst, ms |\n|---|---:|---:|---:|---:|")
    for command in bot.dispatcher.table.commands:
        for param in command.params:
            if isinstance(option_of(param), CompletedOption):
                texts = tuple(_typed(bot, Random(1)))  # noqa: S311 - no secrets
                keys = [_data(command, param, begun) for text in texts for begun in _keys(text)]
                taken = [await _timed(bot, data) for data in keys]
                print(_row(f"`{command.name}` {param.option}", taken))
                together += taken
    print(_row(f"all; the target for p99 is {_TARGET:.0f}", together))


def _row(name: str, taken: list[float]) -> str:
    p99 = statistics.quantiles(taken, n=100)[98]
    median = statistics.median(taken)
    return f"| {name} | {len(taken):,} | {median:.2f} | {p99:.2f} | {max(taken):.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    folder = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as made:
        if folder is None:
            folder = Path(made)
            generate(folder, _PEOPLE)
        snapshot = load_snapshot(folder)
    bot = wire(snapshot, admins=(_ADMIN,))
    for kind in (Kind.PERSON, Kind.ORGANISATION, Kind.CASE):
        snapshot.current.names(kind)
    gc.collect()
    gc.freeze()
    asyncio.run(_measure(bot))


if __name__ == "__main__":
    main()
