"""Lives of the bot's delivery to Matrix, each of which dies at a chosen point."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from ledger.matrix import DEVICE, USER
from ledger.world import Publishing
from system.kill_driver import Life, main
from system.matrix.carrying import words

from community_bot.adapters.matrix.carrier import MatrixCarrier
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.transport import Transport
from community_bot.app.questions import SystemClock
from community_bot.domain.address import Address, Platform
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Carrier, Store
from community_bot.publishing.post import Post


@dataclass(frozen=True, slots=True)
class Windowed(MatrixCarrier):
    """A carrier to a server that forgets transaction ids as soon as the test says."""

    window: timedelta = timedelta.max

    @property
    def key_window(self) -> timedelta:
        return self.window


@dataclass(frozen=True, slots=True)
class Keyless(Windowed):
    """Uses another key each time: a mutation to test the checker with."""

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        key += secrets.token_hex(4)
        return await Windowed.send(self, address, payload, key, reply_to=reply_to)


@dataclass(slots=True)
class MatrixPublishing(Publishing):
    """Writes rows as a publisher does that has this carrier render them."""

    carrier: Carrier
    rooms: dict[str, str] = field(default_factory=dict)

    async def open(self, name: str, platform: Platform = Platform.MATRIX) -> Destination:
        room = self.rooms.get(name, name)
        new = Destination(name=name, address=Address(platform, room=room))
        async with self.store.begin() as tx:
            return await tx.destinations.add(new)

    def texts(self, post: Post, revision: int, pages: int) -> list[str]:
        return [self._payload(post, revision, page) for page in range(1, pages + 1)]

    def _payload(self, post: Post, revision: int, page: int) -> str:
        mark = f"{post.short_id} r{revision} {page}"
        (payload,) = self.carrier.pages(words(post.line), mark)
        return payload


class MatrixLife(Life):
    """One run of the bot against a homeserver: the ledger's, or the one that the settings name."""

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        settings = self.settings
        url = settings.get("url") or f"http://127.0.0.1:{settings['port']}"
        identity = Identity(settings.get("user", USER), settings.get("device", DEVICE))
        kind = Keyless if settings.get("mutant") == "no-key" else Windowed
        async with Transport(url, settings.get("token", "token")) as transport:
            yield kind(Line(MatrixClient(transport, identity)), window=self.window)

    def publishing(self, store: Store, carrier: Carrier) -> Publishing:
        rooms = self.settings.get("rooms", {})
        return MatrixPublishing(store, SystemClock(), carrier, rooms)


if __name__ == "__main__":
    main(MatrixLife)
