"""Taking out of the tables of moderation what is kept of an entry that is erased."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, and_, delete, select, update

from community_bot.core.whole_words import words_in
from community_bot.domain.values import Kind
from community_bot.knowledge.reading.record import path_of, paths_of
from community_bot.moderation.change import ChangeState, erased_id
from community_bot.storage.schema_moderation import change_files, changes, remarks, served
from community_bot.storage.transactions import Work

_NOT_DONE = (ChangeState.OPEN, ChangeState.ACCEPTED)


async def touching(work: Work, entry: str) -> tuple[Sequence[int], Sequence[int]]:
    """Return the numbers of the changes of an entry's file: all, and those not yet done."""
    rows = await work.rows(
        select(changes.c.id, changes.c.state)
        .where(changes.c.id.in_(_with_file_of(entry)))
        .order_by(changes.c.id)
    )
    return [row.id for row in rows], [row.id for row in rows if row.state in _NOT_DONE]


async def erase_changes(work: Work, entry: str, words: Collection[str]) -> None:
    """Forget what changes made of an entry, and what other files said that any of words names."""
    ids, _ = await touching(work, entry)
    await work.run(delete(remarks).where(remarks.c.change.in_(ids)))
    for id in ids:
        which = changes.c.id == id
        summary = await work.value(select(changes.c.summary).where(which))
        said = {"summary": _without(summary, entry), "note": "", "source": ""}
        await work.run(update(changes).where(which).values(said))
    for kind in Kind:
        gone = {"path": path_of(kind, erased_id(entry)), "before": None, "after": None}
        own = change_files.c.path == path_of(kind, entry)
        await work.run(update(change_files).where(own).values(gone))
    await _erase_mentions(work, words)


async def erase_served(work: Work, entry: str, words: Collection[str]) -> None:
    """Forget what an entry said, and what any other said once that any of words names.

    That a revision was served stays known; so does what is served now, for the files say it.
    """
    is_named = words_in(words)
    # One entry's texts at a time: together they may be more than fits into memory.
    for one in await work.rows(select(served.c.entry).distinct()):
        which = and_(served.c.entry == one.entry, served.c.until.is_not(None))
        for row in await work.rows(select(served).where(which)):
            if is_named(row.text.decode(errors="replace")):
                this = served.c.revision == row.revision
                await work.run(update(served).where(which, this).values(text=b""))
    gone = {"entry": erased_id(entry), "path": "", "text": b""}
    await work.run(update(served).where(served.c.entry == entry).values(gone))


async def _erase_mentions(work: Work, words: Collection[str]) -> None:
    is_named = words_in(words)
    for change in await work.rows(select(changes.c.id).where(changes.c.state.not_in(_NOT_DONE))):
        which = change_files.c.change == change.id
        for row in await work.rows(select(change_files).where(which)):
            said = b"\n".join((row.before or b"", row.after or b"")).decode(errors="replace")
            if is_named(said):
                this = change_files.c.position == row.position
                gone = {"before": None, "after": None}
                await work.run(update(change_files).where(which, this).values(gone))


def _with_file_of(entry: str) -> Select[Any]:
    return select(change_files.c.change).where(change_files.c.path.in_(paths_of(entry)))


def _without(summary: str, entry: str) -> str:
    """Return what a change is called, with a hash in the place of an entry's id."""
    return re.sub(rf"(?<![\w-]){re.escape(entry)}(?![\w-])", erased_id(entry)[:12], summary)
