"""Somebody whose client encrypts: nio's own, which is not what the bot is made of but its keys."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, MegolmEvent, ToDeviceMessage
from system.matrix.person import PATIENCE, Json, Person, replied_to

MEGOLM: Json = {"algorithm": "m.megolm.v1.aes-sha2"}
ENCRYPTED: Json = {
    "initial_state": [{"type": "m.room.encryption", "state_key": "", "content": MEGOLM}]
}


@dataclass(slots=True)
class SecretPerson:
    """An account and its encrypting client. ``heard`` are decrypted events, as JSON."""

    client: Any
    heard: list[Json] = field(default_factory=list)
    unread: list[Any] = field(default_factory=list)

    async def sync(self) -> None:
        """Hear what is new, and do what keys need done."""
        answer = await self.client.sync(timeout=3000, full_state=not self.client.next_batch)
        for room in answer.rooms.join.values():
            for event in room.timeline.events:
                if isinstance(event, MegolmEvent):
                    self.unread.append(event)
                elif getattr(event, "decrypted", False):
                    self.heard.append(event.source)
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        await self.client.send_to_device_messages()

    async def until(self, is_so: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Listen until something is so; return what it was."""
        async with asyncio.timeout(PATIENCE):
            while not (found := is_so()):
                await self.sync()
            return found

    def knows(self, user: str) -> bool:
        """Tell whether the keys of somebody's devices are here."""
        return any(self.client.device_store.active_user_devices(user))

    async def say(self, room: str, body: str, **more: object) -> str:
        content = {"msgtype": "m.text", "body": body, **more}
        answer = await self.client.room_send(
            room, "m.room.message", content, ignore_unverified_devices=True
        )
        return str(answer.event_id)

    async def say_without_key(self, room: str, body: str) -> tuple[str, Json]:
        """Say something, and give nobody the key to it; return its id and the key."""
        await self.client.joined_members(room)
        self.client.olm.create_outbound_group_session(room)
        session = self.client.olm.outbound_group_sessions[room]
        session.shared = True
        key = {**MEGOLM, "room_id": room, "session_id": session.id}
        key["session_key"] = session.session_key
        return await self.say(room, body), key

    async def give_key(self, user: str, key: Json) -> None:
        """Give somebody a key that was kept from them."""
        (device,) = self.client.device_store.active_user_devices(user)
        await self.client.keys_claim({user: [device.id]})
        session = self.client.olm.session_store.get(device.curve25519)
        content = self.client.olm._olm_encrypt(session, device, "m.room_key", key)  # noqa: SLF001
        await self.client.to_device(ToDeviceMessage("m.room.encrypted", user, device.id, content))

    async def answer_to(self, room: str, question: str) -> Json:
        """Wait for what answers a question; it is readable."""
        del room
        found: Json = await self.until(
            lambda: next((one for one in self.heard if replied_to(one) == question), None)
        )
        return found

    async def edit_of(self, answer: str) -> Json:
        """Wait for an edit of a message; it is readable."""

        def edit() -> Json | None:
            for one in self.heard:
                relation = one["content"].get("m.relates_to", {})
                if relation.get("rel_type") == "m.replace" and relation["event_id"] == answer:
                    return one
            return None

        found: Json = await self.until(edit)
        return found


@asynccontextmanager
async def secretly(person: Person, folder: Path) -> AsyncIterator[SecretPerson]:
    """Let somebody use an encrypting client, as the device that they have."""
    folder.mkdir(exist_ok=True)
    config = AsyncClientConfig(max_limit_exceeded=0, max_timeouts=0)
    client = AsyncClient(person.url, person.user, person.device, str(folder), config)
    client.restore_login(person.user, person.device, person.token)
    secret = SecretPerson(client)
    try:
        await secret.sync()
        yield secret
    finally:
        client.store.database.close()
        await client.close()
