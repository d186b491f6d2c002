"""Posts to Discord's channels: one attempt a call, its outcome told exactly.

The key of an attempt is its nonce. Discord remembers nonces for "a few minutes" only, so the mark,
the last line of a message, is what it is found by later (``history.py``). A forum has no nonces at
all (``forums.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from community_bot.adapters.discord import forums, history
from community_bot.adapters.discord.errors import (
    UNKNOWN_MESSAGE,
    DiscordError,
    RefusedError,
    meaning,
)
from community_bot.adapters.discord.line import Line
from community_bot.adapters.discord.messages import (
    Target,
    change,
    message_of,
    post,
    publish,
    taking_away,
    target_of,
)
from community_bot.adapters.discord.render import pages_of
from community_bot.domain.address import Address, Platform
from community_bot.domain.document import Reply

KEY_WINDOW = timedelta(minutes=2)
"""How long nonces are surely remembered; Discord promises "the past few minutes"."""


@dataclass(frozen=True, slots=True)
class DiscordCarrier:
    """Implements ``publishing.ports.Carrier`` for whichever session there is.

    It repeats nothing: its errors say what is known of an attempt.
    """

    line: Line

    @property
    def platform(self) -> Platform:
        """Discord."""
        return Platform.DISCORD

    @property
    def key_window(self) -> timedelta:
        """How long nonces are surely remembered."""
        return KEY_WINDOW

    def pages(self, reply: Reply, mark: str) -> tuple[str, ...]:
        """Render a reply as JSON payloads; the mark is the last line of each."""
        return pages_of(reply, mark)

    async def send(self, address: Address, payload: str, key: str, *, reply_to: str = "") -> str:
        """Post one message; return its id. Raises DeliveryError.

        In an announcement channel it is published too, by whichever attempt comes so far.
        """
        account = self.line.present()
        with _told():
            place = await account.places.of(address)
            message = message_of(payload)
            if place.is_forum:
                return await forums.send(account, address, message, key, reply_to)
            posted = await post(account.rest, Target(place.id, reply_to), message, key)
            await publish(account.rest, place, posted)
            return posted.id

    async def edit(self, address: Address, message: str, payload: str, key: str) -> None:
        """Change what a message of ours says. Raises DeliveryError, so MessageGoneError."""
        del key
        account = self.line.present()
        with _told():
            await account.places.of(address)
            await change(account.rest, target_of(address, message), message_of(payload))

    async def delete(self, address: Address, message: str, key: str) -> None:
        """Take a message of ours away; one that is gone already is no error."""
        del key
        account = self.line.present()
        with _told():
            await account.places.of(address)
            try:
                await taking_away(account.rest, target_of(address, message))
            except RefusedError as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise

    async def find(self, address: Address, payload: str, key: str, since: datetime) -> str | None:
        """Read a channel back for a message with the same mark; None if it surely is not there.

        Raises HistoryUnreadableError where that cannot be told, DeliveryError where it may be told
        later.
        """
        del key
        account = self.line.present()
        with _told():
            place = await account.places.of(address)
            message = message_of(payload)
            if place.is_forum:
                return await forums.find(account, address, message, since)
            found = await history.find(account, place, message, since)
            if found is None:
                return None
            await publish(account.rest, place, found)
            return found.id


@contextmanager
def _told() -> Iterator[None]:
    """Turn what Discord answered into what is known of the attempt."""
    try:
        yield
    except DiscordError as error:
        raise meaning(error) from error
