"""What becomes of the bot when its session on the server ends, of whichever kind the end is."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import SecretStr
from system.matrix.faults import faulty_server, status
from system.matrix.homeserver import Synapse
from system.matrix.person import PASSWORD, Person, somebody
from system.matrix.proxy import proxy_to
from terminal import base_of

from community_bot.adapters.matrix.errors import UnauthorisedError
from community_bot.adapters.matrix.transport import Transport
from community_bot.adapters.terminal.carrier import Shown, TerminalCarrier
from community_bot.app.health import Link
from community_bot.app.matrix import MatrixPlatform
from community_bot.app.questions import SystemClock
from community_bot.app.settings import Settings
from community_bot.app.settings_matrix import MatrixSettings
from community_bot.app.wiring import Bot, wire
from community_bot.domain.address import Address, Platform
from community_bot.publishing.destination import Destination
from community_bot.publishing.errors import TokenRefusedError


@dataclass(slots=True)
class Station:
    """The bot's part on Matrix, and what moderators on another platform are shown."""

    platform: MatrixPlatform
    bot: Bot
    shown: list[Shown] = field(default_factory=list)

    async def run(self) -> None:
        """Run until the part ends by itself."""
        running, _ = self.platform.services(self.bot)
        await running.run()


@asynccontextmanager
async def station(state: Path, matrix: MatrixSettings) -> AsyncIterator[Station]:
    shown: list[Shown] = []
    platform = MatrixPlatform(Settings(state_dir=state, matrix=matrix), SystemClock())
    bot = wire(base_of("shipped"), carriers=[TerminalCarrier(shown.append), *platform.carriers])
    async with bot.newsroom.store.begin() as kept:
        mods = Address(Platform.TERMINAL, room="mods")
        await kept.destinations.add(Destination(name="mods", address=mods, is_moderators=True))
    yield Station(platform, bot, shown)
    await bot.close()


async def log_in_for_a_while(account: Person) -> None:
    """Let an account's device go on with a token that is valid for some seconds."""
    answer = await account.call(
        "POST",
        "/v3/login",
        {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": account.user},
            "password": PASSWORD,
            "device_id": account.device,
            "refresh_token": True,
        },
    )
    account.token = answer["access_token"]


@asynccontextmanager
async def talk_beside(account: Person) -> AsyncIterator[None]:
    """Have somebody talk in a room of the account's: its waiting /sync returns, the next fails."""
    async with somebody(account.url) as other, asyncio.TaskGroup() as group:
        room = await other.create_room()
        await account.join(room)
        talking = group.create_task(keep_talking(other, room))
        yield
        talking.cancel()


async def keep_talking(person: Person, room: str) -> None:
    while True:
        await person.say(room, "so it goes")
        await asyncio.sleep(1)  # only the server knows when the session is over


async def test_a_session_that_ends_softly_is_final_where_there_is_only_a_token(
    synapse: Synapse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with somebody(synapse.url, "bot") as account:
        await log_in_for_a_while(account)
        matrix = MatrixSettings(
            homeserver=account.url, user_id=account.user, access_token=SecretStr(account.token)
        )
        async with station(tmp_path, matrix) as here:
            with caplog.at_level(logging.ERROR):
                async with talk_beside(account):
                    await here.run()
            assert here.platform.health().link is Link.REFUSED
            await here.bot.settle()
            (told,) = here.shown
    assert "does not accept my token any more" in told.text
    assert "Log in again as the same device" in caplog.text
    assert account.token not in caplog.text


async def test_with_a_password_a_session_that_ends_softly_goes_on_as_the_same_device(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with somebody(synapse.url, "bot") as account, somebody(synapse.url, "ann") as ann:
        await log_in_for_a_while(account)
        folder = tmp_path / "matrix"
        folder.mkdir()
        kept = {"homeserver": account.url, "user": account.user, "device": account.device}
        session = folder / "session.json"
        session.write_text(json.dumps({**kept, "access_token": account.token}), encoding="utf-8")
        matrix = MatrixSettings(
            homeserver=account.url,
            user_id=account.user,
            password=SecretStr(PASSWORD),
            invite_from=("*",),
        )
        async with station(tmp_path, matrix) as here:
            async with talk_beside(account):
                with pytest.raises(UnauthorisedError, match="401"):
                    await here.run()
            assert here.platform.health().link is Link.CONNECTING
            async with asyncio.TaskGroup() as group:
                again = group.create_task(here.run())
                room = await ann.create_room(account.user)
                await ann.until(lambda: has_joined(ann, room, account.user))
                again.cancel()
            assert here.shown == []
        now = json.loads(session.read_text(encoding="utf-8"))
        assert now["device"] == account.device
        assert now["access_token"] != account.token
        account.token = now["access_token"]
        devices = (await account.call("GET", "/v3/devices"))["devices"]
    assert [one["device_id"] for one in devices] == [account.device]


def has_joined(person: Person, room: str, user: str) -> bool:
    return any(
        one.get("state_key") == user and one["content"].get("membership") == "join"
        for one in person.heard.get(room, ())
    )


async def test_after_a_token_was_refused_nobody_goes_on_asking(
    synapse: Synapse, tmp_path: Path
) -> None:
    refused: list[str] = []

    async def refuse(request: web.Request) -> web.Response:
        refused.append(request.path)
        return web.json_response({"errcode": "M_UNKNOWN_TOKEN"}, status=401)

    async with somebody(synapse.url, "bot") as account, proxy_to(synapse.url) as proxy:
        matrix = MatrixSettings(
            homeserver=proxy.url, user_id=account.user, access_token=SecretStr(account.token)
        )
        async with station(tmp_path, matrix) as here:
            proxy.faults[r"/sync$|/send/|/redact/"] = refuse
            await here.run()
            assert here.platform.health().link is Link.REFUSED
            proxy.faults["."] = refuse
            await here.bot.settle()
            (carrier,) = here.platform.carriers
            for number in range(5):
                with pytest.raises(TokenRefusedError):
                    await carrier.send(Address(Platform.MATRIX, room="!a"), "{}", f"key{number}")
    assert 1 <= len(refused) <= 1 + 3


async def test_once_a_token_was_refused_it_is_not_shown_to_the_server_again() -> None:
    async with faulty_server() as server, Transport(server.url, "secret") as transport:
        server.plan.append(status(401, {"errcode": "M_UNKNOWN_TOKEN", "soft_logout": True}))
        for _ in range(3):
            with pytest.raises(UnauthorisedError) as caught:
                await transport.call("GET", "/v3/sync")
            assert caught.value.is_soft_logout
        assert len(server.seen) == 1
        transport.access_token = "another"  # noqa: S105 - of nobody
        await transport.call("GET", "/v3/sync")
