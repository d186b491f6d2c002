"""Lives of the bot's delivery to Discord, each of which dies at a chosen point."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from ledger.discord import BASE, OWN, ROOMS, SERVER, TOKEN
from ledger.world import Publishing
from system.kill_driver import Life, main

from community_bot.adapters.discord.carrier import DiscordCarrier
from community_bot.adapters.discord.line import Account, Line
from community_bot.adapters.discord.rest import Rest
from community_bot.app.questions import SystemClock
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Paragraph, Reply, Text
from community_bot.publishing.destination import Destination
from community_bot.publishing.ports import Carrier, Store
from community_bot.publishing.post import Post

_SLOWEST = timedelta(seconds=0.2)


@dataclass(frozen=True, slots=True)
class Windowed(DiscordCarrier):
    """A carrier to a server that forgets nonces as soon as the test says."""

    window: timedelta = timedelta.max

    @property
    def key_window(self) -> timedelta:
        return self.window


@dataclass(frozen=True, slots=True)
class Keyless(Windowed):
    """Uses another key each time: a mutation to test the checker with."""

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        key = secrets.token_hex(4) + key[:17]
        return await Windowed.send(self, address, payload, key, reply_to=reply_to)


@dataclass(slots=True)
class DiscordPublishing(Publishing):
    """Writes rows as a publisher does that has this carrier render them."""

    carrier: Carrier

    async def open(self, name: str, platform: Platform = Platform.DISCORD) -> Destination:
        new = Destination(name=name, address=Address(platform, SERVER, ROOMS[name]))
        async with self.store.begin() as tx:
            return await tx.destinations.add(new)

    def texts(self, post: Post, revision: int, pages: int) -> list[str]:
        return [self._payload(post, revision, page) for page in range(1, pages + 1)]

    def _payload(self, post: Post, revision: int, page: int) -> str:
        mark = f"{post.short_id} r{revision} {page}"
        (payload,) = self.carrier.pages(Reply((Paragraph((Text(post.line),)),)), mark)
        return payload


class DiscordLife(Life):
    """One run of the bot against the ledger's server."""

    @property
    def window(self) -> timedelta:
        """How long nonces are surely remembered when a request gets there.

        It comes after a question about the channel, and the host may take a while to look at it.
        """
        window = super().window
        return window if window == timedelta.max else window - _SLOWEST

    @asynccontextmanager
    async def carrier(self) -> AsyncIterator[Carrier]:
        kind = Keyless if self.settings.get("mutant") == "no-key" else Windowed
        async with Rest(f"http://127.0.0.1:{self.settings['port']}{BASE}", TOKEN) as rest:
            yield kind(Line(Account.of(rest, OWN)), self.window)

    def publishing(self, store: Store, carrier: Carrier) -> Publishing:
        return DiscordPublishing(store, SystemClock(), carrier)


if __name__ == "__main__":
    main(DiscordLife)
