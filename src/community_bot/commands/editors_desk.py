"""The desk where the knowledge is kept right: what its commands work with, and what they offer.

Completion knows more here than a base can tell: the fields of one entry, the changes that wait, the
people of the team.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from community_bot.commands.cards.sheet import Sheet
from community_bot.core.authority import Authority
from community_bot.core.command import Context
from community_bot.core.editing_params import ChangeIdType, MemberRef, OneWordType
from community_bot.core.invocation import first_words, write_line
from community_bot.core.params import Choice, OptionType
from community_bot.core.ports import TeamStore
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Reply
from community_bot.domain.errors import UserError
from community_bot.domain.grants import Member
from community_bot.knowledge.problems import BrokenFileError
from community_bot.knowledge.reading.record import path_of
from community_bot.knowledge.reading.tree import Tree, read_tree
from community_bot.knowledge.replacing import current_file
from community_bot.moderation.change import Change
from community_bot.moderation.drafting import Drafter
from community_bot.moderation.fields import fields_like
from community_bot.moderation.past import Past
from community_bot.moderation.reviewing import Reviewer

_MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class EditorsDesk:
    """What the commands of editing and reviewing work with.

    ``can_tell`` says whether there is any place where the moderators are told of changes.
    """

    drafter: Drafter
    reviewer: Reviewer
    past: Past
    authority: Authority
    team: TeamStore
    can_tell: Callable[[], Awaitable[bool]]

    async def mind_silence(self, sheet: Sheet) -> None:
        """Say so, where the moderators are told of nothing for want of a channel."""
        if not await self.can_tell():
            line = write_line("channel", "add", name="team", moderators="yes")
            sheet.message("nobody-told", line=Code(line, is_command=True))

    async def number_of(self, context: Context) -> int:
        """Return the number of whoever asks."""
        return await self.authority.number_of(context.actor)

    async def change(self, id: int) -> Change:
        """Return a change; raise UserError if there is none."""
        async with self.reviewer.store.read() as kept:
            found = await kept.changes.get(id)
        if found is None:
            raise UserError("change-unknown", change=f"C{id}")
        return found

    async def member(self, who: MemberRef) -> Member:
        """Return somebody of the team, by name, number or account; raise UserError for nobody."""
        wanted = who.strip().casefold()
        for one in (await self.team.team()).members:
            accounts = {str(account).casefold() for account in one.accounts}
            if wanted in {one.name.casefold(), f"#{one.number}", str(one.number), *accounts} - {""}:
                return one
        raise UserError("member-unknown", who=who)


def may_decide(context: Context) -> bool:
    """Tell whether whoever asks may decide on changes, and so make some that count at once."""
    return context.actor.role >= Role.MODERATOR


def private(reply: Reply) -> Reply:
    """Return an answer for whoever asked alone."""
    return replace(reply, private=True)


@dataclass(frozen=True, slots=True)
class FieldType(OneWordType):
    """A field of the entry that stands before it on the line; its file lies below ``root``."""

    root: Path

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the fields that there are or can be, a step further than what is typed."""
        entries = context.knowledge.entries
        words = first_words(context.typed.replace("entry=", " "), _MOST_WORDS)
        entry = next((entries[one] for one in words if one in entries), None)
        if entry is None:
            return ()
        tree = self._tree(path_of(entry.KIND, entry.id))
        return ((one, one) for one in fields_like(entry.KIND, prefix, tree))

    def _tree(self, path: str) -> Tree:
        try:
            return read_tree(current_file(self.root, path) or b"", path)
        except (OSError, BrokenFileError):
            return {}


@dataclass(frozen=True, slots=True)
class OpenChangeType(ChangeIdType):
    """The number of a change; those that wait are offered."""

    waiting: Mapping[int, str]

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer what waits for a decision, the newest first."""
        del context
        wanted = prefix.casefold().removeprefix("c")
        for number in sorted(self.waiting, reverse=True):
            if str(number).startswith(wanted):
                yield f"C{number}", f"C{number} {self.waiting[number]}"


@dataclass(frozen=True, slots=True)
class MemberType(OptionType):
    """Somebody of the team."""

    members: Callable[[], Iterable[Member]]

    def complete(self, prefix: str, context: Context) -> Iterable[Choice]:
        """Offer the people by name."""
        del context
        wanted = prefix.casefold()
        for one in sorted(self.members(), key=lambda it: it.name):
            if one.name and one.name.casefold().startswith(wanted):
                yield one.name, f"{one.name} (#{one.number})"
