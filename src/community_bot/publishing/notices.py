"""What the bot itself has to tell the moderators, each thing once an hour at most."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from community_bot.core.differing import in_brief
from community_bot.core.i18n import SOURCE_LANGUAGE, Texts
from community_bot.core.ports import Clock
from community_bot.domain.address import Platform
from community_bot.publishing.destination import Destination
from community_bot.publishing.notice import Offers, Particulars, notice_line, notice_text
from community_bot.publishing.ports import Store, Transaction
from community_bot.publishing.post import PostKind, PostState
from community_bot.publishing.publisher import Publisher

_AGAIN = timedelta(hours=1)

_log = logging.getLogger(__name__)


class Notices:
    """Posts to the moderators' own destinations."""

    def __init__(self, store: Store, publisher: Publisher, clock: Clock) -> None:
        self._store = store
        self._publisher = publisher
        self._clock = clock
        # Two that tell the same at once must not both find it untold.
        self._lock = asyncio.Lock()

    async def tell(
        self, key: str, /, *, avoid: Platform | None = None, **arguments: str | int
    ) -> None:
        """Tell the moderators something, but not on the platform to avoid.

        ``arguments`` fill the message ``key``; one called ``reason`` may be a message key itself.
        Where nobody can be told, the log says so.
        """
        await self._post(notice_line(key, arguments), avoid)

    async def tell_with(
        self,
        key: str,
        /,
        *,
        rows: Sequence[tuple[str, str, str]] = (),
        actions: Offers = (),
        warnings: Sequence[str] = (),
        **arguments: str | int,
    ) -> None:
        """Tell them with warnings, the differences that it is about, and what to do next."""
        shown, left = in_brief(rows)
        particulars = Particulars(shown, actions, warnings, left)
        await self._post(notice_line(key, arguments, particulars))

    async def can_tell(self) -> bool:
        """Tell whether there is any place where the moderators could be told."""
        async with self._store.read() as transaction:
            return bool(await self._places(transaction))

    async def _post(self, line: str, avoid: Platform | None = None) -> None:
        async with self._lock:
            places = await self._to_tell(line, avoid)
            if places is None:
                said = notice_text(line, Texts(SOURCE_LANGUAGE))
                _log.warning("no channel of the moderators is there to be told: %s", said)
            elif places:
                await self._publisher.publish(PostKind.NOTICE, line, places)

    async def _to_tell(self, line: str, avoid: Platform | None) -> tuple[Destination, ...] | None:
        """Return who has not been told within the hour; None when there is nobody at all."""
        now = self._clock.now()
        untold: list[Destination] = []
        async with self._store.read() as transaction:
            places = await self._places(transaction, avoid)
            for place in places:
                last = await transaction.posts.list(states={PostState.LIVE}, destination=place.id)
                told = (post.created_at for post in last if post.line == line)
                # What was told in the future was told before the clock was set back.
                if not any(now - _AGAIN < moment <= now for moment in told):
                    untold.append(place)
        return tuple(untold) if places else None

    async def _places(
        self, transaction: Transaction, avoid: Platform | None = None
    ) -> list[Destination]:
        """Return the moderators' own destinations that are reached now."""
        return [
            place
            for place in await transaction.destinations.all()
            if place.is_moderators
            and place.address.platform is not avoid
            and self._publisher.reaches(place)
        ]
