"""Drafts of edits: from what somebody typed to a change that fits the files, or to why it does not.

Nothing is written or kept. A draft goes by the base that is served, and is judged as a reading of
the folder would judge it, in a thread of its own, so that answers go on meanwhile.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from community_bot.core.ports import Clock
from community_bot.core.snapshot import Snapshot
from community_bot.domain.entities import Source
from community_bot.domain.errors import UserError
from community_bot.domain.values import EventType, Kind, SourceKind, StatusValue
from community_bot.knowledge.reading.record import ID, id_of, paths_of
from community_bot.moderation import adding, edits, field_edits
from community_bot.moderation.change import erased_id
from community_bot.moderation.draft import Draft
from community_bot.moderation.field_edits import Said
from community_bot.moderation.policy import Policy
from community_bot.moderation.ports import Store
from community_bot.moderation.sourcing import id_for
from community_bot.moderation.worksheet import Worksheet

__all__ = ["Draft", "Drafter", "WasUsed", "used_before"]

WasUsed = Callable[[str], Awaitable[bool]]
"""Tells whether an entry ever had an id: none is used again."""
_Draw = Callable[[Worksheet], str]
_DEVICE = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")
"""What no file can be called on Windows, where somebody may check the base out."""


@dataclass(slots=True)
class Drafter:
    """Makes drafts. Each method raises UserError where nothing can come of it.

    ``source`` is the id of a source or an https address, which becomes a new source.
    """

    snapshot: Snapshot
    clock: Clock
    policy: Policy
    was_used: WasUsed | None = None

    async def edit(
        self, entry: str, field: str, value: str, *, source: str = "", note: str = ""
    ) -> Draft:
        """Draft another value of a field, or with ``+`` one more item of a list."""
        return await self.edit_fields(entry, {field: value}, source=source, note=note)

    async def edit_fields(
        self,
        entry: str,
        values: Mapping[str, str],
        *,
        source: str = "",
        note: str = "",
        seen: str = "",
    ) -> Draft:
        """Draft other values of fields in one change.

        ``seen`` is the mark of what the first field said when whoever edits it saw it.
        """
        return await self._drawn(
            lambda sheet: field_edits.edit(sheet, entry, values, source, seen), source, note
        )

    async def value_at(self, entry: str, field: str) -> Said | None:
        """Return what stands at a field that is typed as one value; None if it has fields."""
        return await asyncio.to_thread(lambda: field_edits.value_at(self._sheet(), entry, field))

    async def unset(self, entry: str, field: str, *, note: str = "") -> Draft:
        """Draft an entry without a field or an item of a list."""
        return await self._drawn(lambda sheet: edits.unset(sheet, entry, field), note=note)

    async def status(
        self, person: str, value: StatusValue, *, date: str, source: str, note: str = ""
    ) -> Draft:
        """Draft where a person stands since a date, with the event that it follows from.

        The words, doubts and other readings of the old status go, for they are about that one. A
        status that is the same is confirmed for a later day.
        """
        return await self._drawn(
            lambda sheet: edits.set_status(sheet, person, value, date, source), source, note
        )

    async def add_event(  # noqa: PLR0913 - a keyword for each thing that is typed
        self,
        entry: str,
        type_: EventType,
        *,
        date: str,
        source: str,
        others: Mapping[str, str] | None = None,
        note: str = "",
    ) -> Draft:
        """Draft one more event; ``others`` are its further fields, such as ``text.en``."""
        return await self._drawn(
            lambda sheet: edits.add_event(
                sheet, entry, type_, date=date, source=source, others=others or {}
            ),
            source,
            note,
        )

    async def add_person(  # noqa: PLR0913 - likewise
        self,
        entry: str,
        name: str,
        status: StatusValue,
        *,
        date: str,
        source: str,
        note: str = "",
    ) -> Draft:
        """Draft a new person by the English name."""

        def draw(sheet: Worksheet) -> str:
            day = edits.past_date(date, sheet.today)
            _refuse_id(sheet, entry)
            known = sheet.cite(source)
            tree = adding.new_person(entry, name, status, date=day, source=known, today=sheet.today)
            sheet.add(Kind.PERSON, tree)
            return f"kb add person {entry}"

        return await self._drawn(draw, source, note)

    async def add_resolution(  # noqa: PLR0913 - likewise
        self,
        entry: str,
        title: str,
        body: str,
        *,
        date: str,
        source: str,
        symbol: str = "",
        note: str = "",
    ) -> Draft:
        """Draft a new resolution by its official English title; ``body`` adopted it."""

        def draw(sheet: Worksheet) -> str:
            day = edits.past_date(date, sheet.today)
            _refuse_id(sheet, entry)
            known = sheet.cite(source)
            tree = adding.new_resolution(
                entry, title, body, date=day, symbol=symbol, source=known, today=sheet.today
            )
            sheet.add(Kind.RESOLUTION, tree)
            return f"kb add resolution {entry}"

        return await self._drawn(draw, source, note)

    async def add_source(  # noqa: PLR0913 - likewise
        self,
        url: str,
        *,
        title: str,
        publisher: str,
        language: str,
        type_: SourceKind,
        entry: str = "",
        date: str = "",
        note: str = "",
    ) -> Draft:
        """Draft a new source; without ``entry`` its id is made of the address."""

        def draw(sheet: Worksheet) -> str:
            address = url.strip()
            if not address.startswith("https://"):
                raise UserError("draft-source-insecure", source=address)
            day = edits.past_date(date, sheet.today) if date else ""
            known = next((it.id for it in sheet.base.of_kind(Source) if it.url == address), None)
            if known is not None:
                raise UserError("draft-source-known", source=known)
            id_ = entry or id_for(address, lambda one: one in sheet.base.entries)
            _refuse_id(sheet, id_)
            tree = adding.new_source(
                id_,
                address,
                title=title,
                publisher=publisher,
                language=language,
                type_=type_,
                date=day,
                today=sheet.today,
            )
            sheet.add(Kind.SOURCE, tree)
            return f"kb add source {id_}"

        return await self._drawn(draw, note=note)

    async def withdraw(self, entry: str, *, note: str = "") -> Draft:
        """Draft a base without an entry; nothing else may refer to it."""
        return await self._drawn(lambda sheet: edits.withdraw(sheet, entry), note=note)

    async def touch(self, entry: str, *, note: str = "") -> Draft:
        """Draft that an entry was found right today."""
        return await self._drawn(lambda sheet: edits.touch(sheet, entry), note=note)

    async def _drawn(self, draw: _Draw, source: str = "", note: str = "") -> Draft:
        if self.snapshot.is_outdated:
            raise UserError("draft-outdated")
        sheet = self._sheet()
        draft = await asyncio.to_thread(
            lambda: sheet.draft(draw(sheet), source=source.strip(), note=note.strip())
        )
        for file in draft.files:
            if file.before is None and self.was_used and await self.was_used(id_of(file.path)):
                raise UserError("draft-id-used", entry=id_of(file.path))
        return draft

    def _sheet(self) -> Worksheet:
        return Worksheet(
            root=self.snapshot.root,
            folder=self.snapshot.folder,
            base=self.snapshot.current,
            policy=self.policy,
            today=self.clock.now().date().isoformat(),
        )


def used_before(store: Store) -> WasUsed:
    """Return what tells, by the changes that are kept, whether an entry ever had an id."""

    async def was_used(entry: str) -> bool:
        paths = (*paths_of(entry), *paths_of(erased_id(entry)))
        async with store.read() as kept:
            return bool(await kept.changes.of_paths(paths, limit=1))

    return was_used


def _refuse_id(sheet: Worksheet, entry: str) -> None:
    if not ID.fullmatch(entry) or _DEVICE.fullmatch(entry):
        raise UserError("draft-id", entry=entry)
    if entry in sheet.base.entries:
        raise UserError("draft-id-taken", entry=entry)
