"""Who asks on Discord, where and in which language, as the dispatcher takes it."""

from __future__ import annotations

import hashlib

import discord

from community_bot.adapters.discord.ports import Surroundings
from community_bot.core.invocation import Invocation
from community_bot.domain.address import Actor, Address, Platform

Interaction = discord.Interaction[discord.Client]


def address_of(guild: int | None, channel: object) -> Address:
    """Return where something was asked; a thread is one in its channel."""
    space = str(guild or "")
    if isinstance(channel, discord.Thread):
        return Address(Platform.DISCORD, space, str(channel.parent_id), str(channel.id))
    return Address(Platform.DISCORD, space, str(getattr(channel, "id", "")))


def language_of(interaction: Interaction, surroundings: Surroundings) -> str:
    """Return the language to answer an interaction in."""
    place = address_of(interaction.guild_id, interaction.channel)
    return surroundings.language(place.space, place.room, str(interaction.locale.value))


def invocation_of(
    interaction: Interaction, line: str, surroundings: Surroundings, *, private: bool
) -> Invocation:
    """Return a question as the dispatcher takes it; what one may do, the core finds out.

    A gateway that is resumed may hand over the same interaction again: its key is the same then.
    """
    return Invocation(
        line,
        Actor(Platform.DISCORD, str(interaction.user.id)),
        address_of(interaction.guild_id, interaction.channel),
        language_of(interaction, surroundings),
        private=private,
        key=key_of(interaction.id),
    )


def is_between_two(interaction: Interaction) -> bool:
    """Tell whether nobody but the bot is there to see what somebody is answered."""
    is_direct = isinstance(interaction.channel, discord.DMChannel)
    return is_direct and not interaction.context.private_channel


def is_present(interaction: Interaction) -> bool:
    """Tell whether the bot itself is where it was asked, and not only somebody who installed it."""
    if interaction.guild_id is None:
        return is_between_two(interaction)
    return interaction.client.get_guild(interaction.guild_id) is not None


def key_of(id: int) -> str:
    """Return the key of a question from the id of its message or interaction.

    The core keeps it for a day where a command must not run twice; the id itself would lead to who
    asked.
    """
    return hashlib.sha256(f"discord {id}".encode()).hexdigest()
