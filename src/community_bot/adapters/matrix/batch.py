"""What one /sync brought, taken apart as far as any JSON goes. Never raises, knows no network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from community_bot.adapters.matrix.events import as_id, as_list, as_object
from community_bot.adapters.matrix.transport import Json

TIMELINE = [
    "m.room.message",
    "m.room.encrypted",
    "m.room.redaction",
    "m.reaction",
    "m.room.member",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.encryption",
    "m.room.tombstone",
    "m.room.power_levels",
]
_T = TypeVar("_T")
_NOTHING: Json = {"not_types": ["*"]}


def filter_for(own: str) -> Json:
    """Return a filter for all that the bot, whose user id this is, acts on and for nothing else."""
    return {
        "presence": _NOTHING,
        "account_data": _NOTHING,
        "room": {
            "account_data": _NOTHING,
            "ephemeral": _NOTHING,
            # Of members only those who speak, and the bot itself.
            "state": {
                "lazy_load_members": True,
                "types": [
                    "m.room.encryption",
                    "m.room.history_visibility",
                    "m.room.join_rules",
                    "m.room.member",
                    "m.room.tombstone",
                ],
            },
            # A server may give fewer: what is missing then is fetched. What the bot says itself
            # would only wake it once more.
            "timeline": {
                "limit": 1000,
                "lazy_load_members": True,
                "types": TIMELINE,
                "not_senders": [own],
            },
        },
    }


@dataclass(frozen=True, slots=True)
class Joined:
    """News of a room that the bot is in. Events are as they came, oldest first.

    ``is_limited`` says that events between the last batch and this are missing, to be read back
    from ``before``. ``people`` is how many have joined, ``invited`` how many may, where that has
    changed.
    """

    room: str
    state: tuple[Json, ...] = ()
    timeline: tuple[Json, ...] = ()
    is_limited: bool = False
    before: str = ""
    people: int | None = None
    invited: int | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """A room that the bot is asked into, with the little that the server tells of it."""

    room: str
    state: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A room that the bot is not in any more, with what was told of it last."""

    room: str
    events: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Keys:
    """News for encryption: messages to this device, whose devices changed, how many keys remain."""

    to_device: tuple[Json, ...] = ()
    changed: tuple[str, ...] = ()
    one_time_keys: int | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One answer to /sync; ``token`` is where the next one begins."""

    token: str
    joined: tuple[Joined, ...] = ()
    invited: tuple[Invited, ...] = ()
    left: tuple[Left, ...] = ()
    keys: Keys = field(default_factory=Keys)


def parse_batch(raw: Json) -> Batch | None:
    """Return a batch; nothing if it does not even say where the next one begins."""
    token = raw.get("next_batch")
    if not isinstance(token, str) or not token.isprintable() or not token:
        return None
    rooms = as_object(raw.get("rooms"))
    return Batch(
        token,
        joined=tuple(_each(rooms.get("join"), _joined)),
        invited=tuple(_each(rooms.get("invite"), _invited)),
        left=tuple(_each(rooms.get("leave"), _left)),
        keys=_keys(raw),
    )


def _each(rooms: object, parse: Callable[[str, Json], _T]) -> list[_T]:
    return [parse(id, as_object(room)) for id, room in as_object(rooms).items() if as_id(id, "!")]


def _joined(id: str, room: Json) -> Joined:
    timeline = as_object(room.get("timeline"))
    before = timeline.get("prev_batch")
    summary = as_object(room.get("summary"))
    return Joined(
        id,
        state=_events(room.get("state")),
        timeline=_events(timeline),
        is_limited=timeline.get("limited") is True,
        before=before if isinstance(before, str) else "",
        people=_count(summary.get("m.joined_member_count")),
        invited=_count(summary.get("m.invited_member_count")),
    )


def _invited(id: str, room: Json) -> Invited:
    return Invited(id, _events(room.get("invite_state")))


def _left(id: str, room: Json) -> Left:
    return Left(id, (*_events(room.get("state")), *_events(room.get("timeline"))))


def _keys(raw: Json) -> Keys:
    changed = as_list(as_object(raw.get("device_lists")).get("changed"))
    counts = as_object(raw.get("device_one_time_keys_count"))
    return Keys(
        to_device=_events(raw.get("to_device")),
        changed=tuple(found for user in changed if (found := as_id(user, "@"))),
        one_time_keys=_count(counts.get("signed_curve25519")),
    )


def _events(holder: object) -> tuple[Json, ...]:
    events = as_list(as_object(holder).get("events"))
    return tuple(as_object(event) for event in events if isinstance(event, dict))


def _count(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None
