"""Cross-signing: the account's own signature under the bot's device, which nio knows nothing of.

Current clients warn about a device without it, or give it no keys at all. The bot makes the keys of
its account itself and signs with them; whoever made keys in a client before keeps them, and gives
the bot the recovery key to sign with them once, or the password to replace them.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa

from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.errors import ForbiddenError, InteractionNeededError
from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.key_forms import canonical, unsigned
from community_bot.adapters.matrix.recovery import (
    NothingStoredError,
    WrongKeyError,
    read_recovery_key,
    stored_secret,
)
from community_bot.adapters.matrix.transport import Json, Transport

_log = logging.getLogger(__name__)

_FILE = "cross-signing.json"
_ROLES = ("master", "self_signing", "user_signing")
_STORED = "m.cross_signing.self_signing"
_SEED = 32


class Trust(Enum):
    """What others can make of the bot's device."""

    SIGNED = "signed"
    FOREIGN = "foreign"
    """The account has keys that somebody else made: the device stays unsigned."""
    LOST = "lost"
    """The server has other keys of this device: its store was lost, and nobody can write to it."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One Ed25519 key, from its seed."""

    seed: bytes

    @property
    def public(self) -> str:
        """The public half, which is also its name."""
        key = ECC.construct(curve="Ed25519", seed=self.seed).public_key()
        return _unpadded(bytes(key.export_key(format="raw")))

    def sign(self, content: Mapping[str, object]) -> str:
        """Return the signature of an object, by the specification's rules for signing JSON."""
        text = canonical(unsigned(content)).encode()
        key = ECC.construct(curve="Ed25519", seed=self.seed)
        return _unpadded(eddsa.new(key, "rfc8032").sign(text))


def is_signature(content: Mapping[str, object], signature: str, public: str) -> bool:
    """Tell whether a signature of an object was made with the private half of a key."""
    text = canonical(unsigned(content)).encode()
    try:
        key = eddsa.import_public_key(_padded(public))
        eddsa.new(key, "rfc8032").verify(text, _padded(signature))
    except ValueError:
        return False
    return True


