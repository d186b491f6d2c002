from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest
from stored import at

from community_bot.storage.database import Database
from community_bot.storage.errors import LeaseHeldError, LeaseLostError
from community_bot.storage.lease import Lease

HOST = socket.gethostname()


def lease(database: Database, host: str = "elsewhere", pid: int = 7) -> Lease:
    return database.lease(host=host, pid=pid)


def a_dead_process() -> int:
    with subprocess.Popen((sys.executable, "-c", "")) as process:
        process.wait()
    return process.pid


async def test_one_holds_the_lease_and_the_next_is_told_who(database: Database) -> None:
    first, second = lease(database), lease(database, "here", 8)
    await first.take(at(0))
    with pytest.raises(LeaseHeldError) as refused:
        await second.take(at(0.99))
    assert refused.value.arguments == {"holder": "elsewhere, 7"}
    await first.renew(at(0.9))
    with pytest.raises(LeaseHeldError):
        await second.take(at(1.8))


async def test_who_fell_silent_has_lost_it(database: Database) -> None:
    first, second = lease(database), lease(database, "here", 8)
    await first.take(at(0))
    await second.take(at(1))
    with pytest.raises(LeaseLostError):
        await first.renew(at(1))
    await first.release()
    await second.renew(at(2))


async def test_what_was_given_back_can_be_taken_at_once(database: Database) -> None:
    first, second = lease(database), lease(database, "here", 8)
    await first.take(at(0))
    await first.take(at(0.1))
    await first.release()
    await second.take(at(0.2))


async def test_a_clock_that_was_set_back_does_not_keep_a_dead_holder(database: Database) -> None:
    await lease(database).take(at(600))
    await lease(database, "here", 8).take(at(0))


async def test_a_process_killed_on_this_machine_is_not_waited_for(database: Database) -> None:
    await lease(database, HOST, a_dead_process()).take(at(0))
    await lease(database, HOST, 8).take(at(0.1))


async def test_a_process_alive_on_this_machine_is(database: Database) -> None:
    await lease(database, HOST, os.getppid()).take(at(0))
    with pytest.raises(LeaseHeldError):
        await lease(database, HOST, 8).take(at(0.1))


async def test_the_number_of_a_process_in_a_container_is_always_the_same(
    database: Database,
) -> None:
    await lease(database, HOST, 1).take(at(0))
    await lease(database, HOST, 1).take(at(0.1))


async def test_a_lease_says_this_host_and_this_process(database: Database) -> None:
    await database.lease().take(at(0))
    with pytest.raises(LeaseHeldError) as refused:
        await lease(database).take(at(0.1))
    assert refused.value.arguments == {"holder": f"{HOST}, {os.getpid()}"}
