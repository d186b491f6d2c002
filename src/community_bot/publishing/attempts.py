"""One attempt at one row: what the carrier is asked, and what is known of the row afterwards.

Knows no store and no other rows. A row whose outcome is unknown is repeated under the same key as
long as the platform surely remembers keys; after that the place is read back before anything is
sent again. Changing or deleting twice does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar, assert_never

from community_bot.core.ports import Clock
from community_bot.publishing.destination import Destination
from community_bot.publishing.errors import (
    DeliveryError,
    DestinationRefusedError,
    HistoryUnreadableError,
    MessageGoneError,
    MessageRefusedError,
    NotAcceptedError,
    NotEditableError,
    OutcomeUnknownError,
    TokenRefusedError,
)
from community_bot.publishing.patience import Backoff
from community_bot.publishing.ports import Carrier
from community_bot.publishing.post import MESSAGE_GONE, Act, Message, Row, RowState

_SKEW = timedelta(minutes=5)
"""How far the platform's clock may be from ours. Keys differ, so looking further does no harm."""
_CLOCK_WAS_SET_BACK = timedelta(days=1)


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Job:
    """The first row of a destination, marked as being sent, and the messages of its page.

    A page has more than one message when it could not be edited and was answered instead.
    """

    destination: Destination
    row: Row
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an attempt came to: the row's new state, messages to keep, what the carrier raised."""

    row: Row
    messages: tuple[Message, ...] = ()
    error: DeliveryError | None = None

    @property
    def is_final(self) -> bool:
        """Whether the next row may be tried."""
        return self.row.state is not RowState.PENDING


class UnforeseenError(OutcomeUnknownError):
    """A carrier raised what it should not; its cause is to be looked into."""


class Attempt:
    """Makes one attempt."""

    def __init__(self, job: Job, carrier: Carrier, clock: Clock, backoff: Backoff) -> None:
        self._job = job
        self._row = job.row
        self._address = job.destination.address
        self._carrier = carrier
        self._clock = clock
        self._backoff = backoff
        self._unsure = job.row.unsure_since
        self._has_looked = False

    async def make(self) -> Settlement:
        """Ask the carrier, and say what is known then. Raises nothing but a cancellation."""
        try:
            return await self._act()
        except NotAcceptedError as error:
            return self._again(error, self._backoff.after_refusal(self._row.attempts, error))
        except (TokenRefusedError, DestinationRefusedError) as error:
            return self._again(error, timedelta())
        except HistoryUnreadableError as error:
            return self._ended(RowState.NEEDS_RECONCILE, error)
        except MessageGoneError as error:
            return self._gone(error)
        except (MessageRefusedError, NotEditableError) as error:
            self._unsure = None
            return self._ended(RowState.FAILED, error)
        except DeliveryError as error:
            self._unsure = self._unsure or self._row.sending_since
            return self._again(error, self._backoff.after(self._row.attempts))

    def put_back(self) -> Settlement:
        """Take the row back to the queue without having asked anybody."""
        attempts = self._row.attempts - 1
        now = self._clock.now()
        return Settlement(replace(self._pending(), attempts=attempts, next_attempt_at=now))

    async def _act(self) -> Settlement:
        match self._row.act:
            case Act.SEND:
                return self._sent(await self._send())
            case Act.EDIT:
                return await self._edit()
            case Act.DELETE:
                return await self._delete()
            case _:
                assert_never(self._row.act)

    async def _send(self, reply_to: str = "") -> str:
        if self._is_key_forgotten() and (found := await self._find()) is not None:
            return found
        row = self._row
        try:
            return await self._call(
                self._carrier.send(self._address, row.payload, row.key, reply_to=reply_to)
            )
        except MessageRefusedError:
            if self._unsure is None or self._has_looked:
                raise
            found = await self._find()  # refused now, but an earlier attempt may have been taken
            if found is None:
                raise
            return found

    async def _edit(self) -> Settlement:
        message = self._newest()
        if message is None:
            return self._ended(RowState.FAILED, MessageGoneError("delivery-message-missing"))
        row = self._row
        try:
            await self._call(self._carrier.edit(self._address, message.id, row.payload, row.key))
        except NotEditableError:
            return self._sent(await self._send(message.id))
        return Settlement(self._done(RowState.SENT))

    async def _delete(self) -> Settlement:
        for message in self._job.messages:
            try:
                await self._call(self._carrier.delete(self._address, message.id, self._row.key))
            except MessageGoneError:
                continue
        gone = tuple(replace(message, is_gone=True) for message in self._job.messages)
        return Settlement(self._done(RowState.SENT), gone)

    async def _find(self) -> str | None:
        """Read the place back.

        What was not there then may still come, if an earlier request is on its way: so after this
        moment the same key is used again, and after its window the place is read back again.
        """
        row = self._row
        since, now = self._since(), self._clock.now()
        try:
            found = await self._call(self._carrier.find(self._address, row.payload, row.key, since))
        except (MessageRefusedError, MessageGoneError, NotEditableError) as error:
            raise HistoryUnreadableError(error.reason) from error
        self._unsure, self._has_looked = now, True
        return found

    def _is_key_forgotten(self) -> bool:
        """Tell whether the platform may have forgotten the key when a request gets there."""
        if self._unsure is None:
            return False
        passed = self._clock.now() - self._unsure
        latest = passed + timedelta(seconds=self._backoff.patience.timeout)
        return passed < timedelta() or latest >= self._carrier.key_window

    def _since(self) -> datetime:
        now = self._clock.now()
        if self._unsure is None or self._unsure > now:
            return now - _CLOCK_WAS_SET_BACK
        return self._unsure - _SKEW

    async def _call(self, request: Awaitable[Result]) -> Result:
        """Await a request for as long as patience allows; whatever else is raised means unknown."""
        try:
            async with asyncio.timeout(self._backoff.patience.timeout):
                return await request
        except DeliveryError:
            raise
        except TimeoutError as error:
            raise OutcomeUnknownError("delivery-no-answer") from error
        except Exception as error:
            raise UnforeseenError from error

    def _newest(self) -> Message | None:
        return max(self._job.messages, key=lambda message: message.sent_at, default=None)

    def _sent(self, id: str) -> Settlement:
        row = self._row
        message = Message(
            post=row.post,
            destination=row.destination,
            page=row.page,
            id=id,
            sent_at=self._clock.now(),
        )
        return Settlement(self._done(RowState.SENT), (message,))

    def _gone(self, error: MessageGoneError) -> Settlement:
        """Settle what stands no more; told so of a send, it was taken before and then deleted."""
        self._unsure = None
        if self._row.act is Act.SEND:
            return Settlement(self._done(RowState.SENT, MESSAGE_GONE))
        message = self._newest()
        gone = () if message is None else (replace(message, is_gone=True),)
        row = self._done(RowState.FAILED, MESSAGE_GONE)
        return Settlement(row, gone, error)

    def _ended(self, state: RowState, error: DeliveryError) -> Settlement:
        return Settlement(self._done(state, error.reason), error=error)

    def _again(self, error: DeliveryError, wait: timedelta) -> Settlement:
        row = replace(self._pending(), error=error.reason, next_attempt_at=self._clock.now() + wait)
        return Settlement(row, error=error)

    def _pending(self) -> Row:
        return replace(
            self._row, state=RowState.PENDING, sending_since=None, unsure_since=self._unsure
        )

    def _done(self, state: RowState, error: str = "") -> Row:
        unsure = self._unsure if state is RowState.NEEDS_RECONCILE else None
        return replace(self._row, state=state, error=error, sending_since=None, unsure_since=unsure)
