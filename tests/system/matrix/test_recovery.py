"""An account whose keys were made in a client: the bot signs with them, or says that it cannot."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from system.matrix.homeserver import Synapse
from system.matrix.owner import Owner, printed
from system.matrix.person import PASSWORD, Json, Person, somebody

from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.cross_signing import CrossSigning, Trust
from community_bot.adapters.matrix.encryption import Encryption
from community_bot.adapters.matrix.recovery import WrongKeyError, read_recovery_key
from community_bot.adapters.matrix.transport import Transport


@asynccontextmanager
async def owned(synapse: Synapse) -> AsyncIterator[Owner]:
    """Yield the owner of the bot's account; nothing is set up yet."""
    async with somebody(synapse.url, "bot") as account:
        yield Owner(account)


@asynccontextmanager
async def signing(account: Person, folder: Path) -> AsyncIterator[CrossSigning]:
    """Yield what signs the bot's device, whose keys are known to the server."""
    async with Transport(account.url, account.token) as transport:
        with keys_of(transport, account, folder) as encryption:
            await encryption.keep_up()
        yield CrossSigning(transport, Identity(account.user, account.device), folder)


@contextmanager
def keys_of(transport: Transport, account: Person, folder: Path) -> Iterator[Encryption]:
    encryption = Encryption(transport, account.user, account.device, folder)
    yield encryption
    encryption.close()


async def device_of(owner: Owner) -> Json:
    user = owner.person.user
    answer = await owner.person.call("POST", "/v3/keys/query", {"device_keys": {user: []}})
    found: Json = answer["device_keys"][user][owner.person.device]
    return found


def is_signed(device: Json, owner: Owner) -> bool:
    """Tell whether the owner's key vouches for a device; a false signature is an error."""
    public = owner.public("self_signing")
    signature = device["signatures"][owner.person.user].get(f"ed25519:{public}")
    if signature is None:
        return False
    bare = {key: device[key] for key in device if key not in {"signatures", "unsigned"}}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public + "="))
    key.verify(base64.b64decode(signature + "=="), text)
    return True


async def test_with_the_recovery_key_the_device_is_signed_once_and_nothing_of_it_is_kept(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with owned(synapse) as owner:
        await owner.set_up()
        async with signing(owner.person, tmp_path / "bot") as it:
            assert await it.ensure() is Trust.FOREIGN
            assert not is_signed(await device_of(owner), owner)
            assert await it.ensure(recovery_key=printed(owner.recovery)) is Trust.SIGNED
            assert is_signed(await device_of(owner), owner)
            # Neither the key nor a password is needed, or used, any more.
            assert await it.ensure() is Trust.SIGNED
            assert await it.ensure(password=PASSWORD) is Trust.SIGNED
        body: Json = {"device_keys": {owner.person.user: []}}
        keys = await owner.person.call("POST", "/v3/keys/query", body)
        (master,) = keys["master_keys"][owner.person.user]["keys"].values()
        assert master == owner.public("master"), "what the owner made is left as it was"
        kept = b"".join(path.read_bytes() for path in (tmp_path / "bot").iterdir())
        for secret in (owner.recovery, owner.seeds["self_signing"]):
            assert secret not in kept
            assert secret.hex().encode() not in kept
            assert base64.b64encode(secret).rstrip(b"=") not in kept
        assert printed(owner.recovery).encode() not in kept


async def test_a_recovery_key_that_opens_nothing_is_told_and_the_device_stays_unsigned(
    synapse: Synapse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = printed(bytes(32))
    async with owned(synapse) as owner, signing(owner.person, tmp_path / "bot") as it:
        await owner.set_up(with_storage=False)
        assert await it.ensure(recovery_key=wrong) is Trust.FOREIGN
        assert "not put away" in caplog.text
        await owner.put_away()
        for key in (wrong, "EsT!", f"{printed(owner.recovery)} 1", printed(owner.recovery)[:-2]):
            caplog.clear()
            # The password is there too, but the owner's keys are meant to be kept.
            assert await it.ensure(recovery_key=key, password=PASSWORD) is Trust.FOREIGN
            assert "not this account’s" in caplog.text
        assert wrong not in caplog.text
        former = Owner(owner.person, owner.recovery)
        await former.publish()
        caplog.clear()
        assert await it.ensure(recovery_key=printed(owner.recovery)) is Trust.FOREIGN
        assert "former keys" in caplog.text
        assert not is_signed(await device_of(owner), former)
    assert all(one.levelno >= logging.WARNING for one in caplog.records)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("m.secret_storage.default_key", {}),
        ("m.secret_storage.default_key", {"key": 5}),
        ("m.secret_storage.default_key", {"key": "../../pushrules"}),
        ("m.secret_storage.key.mine", {}),
        ("m.secret_storage.key.mine", {"algorithm": "m.other"}),
        (
            "m.secret_storage.key.mine",
            {"algorithm": "m.secret_storage.v1.aes-hmac-sha2", "iv": 5, "mac": "?"},
        ),
        ("m.cross_signing.self_signing", {}),
        ("m.cross_signing.self_signing", {"encrypted": {"mine": {"iv": "AAAA"}}}),
        ("m.cross_signing.self_signing", {"encrypted": {"mine": []}}),
    ],
)
async def test_whatever_stands_in_the_account_s_storage_is_a_line_in_the_log(
    synapse: Synapse, tmp_path: Path, kind: str, content: Json
) -> None:
    async with owned(synapse) as owner, signing(owner.person, tmp_path / "bot") as it:
        await owner.set_up()
        path = f"/v3/user/{owner.person.user}/account_data/{kind}"
        await owner.person.call("PUT", path, content)
        assert await it.ensure(recovery_key=printed(owner.recovery)) is Trust.FOREIGN


async def test_a_signature_that_somebody_made_up_counts_for_nothing(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with owned(synapse) as owner, signing(owner.person, tmp_path / "bot") as it:
        await owner.set_up()
        await it.ensure(recovery_key=printed(owner.recovery))
        assert await it.ensure() is Trust.SIGNED
        # Others' keys of that account: the signature under the device is not theirs.
        await Owner(owner.person).publish()
        assert await it.ensure() is Trust.FOREIGN


@pytest.mark.parametrize("key", [bytes(32), bytes(range(32)), b"\xff" * 32])
def test_a_printed_recovery_key_is_read_however_it_is_spaced(key: bytes) -> None:
    text = printed(key)
    assert read_recovery_key(text) == key
    assert read_recovery_key(f" {text.replace(' ', '')}\n") == key
    for place in (0, 5, len(text) - 1):
        for sign in "2z":
            changed = text[:place] + sign + text[place + 1 :]
            if changed != text:
                with pytest.raises(WrongKeyError):
                    read_recovery_key(changed)


@pytest.mark.parametrize("text", ["", " ", "0OIl", "1" * 60, "z" * 60, "z" * 10_000, "é"])
def test_what_is_no_recovery_key_is_refused(text: str) -> None:
    with pytest.raises(WrongKeyError):
        read_recovery_key(text)
