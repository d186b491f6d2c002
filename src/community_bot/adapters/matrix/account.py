"""Who the bot is on its homeserver: from a token, or once from a password, always as one device.

A device that lost its keys cannot be read again by anybody, so the session is kept where the keys
are: both are there or neither is.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from community_bot.adapters.matrix.client import Identity, log_in, whoami
from community_bot.adapters.matrix.errors import RefusedError, UnauthorisedError
from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.transport import Json, Transport

_SESSION = "session.json"


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the bot signs in. Either a token or a password; a token is its device's own."""

    homeserver: str
    user: str
    access_token: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    device: str = ""
    recovery_key: str = field(default="", repr=False)


async def sign_in(transport: Transport, credentials: Credentials, folder: Path) -> Identity:
    """Give the transport a valid token; return whose it is. Raises MatrixError.

    A token that was got for a password is kept in ``folder``, for nobody else to read.
    """
    if credentials.access_token:
        transport.access_token = credentials.access_token
        return _expected(await whoami(transport), credentials)
    kept = _kept(folder, credentials)
    token = kept.get("access_token")
    if isinstance(token, str):
        transport.access_token = token
        try:
            return _expected(await whoami(transport), credentials)
        except UnauthorisedError as error:
            transport.access_token = ""
            if not credentials.password:
                raise
            if not error.is_soft_logout:
                kept = {}  # the device is gone, and its keys are of no use any more
    known = kept.get("device")
    device = credentials.device or (known if isinstance(known, str) else _new_device())
    identity = await log_in(transport, credentials.user, credentials.password, device)
    session = {"device": device, "access_token": transport.access_token}
    _keep(folder, {"homeserver": credentials.homeserver, "user": credentials.user, **session})
    return _expected(identity, credentials)


def _expected(identity: Identity, credentials: Credentials) -> Identity:
    """Refuse to be somebody else than the settings say."""
    local = credentials.user.removeprefix("@")
    is_same = credentials.user == identity.user or identity.user.startswith(f"@{local}:")
    if not is_same or not identity.device:
        raise RefusedError("M_UNKNOWN")
    return identity


def has_session(folder: Path, credentials: Credentials) -> bool:
    """Tell whether a session of an earlier start is kept."""
    return bool(_kept(folder, credentials))


def _kept(folder: Path, credentials: Credentials) -> Json:
    try:
        kept = as_object(json.loads((folder / _SESSION).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
    whose = (kept.get("homeserver"), kept.get("user"))
    return kept if whose == (credentials.homeserver, credentials.user) else {}


def _keep(folder: Path, session: Json) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = folder / f"{_SESSION}.new"
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(session, file)
    new.replace(folder / _SESSION)


def _new_device() -> str:
    return f"COMMUNITYBOT{secrets.token_hex(4).upper()}"
