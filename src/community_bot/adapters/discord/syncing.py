"""Give Discord the commands when they have changed since it was given them last."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from pathlib import Path

import aiohttp
import discord
from discord import app_commands

from community_bot.adapters.discord.localising import CatalogueTranslator

_log = logging.getLogger(__name__)

Tree = app_commands.CommandTree[discord.Client]

PATIENCE = 60.0
"""Seconds for Discord to take the commands; without them those of before still work."""

_FILE = "discord-commands"


async def payload_of(tree: Tree) -> list[dict[str, object]]:
    """Return the commands as Discord is given them, in all languages."""
    translator = tree.translator
    if translator is None:
        translator = CatalogueTranslator()
        await tree.set_translator(translator)
    return [
        await command.get_translated_payload(tree, translator) for command in tree.get_commands()
    ]


async def sync_commands(tree: Tree, folder: Path) -> bool:
    """Give Discord the commands unless it has them; tell whether it has them now.

    What it was given is remembered by hash in ``folder``, since each time anew counts against a
    daily limit and makes people's lists load again. A failure is logged and stops nothing.
    """
    kept = folder / _FILE
    digest = _digest(tree.client.application_id, await payload_of(tree))
    if await asyncio.to_thread(_read, kept) == digest:
        return True
    try:
        async with asyncio.timeout(PATIENCE):
            await tree.sync()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        _log.warning("Discord did not take the commands: %s", _words(error))
        return False
    try:
        await asyncio.to_thread(_write, kept, digest)
    except OSError as error:
        _log.warning("that Discord has the commands cannot be kept: %s", error.strerror)
    return True


def _digest(application: int | None, payload: list[dict[str, object]]) -> str:
    content = json.dumps([application, payload], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def _write(path: Path, digest: str) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(f"{digest}\n", encoding="ascii")
    part.replace(path)


def _words(error: Exception) -> str:
    """Return what Discord said of our own names and descriptions: nothing of anybody's."""
    if isinstance(error, discord.HTTPException):
        return f"{error.status} {error.code} {error.text}"
    return type(error).__qualname__
