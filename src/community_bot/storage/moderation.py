"""The store of moderation: changes, what was served, the audit and small marks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update

from community_bot.moderation import ports
from community_bot.moderation.change import (
    AuditRow,
    Change,
    ChangeState,
    FileChange,
    Remark,
    Served,
    erased_id,
    hash_of,
)
from community_bot.storage import erasing
from community_bot.storage.fields import value_of, values_of
from community_bot.storage.schema_moderation import (
    audit,
    change_files,
    changes,
    marks,
    remarks,
    served,
)
from community_bot.storage.transactions import Work

_MOST_NAMED = 500
"""Databases take only so many values in one statement."""
_DONE = (ChangeState.APPLIED, ChangeState.UNDONE)


class ChangeTable:
    """Implements ``moderation.ports.Changes``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, new: Change) -> Change:
        """Keep a new one, with an id."""
        id = await self._work.insert(changes, values_of(new, "id", "files"))
        files = [
            {"change": id, "position": position, **values_of(file)}
            for position, file in enumerate(new.files)
        ]
        await self._work.insert_all(change_files, files)
        return replace(new, id=id)

    async def get(self, id: int) -> Change | None:
        """Return one."""
        found = await self._whole(select(changes).where(changes.c.id == id))
        return found[0] if found else None

    async def change(self, changed: Change) -> None:
        """Keep another state of one; its files stay what they were."""
        await self._work.change(changes, values_of(changed, "id", "files"), id=changed.id)

    async def in_states(
        self, states: Collection[ChangeState], limit: int = 50, *, listed: bool = False
    ) -> Sequence[Change]:
        """Return the newest in these states, newest first; without files if only ``listed``."""
        which = changes.c.state.in_(states)
        query = select(changes).where(which).order_by(changes.c.id.desc()).limit(limit)
        return await (self._listed(query) if listed else self._whole(query))

    async def of_paths(self, paths: Collection[str], limit: int = 20) -> Sequence[Change]:
        """Return the newest applied or undone changes of files, newest first, as listed."""
        with_it = select(change_files.c.change).where(change_files.c.path.in_(paths))
        return await self._listed(
            select(changes)
            .where(changes.c.id.in_(with_it), changes.c.state.in_(_DONE))
            .order_by(changes.c.id.desc())
            .limit(limit)
        )

    async def by(self, author: int, since: datetime) -> Sequence[Change]:
        """Return somebody's changes since a moment, oldest first, as listed."""
        return await self._listed(
            select(changes)
            .where(changes.c.author == author, changes.c.created_at >= since)
            .order_by(changes.c.id)
        )

    async def since(self, moment: datetime) -> Sequence[Change]:
        """Return everybody's changes since a moment, oldest first, as listed."""
        return await self._listed(
            select(changes).where(changes.c.created_at >= moment).order_by(changes.c.id)
        )

    async def opened_until(self, moment: datetime, limit: int = 100) -> Sequence[Change]:
        """Return the oldest open proposals that were made by a moment, oldest first, as listed."""
        return await self._listed(
            select(changes)
            .where(changes.c.state == ChangeState.OPEN, changes.c.created_at <= moment)
            .order_by(changes.c.id)
            .limit(limit)
        )

    async def waiting(self) -> Mapping[int, str]:
        """Return what all open proposals are called, by number."""
        query = select(changes.c.id, changes.c.summary).where(changes.c.state == ChangeState.OPEN)
        return {row.id: row.summary for row in await self._work.rows(query)}

    async def open_of(self, author: int) -> int:
        """Return how many open proposals somebody has."""
        which = (changes.c.author == author, changes.c.state == ChangeState.OPEN)
        return await self._work.value(select(func.count()).select_from(changes).where(*which)) or 0

    async def touching(self, entry: str) -> tuple[Sequence[int], Sequence[int]]:
        """Return the numbers of the changes of an entry's file: all, and those not yet done."""
        return await erasing.touching(self._work, entry)

    async def erase(self, entry: str, words: Collection[str]) -> None:
        """Forget what an entry's file said, and what was said of its changes."""
        await erasing.erase_changes(self._work, entry, words)

    async def remark(self, new: Remark) -> None:
        """Keep what somebody said of a change."""
        await self._work.insert(remarks, values_of(new))

    async def said_by(self, author: int, since: datetime) -> int:
        """Return how often somebody said something of changes since a moment."""
        which = (remarks.c.author == author, remarks.c.at >= since)
        return await self._work.value(select(func.count()).select_from(remarks).where(*which)) or 0

    async def remarks(self, change: int) -> Sequence[Remark]:
        """Return what was said of a change, in order."""
        columns = (remarks.c.change, remarks.c.at, remarks.c.author, remarks.c.text)
        rows = await self._work.rows(
            select(*columns).where(remarks.c.change == change).order_by(remarks.c.id)
        )
        return [value_of(Remark, row) for row in rows]

    async def _listed(self, query: Select[Any]) -> list[Change]:
        return [_change(row, ()) for row in await self._work.rows(query)]

    async def _whole(self, query: Select[Any]) -> list[Change]:
        rows = await self._work.rows(query)
        ids = [row.id for row in rows]
        files = await self._work.rows(
            select(change_files)
            .where(change_files.c.change.in_(ids))
            .order_by(change_files.c.change, change_files.c.position)
        )
        own: dict[int, list[FileChange]] = {id: [] for id in ids}
        for file in files:
            said = FileChange(path=file.path, before=file.before, after=file.after)
            own[file.change].append(said)
        return [_change(row, own[row.id]) for row in rows]


