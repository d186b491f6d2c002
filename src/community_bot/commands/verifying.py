"""Checking an answer that somebody was shown: whether it is current, was so once, or never was.

The answer to a forged screenshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from enum import Enum
from typing import TYPE_CHECKING, assert_never

from community_bot.commands.cards.card import card
from community_bot.commands.cards.lines import open_action
from community_bot.commands.cards.sheet import Sheet
from community_bot.core.command import Command, Context, command
from community_bot.core.differing import all_difference_blocks
from community_bot.core.reading_params import EntryRevision, EntryRevisions
from community_bot.core.zones import in_words
from community_bot.domain.document import Code, Emphasis, Inline, Inlines, Reply
from community_bot.domain.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from community_bot.domain.entities import Entry
    from community_bot.moderation.past import Outdated, Past


def verify_command(past: Past | None) -> Command:
    """Return the command; without a past it knows only what is served now."""
    return command("verify")(Verifying(past).verify)


class _Verdict(Enum):
    """What can be said of a revision; of several, the last of these is what all are called."""

    CURRENT = "title-verify-current"
    OUTDATED = "title-verify-outdated"
    UNKNOWN = "title-verify-unknown"
    NEVER = "title-verify-never"


@dataclass(frozen=True, slots=True)
class _Found:
    """What a revision is; ``since`` is how far back the record reaches, if there is one."""

    asked: EntryRevision
    verdict: _Verdict
    entry: Entry | None
    since: datetime | None = None
    outdated: Outdated | None = None

    @property
    def code(self) -> Code:
        return Code(f"{self.asked.id}@{self.asked.revision}")


@dataclass(frozen=True, slots=True)
class Verifying:
    """The handler, with what the base said once."""

    past: Past | None

    async def verify(self, context: Context, revision: EntryRevisions) -> Reply:
        """Tell whether revisions are what the base says now, were so once, or never were."""
        found = [await self._find(context, one) for one in revision.revisions]
        sheet = Sheet(context)
        return _one(sheet, found[0]) if len(found) == 1 else _several(sheet, found)

    async def _find(self, context: Context, asked: EntryRevision) -> _Found:
        base = context.knowledge
        entry = base.entries.get(asked.id)
        if entry is not None and base.revision(entry.id) == asked.revision:
            return _Found(asked, _Verdict.CURRENT, entry)
        since = await self.past.recorded_since() if self.past else None
        if self.past is None or since is None:
            return _Found(asked, _Verdict.UNKNOWN, entry)
        outdated = await self.past.find(asked.id, asked.revision)
        verdict = _Verdict.NEVER if outdated is None else _Verdict.OUTDATED
        return _Found(asked, verdict, entry, since, outdated)


def _one(sheet: Sheet, found: _Found) -> Reply:
    entry, asked = found.entry, found.code
    if found.verdict is _Verdict.CURRENT and entry is not None:
        return _current(sheet, asked, entry)
    if found.outdated is not None:
        return _outdated(sheet, asked, entry, found.outdated)
    if found.since is not None:
        return _never(sheet, asked, entry, found.since)
    return _unknown(sheet, asked, entry, found.asked.id)


def _several(sheet: Sheet, found: Sequence[_Found]) -> Reply:
    """Tell of each revision what it is: nothing else is shown."""
    order = list(_Verdict)
    worst = max((one.verdict for one in found), key=order.index)
    sheet.title(sheet.texts(worst.value))
    sheet.items([_line(sheet, one) for one in found])
    # An entry may stand among them with several of its revisions: it is offered once.
    entries = {one.entry.id: one.entry for one in found if one.entry is not None}.values()
    sheet.show(*entries)
    return sheet.reply(actions=[open_action(sheet, one) for one in entries])


def _line(sheet: Sheet, found: _Found) -> Inlines:
    key = _line_key(found)
    arguments: dict[str, Inline | str] = {"asked": found.code}
    if found.entry is not None:
        arguments["current"] = _reference(sheet, found.entry)
    if found.since is not None:
        arguments["since"] = _moment(sheet, found.since)
    if found.outdated is not None:
        arguments["until"] = _moment(sheet, found.outdated.until)
    return sheet.texts.inlines(key, **arguments)


def _line_key(found: _Found) -> str:
    match found.verdict:
        case _Verdict.CURRENT:
            return "verify-each-current"
        case _Verdict.OUTDATED:
            return "verify-each-outdated" if found.entry else "verify-each-gone"
        case _Verdict.UNKNOWN:
            return "verify-each-not-current" if found.entry else "verify-each-unknown"
        case _Verdict.NEVER:
            return "verify-each-never"
        case _:
            assert_never(found.verdict)


def _current(sheet: Sheet, asked: Code, entry: Entry) -> Reply:
    sheet.title(sheet.texts("title-verify-current"))
    sheet.message("verify-current", asked=asked)
    sheet.paragraph(Emphasis(sheet.texts("verify-compare")))
    return sheet.reply(actions=card(sheet, entry))


def _unknown(sheet: Sheet, asked: Code, entry: Entry | None, id: str) -> Reply:
    """Say that it is not current, where nobody kept what was."""
    if entry is None:
        raise UserError("verify-unknown-entry", id=id)
    sheet.show(entry)
    sheet.title(sheet.texts("title-verify-unknown"))
    sheet.message("verify-not-current", asked=asked, current=_reference(sheet, entry))
    return sheet.reply(actions=[open_action(sheet, entry)])


def _never(sheet: Sheet, asked: Code, entry: Entry | None, since: datetime) -> Reply:
    sheet.title(sheet.texts("title-verify-never"))
    sheet.message("verify-never", asked=asked, since=_moment(sheet, since))
    if entry is None:
        return sheet.reply()
    sheet.show(entry)
    return sheet.reply(actions=[open_action(sheet, entry)])


def _outdated(sheet: Sheet, asked: Code, entry: Entry | None, found: Outdated) -> Reply:
    sheet.title(sheet.texts("title-verify-outdated"))
    since, until = _moment(sheet, found.since), _moment(sheet, found.until)
    if entry is None:
        sheet.message("verify-gone", asked=asked, since=since, until=until)
    else:
        sheet.show(entry)
        current = _reference(sheet, entry)
        sheet.message("verify-outdated", asked=asked, since=since, until=until, current=current)
    if found.change is not None:
        sheet.message("verify-ended-by", change=Code(found.change.short_id))
    if found.rows:
        sheet.message("verify-differs")
        sheet.add(*all_difference_blocks(sheet.texts, found.rows))
    return sheet.reply(actions=[open_action(sheet, entry)] if entry else ())


def _reference(sheet: Sheet, entry: Entry) -> Code:
    return Code(sheet.context.knowledge.reference(entry.id))


def _moment(sheet: Sheet, moment: datetime) -> str:
    return in_words(sheet.texts, moment.astimezone(UTC), "UTC")
