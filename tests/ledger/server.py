"""A host in a process of its own: ``python -m ledger.server SETTINGS``, where SETTINGS is JSON.

It prints the port that it listens on, and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from random import Random

from ledger.book import Book
from ledger.host import DroppedError, Fault, Host


async def serve(host: Host) -> None:
    """Serve on loopback."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            asked = await reader.readline()
            if asked.endswith(b"\n"):
                answer = await host.answer(json.loads(asked))
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (DroppedError, ConnectionError):
            pass  # whoever asked is gone, or is to think so
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Read the settings, serve."""
    settings = json.loads(sys.argv[1])
    book = Book(time.time, path=Path(settings["path"]), key_window=settings["key_window"])
    shares = {Fault(name): share for name, share in settings["shares"].items()}
    host = Host(book, shares=shares, chance=Random(settings["seed"]))  # noqa: S311 - no secret
    host.slow = settings["slow"]
    asyncio.run(serve(host))


if __name__ == "__main__":
    main()
