"""Writes accepted changes into the files, and makes up for what a crash left half done in them.

Before the first file of a change is touched it is kept which of them it is going to write: what of
it stands there after a crash is its own doing then, and else somebody else's. Whether the outcome
can be served is not asked here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from community_bot.core.ports import Clock
from community_bot.moderation.change import Change, ChangeState
from community_bot.moderation.file_changes import FileWriter
from community_bot.moderation.ports import Store, Transaction

_ALL = 1_000


async def accepted(store: Store) -> Sequence[Change]:
    """Return the changes that are to be written, in the order in which that was decided."""
    async with store.read() as kept:
        found = await kept.changes.in_states({ChangeState.ACCEPTED}, limit=_ALL)
    return sorted(found, key=lambda it: (it.decided_at or it.created_at, it.id))


async def write_files(store: Store, files: FileWriter, change: Change) -> str | None:
    """Write a change; return the path of a file that is not as it found it, None if all were.

    Raises OSError and StoreError: then it may be half in the files.
    """
    own = await asyncio.to_thread(files.left_of, change)
    other = await asyncio.to_thread(files.conflicting, own)
    if other is None:
        async with store.begin() as kept:
            await kept.marks.set(_mark(change), "\n".join(it.path for it in own.files))
        await asyncio.to_thread(files.put, own)
    return other


async def take_back(store: Store, files: FileWriter, change: Change) -> None:
    """Take back what was written of a change. Raises OSError and StoreError."""
    own = await _begun(store, change)
    if own is not None:
        await asyncio.to_thread(files.take_back, own)


async def mend_files(
    store: Store, files: FileWriter, clock: Clock
) -> tuple[Sequence[Change], Sequence[Change]]:
    """Finish in the files each change that was accepted, or take it back.

    Returns those that are in the files now and are to be marked so, and those that were forgotten,
    since somebody's hand came between. Raises OSError and StoreError: then a change may be half in
    the files.
    """
    finished: list[Change] = []
    forgotten: list[Change] = []
    for change in await accepted(store):
        if await _is_finished(store, files, change):
            finished.append(change)
        else:
            forgotten.append(await forget(store, change, clock))
    with suppress(OSError):
        await asyncio.to_thread(files.sweep)
    return finished, forgotten


async def forget(store: Store, change: Change, clock: Clock) -> Change:
    """Keep that a change is not in the files and never will be. Raises StoreError."""
    forgotten = replace(change, state=ChangeState.FORGOTTEN)
    async with store.begin() as kept:
        await kept.changes.change(forgotten)
        await end_writing(kept, change)
        await kept.audit.append(clock.now(), None, "forget", change.short_id)
    return forgotten


async def end_writing(kept: Transaction, change: Change) -> None:
    """Keep no longer that a change is being written."""
    await kept.marks.set(_mark(change), "")


async def _is_finished(store: Store, files: FileWriter, change: Change) -> bool:
    # Who lost the database to another process must not go on: only a write finds that out.
    async with store.begin():
        pass
    own = await _begun(store, change)
    if own is None:
        return await write_files(store, files, change) is None
    return await asyncio.to_thread(files.finish, own)


async def _begun(store: Store, change: Change) -> Change | None:
    """Return the part of a change that it began to write itself; None if it did not begin."""
    async with store.read() as kept:
        paths = (await kept.marks.get(_mark(change))).splitlines()
    own = tuple(file for file in change.files if file.path in paths)
    return replace(change, files=own) if own else None


def _mark(change: Change) -> str:
    """Return the name under which is kept which files a change is going to write."""
    return f"writing {change.short_id}"
