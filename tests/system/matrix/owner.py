"""An account's owner, whose client made its keys and put them away.

Written from the specification ("Cross-signing", "Secret storage", "Recovery key"), with nothing of
the bot's and another library than the bot has.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from system.matrix.person import PASSWORD, Json, Person

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def text_of(raw: bytes) -> str:
    return base64.b64encode(raw).decode().rstrip("=")


def printed(key: bytes) -> str:
    """Print a recovery key as clients do, in groups of four."""
    raw = b"\x8b\x01" + key
    parity = 0
    for byte in raw:
        parity ^= byte
    number = int.from_bytes(raw + bytes([parity]), "big")
    signs = ""
    while number:
        number, rest = divmod(number, 58)
        signs = _ALPHABET[rest] + signs
    return " ".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def _encrypted(key: bytes, name: str, plain: bytes) -> Json:
    prk = hmac.digest(bytes(32), key, hashlib.sha256)
    aes = hmac.digest(prk, name.encode() + b"\x01", hashlib.sha256)
    mac = hmac.digest(prk, aes + name.encode() + b"\x02", hashlib.sha256)
    iv = bytearray(os.urandom(16))
    iv[8] &= 0x7F
    encryptor = Cipher(algorithms.AES(aes), modes.CTR(bytes(iv))).encryptor()
    ciphertext = encryptor.update(plain) + encryptor.finalize()
    code = hmac.digest(mac, ciphertext, hashlib.sha256)
    return {
        "iv": base64.b64encode(iv).decode(),
        "ciphertext": base64.b64encode(ciphertext).decode(),
        "mac": base64.b64encode(code).decode(),
    }


@dataclass(slots=True)
class Owner:
    """Whoever owns an account, with its cross-signing keys."""

    person: Person
    recovery: bytes = field(default_factory=lambda: os.urandom(32))
    seeds: dict[str, bytes] = field(
        default_factory=lambda: {
            role: os.urandom(32) for role in ("master", "self_signing", "user_signing")
        }
    )

    def public(self, role: str) -> str:
        key = Ed25519PrivateKey.from_private_bytes(self.seeds[role]).public_key()
        return text_of(key.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def signature(self, role: str, content: Json) -> str:
        bare = {key: content[key] for key in content if key not in {"signatures", "unsigned"}}
        text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return text_of(Ed25519PrivateKey.from_private_bytes(self.seeds[role]).sign(text.encode()))

    async def set_up(self, *, with_storage: bool = True) -> None:
        """Make the account's keys, and put them away."""
        await self.publish()
        if with_storage:
            await self.put_away()

    async def publish(self) -> None:
        body: Json = {}
        for role in self.seeds:
            public = self.public(role)
            key: Json = {
                "user_id": self.person.user,
                "usage": [role],
                "keys": {f"ed25519:{public}": public},
            }
            if role != "master":
                name = f"ed25519:{self.public('master')}"
                signature = self.signature("master", key)
                key["signatures"] = {self.person.user: {name: signature}}
            body[f"{role}_key"] = key
        path = "/v3/keys/device_signing/upload"
        status, answer = await self.person.attempt("POST", path, body)
        if status == 401:
            body["auth"] = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self.person.user},
                "password": PASSWORD,
                "session": answer["session"],
            }
            await self.person.call("POST", path, body)

    async def put_away(self) -> None:
        check = _encrypted(self.recovery, "", bytes(32))
        del check["ciphertext"]
        description = {"algorithm": "m.secret_storage.v1.aes-hmac-sha2", **check}
        await self._keep("m.secret_storage.key.mine", description)
        await self._keep("m.secret_storage.default_key", {"key": "mine"})
        for role, seed in self.seeds.items():
            name = f"m.cross_signing.{role}"
            secret = _encrypted(self.recovery, name, text_of(seed).encode())
            await self._keep(name, {"encrypted": {"mine": secret}})

    async def _keep(self, kind: str, content: Json) -> None:
        await self.person.call("PUT", f"/v3/user/{self.person.user}/account_data/{kind}", content)
