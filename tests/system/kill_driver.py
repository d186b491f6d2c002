"""One life of the bot's delivery after another, each of which dies at a chosen point.

Run with settings as JSON, it reads one line of JSON for each life, forks, and answers with a line
that says how that life ended. So the imports are made once. What dies is the product as it is: the
points are in wrappers around its store and its carrier.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol, cast

from ledger.carrier import LedgerCarrier, line_to
from ledger.world import Publishing

from community_bot.app.questions import SystemClock
from community_bot.domain.address import Address
from community_bot.publishing.delivery import Delivery
from community_bot.publishing.destination import Destination
from community_bot.publishing.patience import Patience
from community_bot.publishing.ports import Carrier, Store, Transaction
from community_bot.publishing.post import PostState, Row, RowState
from community_bot.storage.database import Database

ROOMS = ("news", "archive", "elsewhere")
_LONGEST_LIFE = 5.0
_PACE = 0.02


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to publish: a post, or a correction or withdrawal of one at one destination."""

    post: int
    rooms: tuple[str, ...]
    pages: int = 1
    revision: int = 1
    is_withdrawal: bool = False


def plan(seed: int, posts: int) -> list[Deed]:
    """Return what is published, in order: each run of the same seed publishes the same."""
    chance = Random(seed)  # noqa: S311 - no secret
    deeds: list[Deed] = []
    revisions: dict[tuple[int, str], int] = {}
    withdrawn: set[tuple[int, str]] = set()
    for number in range(1, posts + 1):
        rooms = tuple(sorted(chance.sample(ROOMS, chance.choice((1, 1, 2)))))
        deeds.append(Deed(number, rooms, pages=chance.choice((1, 1, 2))))
        revisions.update({(number, room): 1 for room in rooms})
        if chance.random() < 0.8:
            recent = [key for key in revisions if number - key[0] < 6 and key not in withdrawn]
            if recent:
                post, room = chance.choice(recent)
                revisions[post, room] += 1
                is_withdrawal = chance.random() < 0.3
                if is_withdrawal:
                    withdrawn.add((post, room))
                deeds.append(
                    Deed(post, (room,), revision=revisions[post, room], is_withdrawal=is_withdrawal)
                )
    return deeds


