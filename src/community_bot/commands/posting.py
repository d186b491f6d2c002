"""Commands that post: send, list, withdraw, repost, and the two answers to a preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from community_bot.commands.cards.post import moment, show_versions, states, subject
from community_bot.commands.cards.sheet import Sheet
from community_bot.commands.desk import Desk, command_named, listed, names_of
from community_bot.core.command import Command, Context, command
from community_bot.core.invocation import write_line
from community_bot.core.posting_params import LongText, Names, PostId, PostLanguage, What
from community_bot.core.time_params import When
from community_bot.core.zones import local_of
from community_bot.domain.address import Role
from community_bot.domain.document import Code, Inlines, Reply, Strong, Text
from community_bot.domain.errors import UserError
from community_bot.publishing.destination import Destination
from community_bot.publishing.post import Post, PostKind, PostState
from community_bot.publishing.preparing import Preview
from community_bot.publishing.scheduling import dated

_SHOWN = 20
_LOOKED_AT = 200
_LISTED = (PostState.LIVE, PostState.SCHEDULED, PostState.WITHDRAWN, PostState.FAILED)


def posting_commands(desk: Desk) -> tuple[Command, ...]:
    """Return the commands that post."""
    on = Posting(desk)
    return (
        command("post send", role=Role.POSTER)(on.send),
        command("post list", role=Role.POSTER)(on.listing),
        command("post withdraw", role=Role.POSTER)(on.withdraw),
        command("post repost", role=Role.POSTER)(on.repost),
        command("post confirm", role=Role.POSTER)(on.confirm),
        command("post cancel", role=Role.POSTER)(on.cancel),
    )


@dataclass(frozen=True, slots=True)
class Posting:
    """The handlers, at a desk."""

    desk: Desk

    async def send(  # noqa: PLR0913 - an option each
        self,
        context: Context,
        *,
        what: What | None = None,
        text: LongText | None = None,
        to: Names,
        language: PostLanguage | None = None,
        at: When | None = None,
    ) -> Reply:
        """Show what would be posted, and where; nothing is posted before it is confirmed."""
        places = await self.desk.chosen(context.actor, to)
        due = _due(context, at, places[0])
        kind, line = _content(context, what, text)
        if kind is PostKind.ANSWER:
            line = dated(line, local_of(due or context.now, places[0].zone).date())
        tag = language.tag if language else ""
        author = await self.desk.authority.number_of(context.actor)
        draft = self.desk.publisher.draft
        try:
            preview = await draft(kind, line, places, language=tag, author=author, at=due)
        except UserError as raised:
            error = await self.desk.reworded(raised, line, context)
            options = {"to": names_of(places), "language": tag, "at": str(at) if at else ""}
            error.lines = tuple(_send_line(one, options) for one in error.lines)
            raise error from raised
        return _preview(context, preview)

    async def confirm(self, context: Context, id: PostId) -> Reply:
        """Post what a preview showed; if it has changed since, show it anew."""
        _, places = await self.desk.post(context.actor, id)
        author = await self.desk.authority.number_of(context.actor)
        posted = await self.desk.publisher.confirm(id, author)
        if isinstance(posted, Preview):
            return _preview(context, posted, has_changed=True)
        sheet = Sheet(context)
        if posted.at is None:
            sheet.message("post-sent", id=Code(posted.short_id), names=listed(places))
        else:
            when = moment(context.texts, posted.at, places[0])
            names = listed(places)
            sheet.message("post-scheduled", id=Code(posted.short_id), names=names, moment=when)
        withdraw = write_line("post", "withdraw", posted.short_id)
        actions = (
            sheet.action("action-posts", write_line("post", "list")),
            sheet.action("action-withdraw", withdraw, id=posted.short_id),
        )
        return _private(sheet.reply(actions=actions))

    async def cancel(self, context: Context, id: PostId) -> Reply:
        """Throw a preview away."""
        await self.desk.post(context.actor, id)
        author = await self.desk.authority.number_of(context.actor)
        post = await self.desk.publisher.cancel(id, author)
        sheet = Sheet(context)
        sheet.message("post-cancelled-now", id=Code(post.short_id))
        return _private(sheet.reply())

    async def withdraw(self, context: Context, id: PostId) -> Reply:
        """Take back what was posted, wherever it stands."""
        _, places = await self.desk.post(context.actor, id)
        post = await self.desk.publisher.withdraw(id)
        sheet = Sheet(context)
        sheet.message("post-withdrawn", id=Code(post.short_id), names=listed(places))
        return _private(sheet.reply())

    async def repost(self, context: Context, id: PostId, to: Names | None = None) -> Reply:
        """Show again what was posted once, to post it anew."""
        post, places = await self.desk.post(context.actor, id)
        if to is not None:
            places = await self.desk.chosen(context.actor, to)
        author = await self.desk.authority.number_of(context.actor)
        return _preview(context, await self.desk.publisher.repost(post.id, places, author))

    async def listing(self, context: Context, to: Names | None = None) -> Reply:
        """List what was posted, the newest first, and how far each has come."""
        sheet = Sheet(context)
        sheet.title(context.texts("title-posts"))
        posts = await self._seen(context, to)
        if not posts:
            sheet.message("posts-none")
        sheet.items([await self._line(context, *one) for one in posts[:_SHOWN]])
        if len(posts) > _SHOWN:
            sheet.message("posts-more", count=_SHOWN)
        return _private(sheet.reply())

    async def _seen(
        self, context: Context, to: Names | None
    ) -> Sequence[tuple[Post, tuple[Destination, ...]]]:
        """Return the newest posts that stand only where somebody may post, with where that is."""
        allowed = await self.desk.allowed(context.actor)
        wanted = await self.desk.chosen(context.actor, to) if to else ()
        found: list[tuple[Post, tuple[Destination, ...]]] = []
        async with self.desk.store.read() as kept:
            for post in await kept.posts.list(states=_LISTED, limit=_LOOKED_AT):
                ids = [one.destination for one in await kept.posts.placements(post.id)]
                places = tuple(allowed[id_] for id_ in ids if id_ in allowed)
                if len(places) < len(ids) or not places:
                    continue
                if not wanted or not set(wanted).isdisjoint(places):
                    found.append((post, places))
        return found

    async def _line(self, context: Context, post: Post, places: Sequence[Destination]) -> Inlines:
        texts = context.texts
        when = moment(texts, post.at or post.created_at, places[0])
        said = (Code(post.short_id), Text(" "), Strong(subject(texts, post)), Text(f" – {when}: "))
        match post.state:
            case PostState.SCHEDULED:
                return (*said, Text(texts("post-waits", names=listed(places))))
            case PostState.FAILED:
                return (*said, Text(texts("post-not-posted", names=listed(places))))
            case _:
                return (*said, *states(texts, await self.desk.publisher.deliveries(post)))


def _due(context: Context, at: When | None, place: Destination) -> datetime | None:
    """Return when to post; raise UserError for a moment that is past."""
    due = at.instant(place.zone, context.now) if at else None
    if due is not None and due <= context.now:
        raise UserError("when-past", moment=moment(context.texts, due, place))
    return due


def _content(context: Context, what: What | None, text: LongText | None) -> tuple[PostKind, str]:
    """Return what to post: an answer when the words begin with a command's name, else the words."""
    if text is not None:
        if what is not None:
            raise UserError("post-two-texts")
        return PostKind.ANNOUNCEMENT, _some(text)
    if what is None:
        raise UserError("post-nothing")
    if command_named(context, what):
        return PostKind.ANSWER, what.line
    if what.has_options:
        raise UserError("post-option", words=what.line)
    return PostKind.ANNOUNCEMENT, _some(what.text)


def _some(words: str) -> str:
    if not words.strip():
        raise UserError("post-nothing")
    return words.strip()


def _send_line(line: str, options: dict[str, str]) -> str:
    """Return the whole line that posts another command's answer."""
    given = {key: value for key, value in options.items() if value}
    if any(f"{key}=" in line for key in ("to", "text", "language", "at")):
        return write_line("post", "send", line, **given)
    return f"post send {line} {write_line(**given)}"


def _preview(context: Context, preview: Preview, *, has_changed: bool = False) -> Reply:
    sheet = Sheet(context)
    post = preview.post
    sheet.title(context.texts("title-preview", id=post.short_id))
    sheet.message("preview-changed" if has_changed else "preview-not-yet")
    show_versions(sheet, post, preview.versions)
    actions = (
        sheet.action("action-post", write_line("post", "confirm", post.short_id)),
        sheet.action("action-cancel", write_line("post", "cancel", post.short_id)),
    )
    return _private(sheet.reply(actions=actions))


def _private(reply: Reply) -> Reply:
    return replace(reply, private=True)
