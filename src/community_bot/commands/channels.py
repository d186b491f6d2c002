"""Commands about destinations: register the place where one is, list, remove, go on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.desk import Desk
from community_bot.core.command import Command, Context, command
from community_bot.core.i18n import Texts
from community_bot.core.invocation import write_line
from community_bot.core.posting_params import Names, PlaceName, PostLanguage, YesNo
from community_bot.core.time_params import Zone
from community_bot.domain.address import Platform, Role
from community_bot.domain.document import Code, Inline, Inlines, Reply, Strong, Text
from community_bot.domain.errors import UserError
from community_bot.publishing.destination import Destination
from community_bot.publishing.post import PostState

_COUNTED = 10_000
_POSTED = (PostState.LIVE, PostState.WITHDRAWN, PostState.SCHEDULED, PostState.FAILED)


def channel_commands(desk: Desk) -> tuple[Command, ...]:
    """Return the commands about destinations."""
    on = Channels(desk)
    return (
        command("channel add", role=Role.MODERATOR)(on.add),
        command("channel list", role=Role.POSTER)(on.listing),
        command("channel remove", role=Role.MODERATOR)(on.remove),
        command("channel resume", role=Role.MODERATOR)(on.resume),
    )


@dataclass(frozen=True, slots=True)
class Channels:
    """The handlers, at a desk."""

    desk: Desk

    async def add(
        self,
        context: Context,
        *,
        name: PlaceName,
        zone: Zone | None = None,
        language: PostLanguage | None = None,
        moderators: YesNo | None = None,
    ) -> Reply:
        """Register the place where this is typed as a destination."""
        if not context.address.room and context.address.platform is not Platform.TERMINAL:
            raise UserError("channel-nowhere")
        wanted = Destination(
            name=name,
            address=context.address,
            zone=zone or "UTC",
            language=language.tag if language else context.texts.language,
            is_moderators=moderators is YesNo.YES,
        )
        async with self.desk.store.begin() as kept:
            added = await kept.destinations.add(wanted)
        sheet = Sheet(context)
        sheet.message("channel-added", name=Code(added.name), option=Code(f"to={added.name}"))
        sheet.items([_line(context.texts, added)])
        return sheet.reply()

    async def listing(self, context: Context) -> Reply:
        """List the destinations that one may post to."""
        sheet = Sheet(context)
        sheet.title(context.texts("title-channels"))
        allowed = await self.desk.allowed(context.actor)
        if not allowed:
            sheet.message("channels-none")
        sheet.items(_line(context.texts, place) for place in allowed.values())
        stopped = [place.name for place in allowed.values() if place.stopped]
        actions = (
            sheet.action("action-resume", write_line("channel", "resume", name), name=name)
            for name in stopped
            if context.actor.role >= Role.MODERATOR
        )
        return replace(sheet.reply(actions=actions), private=True)

    async def remove(
        self, context: Context, name: PlaceName, confirm: YesNo | None = None
    ) -> Reply:
        """Forget a destination and what was posted there; the messages themselves stay."""
        (place,) = await self.desk.chosen(context.actor, Names((name,)))
        sheet = Sheet(context)
        if confirm is YesNo.NO:
            sheet.message("channel-kept", name=Code(name))
            return replace(sheet.reply(), private=True)
        if confirm is None:
            async with self.desk.store.read() as kept:
                posts = await kept.posts.list(states=_POSTED, destination=place.id, limit=_COUNTED)
            sheet.message("channel-remove-ask", name=Code(name))
            if posts:
                sheet.paragraph(Text(context.texts.plural("channel-forgets", len(posts))))
            line = write_line("channel", "remove", name, confirm=YesNo.YES.value)
            return replace(
                sheet.reply(actions=(sheet.action("action-remove", line, name=name),)),
                private=True,
            )
        async with self.desk.store.begin() as kept:
            await kept.destinations.remove(place.id)
            for schedule in await kept.schedules.all():
                if not await kept.schedules.runs(schedule.id):
                    await kept.schedules.remove(schedule.id)
        sheet.message("channel-removed", name=Code(name))
        return sheet.reply()

    async def resume(self, context: Context, name: PlaceName) -> Reply:
        """Go on sending to a destination that was stopped."""
        (place,) = await self.desk.chosen(context.actor, Names((name,)))
        sheet = Sheet(context)
        if not place.stopped:
            sheet.message("channel-not-stopped", name=Code(name))
            return sheet.reply()
        async with self.desk.store.begin() as kept:
            current = {one.id: one for one in await kept.destinations.all()}
            if place.id in current:
                await kept.destinations.change(replace(current[place.id], stopped=""))
        self.desk.wake()
        sheet.message("channel-resumed", name=Code(name))
        return sheet.reply()


def _line(texts: Texts, place: Destination) -> Inlines:
    language = texts.language_name(place.language)
    said: list[Inline] = [
        Strong(place.name),
        Text(f" – {place.address.platform.value}; {place.zone}; {language}"),
    ]
    if place.is_moderators:
        said.append(Text(f"; {texts('channel-of-moderators')}"))
    if place.stopped:
        reason = texts(place.stopped) if texts.has(place.stopped) else place.stopped
        said.append(Text(f"; {texts('channel-stopped', reason=reason)}"))
    return tuple(said)
