"""Taking a message of ours away, with the edits of it: each of them is a message of its own.

A server that takes away what was edited leaves the edits as they are, for all to read.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from community_bot.adapters.matrix.client import MatrixClient
from community_bot.adapters.matrix.errors import NotFoundError


async def take_away(
    client: MatrixClient, room: str, message: str, txn: Callable[[str], str]
) -> None:
    """Take away a message and our edits of it. Raises MatrixError, NotFoundError without one.

    ``txn`` makes the transaction id for an event, always the same one: done twice, it is the same
    as once. The edits go first: of a message that is gone a server no longer tells them.
    """
    edits: tuple[str, ...] = ()
    with suppress(NotFoundError):  # an old server; or there is no message, which it says again
        edits = await client.edits_of(room, message)
    for edit in edits:
        with suppress(NotFoundError):
            await client.redact(room, edit, txn(edit))
    await client.redact(room, message, txn(message))
