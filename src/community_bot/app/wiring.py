"""The object graph, built by hand: which parts there are and what each is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from community_bot.app.colleagues import Colleagues
from community_bot.app.editorial import Care, Editorial
from community_bot.app.memory import Memory
from community_bot.app.newsroom import Newsroom, Timing
from community_bot.app.questions import SystemClock, question_dispatcher
from community_bot.app.supervising import supervise
from community_bot.commands.channels import channel_commands
from community_bot.commands.desk import Desk
from community_bot.commands.due import duty_commands
from community_bot.commands.editing import editing_commands
from community_bot.commands.editors_desk import EditorsDesk
from community_bot.commands.erasing import erase_command
from community_bot.commands.explaining import explain_error
from community_bot.commands.follows import follow_commands
from community_bot.commands.history import history_commands
from community_bot.commands.posting import posting_commands
from community_bot.commands.preferences import preference_commands
from community_bot.commands.reviewing import reviewing_commands
from community_bot.commands.schedules import schedule_commands
from community_bot.commands.team import team_commands
from community_bot.commands.verifying import verify_command
from community_bot.core.authority import Authority
from community_bot.core.command import Command, CommandTable
from community_bot.core.dispatch import Dispatcher, Limits
from community_bot.core.ports import Clock, Standings, TeamStore
from community_bot.core.preferences import Preferences
from community_bot.core.snapshot import Snapshot
from community_bot.knowledge.base import KnowledgeBase
from community_bot.knowledge.folder import Folder

if TYPE_CHECKING:
    from community_bot.domain.address import Account, Platform
    from community_bot.publishing.ports import Carrier
    from community_bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class Bot:
    """The wired bot: what it serves, what answers from that, and what posts."""

    snapshot: Snapshot
    dispatcher: Dispatcher
    stores: Memory | Database
    authority: Authority
    newsroom: Newsroom
    editorial: Editorial

    async def settle(self) -> None:
        """Do all that is due now; in a memory where nothing was ever kept, nothing is."""
        if _has_begun(self.stores):
            await self.editorial.settle()
            await self.newsroom.settle()

    async def run(self) -> None:
        """Do what falls due until cancelled; in a memory from when something is kept."""
        if isinstance(self.stores, Memory):
            await self.stores.opened.wait()
        await supervise((*self.newsroom.services, *self.editorial.services))

    async def close(self) -> None:
        """Close the stores."""
        await self.stores.close()


def command_table() -> CommandTable:
    """Return the table of all commands, as a bot without any knowledge has it."""
    folder = Folder(Path(), {}, ())
    return wire(Snapshot(folder, KnowledgeBase.of(folder))).dispatcher.table


def wire(  # noqa: PLR0913 - a keyword for each part that may be another
    snapshot: Snapshot,
    *,
    clock: Clock | None = None,
    limits: Limits | None = None,
    database: Database | None = None,
    carriers: Iterable[Carrier] = (),
    admins: Iterable[Account] = (),
    standings: Mapping[Platform, Standings] | None = None,
    timing: Timing | None = None,
    care: Care | None = None,
) -> Bot:
    """Put the parts together around a snapshot; without a database all is kept in memory."""
    clock = clock or SystemClock()
    stores = database or Memory()
    authority = Authority(stores.team, admins, standings or {}, clock)
    preferences = Preferences(stores.preferences)
    # Only what answers a question can be posted.
    questions = question_dispatcher(snapshot, clock=clock, limits=limits)
    timing, may = timing or Timing(), authority.may_still_post
    newsroom = Newsroom.around(
        stores.publishing, questions, snapshot, carriers, clock, may_post=may, timing=timing
    )
    editorial = _editorial(stores, snapshot, clock, newsroom, authority, care or Care())
    commands = (
        *_with_past(questions.table.commands, editorial),
        *preference_commands(preferences, stores.team, authority),
        *_staff_commands(newsroom, editorial, authority, stores.team, timing),
    )
    dispatcher = Dispatcher(
        CommandTable(commands),
        snapshot,
        explain_error,
        clock,
        limits,
        authority=authority,
        preferences=preferences,
        handled=stores.handled,
    )
    return Bot(snapshot, dispatcher, stores, authority, newsroom, editorial)


def _editorial(  # noqa: PLR0913, PLR0917 - what it is connected with
    stores: Memory | Database,
    snapshot: Snapshot,
    clock: Clock,
    newsroom: Newsroom,
    authority: Authority,
    care: Care,
) -> Editorial:
    return Editorial.around(
        stores.moderation,
        snapshot,
        clock,
        tell=newsroom.notices.tell_with,
        unpublish=newsroom.forgetter.forget,
        colleagues=Colleagues(stores.team, authority),
        care=care,
        has_begun=lambda: _has_begun(stores),
    )


def _has_begun(stores: Memory | Database) -> bool:
    """Tell whether anything can have been kept: a memory opens when something first is."""
    return not isinstance(stores, Memory) or stores.opened.is_set()


def _with_past(commands: Iterable[Command], editorial: Editorial) -> Iterator[Command]:
    """Yield the commands, with one that knows the past in the place of one that does not."""
    verify = verify_command(editorial.past)
    return (verify if one.name == verify.name else one for one in commands)


def _staff_commands(
    newsroom: Newsroom,
    editorial: Editorial,
    authority: Authority,
    team: TeamStore,
    timing: Timing,
) -> Iterator[Command]:
    """Yield the commands of those who work with the bot."""
    yield from _desk_commands(newsroom, authority, timing)
    yield from team_commands(team, authority, tell=newsroom.tell, places=newsroom.place_names)
    yield from duty_commands(editorial.duty, authority)
    desk = EditorsDesk(
        editorial.drafter,
        editorial.reviewer,
        editorial.past,
        authority,
        team,
        newsroom.notices.can_tell,
    )
    for commands in (editing_commands, reviewing_commands, history_commands):
        yield from commands(desk)
    yield erase_command(editorial.eraser, authority)


def _desk_commands(newsroom: Newsroom, authority: Authority, timing: Timing) -> Iterable[Command]:
    desk = Desk(
        newsroom.publisher,
        newsroom.composer,
        authority,
        newsroom.store,
        newsroom.wake,
        timing.grace,
    )
    for commands in (posting_commands, channel_commands, schedule_commands, follow_commands):
        yield from commands(desk)
