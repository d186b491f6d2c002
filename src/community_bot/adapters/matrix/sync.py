"""Reads on and on from the homeserver, and keeps a token only when all before it is done.

Batches are worked on while the next ones come. A batch is done when every piece of its work is, and
its token is kept when it and all before it are done; so a crash repeats work but skips none.
"""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, TypeVar

from community_bot.adapters.matrix.backoff import Backoff
from community_bot.adapters.matrix.batch import Batch, Joined
from community_bot.adapters.matrix.bridge import TOO_OLD, Work
from community_bot.adapters.matrix.client import GRACE, History, MatrixClient
from community_bot.adapters.matrix.cross_signing import Trust
from community_bot.adapters.matrix.errors import (
    ForbiddenError,
    MatrixError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    UnauthorisedError,
)
from community_bot.adapters.matrix.sync_token import TokenStore
from community_bot.adapters.matrix.transport import Json
from community_bot.core.ports import Clock

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

WAIT = 30.0
"""Seconds that the server holds a request for news while there is none."""
FIRST_WAIT = 2.0
"""The same at the start, when it matters more to know soon that there is none."""
AWAY = 60.0
"""Seconds without one after which what comes then is late: a quiet server answers sooner."""
_HEAD_START = 0.03
"""Most seconds by which answers go before the next request for news."""
_MOST_OPEN = 2_000
"""Most pieces of work at once; with more, reading waits."""
_MOST_GAP = 2_000
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


class Worker(Protocol):
    """Who knows what a batch asks for."""

    def work(self, batch: Batch, *, answers: bool, is_late: bool) -> Iterator[tuple[str, Work]]:
        """Yield pieces of work, each with the id of what it is about."""


@dataclass(slots=True)
class _Open:
    """A batch that is being worked on."""

    token: str
    left: int = 0


@dataclass(slots=True)
class Health:
    """When the last answer to a /sync came, by the monotonic clock.

    ``trust`` is what others can make of the device: unsigned, it gets no keys from some.
    """

    synced_at: float | None = None
    trust: Trust = Trust.FOREIGN


