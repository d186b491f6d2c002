"""End-to-end encryption, on nio's Olm machine: the one file of the bot that knows nio.

Only the machine and its store are used, not nio's client: that returns errors instead of raising
them, waits without bound, asks for keys of its own accord and encrypts ASCII-escaped JSON, in which
a page of Cyrillic is over the limit of an event. What is asked of the server here goes through our
own transport. All of it runs in one thread, that of the store's connection.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from nio.crypto import Olm
from nio.event_builders import DummyMessage
from nio.events import MegolmEvent, ToDeviceEvent
from nio.events.to_device import OlmEvent, RoomKeyEvent
from nio.exceptions import EncryptionError
from nio.responses import KeysClaimResponse, KeysQueryResponse, KeysUploadResponse
from nio.store import DefaultStore

from community_bot.adapters.matrix.batch import Batch, Joined, Keys
from community_bot.adapters.matrix.copies import KEYS
from community_bot.adapters.matrix.encrypted_rooms import EncryptedRooms
from community_bot.adapters.matrix.errors import KeysLostError, RefusedError
from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.key_forms import (
    Waiting,
    canonical,
    device_keys,
    given_keys,
    wanted_keys,
)
from community_bot.adapters.matrix.one_time_keys import use_up_one_time_keys
from community_bot.adapters.matrix.transport import Json, Transport

_log = logging.getLogger(__name__)

_CLAIM_MS = 10_000


class Encryption:
    """Encrypts for rooms and decrypts what they say, as one device of one account.

    ``folder`` holds the device's keys: nobody else may read it, and no second process may use it.
    """

    def __init__(
        self, transport: Transport, user: str, device: str, folder: Path, *, passphrase: str = ""
    ) -> None:
        for name in ("nio", "peewee"):
            # They write down who talks to us, and keys.
            logging.getLogger(name).setLevel(logging.CRITICAL)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._transport = transport
        self._own = user
        self._store = DefaultStore(user, device, str(folder), passphrase, KEYS)
        # So that a backup, which reads, does not hold us up.
        self._store.database.execute_sql("PRAGMA journal_mode = WAL")
        self._olm = Olm(user, device, self._store)
        self._rooms = EncryptedRooms(
            transport,
            self._store.load_encrypted_rooms(),
            keep=lambda room: self._store.save_encrypted_rooms({room}),
            renew=lambda room: self._olm.outbound_group_sessions.pop(room, None),
        )
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._keys_lock = asyncio.Lock()
        self._waiting = Waiting()
        self._is_lost = False

    def give_up(self) -> None:
        """Neither publish keys nor write to encrypted rooms: others have other keys of this device.

        To publish ours over them would make it worse: the one-time keys of the old ones stay.
        """
        self._is_lost = True

    def close(self) -> None:
        """Let go of the store."""
        self._store.database.close()

    @property
    def device_key(self) -> str:
        """The public key that this device signs with."""
        return str(self._olm.account.identity_keys["ed25519"])

    async def covers(self, room: str) -> bool:
        """Tell whether a room is encrypted. Raises MatrixError."""
        return await self._rooms.covers(room)

    def is_waiting(self, event: str) -> bool:
        """Tell whether an event waits for its key."""
        return event in self._waiting

    # Receiving

    def receive(self, batch: Batch) -> Batch:
        """Take in a batch's keys; return the batch with what can be read decrypted.

        An event whose key came late is put before the room's new ones.
        """
        late = self._take_keys(batch.keys)
        known = {one.room for one in batch.joined}
        rooms = (*batch.joined, *(Joined(room) for room in late if room not in known))
        return replace(
            batch, joined=tuple(self._room(one, late.get(one.room, [])) for one in rooms)
        )

    def decrypted(self, room: str, event: Json) -> Json:
        """Return an event as it was meant, or as it is when it cannot be read."""
        if event.get("type") != "m.room.encrypted":
            return event
        try:
            megolm = MegolmEvent.from_dict(dict(event))
            if not isinstance(megolm, MegolmEvent):
                return event
            plain: Json = self._olm.decrypt_megolm_event(megolm, room).source
        except EncryptionError:
            if event.get("sender") != self._own:  # nobody else brings the key of what we said
                self._waiting.add(room, event)
            return event
        except Exception as error:  # noqa: BLE001 - others choose what stands in an event
            _log.warning("an encrypted event could not be read: %s", type(error).__name__)
            return event
        # What is not encrypted counts, so that nobody can be made to have sent something else.
        outside = {key: event.get(key) for key in ("event_id", "sender", "origin_server_ts")}
        return {**plain, **outside, "unsigned": event.get("unsigned", {})}

    def _room(self, joined: Joined, late: list[Json]) -> Joined:
        self._rooms.learn(joined)
        timeline = [*late, *joined.timeline]
        return replace(
            joined, timeline=tuple(self.decrypted(joined.room, event) for event in timeline)
        )

    def _take_keys(self, keys: Keys) -> dict[str, list[Json]]:
        """Take in messages to this device; return the events that can be read now, by room."""
        late: dict[str, list[Json]] = {}
        for raw in keys.to_device:
            # Nothing else is heard: above all no requests for keys.
            session = self._room_key(raw) if raw.get("type") == "m.room.encrypted" else ""
            for room, event in self._waiting.take(session) if session else ():
                late.setdefault(room, []).append(event)
        tracked = self._olm.tracked_users
        self._olm.add_changed_users({user for user in keys.changed if user in tracked})
        if keys.one_time_keys is not None:
            self._olm.uploaded_key_count = keys.one_time_keys
        return late

    def _room_key(self, raw: Json) -> str:
        """Handle a message to this device; return the id of the session that it is a key of."""
        try:
            message = ToDeviceEvent.parse_event(dict(raw))
            if isinstance(message, OlmEvent):
                key = self._olm.handle_to_device_event(message)
                return str(key.session_id) if isinstance(key, RoomKeyEvent) else ""
        except Exception as error:  # noqa: BLE001 - others choose what stands in a message
            _log.warning("a message to this device was not understood: %s", type(error).__name__)
        return ""

    # Keeping up with keys

    async def keep_up(self) -> None:
        """Upload, ask for and repair what keys need it. Raises MatrixError."""
        if self._is_lost:
            return
        async with self._keys_lock:
            if self._olm.should_upload_keys:
                await self._upload()
            await self._query()
            if self._olm.wedged_devices:
                await self._claim(self._olm.get_users_for_key_claiming())
            await self._send_dummies()

    async def renew(self) -> None:
        """Make new what a copy that was put back may share with others. Raises MatrixError.

        One-time keys may be known of which the copy has no private halves, and keys of one-to-one
        sessions may have been used since. Room keys are new with every start.
        """
        async with self._keys_lock:
            await use_up_one_time_keys(self._transport, self._own, self._olm.device_id)
            self._olm.uploaded_key_count = 0
            await self._upload()
            await self._renew_sessions()

    async def _upload(self) -> None:
        keys = self._olm.share_keys()
        # Kept before they are known to others: keys that a crash forgot could never be replaced.
        self._olm.save_account()
        try:
            answer = await self._transport.call("POST", "/v3/keys/upload", keys)
        except RefusedError:
            _log.warning("others know later keys of this device than it does: it makes new ones")
            await use_up_one_time_keys(self._transport, self._own, self._olm.device_id)
            answer = await self._transport.call("POST", "/v3/keys/upload", keys)
            await self._renew_sessions()
        count = as_object(answer.get("one_time_key_counts")).get("signed_curve25519")
        if isinstance(count, int):
            self._olm.handle_response(KeysUploadResponse(0, count))

    async def _renew_sessions(self) -> None:
        """Begin a new session with each device, and never write in those that there are."""
        sessions = self._olm.session_store
        known = [one for one in self._olm.device_store if sessions.get(one.curve25519)]
        self._olm.wedged_devices = known.copy()
        if known:
            await self._claim(self._olm.get_users_for_key_claiming())
        await self._send_dummies()  # their clients give us again then what we may have missed
        for device in self._olm.wedged_devices:
            # It had no key for us: it gets one when there is something to say.
            sessions[device.curve25519].clear()
            forget = "DELETE FROM olmsessions WHERE sender_key = ?"
            self._store.database.execute_sql(forget, (device.curve25519,))
        self._olm.wedged_devices = []

    async def _query(self) -> None:
        asked = set(self._olm.users_for_key_query)
        if not asked:
            return
        wanted: dict[str, object] = {user: [] for user in asked}
        answer = await self._transport.call("POST", "/v3/keys/query", {"device_keys": wanted})
        found = as_object(answer.get("device_keys"))
        response = KeysQueryResponse({user: device_keys(found.get(user)) for user in asked}, {})
        self._olm.handle_response(response)
        for room in self._rooms.shared_with(response.changed):
            self._olm.outbound_group_sessions.pop(room, None)

    async def _claim(self, missing: dict[str, list[str]]) -> None:
        body = wanted_keys(missing, _CLAIM_MS)
        answer = await self._transport.call("POST", "/v3/keys/claim", body)
        for user, device, keys in given_keys(answer):
            # One at a time, so that a malformed key of one device costs the others nothing.
            with suppress(Exception):
                self._olm.handle_response(KeysClaimResponse({user: {device: keys}}, {}))

    async def _send_dummies(self) -> None:
        """Tell devices of a repaired session; the machine's own requests for keys are not sent."""
        outgoing = list(self._olm.outgoing_to_device_messages)
        self._olm.outgoing_to_device_messages.clear()
        for message in outgoing:
            if isinstance(message, DummyMessage):
                await self._to_device(message.as_dict())

    async def _to_device(self, messages: Json) -> None:
        path = f"/v3/sendToDevice/m.room.encrypted/{uuid4().hex}"
        await self._transport.call("PUT", path, messages)

    # Sending

    async def encrypt(self, room: str, kind: str, content: Json) -> Json:
        """Return the encrypted form of an event for everybody who is in the room now.

        Raises MatrixError when the keys could not be brought to them.
        """
        if self._is_lost:
            raise KeysLostError
        async with self._locks[room]:
            members = await self._rooms.members_of(room)
            async with self._keys_lock:
                self._olm.users_for_key_query.update(members - self._olm.tracked_users)
                await self._query()
                if self._olm.should_share_group_session(room):
                    await self._share(room, members)
            session = self._olm.outbound_group_sessions[room]
            plain = {"content": content, "room_id": room, "type": kind}
            ciphertext = session.encrypt(canonical(plain))
        encrypted: Json = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": self._olm.account.identity_keys["curve25519"],
            "ciphertext": ciphertext,
            "session_id": session.id,
            "device_id": self._olm.device_id,
        }
        if "m.relates_to" in content:
            encrypted["m.relates_to"] = content["m.relates_to"]
        return encrypted

    async def _share(self, room: str, members: Iterable[str]) -> None:
        """Bring the room's key to all devices, verified or not: people here verify nobody."""
        users = list(members)
        missing = self._olm.get_missing_sessions(users)
        if missing:
            await self._claim(missing)
        for reached, messages in self._olm.share_group_session_parallel(
            room, users, ignore_unverified_devices=True
        ):
            await self._to_device(messages)
            self._olm.outbound_group_sessions[room].users_shared_with.update(reached)
        self._olm.outbound_group_sessions[room].shared = True
