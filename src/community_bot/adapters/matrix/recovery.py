"""An account's recovery key, and what it opens: the secrets that its owner's client put away.

By the Matrix specification, "Secret storage": ``m.secret_storage.v1.aes-hmac-sha2``, and "Recovery
key" for the form in which clients print the key. Keeps nothing.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from functools import reduce
from operator import xor
from urllib.parse import quote

from Crypto.Cipher import AES
from Crypto.Hash import SHA256
from Crypto.Protocol.KDF import HKDF

from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.errors import NotFoundError
from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.transport import Json, Transport

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_HEADER = b"\x8b\x01"
_SIZE = 32
_IV_SIZE = 16
_LONGEST = 200
_ALGORITHM = "m.secret_storage.v1.aes-hmac-sha2"


class WrongKeyError(Exception):
    """What was given is no recovery key, or not that of the account."""


class NothingStoredError(Exception):
    """The account has put away nothing that the bot could use."""


def read_recovery_key(text: str) -> bytes:
    """Return the key that a client printed, with blanks wherever they are. Raises WrongKeyError."""
    printed = "".join(text.split())
    if not printed or len(printed) > _LONGEST or not set(printed) <= set(_ALPHABET):
        raise WrongKeyError
    number = reduce(lambda so_far, sign: so_far * 58 + _ALPHABET.index(sign), printed, 0)
    raw = number.to_bytes(_LONGEST)[-(len(_HEADER) + _SIZE + 1) :]
    is_longer = number >= 256 ** len(raw)
    # The last byte makes all of them cancel out.
    if is_longer or not raw.startswith(_HEADER) or reduce(xor, raw):
        raise WrongKeyError
    return raw[len(_HEADER) : -1]


async def stored_secret(transport: Transport, identity: Identity, key: bytes, name: str) -> bytes:
    """Return a secret of the account. Raises WrongKeyError, NothingStoredError, MatrixError."""

    async def stored(kind: str) -> Json:
        path = f"/v3/user/{quote(identity.user, safe='')}/account_data/{kind}"
        try:
            return await transport.call("GET", path)
        except NotFoundError as error:
            raise NothingStoredError from error

    id = (await stored("m.secret_storage.default_key")).get("key")
    if not isinstance(id, str):
        raise NothingStoredError
    _check(key, await stored(f"m.secret_storage.key.{quote(id, safe='')}"))
    secrets = as_object((await stored(name)).get("encrypted"))
    secret = as_object(secrets.get(id))
    if not secret:
        raise NothingStoredError
    return _bytes(_decrypted(key, name, secret).decode(errors="replace"))


def _check(key: bytes, description: Json) -> None:
    """See whether a key is the one that was used, by what it makes of nothing."""
    if description.get("algorithm") != _ALGORITHM:
        raise NothingStoredError
    iv, mac = description.get("iv"), description.get("mac")
    if iv is None and mac is None:
        return  # the specification lets them be left out: the secret's own code tells
    cipher, sign = _keyed(key, "", _bytes(iv))
    if not hmac.compare_digest(sign(cipher(bytes(_SIZE))), _bytes(mac)):
        raise WrongKeyError


def _decrypted(key: bytes, name: str, secret: Json) -> bytes:
    cipher, sign = _keyed(key, name, _bytes(secret.get("iv")))
    ciphertext = _bytes(secret.get("ciphertext"))
    if not hmac.compare_digest(sign(ciphertext), _bytes(secret.get("mac"))):
        raise WrongKeyError
    return cipher(ciphertext)


def _keyed(
    key: bytes, name: str, iv: bytes
) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
    """Return what turns plain into secret and back, and what signs the secret, for one name."""
    if len(iv) != _IV_SIZE:
        raise NothingStoredError
    both = HKDF(key, 2 * _SIZE, bytes(_SIZE), SHA256, context=name.encode())
    if not isinstance(both, bytes):
        raise TypeError("one key was asked for")

    def cipher(text: bytes) -> bytes:
        return AES.new(both[:_SIZE], AES.MODE_CTR, nonce=b"", initial_value=iv).encrypt(text)

    return cipher, lambda text: hmac.digest(both[_SIZE:], text, "sha256")


def _bytes(text: object) -> bytes:
    """Read Base64, padded or not."""
    if not isinstance(text, str):
        raise NothingStoredError
    bare = text.rstrip("=")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except ValueError as error:
        raise NothingStoredError from error
