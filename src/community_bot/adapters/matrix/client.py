"""The few endpoints of the client-server API that the bot uses, typed; encryption is in here too.

One attempt per call, bounded, with MatrixError for whatever is not success. Knows no command.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from community_bot.adapters.matrix.batch import TIMELINE, Batch, filter_for, parse_batch
from community_bot.adapters.matrix.encryption import Encryption
from community_bot.adapters.matrix.errors import NotFoundError, OutcomeUnknownError
from community_bot.adapters.matrix.events import as_id, as_list, as_object
from community_bot.adapters.matrix.transport import Json, Transport

_MESSAGE = "m.room.message"
GRACE = 15.0
"""Seconds after which a /sync that should have come back is given up."""
_HISTORY = json.dumps({"types": TIMELINE, "lazy_load_members": True}, separators=(",", ":"))
_MESSAGES = [_MESSAGE, "m.room.encrypted"]
_MOST_PAGES = 20
"""Most answers to read about the edits of one message."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The account and the device that a token belongs to."""

    user: str
    device: str


@dataclass(frozen=True, slots=True)
class History:
    """A piece of a room's history, in the order asked for; ``end`` is where to read on, if any."""

    events: tuple[Json, ...]
    end: str = ""


async def whoami(transport: Transport) -> Identity:
    """Return whose token this is. Raises MatrixError."""
    answer = await transport.call("GET", "/v3/account/whoami")
    user = as_id(answer.get("user_id"), "@")
    device = answer.get("device_id")
    if not user:
        raise OutcomeUnknownError
    return Identity(user, device if isinstance(device, str) else "")


async def log_in(transport: Transport, user: str, password: str, device: str) -> Identity:
    """Log in as a device, always the same one; the transport has the token from then on."""
    body: Json = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
        "device_id": device,
        "initial_device_display_name": "community-bot",
    }
    answer = await transport.call("POST", "/v3/login", body)
    token = answer.get("access_token")
    if not isinstance(token, str):
        raise OutcomeUnknownError
    transport.access_token = token
    return Identity(as_id(answer.get("user_id"), "@"), device)


