"""What of delivery the moderators have to hear. Knows no queue and sends nothing itself."""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Protocol

from community_bot.core.ports import StoreError
from community_bot.domain.address import Platform
from community_bot.publishing.attempts import Settlement
from community_bot.publishing.destination import Destination
from community_bot.publishing.errors import DestinationRefusedError
from community_bot.publishing.ports import Store
from community_bot.publishing.post import Act, PostKind, Row, RowState

_REMEMBERED = 1000

_log = logging.getLogger(__name__)


class Tell(Protocol):
    """Tells the moderators something, by a message key and what fills it."""

    async def __call__(
        self, key: str, /, *, avoid: Platform | None = None, **arguments: str | int
    ) -> None:
        """Tell them, but not on the platform to avoid."""


class Teller:
    """Tells them each thing once.

    What it was told already is remembered here only, so that after a crash something may be told
    twice: better than never, since it is told before it is settled.
    """

    def __init__(self, tell: Tell, store: Store) -> None:
        self._tell = tell
        self._store = store
        self._told: OrderedDict[tuple[str | int, ...], None] = OrderedDict()

    async def tell(
        self, key: str, *, avoid: Platform | None = None, **arguments: str | int
    ) -> None:
        """Tell something. Raises StoreError, but nothing else: what is told must stop nothing."""
        try:
            await self._tell(key, avoid=avoid, **arguments)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the post is delivered or kept, whatever this is
            _log.error("moderators could not be told %s: %s", key, type(error).__qualname__)

    async def outcome(self, destination: Destination, settlement: Settlement) -> None:
        """Tell of a row that ended badly, or of a destination that takes nothing any more."""
        row = settlement.row
        match row.state, settlement.error:
            case RowState.PENDING, DestinationRefusedError(reason=reason):
                key = "notice-destination-refused"
                once = (key, row.id, row.attempts)
                await self._tell_once(once, key, name=destination.name, reason=reason)
            case RowState.NEEDS_RECONCILE, _:
                await self._tell_of_post("notice-outcome-unknown", destination, row)
            case RowState.FAILED, _:
                await self._tell_of_post(_FAILED[row.act], destination, row)
            case _:
                pass

    async def _tell_of_post(self, key: str, destination: Destination, row: Row) -> None:
        async with self._store.read() as tx:
            post = await tx.posts.get(row.post)
        if post is None or post.kind is PostKind.NOTICE:
            # A notice of a notice that is refused would be refused in turn, and so on.
            _log.warning("row %d of %s: %s", row.id, destination.name, row.error)
            return
        once = (key, row.post, row.destination, row.revision)
        await self._tell_once(
            once, key, name=destination.name, reason=row.error, post=post.short_id
        )

    async def _tell_once(
        self, once: tuple[str | int, ...], key: str, **arguments: str | int
    ) -> None:
        if once in self._told:
            return
        await self.tell(key, avoid=None, **arguments)
        self._told[once] = None
        while len(self._told) > _REMEMBERED:
            self._told.popitem(last=False)


_FAILED = {
    Act.SEND: "notice-send-failed",
    Act.EDIT: "notice-edit-failed",
    Act.DELETE: "notice-delete-failed",
}
