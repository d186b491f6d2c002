"""The settings of the app on Discord."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from community_bot.app.settings_forms import Section

_TOKEN = re.compile(r"[!-~]{1,200}")


def _token(value: SecretStr) -> SecretStr:
    """Refuse what no header can carry, such as a token with a line break or in quotes."""
    text = value.get_secret_value()
    if _TOKEN.fullmatch(text) is None or text[0] in "\"'":
        raise ValueError("no token")
    return value


def _api(value: str) -> str:
    return _address(value, {"http", "https"}).rstrip("/")


def _gateway(value: str) -> str:
    return _address(value, {"ws", "wss"})


def _address(value: str, schemes: set[str]) -> str:
    parts = urlsplit(value)
    is_bare = not (parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in schemes or not parts.hostname or not is_bare:
        raise ValueError("no address")
    return value


class DiscordSettings(Section):
    """The app on Discord; without a token there is none."""

    token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        default=None, description="the token of the app's bot user, as Discord gives it"
    )
    api_url: Annotated[str, AfterValidator(_api)] = Field(
        default="https://discord.com/api/v10",
        description="where Discord's interface is, version included: an http or https address",
    )
    gateway_url: Annotated[str, AfterValidator(_gateway)] | None = Field(
        default=None,
        description="where its gateway is, if not where the interface says: a ws or wss address",
    )
    private: bool = Field(
        default=False,
        description="whether only the person who asks sees the answer, unless they ask for a "
        "public one: true or false",
    )

    @property
    def is_set(self) -> bool:
        """Whether the bot has an app on Discord."""
        return self.token is not None
