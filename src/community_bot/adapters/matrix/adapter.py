"""The Matrix adapter put together: signed in, with its keys, ready to read and answer."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from community_bot.adapters.matrix.account import Credentials, sign_in
from community_bot.adapters.matrix.addressing import Self
from community_bot.adapters.matrix.bridge import Bridge
from community_bot.adapters.matrix.client import Identity, MatrixClient
from community_bot.adapters.matrix.copies import begun, is_copy, keep_private
from community_bot.adapters.matrix.cross_signing import CrossSigning, Trust
from community_bot.adapters.matrix.encryption import Encryption
from community_bot.adapters.matrix.errors import NotFoundError
from community_bot.adapters.matrix.line import Line
from community_bot.adapters.matrix.outbound import Outbound
from community_bot.adapters.matrix.ports import Moves, NoMoves, Parts, Surroundings
from community_bot.adapters.matrix.profile import Looks, Profile
from community_bot.adapters.matrix.sync import Health, Sync
from community_bot.adapters.matrix.sync_token import TokenFile, TokenStore
from community_bot.adapters.matrix.transport import Transport
from community_bot.core.dispatch import Dispatcher
from community_bot.core.ports import Clock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Needs:
    """What the adapter is given. ``folder`` is its own: keys, session and place are kept there.

    ``line`` has the session for as long as there is one.
    """

    credentials: Credentials
    folder: Path
    dispatcher: Dispatcher
    surroundings: Surroundings
    clock: Clock
    tokens: TokenStore | None = None
    key_patience: float = 10.0
    moves: Moves = field(default_factory=NoMoves)
    looks: Looks = field(default_factory=Looks)
    line: Line = field(default_factory=Line)


@asynccontextmanager
async def matrix_adapter(needs: Needs) -> AsyncIterator[Sync]:
    """Sign in; yield the loop to be run. Raises MatrixError."""
    async with Transport(needs.credentials.homeserver) as transport:
        identity = await sign_in(transport, needs.credentials, needs.folder)
        encryption = Encryption(transport, identity.user, identity.device, needs.folder)
        with closing(encryption):
            client = MatrixClient(transport, identity, encryption)
            trust = await _trust(transport, identity, encryption, needs)
            await Profile(transport, identity.user, needs.folder).show(needs.looks)
            outbound = Outbound(client, needs.clock)
            parts = Parts(
                client=client,
                outbound=outbound,
                dispatcher=needs.dispatcher,
                surroundings=needs.surroundings,
                clock=needs.clock,
                own=Self.of(identity.user, await _display_name(client)),
                key_patience=needs.key_patience,
                moves=needs.moves,
            )
            tokens = needs.tokens or TokenFile(needs.folder / "place.json", identity)
            sync = Sync(client, tokens, Bridge(parts), needs.clock, Health(trust=trust))
            try:
                with needs.line.open(client, outbound):
                    yield sync
            finally:
                await outbound.close()


async def _trust(
    transport: Transport, identity: Identity, encryption: Encryption, needs: Needs
) -> Trust:
    """Publish the device's keys and have them signed; tell how far that came."""
    signing = CrossSigning(transport, identity, needs.folder)
    if await signing.is_lost(encryption.device_key):
        _log.error("the keys of this device were lost: sign in anew, as another device")
        encryption.give_up()
        return Trust.LOST
    if is_copy(needs.folder):
        _log.info("the keys were put back from a copy: those that may have been used are made new")
        keep_private(needs.folder)
        await encryption.renew()
        begun(needs.folder)
    await encryption.keep_up()
    given = needs.credentials
    trust = await signing.ensure(password=given.password, recovery_key=given.recovery_key)
    if trust is Trust.FOREIGN:
        _log.warning(
            "the account has keys of another client, so this device is not signed: give the "
            "account’s recovery key once, or its password to replace them"
        )
    return trust


async def _display_name(client: MatrixClient) -> str:
    try:
        return await client.display_name()
    except NotFoundError:
        return ""