class MatrixClient:
    """One account on one homeserver. Without ``encryption`` it cannot read encrypted rooms."""

    def __init__(
        self, transport: Transport, identity: Identity, encryption: Encryption | None = None
    ) -> None:
        self.identity = identity
        self._transport = transport
        self._encryption = encryption
        self._filter = ""

    async def sync(self, since: str, *, wait: float, grace: float = GRACE) -> Batch:
        """Return what is new since a token, waiting for it at most ``wait`` seconds.

        A server that says nothing for ``grace`` seconds more is not waited for.
        """
        if not self._filter:
            self._filter = await self._stored_filter()
        query = {
            "timeout": str(int(wait * 1000)),
            "filter": self._filter,
            "set_presence": "offline",
        }
        if since:
            query["since"] = since
        raw = await self._transport.call("GET", "/v3/sync", query=query, seconds=wait + grace)
        batch = parse_batch(raw)
        if batch is None:
            raise OutcomeUnknownError
        return self._encryption.receive(batch) if self._encryption else batch

    async def _stored_filter(self) -> str:
        """Give the server the filter once; return its id. It would check the filter each time."""
        own = self.identity.user
        answer = await self._transport.call(
            "POST", f"/v3/user/{_quoted(own)}/filter", filter_for(own)
        )
        return str(answer.get("filter_id"))

    def is_unreadable(self, event: str) -> bool:
        """Tell whether an event could not be decrypted until now."""
        return self._encryption is not None and self._encryption.is_waiting(event)

    async def keep_up(self) -> None:
        """Do what encryption needs done between two batches."""
        if self._encryption:
            await self._encryption.keep_up()

    async def send(self, room: str, content: Json, txn: str) -> str:
        """Send a message, encrypted where the room is; return its id.

        The same ``txn`` in the same room from the same device gives the same message again.
        """
        kind = _MESSAGE
        if self._encryption and await self._encryption.covers(room):
            content = await self._encryption.encrypt(room, kind, content)
            kind = "m.room.encrypted"
        path = f"{_room(room)}/send/{kind}/{_quoted(txn)}"
        return _event_id(await self._transport.call("PUT", path, content))

    async def redact(self, room: str, event: str, txn: str, *, reason: str = "") -> str:
        """Take an event away; return the id of what says so."""
        path = f"{_room(room)}/redact/{_quoted(event)}/{_quoted(txn)}"
        return _event_id(
            await self._transport.call("PUT", path, {"reason": reason} if reason else {})
        )

    async def edits_of(self, room: str, event: str) -> tuple[str, ...]:
        """Return the ids of our own edits of a message. Raises NotFoundError without a message."""
        path = f"/v1/rooms/{_quoted(room)}/relations/{_quoted(event)}/m.replace"
        found: list[str] = []
        query = {"limit": "100"}
        for _ in range(_MOST_PAGES):
            raw = await self._transport.call("GET", path, query=query)
            own = [one for one in map(as_object, as_list(raw.get("chunk"))) if self._is_own(one)]
            found += [id for one in own if (id := as_id(one.get("event_id"), "$"))]
            following = raw.get("next_batch")
            if not isinstance(following, str) or not following:
                break
            query = {"limit": "100", "from": following}
        return tuple(found)

    def _is_own(self, event: Json) -> bool:
        return event.get("sender") == self.identity.user

    async def event(self, room: str, event: str) -> Json:
        """Return one event, decrypted if that is possible."""
        raw = await self._transport.call("GET", f"{_room(room)}/event/{_quoted(event)}")
        return self._encryption.decrypted(room, raw) if self._encryption else raw

    async def after(self, room: str, event: str, *, limit: int = 100) -> History:
        """Return what came after an event, oldest first."""
        path = f"{_room(room)}/context/{_quoted(event)}"
        raw = await self._transport.call("GET", path, query={"limit": str(limit)})
        return self._history(room, raw.get("events_after"), raw.get("end"))

    async def messages(
        self, room: str, start: str, *, backwards: bool, until: str = "", limit: int = 100
    ) -> History:
        """Return a piece of history from a token on, no further than another."""
        query = {"from": start, "dir": "b" if backwards else "f", "limit": str(limit)}
        query["filter"] = _HISTORY
        if until:
            query["to"] = until
        raw = await self._transport.call("GET", f"{_room(room)}/messages", query=query)
        return self._history(room, raw.get("chunk"), raw.get("end"))

    async def own_messages(self, room: str, start: str = "", *, limit: int = 50) -> History:
        """Return messages of ours, newest first, from a token or else from the room's end on."""
        wanted = {"types": _MESSAGES, "senders": [self.identity.user]}
        query = {"dir": "b", "limit": str(limit), "filter": json.dumps(wanted)}
        if start:
            query["from"] = start
        raw = await self._transport.call("GET", f"{_room(room)}/messages", query=query)
        if not isinstance(raw.get("chunk"), list):
            raise OutcomeUnknownError  # what was not given is not the same as nothing
        return self._history(room, raw.get("chunk"), raw.get("end"))

    async def state(self, room: str, kind: str, key: str = "") -> Json:
        """Return a state event whole, with who sent it. Raises NotFoundError if there is none."""
        path = f"{_room(room)}/state/{kind}/{_quoted(key)}"
        event = await self._transport.call("GET", path, query={"format": "event"})
        if event.get("type") == kind and event.get("state_key") == key:
            return event
        raise OutcomeUnknownError  # the server does not know the format

    async def is_joined(self, room: str, user: str) -> bool:
        """Tell whether somebody has joined a room, as far as we may know."""
        try:
            member = await self.state(room, "m.room.member", user)
        except NotFoundError:
            return False
        return as_object(member.get("content")).get("membership") == "join"

    async def joined_rooms(self) -> frozenset[str]:
        """Return which rooms the bot is in now."""
        rooms = (await self._transport.call("GET", "/v3/joined_rooms")).get("joined_rooms")
        if not isinstance(rooms, list):
            raise OutcomeUnknownError  # what was not given is not the same as nothing
        return frozenset(room for one in rooms if (room := as_id(one, "!")))

    async def joined_members(self, room: str) -> frozenset[str]:
        """Return who is in a room now."""
        answer = await self._transport.call("GET", f"{_room(room)}/joined_members")
        return frozenset(user for user in as_object(answer.get("joined")) if as_id(user, "@"))

    async def invited_members(self, room: str) -> frozenset[str]:
        """Return who is invited to a room and has not come yet."""
        query = {"membership": "invite"}
        answer = await self._transport.call("GET", f"{_room(room)}/members", query=query)
        found = map(as_object, as_list(answer.get("chunk")))
        return frozenset(user for one in found if (user := as_id(one.get("state_key"), "@")))

    async def display_name(self) -> str:
        """Return the bot's own display name, which people type to call it; may be empty."""
        path = f"/v3/profile/{_quoted(self.identity.user)}/displayname"
        name = (await self._transport.call("GET", path)).get("displayname")
        return name if isinstance(name, str) else ""

    async def set_typing(self, room: str, *, is_typing: bool) -> None:
        """Show that an answer is being made, for at most half a minute, or that it no longer is."""
        body: Json = {"typing": True, "timeout": 30_000} if is_typing else {"typing": False}
        path = f"{_room(room)}/typing/{_quoted(self.identity.user)}"
        await self._transport.call("PUT", path, body)

    async def mark_read(self, room: str, event: str) -> None:
        """Say that everything up to an event was seen."""
        await self._transport.call("POST", f"{_room(room)}/receipt/m.read/{_quoted(event)}", {})

    async def react(self, room: str, event: str, sign: str, txn: str) -> None:
        """Put a sign to a message. It is never encrypted: relations are not."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": sign}
        path = f"{_room(room)}/send/m.reaction/{_quoted(txn)}"
        await self._transport.call("PUT", path, {"m.relates_to": relation})

    async def join(self, room: str, via: str = "") -> None:
        """Come into a room; ``via`` is a server that knows it, where its id does not tell."""
        query = {"server_name": via, "via": via} if via else None
        await self._transport.call("POST", f"/v3/join/{_quoted(room)}", {}, query=query)

    async def leave(self, room: str) -> None:
        """Leave a room, or refuse to come."""
        await self._transport.call("POST", f"{_room(room)}/leave", {})

    async def create_direct(self) -> str:
        """Make a room for the bot and one person, who is still to be invited; return its id."""
        body: Json = {"preset": "private_chat", "is_direct": True}
        answer = await self._transport.call("POST", "/v3/createRoom", body)
        room = as_id(answer.get("room_id"), "!")
        if not room:
            raise OutcomeUnknownError
        return room

    async def invite_directly(self, room: str, user: str) -> None:
        """Invite somebody, telling their client that this is a chat of two."""
        path = f"{_room(room)}/state/m.room.member/{_quoted(user)}"
        await self._transport.call("PUT", path, {"membership": "invite", "is_direct": True})

    async def account_data(self, kind: str) -> Json:
        """Return what the account keeps on its server under a name."""
        return await self._transport.call("GET", self._account_path(kind))

    async def keep_account_data(self, kind: str, content: Json) -> None:
        """Keep something on the account's server."""
        await self._transport.call("PUT", self._account_path(kind), content)

    def _account_path(self, kind: str) -> str:
        return f"/v3/user/{_quoted(self.identity.user)}/account_data/{kind}"

    def _history(self, room: str, events: object, end: object) -> History:
        raws = tuple(as_object(event) for event in as_list(events))
        if self._encryption:
            raws = tuple(self._encryption.decrypted(room, raw) for raw in raws)
        return History(raws, end if isinstance(end, str) else "")


def _event_id(answer: Mapping[str, object]) -> str:
    id = as_id(answer.get("event_id"), "$")
    if not id:
        raise OutcomeUnknownError
    return id


def _room(room: str) -> str:
    return f"/v3/rooms/{_quoted(room)}"


def _quoted(part: str) -> str:
    return quote(part, safe="")
