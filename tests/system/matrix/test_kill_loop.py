"""Killed again and again, delivery over Matrix's wire loses, repeats and disorders nothing."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from ledger.book import Entry
from ledger.checker import Verdict, check
from system.kill_driver import ROOMS, plan
from system.matrix.homeserver import synapse_in
from system.matrix.person import Person, somebody
from system.test_kill_loop import FORGOTTEN, IS_FULL, KEPT, Lives, Loop, expectation, process
from system.test_kill_loop import run as run_loop

from community_bot.storage.database import Database

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")

SEED = 3
POSTS = 40 if IS_FULL else 12
KILLS = 24 if IS_FULL else 8

run = partial(run_loop, host="ledger.matrix", driver="system.matrix.kill_driver")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("loop", [KEPT, FORGOTTEN], ids=["keys-kept", "keys-forgotten"])
def test_killed_at_every_point_it_loses_and_repeats_nothing(tmp_path: Path, loop: Loop) -> None:
    verdict, lives = run(loop, tmp_path)
    assert verdict == Verdict()
    assert lives.kills == loop.kills
    assert lives.died_at == set(loop.points)


def test_the_checker_sees_what_a_carrier_without_keys_repeats(tmp_path: Path) -> None:
    verdict, _ = run(replace(KEPT, kills=5, posts=20, points=(), mutant="no-key"), tmp_path)
    assert verdict.repeated


def test_the_checker_sees_what_a_carrier_that_marks_before_it_sends_loses(tmp_path: Path) -> None:
    verdict, _ = run(replace(KEPT, kills=5, posts=20, points=(), mutant="mark-before"), tmp_path)
    assert verdict.lost


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_it_holds_on_a_real_server_that_is_killed_as_well(tmp_path: Path) -> None:
    synapse = synapse_in(tmp_path)
    await asyncio.to_thread(synapse.start)
    try:
        async with somebody(synapse.url, "ann") as ann, somebody(synapse.url, "bot") as account:
            rooms = {name: await ann.create_room() for name in ROOMS}
            for room in rooms.values():
                await account.join(room)
            settings = settings_of(account, rooms, tmp_path)
            with process("system.matrix.kill_driver", settings) as living:
                lives = Lives(living)
                for number in range(KILLS):
                    life = asyncio.create_task(
                        asyncio.to_thread(lives.live, seconds=2, deeds=4, stays=True)
                    )
                    if number % 4 == 1:
                        await until_more_is_heard(ann, life)
                        synapse.stop()
                        await asyncio.to_thread(synapse.start)
                    await life
                while await asyncio.to_thread(lives.live, seconds=40):
                    pass
            entries = await book_of(account, rooms, tmp_path / "bot.db")
    finally:
        synapse.stop()
    expected = await expectation(tmp_path / "bot.db", plan(SEED, POSTS))
    assert check(entries, expected) == Verdict()
    assert lives.kills == KILLS


def settings_of(account: Person, rooms: dict[str, str], place: Path) -> dict[str, object]:
    return {
        "seed": SEED,
        "posts": POSTS,
        "database": str(place / "bot.db"),
        "url": account.url,
        "user": account.user,
        "token": account.token,
        "device": account.device,
        "rooms": rooms,
        "key_window": 1200,
        "timeout": 5,
    }


async def until_more_is_heard(person: Person, life: asyncio.Task[int]) -> None:
    """Wait until something new is posted, or nothing will be."""
    await person.sync()
    before = sum(map(len, person.heard.values()))
    await person.until(lambda: life.done() or sum(map(len, person.heard.values())) > before)


async def book_of(account: Person, rooms: dict[str, str], path: Path) -> list[Entry]:
    """Read the rooms back as a book.

    Of what was taken away only the transaction says what it was.
    """
    marks = await marks_by_key(path)
    entries: list[Entry] = []
    for name, room in rooms.items():
        for event in await account.history(room):
            if event["sender"] != account.user:
                continue
            content, unsigned = event["content"], event.get("unsigned", {})
            relation = content.get("m.relates_to", {})
            key = unsigned.get("transaction_id", "")
            entry = Entry("send", name, event["event_id"], key, "", 0)
            if event["type"] == "m.room.redaction":
                gone = event.get("redacts") or content["redacts"]
                entries.append(replace(entry, deed="delete", id=gone))
            elif relation.get("rel_type") == "m.replace":
                text = content["m.new_content"]["body"]
                entries.append(replace(entry, deed="edit", id=relation["event_id"], text=text))
            elif event["type"] == "m.room.message":
                entries.append(replace(entry, text=content.get("body") or marks[key]))
    return entries


async def marks_by_key(path: Path) -> dict[str, str]:
    database = await Database.open(path)
    async with database.publishing.read() as tx:
        rows = [row for number in range(1, POSTS + 1) for row in await tx.outbox.of(number)]
    await database.close()
    return {row.key: f"P{row.post} r{row.revision} {row.page}" for row in rows}
