"""Posting: a preview that its author confirms, what the clock posts, and taking it back.

Documents are made before a transaction; in it the post, its placements and its rows are written
together or not at all. Nothing is sent here: that is the delivery's, who is woken.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from community_bot.core.ports import Clock
from community_bot.domain.address import Platform
from community_bot.domain.errors import UserError
from community_bot.publishing.composing import Composer
from community_bot.publishing.destination import Destination
from community_bot.publishing.lookup import ensure_draft, known, left, placed
from community_bot.publishing.ports import Carrier, Store, Transaction
from community_bot.publishing.post import Post, PostKind, PostState
from community_bot.publishing.preparing import Preparer, Preview, Print, Version, placement_of
from community_bot.publishing.progress import DeliveryState, delivery_state
from community_bot.publishing.rewriting import withdraw
from community_bot.publishing.rights import MayPost
from community_bot.publishing.turns import Turns

if TYPE_CHECKING:
    from community_bot.publishing.notices import Notices

GRACE = timedelta(hours=6)
"""How late a post that was scheduled may still be made."""

Then = Callable[[Transaction], Awaitable[None]]


Failed = Callable[[Print, UserError], Awaitable[None]]


class Publisher:
    """Writes posts down. ``wake`` is called whenever there is something new to deliver."""

    def __init__(
        self,
        store: Store,
        composer: Composer,
        carriers: Mapping[Platform, Carrier],
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._preparer = Preparer(composer, carriers)
        self._clock = clock
        self._wake = wake

    def reaches(self, destination: Destination) -> bool:
        """Tell whether there is anybody to bring a post to a destination."""
        return self._preparer.reaches(destination)

    async def draft(  # noqa: PLR0913 - what a post consists of
        self,
        kind: PostKind,
        line: str,
        destinations: Sequence[Destination],
        *,
        language: str = "",
        author: int | None,
        at: datetime | None = None,
        was_kept: bool = False,
    ) -> Preview:
        """Keep a draft and return what each destination will see.

        Raises UserError when there is no answer, nobody to bring it, or nothing it ``was_kept`` of.
        """
        now = self._clock.now()
        line = await self._preparer.line(kind, line, destinations, language, was_kept=was_kept)
        post = Post(
            kind=kind,
            line=line,
            language=language,
            author=author,
            state=PostState.DRAFT,
            created_at=now,
            at=at,
        )
        versions = await self._preparer.versions(post, destinations)
        async with self._store.begin() as transaction:
            placements = (placement_of(post, one, now) for one in versions)
            post = await transaction.posts.add(post, placements)
        return Preview(post, versions)

    async def repost(
        self, post_id: int, destinations: Sequence[Destination], author: int | None
    ) -> Preview:
        """Draft again what was posted once, for destinations of one's choice."""
        async with self._store.read() as transaction:
            post = await known(transaction, post_id)
        return await self.draft(
            post.kind, post.line, destinations, language=post.language, author=author, was_kept=True
        )

    async def confirm(self, post_id: int, author: int | None) -> Post | Preview:
        """Post a draft, or keep it for its hour.

        If what it shows has changed since it was last shown, nothing is posted and the new preview
        is returned. Raises UserError when it is not this person's, too old, or no draft any more.
        """
        now = self._clock.now()
        async with self._store.read() as transaction:
            post = await known(transaction, post_id)
            ensure_draft(post, author, now)
            shown = await placed(transaction, post)
        versions = await self._preparer.versions(post, (place for place, _ in shown))
        was = {place.id: placement.digest for place, placement in shown}
        versions = tuple(
            replace(one, changed=one.composed.digest != was[one.destination.id]) for one in versions
        )
        async with self._store.begin() as transaction:
            post = await known(transaction, post_id)
            ensure_draft(post, author, now)
            versions = await left(transaction, versions)
            if any(one.changed for one in versions):
                for one in versions:
                    await transaction.posts.change_placement(placement_of(post, one, now))
                return Preview(post, versions)
            state = PostState.LIVE if post.at is None else PostState.SCHEDULED
            post = replace(post, state=state)
            await transaction.posts.change(post)
            if state is PostState.LIVE:
                await transaction.outbox.add(self._preparer.rows(post.id, versions, now))
        self._wake()
        return post

    async def cancel(self, post_id: int, author: int | None) -> Post:
        """Throw a draft away."""
        async with self._store.begin() as transaction:
            post = await known(transaction, post_id)
            ensure_draft(post, author, post.created_at)
            post = replace(post, state=PostState.CANCELLED)
            await transaction.posts.change(post)
        return post

    async def withdraw(self, post_id: int) -> Post:
        """Take back what was posted, or what is to be; raise UserError when there is nothing."""
        async with self._store.begin() as transaction:
            post = await known(transaction, post_id)
            if post.state is PostState.SCHEDULED:
                post = replace(post, state=PostState.CANCELLED)
                await transaction.posts.change(post)
            elif post.state is PostState.LIVE:
                post = await withdraw(transaction, post, self._clock.now())
            else:
                raise UserError("post-not-standing", id=post.short_id)
        self._wake()
        return post

    async def publish(  # noqa: PLR0913 - what a post consists of
        self,
        kind: PostKind,
        line: str,
        destinations: Sequence[Destination],
        *,
        language: str = "",
        author: int | None = None,
        schedule: int | None = None,
        then: Then | None = None,
    ) -> Post | None:
        """Post something at once, and do what ``then`` writes in the same transaction.

        Returns None when none of the destinations is there any more. Raises UserError, with nothing
        written, when there is no answer to post.
        """
        wanted = Print(kind, line, tuple(destinations), language, author, schedule)
        posts = await self.publish_all((wanted,), then=then)
        return posts[0] if posts else None

    async def publish_all(
        self, prints: Iterable[Print], *, then: Then | None = None, failed: Failed | None = None
    ) -> tuple[Post, ...]:
        """Post several things, and do what ``then`` writes, in one transaction.

        What has no answer is left out if ``failed`` is there to be told of it.
        """
        now = self._clock.now()
        made: list[tuple[Post, tuple[Version, ...]]] = []
        for one in prints:
            try:
                made.append(await self._made(one, now))
            except UserError as error:
                if failed is None:
                    raise
                await failed(one, error)
        posts: list[Post] = []
        async with self._store.begin() as transaction:
            there = {place.id for place in await transaction.destinations.all()}
            for new, versions in made:
                still = tuple(one for one in versions if one.destination.id in there)
                if still:
                    placements = (placement_of(new, one, now) for one in still)
                    post = await transaction.posts.add(new, placements)
                    await transaction.outbox.add(self._preparer.rows(post.id, still, now))
                    posts.append(post)
            if then is not None:
                await then(transaction)
        self._wake()
        return tuple(posts)

    async def publish_due(self, now: datetime, notices: Notices, may_post: MayPost) -> None:
        """Post what was scheduled for a moment that has come; tell of what cannot be posted."""
        async with self._store.read() as transaction:
            due = await transaction.posts.due(now)
        turns = Turns()
        for post in due:
            with turns.apart():
                await self._publish_or_tell(post, now, notices, may_post)
        turns.end()

    async def deliveries(self, post: Post) -> tuple[DeliveryState, ...]:
        """Return how far a post has come at each of its destinations."""
        states: list[DeliveryState] = []
        async with self._store.read() as transaction:
            rows = await transaction.outbox.of(post.id)
            for place, placement in await placed(transaction, post):
                own = [row for row in rows if row.destination == place.id]
                messages = await transaction.outbox.messages(post.id, place.id)
                states.append(delivery_state(place, placement, own, messages))
        return tuple(states)

    async def _made(self, wanted: Print, now: datetime) -> tuple[Post, tuple[Version, ...]]:
        """Return what is wanted as a live post with what each destination will see."""
        places, language = wanted.destinations, wanted.language
        was_kept = wanted.schedule is not None
        post = Post(
            kind=wanted.kind,
            line=await self._preparer.line(
                wanted.kind, wanted.line, places, language, was_kept=was_kept
            ),
            language=language,
            author=wanted.author,
            schedule=wanted.schedule,
            state=PostState.LIVE,
            created_at=now,
        )
        return post, await self._preparer.versions(post, places)

    async def _publish_or_tell(
        self, post: Post, now: datetime, notices: Notices, may_post: MayPost
    ) -> None:
        try:
            left_out = await self._publish_scheduled(post, now, may_post)
        except UserError as error:
            reason = str(error.arguments.get("message", error.key))
            arguments = error.arguments | {"post": post.short_id, "reason": reason}
            # Told first: a crash in between tells again, which is better than never.
            await notices.tell("notice-post-failed", avoid=None, **arguments)
            await self._fail(post)
            return
        if left_out:
            names = ", ".join(place.name for place in left_out)
            await notices.tell("notice-post-left-out", post=post.short_id, names=names)

    async def _publish_scheduled(
        self, post: Post, now: datetime, may_post: MayPost
    ) -> tuple[Destination, ...]:
        """Post it; return the destinations that its author may no longer post to."""
        if post.at is not None and now - post.at > GRACE:
            raise UserError("post-too-late")
        async with self._store.read() as transaction:
            shown = await placed(transaction, post)
        lost = {
            place: placement
            for place, placement in shown
            if not await may_post(post.author, place.name)
        }
        if lost and len(lost) == len(shown):
            raise UserError("post-no-right")
        places = (place for place, _ in shown if place not in lost)
        versions = await self._preparer.versions(post, places)
        async with self._store.begin() as transaction:
            current = await transaction.posts.get(post.id)
            if current is None or current.state is not PostState.SCHEDULED:
                return ()
            versions = await left(transaction, versions)
            for placement in lost.values():
                await transaction.posts.change_placement(replace(placement, is_withdrawn=True))
            for one in versions:
                await transaction.posts.change_placement(placement_of(post, one, now))
            await transaction.posts.change(replace(current, state=PostState.LIVE))
            await transaction.outbox.add(self._preparer.rows(post.id, versions, now))
        self._wake()
        return tuple(lost)

    async def _fail(self, post: Post) -> None:
        async with self._store.begin() as transaction:
            current = await transaction.posts.get(post.id)
            if current is not None and current.state is PostState.SCHEDULED:
                await transaction.posts.change(replace(current, state=PostState.FAILED))
