"""The request that answers an interaction with a message or a form, and asks for no copy of it.

discord.py always asks for one and makes objects of it, which takes as long as all the rest of an
answer, and nobody reads them. What it does about limits and failures stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from discord import InteractionResponseType, MessageFlags
from discord.http import Route
from discord.webhook.async_ import async_context

from community_bot.adapters.discord.layout import Json
from community_bot.adapters.discord.origin import Interaction

_FOR_ALL = MessageFlags(components_v2=True, suppress_embeds=True).value
_FOR_ONE = _FOR_ALL | MessageFlags(ephemeral=True).value


async def respond(interaction: Interaction, components: Sequence[Json], *, private: bool) -> None:
    """Answer with a message of components. Raises discord.HTTPException."""
    message: Json = {
        "components": list(components),
        "flags": _FOR_ONE if private else _FOR_ALL,
        "allowed_mentions": {"parse": []},
    }
    await _call(interaction, InteractionResponseType.channel_message, message)


async def open_window(interaction: Interaction, modal: Json) -> None:
    """Answer with a form to fill in. Raises discord.HTTPException."""
    await _call(interaction, InteractionResponseType.modal, modal)


async def _call(interaction: Interaction, kind: InteractionResponseType, data: Json) -> None:
    response, http = interaction.response, interaction.client.http
    route = Route(
        "POST",
        "/interactions/{webhook_id}/{webhook_token}/callback",
        webhook_id=interaction.id,
        webhook_token=interaction.token,
    )
    await async_context.get().request(
        route,
        session=interaction._session,  # noqa: SLF001 - the connections that discord.py has open
        payload={"type": kind.value, "data": data},
        proxy=http.proxy,
        proxy_auth=http.proxy_auth,
    )
    response._response_type = kind  # noqa: SLF001 - so that it knows that this is answered
