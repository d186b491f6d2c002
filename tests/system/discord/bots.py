"""A bot as a process of its own: ``bots.py (ours|bare) API GATEWAY FOLDER``.

The bare one is what a tutorial of discord.py ends with: it answers "pong".
"""

from __future__ import annotations

import asyncio
import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import discord
from discord import app_commands
from ledger.discord import TOKEN

from community_bot.adapters.discord.addresses import use_addresses


class Bare(discord.AutoShardedClient):
    """Answers "pong"."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.none())
        self.tree = app_commands.CommandTree(self)

        @self.tree.command(name="ping", description="Pong")
        async def ping(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("pong")

    async def setup_hook(self) -> None:
        await self.tree.sync()


async def bare(api: str, gateway: str) -> None:
    use_addresses(api, gateway)
    async with Bare() as client:
        await client.start(TOKEN)


async def ours(api: str, gateway: str, folder: Path) -> None:
    from system.discord.surroundings import Everybody  # noqa: PLC0415 - the bare bot is to be bare
    from terminal import UNLIMITED, base_of  # noqa: PLC0415

    from community_bot.adapters.discord.adapter import Needs, discord_adapter  # noqa: PLC0415
    from community_bot.app.questions import SystemClock  # noqa: PLC0415
    from community_bot.app.wiring import wire  # noqa: PLC0415

    clock, around = SystemClock(), Everybody()
    bot = wire(base_of("shipped"), clock=clock, limits=UNLIMITED)
    needs = Needs(
        token=TOKEN,
        folder=folder,
        dispatcher=bot.dispatcher,
        surroundings=around,
        clock=clock,
        moves=around,
        api_url=api,
        gateway_url=gateway,
    )
    async with discord_adapter(needs) as session:
        gc.freeze()  # as the service does
        await session.run()


if __name__ == "__main__":
    _, kind, api, gateway, folder = sys.argv
    asyncio.run(bare(api, gateway) if kind == "bare" else ours(api, gateway, Path(folder)))
