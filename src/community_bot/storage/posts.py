"""Posts and their placements, in their tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, or_, select, tuple_, update

from community_bot.core.whole_words import words_in
from community_bot.publishing.post import Placement, Post, PostKind, PostState, RowState
from community_bot.storage.fields import value_of, values_of
from community_bot.storage.schema import outbox, placements, posts
from community_bot.storage.transactions import Work

_UNUSED = (PostState.DRAFT, PostState.CANCELLED)
_DONE = (RowState.SENT, RowState.DROPPED)


class PostTable:
    """Implements ``publishing.ports.Posts``."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, new: Post, placements: Iterable[Placement]) -> Post:
        """Keep a new post, with an id, and its placements, whose ``post`` is set here."""
        id = await self._work.insert(posts, values_of(new, "id"))
        rows = [values_of(each, "post") | {"post": id} for each in placements]
        await self._work.insert_all(_PLACEMENTS, rows)
        return Post(id=id, **values_of(new, "id"))

    async def get(self, id: int) -> Post | None:
        """Return one."""
        row = await self._work.row(select(posts).where(posts.c.id == id))
        return None if row is None else value_of(Post, row)

    async def change(self, changed: Post) -> None:
        """Keep another state of one."""
        await self._work.change(posts, values_of(changed, "id"), id=changed.id)

    async def list(
        self, *, states: Collection[PostState], destination: int | None = None, limit: int = 50
    ) -> tuple[Post, ...]:
        """Return the newest posts in these states, newest first."""
        statement = select(posts).where(posts.c.state.in_(states))
        if destination is not None:
            statement = statement.where(
                exists().where(
                    _PLACEMENTS.c.post == posts.c.id, _PLACEMENTS.c.destination == destination
                )
            )
        rows = await self._work.rows(statement.order_by(posts.c.id.desc()).limit(limit))
        return tuple(value_of(Post, row) for row in rows)

    async def naming(self, words: Collection[str]) -> tuple[Post, ...]:
        """Return the posts in whose line any of these words stands, oldest first."""
        held = or_(*(posts.c.line.contains(word, autoescape=True) for word in words))
        rows = await self._work.rows(select(posts).where(held).order_by(posts.c.id))
        is_named = words_in(words)
        return tuple(value_of(Post, row) for row in rows if is_named(row.line))

    async def due(self, now: datetime) -> tuple[Post, ...]:
        """Return the scheduled posts whose moment has come, in order of it."""
        rows = await self._work.rows(
            select(posts)
            .where(posts.c.state == PostState.SCHEDULED, posts.c.at <= now)
            .order_by(posts.c.at, posts.c.id)
        )
        return tuple(value_of(Post, row) for row in rows)

    async def placements(self, post: int) -> tuple[Placement, ...]:
        """Return the placements of a post, by destination."""
        rows = await self._work.rows(
            select(_PLACEMENTS)
            .where(_PLACEMENTS.c.post == post)
            .order_by(_PLACEMENTS.c.destination)
        )
        return tuple(value_of(Placement, row) for row in rows)

    async def change_placement(self, changed: Placement) -> None:
        """Keep another state of one."""
        values = values_of(changed, "post", "destination")
        where = {"post": changed.post, "destination": changed.destination}
        await self._work.change(_PLACEMENTS, values, **where)

    async def unchecked(
        self, fingerprint: str, limit: int, after: tuple[int, int] = (0, 0)
    ) -> Sequence[tuple[Post, Placement]]:
        """Return live answers not yet compared with the base of this fingerprint, oldest first.

        ``after`` is the post and the destination up to which they were returned already.
        """
        place = tuple_(_PLACEMENTS.c.post, _PLACEMENTS.c.destination)
        chosen = (
            select(_PLACEMENTS)
            .join(posts, posts.c.id == _PLACEMENTS.c.post)
            .where(posts.c.state == PostState.LIVE, posts.c.kind == PostKind.ANSWER)
            .where(_PLACEMENTS.c.checked != fingerprint, _PLACEMENTS.c.is_withdrawn.is_(False))
            .where(place > after)
            .order_by(_PLACEMENTS.c.post, _PLACEMENTS.c.destination)
            .limit(limit)
        )
        found = [value_of(Placement, row) for row in await self._work.rows(chosen)]
        ids = {placement.post for placement in found}
        rows = await self._work.rows(select(posts).where(posts.c.id.in_(ids))) if ids else ()
        by_id = {post.id: post for post in (value_of(Post, row) for row in rows)}
        return [(by_id[placement.post], placement) for placement in found]

    async def mark_checked(
        self,
        placements: Iterable[tuple[int, int]],
        fingerprint: str,
        basis: Mapping[str, str] | None = None,
    ) -> None:
        """Note (post, destination) pairs as compared with the base of this fingerprint.

        ``basis`` is what they rest on from now on, if that is another.
        """
        many = [{"at_post": post, "at_destination": place} for post, place in placements]
        noted = (
            update(_PLACEMENTS)
            .where(_PLACEMENTS.c.post == bindparam("at_post"))
            .where(_PLACEMENTS.c.destination == bindparam("at_destination"))
            .values(checked=fingerprint, **({} if basis is None else {"basis": basis}))
        )
        if many:
            await self._work.run(noted, many)

    async def prune(self, *, drafts: datetime, rows: datetime) -> int:
        """Erase what is older: drafts and cancelled posts, and rows that are done.

        A row that failed, or that waits for people to find out what became of it, is not done.
        """
        unused = delete(posts).where(posts.c.state.in_(_UNUSED), posts.c.created_at < drafts)
        done = delete(outbox).where(outbox.c.state.in_(_DONE), outbox.c.next_attempt_at < rows)
        return await self._work.run(unused) + await self._work.run(done)


_PLACEMENTS = placements
"""The table; inside the class its methods' names stand in front of it."""
