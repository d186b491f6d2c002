"""Where Discord is: discord.py keeps that as attributes of its classes, so it is set once."""

from __future__ import annotations

from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

API = "https://discord.com/api/v10"
GATEWAY = "wss://gateway.discord.gg/"


def use_addresses(api: str = "", gateway: str = "") -> None:
    """Have discord.py speak to this API, whose address ends in its version, and this gateway."""
    Route.BASE = (api or API).rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway or GATEWAY)


def is_default_gateway() -> bool:
    """Tell whether the API may say which gateway to use."""
    return URL(GATEWAY) == DiscordWebSocket.DEFAULT_GATEWAY
