"""Makes up for what a crash left half done in the files, before anybody goes by them.

Whether the outcome can be served is not asked here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from community_bot.core.ports import Clock
from community_bot.moderation.change import Change, ChangeState
from community_bot.moderation.file_changes import FileWriter
from community_bot.moderation.ports import Store

_ALL = 1_000


async def accepted(store: Store) -> Sequence[Change]:
    """Return the changes that are to be written, in the order in which that was decided."""
    async with store.read() as kept:
        found = await kept.changes.in_states({ChangeState.ACCEPTED}, limit=_ALL)
    return sorted(found, key=lambda it: (it.decided_at or it.created_at, it.id))


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
        # Who lost the database to another process must not go on: only a write finds that out.
        async with store.begin():
            pass
        if await asyncio.to_thread(files.finish, change):
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
        await kept.audit.append(clock.now(), None, "forget", change.short_id)
    return forgotten