def _change(row: Row[Any], files: Iterable[FileChange]) -> Change:
    return Change(files=tuple(files), **row._mapping)  # noqa: SLF001 - the public way to a row's columns by name


class RevisionTable:
    """Implements ``moderation.ports.Revisions``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def current(self, entries: Collection[str] | None = None) -> Mapping[str, str]:
        """Return the revision of each entry, or of these, that was last recorded as served."""
        query = select(served.c.entry, served.c.revision).where(served.c.until.is_(None))
        queries = [query]
        if entries is not None:
            some = sorted(entries)
            slices = (some[at : at + _MOST_NAMED] for at in range(0, len(some), _MOST_NAMED))
            queries = [query.where(served.c.entry.in_(names)) for names in slices]
        return {row.entry: row.revision for one in queries for row in await self._work.rows(one)}

    async def record(self, new: Collection[Served], ended: Collection[str], at: datetime) -> None:
        """Keep new revisions, and that those of ``ended`` entries are not served any more."""
        for entry in ended:
            await self._work.run(
                update(served)
                .where(served.c.entry == entry, served.c.until.is_(None))
                .values(until=at)
            )
        await self._work.put_all(served, [values_of(one) for one in new])

    async def find(self, entry: str, revision: str) -> Served | None:
        """Return one revision, if it was ever served."""
        row = await self._work.row(
            select(served).where(
                served.c.entry.in_((entry, erased_id(entry))), served.c.revision == revision
            )
        )
        return value_of(Served, row) if row else None

    async def texts(self, entry: str) -> Sequence[bytes]:
        """Return all that an entry's file ever said."""
        rows = await self._work.rows(select(served.c.text).where(served.c.entry == entry))
        return [row.text for row in rows]

    async def erase(self, entry: str, words: Collection[str]) -> None:
        """Forget what an entry said, and what any other said once in which ``words`` stand."""
        await erasing.erase_served(self._work, entry, words)


class AuditTable:
    """Implements ``moderation.ports.Audit``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def append(self, at: datetime, actor: int | None, what: str, about: str) -> AuditRow:
        """Add a row, chained to the last."""
        last = await self.head()
        row = AuditRow(
            number=last.number + 1 if last else 1,
            at=at,
            actor=actor,
            what=what,
            about=about,
            before=last.hash if last else "",
        )
        row = replace(row, hash=hash_of(row))
        await self._work.insert(audit, values_of(row))
        return row

    async def head(self) -> AuditRow | None:
        """Return the last row."""
        row = await self._work.row(select(audit).order_by(audit.c.number.desc()).limit(1))
        return value_of(AuditRow, row) if row else None

    async def rows(self, after: int = 0, limit: int = 1_000) -> Sequence[AuditRow]:
        """Return rows in order, from behind a number."""
        query = select(audit).where(audit.c.number > after).order_by(audit.c.number).limit(limit)
        return [value_of(AuditRow, row) for row in await self._work.rows(query)]


class MarkTable:
    """Implements ``moderation.ports.Marks``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, name: str) -> str:
        """Return what is kept under a name; nothing if nothing is."""
        return await self._work.value(select(marks.c.value).where(marks.c.name == name)) or ""

    async def set(self, name: str, value: str) -> None:
        """Keep something under a name; nothing forgets it."""
        if value:
            await self._work.put(marks, {"name": name, "value": value})
        else:
            await self._work.run(delete(marks).where(marks.c.name == name))


class ModerationTransaction:
    """Implements ``moderation.ports.Transaction``."""

    def __init__(self, work: Work) -> None:
        self.changes: ports.Changes = ChangeTable(work)
        self.revisions: ports.Revisions = RevisionTable(work)
        self.audit: ports.Audit = AuditTable(work)
        self.marks: ports.Marks = MarkTable(work)
