"""The settings of the account on Matrix."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from community_bot.app.settings_forms import Section, parts, table

MATRIX_FOLDER = "matrix"
"""The folder in the state directory with the session, the keys and the place in the timeline."""

_SERVER = r"[A-Za-z0-9.-]{1,200}(?::[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::[0-9]{1,5})?"
_USER = re.compile(rf"@[!-9;-~]{{1,200}}:(?:{_SERVER})")
_ROOM = re.compile(rf"![!-9;-~]{{1,200}}(?::(?:{_SERVER}))?")
_DEVICE = re.compile(r"[A-Za-z0-9._=/+-]{1,64}")
_NAMED = re.compile(rf"(?:{_SERVER}|\*)")
_SECRETS = {"access_token", "password", "recovery_key"}
_PREFIX = re.compile(r"\S{0,8}")


def _homeserver(value: str) -> str:
    parts_ = urlsplit(value)
    is_bare = not (parts_.query or parts_.fragment or parts_.username or parts_.password)
    if parts_.scheme not in {"http", "https"} or not parts_.hostname or not is_bare:
        raise ValueError("no address of a server")
    return value.rstrip("/")


def _user(value: str) -> str:
    return _matching(_USER, value, "no user id")


def _device(value: str) -> str:
    return _matching(_DEVICE, value, "no device id")


def _prefix(value: str) -> str:
    return _matching(_PREFIX, value, "no prefix")


def _room(value: str) -> str:
    return _matching(_ROOM, value, "no room id")


def _from(value: str) -> str:
    pattern = {"@": _USER, "!": _ROOM}.get(value[:1], _NAMED)
    return _matching(pattern, value, "nobody who could invite")


def _matching(pattern: re.Pattern[str], value: str, reason: str) -> str:
    if pattern.fullmatch(value) is None:
        raise ValueError(reason)
    return value


def told(secret: SecretStr | None) -> str:
    """Return a secret, for who needs it now; nothing where none is set."""
    return secret.get_secret_value() if secret else ""


Prefix = Annotated[str, AfterValidator(_prefix)]


class MatrixSettings(Section):
    """The account on Matrix; without a homeserver there is none."""

    homeserver: Annotated[str, AfterValidator(_homeserver)] | None = Field(
        default=None,
        description="the address of the homeserver's client interface, such as "
        "https://matrix.example.org",
    )
    user_id: Annotated[str, AfterValidator(_user)] | None = Field(
        default=None, description="the bot's own account, such as @bot:example.org"
    )
    access_token: SecretStr | None = Field(
        default=None, description="an access token of the account, of a device of its own"
    )
    password: SecretStr | None = Field(
        default=None,
        description="the account's password, instead of a token: it is needed at the first start",
    )
    recovery_key: SecretStr | None = Field(
        default=None,
        description="the account's recovery key, where its keys were made in a client: it is "
        "needed once, to have the bot's device signed",
    )
    device_id: Annotated[str, AfterValidator(_device)] | None = Field(
        default=None, description="the device to log in as; else the bot makes one"
    )
    invite_from: Annotated[
        tuple[Annotated[str, AfterValidator(_from)], ...], BeforeValidator(parts)
    ] = Field(
        default=(),
        description="who may ask the bot into a room, besides the admins: a list of accounts, "
        "rooms and servers, such as @a:example.org, !abc:example.org or example.org; * is anybody",
    )
    prefix: Prefix = Field(
        default="!", description="what commands begin with: up to 8 characters without a blank"
    )
    room_prefixes: Annotated[
        Mapping[Annotated[str, AfterValidator(_room)], Prefix], BeforeValidator(table)
    ] = Field(
        default_factory=dict,
        description="what commands begin with in some rooms: a table from room ids to prefixes",
    )
    name: Annotated[str, Field(max_length=100)] = Field(
        default="", description="the display name, up to 100 characters; else it is left as it is"
    )
    avatar: Path | None = Field(
        default=None, description="a picture file of the bot; else its picture is left as it is"
    )

    @property
    def is_set(self) -> bool:
        """Whether the bot has an account on Matrix."""
        return self.homeserver is not None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        has_user, has_server = self.user_id is not None, self.homeserver is not None
        if has_user != has_server:
            raise ValueError("Set both homeserver and user_id, or neither.")
        if not has_server and self.model_fields_set & _SECRETS:
            raise ValueError("Set homeserver and user_id as well.")
        return self
