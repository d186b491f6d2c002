"""The account's own signature under the bot's device, against a real server."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

from Crypto.PublicKey import ECC
from Crypto.Signature import eddsa
from system.matrix.bot import talk
from system.matrix.homeserver import Synapse
from system.matrix.owner import Owner
from system.matrix.person import PASSWORD, Json, Person

from community_bot.adapters.matrix.client import Identity
from community_bot.adapters.matrix.cross_signing import CrossSigning, SigningKey, Trust
from community_bot.adapters.matrix.transport import Transport, encode


async def keys_of(whose: Person, seen_by: Person) -> Json:
    return await seen_by.call("POST", "/v3/keys/query", {"device_keys": {whose.user: []}})


def is_signed_by(content: Json, user: str, key: str) -> bool:
    """Verify a signature with nothing of the bot's."""
    signature = content["signatures"][user].get(f"ed25519:{key}")
    if signature is None:
        return False
    bare = {name: content[name] for name in sorted(content)}
    del bare["signatures"]
    bare.pop("unsigned", None)
    canonical = encode({k: _sorted(v) for k, v in bare.items()})
    public = eddsa.import_public_key(base64.b64decode(key + "="))
    eddsa.new(public, "rfc8032").verify(canonical, base64.b64decode(signature + "=="))
    return True


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return value


def test_a_signature_is_the_specification_s_own() -> None:
    key = SigningKey(base64.b64decode("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1="))
    assert key.public == "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI"
    assert key.sign({}) == (
        "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"
    )
    assert ECC.construct(curve="Ed25519", seed=key.seed).has_private()


async def test_others_see_the_device_signed_by_its_account(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path) as here:
        for _ in range(2):  # a second start changes nothing
            async with here.bot() as loop:
                assert loop.health.trust is Trust.SIGNED
            seen = await keys_of(here.account, here.ann)
            user = here.account.user
            master = next(iter(seen["master_keys"][user]["keys"].values()))
            signer = next(iter(seen["self_signing_keys"][user]["keys"].values()))
            device = seen["device_keys"][user][here.account.device]
            assert is_signed_by(seen["self_signing_keys"][user], user, master)
            assert is_signed_by(device, user, signer)
    assert stat.S_IMODE((tmp_path / "cross-signing.json").stat().st_mode) == 0o600


async def test_keys_that_somebody_made_before_are_kept_unless_there_is_a_password(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path / "bot") as here:
        owner = Owner(here.account)
        await owner.publish()
        async with here.bot() as loop:
            assert loop.health.trust is Trust.FOREIGN
            assert "pong" in str(await here.asks("!ping")).casefold()
        now = (await keys_of(here.account, here.account))["master_keys"][here.account.user]
        assert list(now["keys"].values()) == [owner.public("master")]
        async with Transport(synapse.url, here.account.token) as transport:
            identity = Identity(here.account.user, here.account.device)
            signing = CrossSigning(transport, identity, tmp_path / "bot")
            assert await signing.ensure(password=PASSWORD[:2]) is Trust.FOREIGN
            assert await signing.ensure(password=PASSWORD) is Trust.SIGNED


async def test_a_device_that_was_signed_stays_so_although_the_seeds_are_lost(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with talk(synapse, tmp_path / "bot") as here:
        async with here.bot():
            pass
        (tmp_path / "bot" / "cross-signing.json").unlink()
        async with here.bot() as loop:
            assert loop.health.trust is Trust.SIGNED


async def test_a_device_whose_keys_were_lost_is_told(synapse: Synapse, tmp_path: Path) -> None:
    async with talk(synapse, tmp_path / "bot") as here:
        async with here.bot():
            pass
        for file in (tmp_path / "bot").iterdir():
            file.unlink()
        async with here.bot() as loop:
            assert loop.health.trust is Trust.LOST
            assert "pong" in str(await here.asks("!ping")).casefold()
