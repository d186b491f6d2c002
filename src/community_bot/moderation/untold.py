"""Which changes the moderators are still to be told of, kept with what is decided until they were.

The process may end between a decision and the notice of it: the next one tells it then.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from community_bot.core.ports import StoreError
from community_bot.moderation.announcing import Announcer
from community_bot.moderation.change import Change
from community_bot.moderation.ports import Store, Transaction
from community_bot.moderation.worksheet import all_rows_of

_MARK = "untold"
"""The mark that holds the numbers of those changes."""


async def to_be_told(kept: Transaction, change: Change) -> None:
    """Keep that the moderators are to be told what became of a change."""
    await kept.marks.set(_MARK, _written({*await _numbers(kept), change.id}))


async def was_told(store: Store, change: Change) -> None:
    """Keep that they were told, or that there is nothing to tell."""
    # Where that cannot be kept, they are told twice: what was done is done all the same.
    with suppress(StoreError):
        async with store.begin() as kept:
            await kept.marks.set(_MARK, _written({*await _numbers(kept)} - {change.id}))


async def tell_rest(store: Store, announcer: Announcer) -> None:
    """Tell what another process did not come to tell; one that is told twice is told alike."""
    async with store.read() as kept:
        found = [await kept.changes.get(number) for number in await _numbers(kept)]
        left = [one for one in found if one is not None]
        why = {one.id: await _why(kept, one) for one in left}
    for change in left:
        await announcer.outcome(change, await all_rows_of(change.files), why[change.id])
        await was_told(store, change)


async def _why(kept: Transaction, change: Change) -> str:
    """Return what was said of a change by whoever decided on it, at that moment."""
    of_decision = (change.decided_at, change.decided_by)
    said = await kept.changes.remarks(change.id)
    return next((one.text for one in said if (one.at, one.author) == of_decision), "")


async def _numbers(kept: Transaction) -> Sequence[int]:
    return [int(number) for number in (await kept.marks.get(_MARK)).split()]


def _written(numbers: set[int]) -> str:
    return " ".join(str(number) for number in sorted(numbers))
