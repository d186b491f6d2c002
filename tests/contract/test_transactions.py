from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from stored import answer, at, one_post, room

from community_bot.core.ports import StoreError
from community_bot.domain.address import Account, Platform
from community_bot.publishing.post import PostState
from community_bot.storage.database import Database

ACCOUNT = Account(Platform.DISCORD, "5")
COUNT = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from community_bot.storage.database import Database

async def main(where, times):
    database = await Database.open(Path(where) if where.startswith("/") else where)
    for _ in range(times):
        async with database.publishing.begin() as tx:
            post = await tx.posts.get(1)
            await tx.posts.change(replace(post, line=str(int(post.line) + 1)))
    await database.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


async def count(database: Database) -> None:
    """Read a number and write the next one, giving way in between."""
    async with database.publishing.begin() as tx:
        post = await tx.posts.get(1)
        assert post is not None
        await asyncio.sleep(0)
        await tx.posts.change(replace(post, line=str(int(post.line) + 1)))


async def counted(database: Database) -> int:
    async with database.publishing.read() as tx:
        post = await tx.posts.get(1)
        assert post is not None
        return int(post.line)


async def begin_counting(database: Database) -> None:
    async with database.publishing.begin() as tx:
        await tx.posts.add(answer(line="0"), [])


async def test_fifty_who_read_and_then_write_lose_nothing(database: Database) -> None:
    await begin_counting(database)
    async with asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(count(database))
    assert await counted(database) == 50


async def test_processes_that_read_and_then_write_lose_nothing(lasting: Path | str) -> None:
    database = await Database.open(lasting)
    await begin_counting(database)
    command = (sys.executable, "-c", COUNT, str(lasting), "40")
    others = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    for _ in range(40):
        await count(database)
    assert [await other.wait() for other in others] == [0, 0]
    assert await counted(database) == 120
    await database.close()


async def test_an_exception_undoes_all_that_was_done(database: Database) -> None:
    async def give_up() -> None:
        async with database.publishing.begin() as tx:
            _, post = await one_post(tx)
            await tx.posts.change(replace(post, state=PostState.WITHDRAWN))
            raise LookupError

    with pytest.raises(LookupError):
        await give_up()
    async with database.publishing.begin() as tx:
        assert await tx.destinations.all() == ()
        assert await tx.posts.list(states=list(PostState)) == ()
        await one_post(tx)


async def steps_of(work: asyncio.Task[None], most: int) -> bool:
    """Let a task make some steps; tell whether it ended."""
    for _ in range(most):
        if work.done():
            return True
        await asyncio.sleep(0)
    return work.done()


async def test_cancelled_anywhere_it_is_done_as_a_whole_or_not_at_all(database: Database) -> None:
    async def write(name: str) -> None:
        async with database.publishing.begin() as tx:
            await tx.destinations.add(room(f"{name}-a"))
            await tx.destinations.add(room(f"{name}-b"))

    reached = asyncio.Event()

    async def write_and_wait(name: str) -> None:
        async with database.publishing.begin() as tx:
            await tx.destinations.add(room(f"{name}-a"))
            reached.set()
            await asyncio.Event().wait()

    for steps in range(25):
        work = asyncio.ensure_future(write(f"cancelled-{steps}"))
        await steps_of(work, steps)
        work.cancel()
        await asyncio.wait([work])
    waiting = asyncio.ensure_future(write_and_wait("waiting"))
    await reached.wait()
    waiting.cancel()
    await asyncio.wait([waiting])
    assert waiting.cancelled()
    await write("last")
    async with database.publishing.read() as tx:
        names = [each.name for each in await tx.destinations.all()]
    whole = {name.removesuffix("-a") for name in names if name.endswith("-a")}
    assert sorted(names) == sorted(f"{name}-{end}" for name in whole for end in "ab")
    assert "last" in whole
    assert "waiting" not in whole


async def test_readers_see_what_was_committed_while_another_writes(lasting: Path | str) -> None:
    database = await Database.open(lasting)
    async with database.publishing.begin() as tx:
        await tx.destinations.add(room("news"))
        async with database.publishing.read() as beside:
            assert await beside.destinations.all() == ()
    async with database.publishing.read() as tx:
        assert len(await tx.destinations.all()) == 1
        async with database.publishing.begin() as writer:
            await writer.destinations.add(room("other"))
        assert len(await tx.destinations.all()) == 1
    await database.close()


async def test_who_only_reads_cannot_write(database: Database) -> None:
    async with database.publishing.read() as tx:
        with pytest.raises(RuntimeError, match="only reads"):
            await tx.destinations.add(room("news"))
        with pytest.raises(RuntimeError, match="only reads"):
            await tx.departures.cancel(room("news").address)


async def test_a_transaction_inside_another_is_refused_not_waited_for(database: Database) -> None:
    async with database.publishing.begin() as tx:
        with pytest.raises(RuntimeError, match="inside another"):
            await database.team.number_of(ACCOUNT)
        await tx.destinations.add(room("news"))
    assert await database.team.number_of(ACCOUNT)


async def test_what_is_kept_outlives_closing(lasting: Path | str) -> None:
    database = await Database.open(lasting)
    async with database.publishing.begin() as tx:
        news, post = await one_post(tx)
    await database.close()
    database = await Database.open(lasting)
    async with database.publishing.read() as tx:
        assert await tx.destinations.all() == (news,)
        assert await tx.posts.get(post.id) == post
    await database.close()


async def test_a_lost_lease_stops_the_writer_before_it_writes(database: Database) -> None:
    mine, theirs = database.lease(), database.lease()
    await mine.take(at(0))
    database.fence(mine)
    async with database.publishing.begin() as tx:
        await tx.destinations.add(room("news"))
    await theirs.take(at(2))
    with pytest.raises(StoreError, match="storage-lease-lost"):
        async with database.publishing.begin() as tx:
            await tx.destinations.add(room("other"))
    async with database.publishing.read() as tx:
        assert [each.name for each in await tx.destinations.all()] == ["news"]