class CrossSigning:
    """Signs one device; the seeds are kept beside its keys."""

    def __init__(self, transport: Transport, identity: Identity, folder: Path) -> None:
        self._transport = transport
        self._identity = identity
        self._user = identity.user
        self._device = identity.device
        self._keys = _load(folder / _FILE)

    async def is_lost(self, device_key: str) -> bool:
        """Tell whether others were given another key of this device. Raises MatrixError.

        ``device_key`` is the public Ed25519 key that it really has.
        """
        device = self._own_device(await self._known())
        published = as_object(device.get("keys")).get(f"ed25519:{self._device}", device_key)
        return published != device_key

    async def ensure(self, *, password: str = "", recovery_key: str = "") -> Trust:
        """Have the device signed, if that is possible. Raises MatrixError.

        Keys that somebody else made are used where there is a recovery key, and replaced where
        there is a password instead; they are left alone where there is neither.
        """
        known = await self._known()
        master = as_object(self._of_ours(known, "master_keys").get("keys"))
        if self._name("master") not in master:
            if self._is_signed_by_its_account(known):
                return Trust.SIGNED
            if master and (recovery_key or not password):
                return await self._unlock(known, recovery_key) if recovery_key else Trust.FOREIGN
            if not await self._upload(password):
                return Trust.FOREIGN
        device = self._own_device(known)
        if self._name("self_signing") in self._signatures(device):
            return Trust.SIGNED
        return await self._sign(device, self._keys["self_signing"])

    async def _unlock(self, known: Json, recovery_key: str) -> Trust:
        """Sign with the key that the account's owner put away, and keep nothing of it."""
        try:
            opened = read_recovery_key(recovery_key)
            seed = await stored_secret(self._transport, self._identity, opened, _STORED)
        except WrongKeyError:
            _log.error("the recovery key is not this account’s: the device stays unsigned")
            return Trust.FOREIGN
        except NothingStoredError:
            _log.error("the recovery key opens nothing: the account’s keys are not put away")
            return Trust.FOREIGN
        key = SigningKey(seed)
        published = as_object(self._of_ours(known, "self_signing_keys").get("keys"))
        if len(seed) != _SEED or f"ed25519:{key.public}" not in published:
            _log.error("what the recovery key opens are former keys: the device stays unsigned")
            return Trust.FOREIGN
        return await self._sign(self._own_device(known), key)

    async def _sign(self, device: Json, key: SigningKey) -> Trust:
        signature = {self._user: {f"ed25519:{key.public}": key.sign(device)}}
        signed = {**unsigned(device), "signatures": signature}
        path = "/v3/keys/signatures/upload"
        answer = await self._transport.call("POST", path, {self._user: {self._device: signed}})
        if as_object(answer.get("failures")):
            _log.error("the server did not take the signature: the device stays unsigned")
            return Trust.FOREIGN
        return Trust.SIGNED

    def _is_signed_by_its_account(self, known: Json) -> bool:
        """Tell whether the account's own keys, whoever made them, vouch for the device."""
        master = self._of_ours(known, "master_keys")
        signer = self._of_ours(known, "self_signing_keys")
        device = self._own_device(known)
        return self._is_signed(signer, master) and self._is_signed(device, signer)

    def _is_signed(self, content: Json, by: Json) -> bool:
        signatures = self._signatures(content)
        return any(
            name in signatures and is_signature(content, str(signatures[name]), str(public))
            for name, public in as_object(by.get("keys")).items()
        )

    async def _known(self) -> Json:
        body: Json = {"device_keys": {self._user: []}}
        return await self._transport.call("POST", "/v3/keys/query", body)

    def _own_device(self, known: Json) -> Json:
        return as_object(self._of_ours(known, "device_keys").get(self._device))

    async def _upload(self, password: str) -> bool:
        """Give the account our keys; tell whether the server took them."""
        body = self._all_public()
        path = "/v3/keys/device_signing/upload"
        try:
            await self._transport.call("POST", path, body)
        except InteractionNeededError as needed:
            if not password:
                return False
            auth = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self._user},
                "password": password,
                "session": needed.session,
            }
            try:
                await self._transport.call("POST", path, {**body, "auth": auth})
            except (InteractionNeededError, ForbiddenError):
                _log.warning("the password was not taken: the device stays unsigned")
                return False
        return True

    def _all_public(self) -> Json:
        """Return the public keys of all roles, those below the master signed by it."""
        objects: Json = {}
        for role in _ROLES:
            key = {
                "user_id": self._user,
                "usage": [role],
                "keys": {self._name(role): self._keys[role].public},
            }
            objects[f"{role}_key"] = key if role == "master" else self._signed(key, "master")
        return objects

    def _signed(self, content: Mapping[str, object], role: str) -> Json:
        signature = {self._user: {self._name(role): self._keys[role].sign(content)}}
        return {**unsigned(content), "signatures": signature}

    def _name(self, role: str) -> str:
        return f"ed25519:{self._keys[role].public}"

    def _of_ours(self, answer: Json, kind: str) -> Json:
        return as_object(as_object(answer.get(kind)).get(self._user))

    def _signatures(self, content: Json) -> Json:
        return as_object(as_object(content.get("signatures")).get(self._user))


def _load(path: Path) -> dict[str, SigningKey]:
    """Read the keys, or make them: nobody else may read them."""
    try:
        seeds = {role: str(seed) for role, seed in json.loads(path.read_bytes()).items()}
    except FileNotFoundError:
        seeds = {role: secrets.token_hex(32) for role in _ROLES}
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(path, flags, 0o600), "w") as file:
            json.dump(seeds, file)
    return {role: SigningKey(bytes.fromhex(seeds[role])) for role in _ROLES}


def _unpadded(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def _padded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
