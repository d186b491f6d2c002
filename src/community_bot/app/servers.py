"""What settings and destinations say of servers on Discord: language, roles, who was left."""

from __future__ import annotations

from community_bot.app.places import Languages
from community_bot.app.settings import Settings
from community_bot.core.authority import Authority
from community_bot.core.i18n import available_languages
from community_bot.core.ports import Clock
from community_bot.domain.address import Actor, Address, Platform, Role
from community_bot.publishing.ports import Store


class Servers:
    """Implements ``Surroundings`` and ``Moves`` of ``adapters.discord.ports``."""

    def __init__(
        self, settings: Settings, authority: Authority, store: Store, clock: Clock
    ) -> None:
        self._authority = authority
        self._store = store
        self._clock = clock
        self._is_private = settings.discord.private
        self._language = settings.language
        self.languages = Languages(store, Platform.DISCORD)

    def language(self, guild: str, channel: str, locale: str) -> str:
        """Return the language to answer in: the reader's own, else that of the place.

        ``locale`` is a tag of Discord's, such as ``uk`` or ``en-US``; it may be empty. What
        somebody chose for themselves comes before all this.
        """
        del guild
        for tag in (locale, locale.partition("-")[0]):
            if tag in available_languages():
                return tag
        return self.languages.of(channel) or self._language

    def is_private(self) -> bool:
        """Tell whether only the person who asks sees an answer, unless they ask otherwise."""
        return self._is_private

    async def role(self, user: str) -> Role:
        """Return what somebody may do now: the platform itself vouches for nothing."""
        return await self._authority.role_of(Actor(Platform.DISCORD, user, Role.EVERYONE))

    async def left(self, guild: str) -> None:
        """Have what is kept of a server erased, once that was long enough ago."""
        async with self._store.begin() as kept:
            await kept.departures.note(Address(Platform.DISCORD, guild), self._clock.now())

    async def came(self, guild: str) -> None:
        """Keep what is kept of a server: the bot is there, perhaps again."""
        async with self._store.begin() as kept:
            await kept.departures.cancel(Address(Platform.DISCORD, guild))

    async def compare(self, guilds: frozenset[str]) -> None:
        """Keep of all servers whether the bot is there; it may have moved while it was off."""
        named = set(await self._authority.servers(Platform.DISCORD))
        async with self._store.begin() as kept:
            for place in await kept.destinations.all():
                if place.address.platform is Platform.DISCORD and place.address.space:
                    named.add(place.address.space)
            for guild in named - guilds:
                await kept.departures.note(Address(Platform.DISCORD, guild), self._clock.now())
            for guild in guilds:
                await kept.departures.cancel(Address(Platform.DISCORD, guild))
