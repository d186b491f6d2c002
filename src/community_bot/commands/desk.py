"""The desk where posting is done from: what every command of posting may reach, and for whom.

Each destination, post, schedule or follow that somebody names is looked up here, and for somebody
who may not post there it is not there: the sentence is the same as for what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from community_bot.core.authority import Authority
from community_bot.core.command import Context
from community_bot.core.posting_params import Names, What
from community_bot.domain.address import Actor
from community_bot.domain.errors import UserError
from community_bot.publishing.composing import Composer, no_answer
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Store
from community_bot.publishing.post import Post
from community_bot.publishing.publisher import Publisher
from community_bot.publishing.schedule import Schedule

ANSWERS = frozenset(
    {
        "anniversaries",
        "case",
        "organisation",
        "person",
        "resolution",
        "statement",
        "summary",
        "timeline",
    }
)
"""The commands whose answers can be posted."""

NO_ANSWER = "post-no-answer"


class _Placed(Protocol):
    @property
    def destination(self) -> int:
        """The id of a destination."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands of posting work with.

    ``wake`` is called when there is something new to deliver or to be due. ``grace`` is how late a
    schedule's run may still be made, unless the schedule says otherwise.
    """

    publisher: Publisher
    composer: Composer
    authority: Authority
    store: Store
    wake: Callable[[], None]
    grace: timedelta

    async def allowed(self, actor: Actor) -> Mapping[int, Destination]:
        """Return the destinations that somebody may post to, by id, in order of their names."""
        async with self.store.read() as kept:
            places = await kept.destinations.all()
        return {
            place.id: place for place in places if await self.authority.may_post(actor, place.name)
        }

    async def chosen(self, actor: Actor, names: Names) -> tuple[Destination, ...]:
        """Return the destinations of these names.

        Raises UserError for the first that is not there, or that they may not post to.
        """
        by_name = {place.name: place for place in (await self.allowed(actor)).values()}
        for name in names.names:
            if name not in by_name:
                raise UserError("destination-unknown", name=name)
        return tuple(by_name[name] for name in names.names)

    async def post(self, actor: Actor, id: int) -> tuple[Post, tuple[Destination, ...]]:
        """Return a post and where it stands; raise UserError if they may not post to all of it."""
        allowed = await self.allowed(actor)
        async with self.store.read() as kept:
            found = await kept.posts.get(id)
            places = reached(allowed, await kept.posts.placements(id))
        if found is None or not places:
            raise UserError("post-unknown", id=f"P{id}")
        return found, places

    async def schedule(self, actor: Actor, id: int) -> tuple[Schedule, tuple[Destination, ...]]:
        """Return a schedule and where it posts; raise UserError if they may not do all of that."""
        allowed = await self.allowed(actor)
        async with self.store.read() as kept:
            found = next((one for one in await kept.schedules.all() if one.id == id), None)
            places = reached(allowed, await kept.schedules.runs(id))
        if found is None or not places:
            raise UserError("schedule-unknown", id=f"S{id}")
        return found, places

    async def reworded(self, error: UserError, line: str, context: Context) -> UserError:
        """Return why a line has no answer in the words of whoever asked, not of the destination."""
        if error.key != NO_ANSWER:
            return error
        composed = await self.composer.answer(line, context.texts.language)
        return no_answer(composed.reply) if composed.reply.error else error


def reached(
    allowed: Mapping[int, Destination], placed: Iterable[_Placed]
) -> tuple[Destination, ...]:
    """Return the destinations of what was placed, or none unless all of them are allowed."""
    ids = [one.destination for one in placed]
    return tuple(allowed[id_] for id_ in ids) if all(id_ in allowed for id_ in ids) else ()


def command_named(context: Context, what: What) -> bool:
    """Tell whether the first word of what is to be posted names a command that answers."""
    found = context.table.get(what.first)
    # Other aliases, such as "who", are how a sentence may begin.
    names = {found.name, "paragraphs"} if found else set()
    return found is not None and found.name in ANSWERS and what.first.casefold() in names


def names_of(places: Iterable[Destination]) -> str:
    """Return the names of destinations, as they are typed."""
    return ",".join(place.name for place in places)


def listed(places: Iterable[Destination]) -> str:
    """Return the names of destinations, as they are read."""
    return ", ".join(place.name for place in places)


def by_zone(places: Sequence[Destination]) -> Mapping[str, list[Destination]]:
    """Group destinations by their time zone, in order."""
    found: dict[str, list[Destination]] = {}
    for place in places:
        found.setdefault(place.zone, []).append(place)
    return found
