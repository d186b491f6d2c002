"""The forms that settings come in: tables, numbers, lists, accounts; how each is read from text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, ClassVar, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from community_bot.domain.address import Account

_PORTS = 65_536


def _no_truth(value: object) -> object:
    """Refuse ``true`` where a number is wanted; pydantic would take it for one."""
    if isinstance(value, bool):
        raise ValueError("a number is wanted")  # noqa: TRY004 - pydantic reports ValueError
    return value


def parts(value: object) -> object:
    """Take a list apart that was written as text: as JSON, or with commas or on lines."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        return json.loads(value)
    return [part for part in re.split(r"[\s,]+", value) if part]


def table(value: object) -> object:
    """Take a table apart that was written as text: as JSON."""
    return json.loads(value) if isinstance(value, str) else value


class Place(NamedTuple):
    """An address to listen at, as numbers, and a port."""

    host: str
    port: int


def place_of(text: str) -> Place:
    """Read ``127.0.0.1:8765`` or ``[::1]:8765``; raise ValueError for what is none."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or not 0 < int(port) < _PORTS:
        raise ValueError("no port")
    return Place(str(ip_address(host.removeprefix("[").removesuffix("]"))), int(port))


def _account(value: object) -> Account:
    if isinstance(value, Account):
        return value
    if not isinstance(value, str):
        raise ValueError("an account is text")  # noqa: TRY004 - pydantic reports ValueError
    return Account.parse(value)


Real = Annotated[float, BeforeValidator(_no_truth), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_no_truth)]
Accounts = Annotated[
    tuple[Annotated[Account, BeforeValidator(_account)], ...], BeforeValidator(parts)
]


class Section(BaseModel):
    """Settings that belong together: a table of the settings file."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    wanted: ClassVar[str] = "a table"
    """What a text must be that stands for the whole section, for people."""

    @classmethod
    def from_text(cls, text: str) -> Mapping[str, object]:
        """Read a text that stands for the whole section; raise ValueError if it does not."""
        table = json.loads(text)
        if not isinstance(table, dict):
            raise ValueError("no table")  # noqa: TRY004 - like the text that is no JSON
        return table
