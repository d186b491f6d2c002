"""Names and descriptions for Discord, in each of its languages that the catalogues have.

A name is only shown: what Discord hands over names commands and options in English always.
"""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import locale_str

from community_bot.core.command import Command
from community_bot.core.i18n import SOURCE_LANGUAGE, Texts, available_languages


def locales() -> dict[discord.Locale, str]:
    """Return Discord's locales that we have texts for, each with the tag of the catalogue."""
    spoken = available_languages()
    tags = {locale: locale.value.partition("-")[0] for locale in discord.Locale}
    return {locale: tag for locale, tag in tags.items() if tag in spoken}


def text(key: str) -> locale_str:
    """Return a text of the catalogues, in English until it is translated."""
    return locale_str(Texts(SOURCE_LANGUAGE)(key), key=key)


def command_name(command: Command) -> locale_str:
    """Return what a command is called within its group."""
    return locale_str(command.name.rpartition(" ")[2], key=f"name-{command.slug}")


def group_name(group: str) -> locale_str:
    """Return what a group of commands is called."""
    return locale_str(group.rpartition(" ")[2], key=f"name-{group.replace(' ', '-')}")


def option_name(command: Command, option: str) -> locale_str:
    """Return what an option is called: by this command if it has its own word, else by all."""
    own = f"option-{command.slug}-{option}"
    key = own if Texts(SOURCE_LANGUAGE).has(own) else f"option-{option}"
    return locale_str(option, key=key)


class CatalogueTranslator(app_commands.Translator):
    """Finds each text by its key in the catalogue of the locale."""

    def __init__(self) -> None:
        self._texts = {locale: Texts(tag) for locale, tag in locales().items()}

    async def translate(
        self,
        string: locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the text in a locale; None for a locale without a catalogue."""
        del context
        texts = self._texts.get(locale)
        return texts(string.extras["key"]) if texts and "key" in string.extras else None
