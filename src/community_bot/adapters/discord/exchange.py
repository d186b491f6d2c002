"""One interaction and how far it is answered: at once, after "is thinking", or too late.

Discord waits 3 seconds for the first word and takes others for 15 minutes. Nothing that is sent
mentions anybody, and no view is kept: what a button asks stands in its id.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import Enum
from http import HTTPStatus

import aiohttp
import discord

from community_bot.adapters.discord.callback import open_window, respond
from community_bot.adapters.discord.layout import Json
from community_bot.adapters.discord.origin import Interaction, is_between_two, is_present
from community_bot.adapters.discord.views import view_of
from community_bot.core.ports import Clock

_log = logging.getLogger(__name__)

NOBODY = discord.AllowedMentions.none()
TOKEN_LASTS = 14.5 * 60
"""Seconds after which an interaction is taken for dead; Discord says 15 minutes."""

UNKNOWN_MESSAGE = 10008
_UNKNOWN_WEBHOOK = 10015
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
_INVALID_TOKEN = 50027
_PENDING: tuple[Json, ...] = ({"type": 10, "content": "…"},)
_DEAD = {_UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, _INVALID_TOKEN}


class Manner(Enum):
    """Where an answer goes: to a message of its own, or in place of the one with the button."""

    ANEW = "anew"
    IN_PLACE = "in place"


class Exchange:
    """Answers one interaction, whatever was said to Discord of it before.

    ``private`` is what is expected before the answer is known. ``Manner.IN_PLACE`` is for the
    buttons of a message that only who pressed them sees, or that is theirs.
    """

    def __init__(
        self,
        interaction: Interaction,
        clock: Clock,
        *,
        private: bool,
        manner: Manner = Manner.ANEW,
    ) -> None:
        self.interaction = interaction
        self.private = private
        self._manner = manner
        self._clock = clock
        self._began = clock.monotonic()
        self._is_deferred = False
        self._patience: asyncio.TimerHandle | None = None
        self._deferring: asyncio.Task[None] | None = None

    def defer_after(self, seconds: float) -> None:
        """Have Discord wait, unless ``settle`` is called before."""

        def begin() -> None:
            self._deferring = asyncio.create_task(self.defer())

        self._patience = asyncio.get_running_loop().call_later(seconds, begin)

    async def settle(self) -> None:
        """Be sure whether Discord was asked to wait. Raises what asking for it raised."""
        if self._patience is not None:
            self._patience.cancel()
        if self._deferring is not None:
            await self._deferring

    async def defer(self) -> None:
        """Have Discord wait: with "is thinking", or silently where a message will be changed."""
        response, is_anew = self.interaction.response, self._manner is Manner.ANEW
        try:
            await _surely(lambda: response.defer(ephemeral=self.private, thinking=is_anew))
        except discord.HTTPException as error:
            # A repeated request finds that the first one was taken, though its answer was lost.
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
        self._is_deferred = True

    async def give(self, components: tuple[Json, ...], *, private: bool) -> None:
        """Send the answer. Raises discord.HTTPException for what nobody here foresaw."""
        try:
            if not self._is_deferred:
                await self._first(components, private=private)
            elif self._clock.monotonic() - self._began > TOKEN_LASTS:
                await self._too_late(view_of(components), private=private)
            else:
                await self._later(view_of(components), private=private)
        except discord.HTTPException as error:
            if error.code in _DEAD and self._is_deferred:
                await self._too_late(view_of(components), private=private)
            elif error.code not in {ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION}:
                raise

    async def open(self, modal: Json) -> bool:
        """Have a form opened; return False where Discord opens none.

        It does so at once or never, and not for what is handed in with another form. Raises
        discord.HTTPException for what nobody here foresaw.
        """
        is_form = self.interaction.type is discord.InteractionType.modal_submit
        if self._is_deferred or is_form:
            return False
        try:
            await _surely(lambda: open_window(self.interaction, modal))
        except discord.HTTPException as error:
            if error.status == HTTPStatus.BAD_REQUEST and error.code != ALREADY_ACKNOWLEDGED:
                _log.warning("Discord refused a form: %d", error.code)
                return False
            if error.code not in {ALREADY_ACKNOWLEDGED, UNKNOWN_INTERACTION}:
                raise
        return True

    async def withhold(self) -> None:
        """Say nothing where nothing has to be said: a message keeps its buttons as it is."""
        if not self._is_deferred:
            self._manner = Manner.IN_PLACE
            await self.defer()

    async def remove(self) -> None:
        """Take the message with the button away, once this is acknowledged."""
        try:
            await self.interaction.delete_original_response()
        except discord.NotFound:
            _log.debug("a message was gone before it was thrown away")

    async def _first(self, components: tuple[Json, ...], *, private: bool) -> None:
        if self._may_replace(private=private):
            view, edit = view_of(components), self.interaction.response.edit_message
            try:
                await _surely(lambda: edit(view=view, allowed_mentions=NOBODY))
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
            else:
                return
        await _surely(lambda: respond(self.interaction, components, private=private))

    async def _later(self, view: discord.ui.LayoutView, *, private: bool) -> None:
        if self._manner is Manner.ANEW and private and not self.private:
            await self._in_private(view)
            return
        if self._manner is Manner.ANEW or self._may_replace(private=private):
            try:
                edit = self.interaction.edit_original_response
                await _surely(lambda: edit(view=view, allowed_mentions=NOBODY))
            except discord.NotFound as error:
                if error.code != UNKNOWN_MESSAGE:
                    raise
            else:
                return
        await self._follow(view, private=private)

    async def _in_private(self, view: discord.ui.LayoutView) -> None:
        """Answer one person where "is thinking" was begun for all to see.

        What comes first takes its place, and is as public; so that is a sign that says nothing.
        """
        await self.interaction.edit_original_response(
            view=view_of(_PENDING), allowed_mentions=NOBODY
        )
        await self._follow(view, private=True)
        await self.remove()

    async def _follow(self, view: discord.ui.LayoutView, *, private: bool) -> None:
        await self.interaction.followup.send(
            view=view, ephemeral=private, allowed_mentions=NOBODY, suppress_embeds=True
        )

    async def _too_late(self, view: discord.ui.LayoutView, *, private: bool) -> None:
        """Answer in the channel what all may see; else whoever asked has to ask again."""
        channel = self.interaction.channel
        may_be_seen = not private or is_between_two(self.interaction)
        if self._manner is Manner.IN_PLACE or not (may_be_seen and is_present(self.interaction)):
            return
        if isinstance(channel, discord.abc.Messageable):
            await channel.send(view=view, allowed_mentions=NOBODY, suppress_embeds=True)

    def _may_replace(self, *, private: bool) -> bool:
        """Tell whether an answer may stand where the pressed button stands."""
        message = self.interaction.message
        is_seen_by_all = message is None or not message.flags.ephemeral
        is_alone = is_between_two(self.interaction)
        return self._manner is Manner.IN_PLACE and (is_alone or not (private and is_seen_by_all))


async def _surely(request: Callable[[], Awaitable[object]]) -> None:
    """Make a request once more if the connection broke; the second does nothing that was done.

    discord.py tries again for the errors of other systems, but not for those of Linux.
    """
    try:
        await request()
    except (aiohttp.ClientConnectionError, ConnectionError):
        await request()