class Death:
    """Kills this process the n-th time that it comes to a point, and says so before."""

    def __init__(self, point: str, count: int) -> None:
        self._point = point
        self._left = count

    def pass_by(self, point: str) -> None:
        """Come to a point."""
        if point == self._point:
            self._left -= 1
            if not self._left:
                say({"died": point})
                os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        """Return a call with a point before it and one after."""

        async def called(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes
            self.pass_by(f"{name} before")
            result = await call(*arguments, **named)
            self.pass_by(f"{name} after")
            return result

        return called


class Mortal:
    """An object with a point before and after each of its calls; parts of it are so as well."""

    def __init__(self, inner: Any, name: str, death: Death) -> None:  # noqa: ANN401 - any port
        self._inner = inner
        self._name = name
        self._death = death

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what the port has
        value = getattr(self._inner, name)
        if asyncio.iscoroutinefunction(value):
            return self._death.around(f"{self._name}.{name}", value)
        if self._name == "tx":
            return Mortal(value, name, self._death)
        return value


class MortalStore:
    """A store with points in each of its transactions; it tells of each that is committed."""

    def __init__(self, inner: Store, death: Death, *, marks_before: bool) -> None:
        self._inner = inner
        self._death = death
        self._marks_before = marks_before
        self.committed = asyncio.Event()

    def begin(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction(self._inner.begin, "write")

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        return self._transaction(self._inner.read, "read")

    @asynccontextmanager
    async def _transaction(
        self, begin: Callable[[], AbstractAsyncContextManager[Transaction]], name: str
    ) -> AsyncIterator[Transaction]:
        async with begin() as tx:
            seen = MarksBefore(tx) if self._marks_before else tx
            self._death.pass_by(f"{name} begun")
            yield cast("Transaction", Mortal(seen, "tx", self._death))
            self._death.pass_by(f"{name} before its end")
        self._death.pass_by(f"{name} after its end")
        if name == "write":
            self.committed.set()


class MarksBefore:
    """Writes what is only being sent as if it were sent: a mutation to test the checker with."""

    def __init__(self, inner: Any) -> None:  # noqa: ANN401 - a transaction, or its outbox
        self._inner = inner

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - what the port has
        value = getattr(self._inner, name)
        return MarksBefore(value) if name == "outbox" else value

    async def change(self, row: Row) -> None:
        is_taken = row.state is RowState.SENDING
        await self._inner.change(replace(row, state=RowState.SENT) if is_taken else row)


class Keyless(LedgerCarrier):
    """Uses another key each time and never looks: a mutation to test the checker with."""

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        return await super().send(address, payload, key + secrets.token_hex(4), reply_to=reply_to)


async def tell(_key: str, /, **_arguments: object) -> None:
    """Tell nobody: what is not delivered in the end is seen by the checker."""


class Life:
    """One run of the bot: it publishes, corrects and delivers until it dies or all is done."""

    def __init__(self, settings: dict[str, Any], life: dict[str, Any]) -> None:
        self.settings = settings
        self._life = life
        self._deeds = plan(settings["seed"], settings["posts"])
        self._clock = SystemClock()

    @property
    def window(self) -> timedelta:
        """How long keys are remembered, as far as the carrier knows."""
        is_mutant = bool(self.settings.get("mutant"))
        return timedelta.max if is_mutant else timedelta(seconds=self.settings["key_window"])

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        """Yield what messages are brought by."""
        kind = Keyless if self.settings.get("mutant") == "no-key" else LedgerCarrier
        yield kind(line_to(self.settings["port"]), key_window=self.window)

    def publishing(self, store: Store, carrier: Carrier) -> Publishing:
        """Return what writes the rows."""
        del carrier
        return Publishing(store, self._clock)

    async def live(self) -> None:
        """Live until all is done, if death does not come before."""
        async with self.carrier() as carrier:
            await self._live(carrier)

    async def _live(self, inner: Carrier) -> None:
        settings, death = self.settings, Death(self._life.get("point", ""), self._life.get("n", 1))
        database = await Database.open(Path(settings["database"]))
        mutant = settings.get("mutant", "")
        store = MortalStore(database.publishing, death, marks_before=mutant == "mark-before")
        carrier: Any = Mortal(inner, "carrier", death)
        delivery = Delivery(
            store,
            [carrier],
            self._clock,
            tell,
            patience=Patience(
                timeout=settings["timeout"],
                first=timedelta(milliseconds=4),
                most=timedelta(milliseconds=60),
                unasked=timedelta(milliseconds=4),
            ),
        )
        running = asyncio.create_task(delivery.run())
        await self._publish(self.publishing(store, inner), store, delivery)
        while await is_waiting(database.publishing):
            store.committed.clear()
            if await is_waiting(database.publishing):
                await store.committed.wait()
        if self._life.get("stays"):
            await asyncio.Event().wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await database.close()

    async def _publish(
        self, publishing: Publishing, store: MortalStore, delivery: Delivery
    ) -> None:
        """Do the next deeds of the plan while others are being delivered."""
        async with store.read() as tx:
            places = {one.name: one for one in await tx.destinations.all()}
        for room in ROOMS:
            places[room] = places.get(room) or await publishing.open(room)
        left = self._deeds[await self._done(store, places) :]
        for deed in left[: self._life.get("deeds", len(left))]:
            if deed.revision == 1:
                to = [places[room] for room in deed.rooms]
                await publishing.publish("Text", to, pages=deed.pages)
            else:
                await self._correct(publishing, store, deed, places)
            store.committed.clear()
            delivery.wake()
            with suppress(TimeoutError):
                await asyncio.wait_for(store.committed.wait(), _PACE)

    async def _correct(
        self,
        publishing: Publishing,
        store: MortalStore,
        deed: Deed,
        places: dict[str, Destination],
    ) -> None:
        async with store.read() as tx:
            post = await tx.posts.get(deed.post)
        if post is None:
            raise LookupError(deed.post)
        await publishing.correct(post, places[deed.rooms[0]].id, withdraw=deed.is_withdrawal)

    async def _done(self, store: MortalStore, places: dict[str, Destination]) -> int:
        """Return how many deeds were done in earlier lives: all before the first that was not."""
        async with store.read() as tx:
            posts = await tx.posts.list(states=[PostState.LIVE], limit=10_000)
            revisions = {
                (one.post, one.destination): one.revision
                for post in posts
                for one in await tx.posts.placements(post.id)
            }
        for number, deed in enumerate(self._deeds):
            if revisions.get((deed.post, places[deed.rooms[0]].id), 0) < deed.revision:
                return number
        return len(self._deeds)


async def is_waiting(store: Store) -> bool:
    """Tell whether there is anything left to deliver."""
    async with store.read() as tx:
        return any([await tx.outbox.head(one.id) for one in await tx.destinations.all()])


def say(words: dict[str, Any]) -> None:
    """Tell the test something, at once."""
    os.write(sys.stdout.fileno(), json.dumps(words).encode() + b"\n")


class Living(Protocol):
    """Something that lives until it is done, if death does not come before."""

    def __init__(self, settings: dict[str, Any], life: dict[str, Any]) -> None: ...

    async def live(self) -> None:
        """Live."""


def run_life(kind: type[Living], settings: dict[str, Any], life: dict[str, Any]) -> None:
    """Fork, let the child live, kill it when its time has come, and say how it ended."""
    child = os.fork()
    if not child:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        code = 1
        try:
            asyncio.run(kind(settings, life).live())
            code = 0
        finally:
            sys.stderr.flush()
            os._exit(code)
    if signal.sigtimedwait({signal.SIGCHLD}, life.get("seconds", _LONGEST_LIFE)) is None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    signal.sigtimedwait({signal.SIGCHLD}, 0)  # of the one just killed
    say({"ended": os.waitstatus_to_exitcode(status)})


def main(kind: type[Living] = Life) -> None:
    """Live one life for each line."""
    settings = json.loads(sys.argv[1])
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    for line in sys.stdin:
        run_life(kind, settings, json.loads(line))


if __name__ == "__main__":
    main()