@dataclass(slots=True)
class Sync:
    """The loop. ``run`` ends only by being cancelled or by an UnauthorisedError.

    ``most_tries`` is how often what is missing in a room is asked for while the server fails.
    """

    client: MatrixClient
    tokens: TokenStore
    worker: Worker
    clock: Clock
    health: Health = field(default_factory=Health)
    wait: float = WAIT
    grace: float = GRACE
    most_tries: int = 6
    _batches: deque[_Open] = field(default_factory=deque)
    _last: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _open: int = 0
    _eased: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Read and have worked on, for as long as the token is valid."""
        try:
            async with asyncio.TaskGroup() as group:
                await self._read(group)
        except BaseExceptionGroup as errors:
            refused = errors.subgroup(UnauthorisedError)
            if refused is None:
                raise
            raise UnauthorisedError(is_soft_logout=_is_soft(refused)) from errors

    async def _read(self, group: asyncio.TaskGroup) -> None:
        since = self.tokens.load()
        await self._kept_up()
        while True:
            wait = self._patience() if since else 0.0
            sync = partial(self.client.sync, since, wait=wait, grace=self.grace)
            batch = await self._insist(sync)
            is_late = self._was_away()
            self.health.synced_at = self.clock.monotonic()
            await self._kept_up()
            if since:
                batch = await self._filled(batch, since)
            # What lies before the first token ever was not said to us.
            self._begin(group, batch, answers=bool(since), is_late=is_late)
            since = batch.token
            await self._head_start()
            while self._open > _MOST_OPEN:
                self._eased.clear()
                await self._eased.wait()

    async def _head_start(self) -> None:
        """Let what can be answered at once go out before the server is asked for more.

        It does one thing after another, and people wait for the answer.
        """
        if self._last:
            await asyncio.wait(self._last.values(), timeout=_HEAD_START)

    def _patience(self) -> float:
        """Return how long to wait for news; at the start not long, and as nobody did before.

        What comes first is late, so it must not be what is said from now on. And Synapse answers
        the same request for two minutes as it did before: what was asked meanwhile would come
        later, and not seem late.
        """
        if self.health.synced_at is not None:
            return self.wait
        return min(FIRST_WAIT, self.wait) * random.uniform(0.1, 1.0)  # noqa: S311 - only to differ

    def _was_away(self) -> bool:
        """Tell whether nobody was listening when the first of the news came."""
        last = self.health.synced_at
        return last is None or self.clock.monotonic() - last > AWAY

    async def _kept_up(self) -> None:
        try:
            await self.client.keep_up()
        except UnauthorisedError:
            raise
        except MatrixError as error:
            _log.warning("keys could not be kept up to date: %s", error)

    # Working

    def _begin(
        self, group: asyncio.TaskGroup, batch: Batch, *, answers: bool, is_late: bool
    ) -> None:
        opened = _Open(batch.token)
        self._batches.append(opened)
        for about, work in self.worker.work(batch, answers=answers, is_late=is_late):
            opened.left += 1
            self._open += 1
            before = self._last.get(about)
            task = group.create_task(_after(before, work))
            self._last[about] = task
            task.add_done_callback(partial(self._done, about, opened))
        self._commit()

    def _done(self, about: str, opened: _Open, task: asyncio.Task[None]) -> None:
        if self._last.get(about) is task:
            del self._last[about]
        self._open -= 1
        self._eased.set()
        if task.cancelled() or task.exception() is not None:
            return  # not done: the batch stays open, and comes again at the next start
        opened.left -= 1
        self._commit()

    def _commit(self) -> None:
        token = ""
        while self._batches and self._batches[0].left == 0:
            token = self._batches.popleft().token
        if token:
            try:
                self.tokens.save(token)
            except OSError as error:
                _log.error("the place in the timeline could not be kept: %s", error.strerror)

    # Reading

    async def _insist(self, request: Callable[[], Awaitable[_T]], *, most: float = math.inf) -> _T:
        """Repeat a reading request until it succeeds, at growing distances.

        Raises what the last of ``most`` attempts raised; being asked to wait is none.
        """
        backoff, left = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE), most
        while True:
            try:
                result = await request()
            except RateLimitedError as error:
                wait = backoff.after(error)
            except UnauthorisedError:
                raise
            except MatrixError as error:
                left -= 1
                if left <= 0:
                    raise
                wait = backoff.after(error)
                _log.warning("the homeserver does not answer: %s", error)
            else:
                return result
            await asyncio.sleep(wait)

    async def _filled(self, batch: Batch, since: str) -> Batch:
        """Fetch what is missing in rooms of which the server gave only the newest events."""
        joined = [await self._room_filled(one, since) for one in batch.joined]
        return replace(batch, joined=tuple(joined))

    async def _room_filled(self, joined: Joined, since: str) -> Joined:
        missing: list[Json] = []
        start = joined.before if joined.is_limited else ""
        while start and len(missing) < _MOST_GAP:
            piece = await self._piece(joined.room, start, since)
            missing += piece.events
            start = piece.end if piece.events and not self._is_old(piece.events[-1]) else ""
        return replace(joined, timeline=(*reversed(missing), *joined.timeline))

    async def _piece(self, room: str, start: str, until: str) -> History:
        """Read back one piece; nothing where the server will not show it.

        Nor where it fails again and again: one room that is broken must not make the bot deaf in
        all others.
        """
        ask = partial(self.client.messages, room, start, backwards=True, until=until)
        try:
            return await self._insist(partial(self._shown, ask), most=self.most_tries)
        except UnauthorisedError:
            raise
        except MatrixError:
            _log.warning("what is missing in a room could not be read: questions may be lost")
            return History(())

    async def _shown(self, ask: Callable[[], Awaitable[History]]) -> History:
        try:
            return await ask()
        except (ForbiddenError, NotFoundError, RefusedError):
            return History(())

    def _is_old(self, event: Json) -> bool:
        """Tell whether nothing before an event is to be answered any more."""
        sent_at = event.get("origin_server_ts")
        oldest = (self.clock.now().timestamp() - TOO_OLD) * 1000
        return not isinstance(sent_at, int) or sent_at < oldest


async def _after(before: asyncio.Task[None] | None, work: Work) -> None:
    if before is not None:
        await asyncio.wait([before])
    await work()


def _is_soft(errors: BaseExceptionGroup[UnauthorisedError]) -> bool:
    return any(
        error.is_soft_logout if isinstance(error, UnauthorisedError) else _is_soft(error)
        for error in errors.exceptions
    )
