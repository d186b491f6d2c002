"""The forms that keys and what they sign come in: checked and written, with no cryptography."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator, Mapping

from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.transport import Json

_MOST_WAITING = 200


def canonical(content: Mapping[str, object]) -> str:
    """Write an object as the specification signs it, and as short as it gets: nothing escaped."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def unsigned(content: Mapping[str, object]) -> Json:
    """Return what of an object a signature is over."""
    return {key: content[key] for key in content if key not in {"signatures", "unsigned"}}


def device_keys(devices: object) -> dict[str, Json]:
    """Return the devices whose keys have the form that nio takes for granted."""
    return {
        id: keys for id, raw in as_object(devices).items() if _is_device(keys := as_object(raw))
    }


def _is_device(keys: Json) -> bool:
    names = isinstance(keys.get("user_id"), str) and isinstance(keys.get("device_id"), str)
    unsigned = isinstance(keys.get("unsigned", {}), dict)
    signed = all(isinstance(of, dict) for of in as_object(keys.get("signatures")).values())
    return names and unsigned and signed and isinstance(keys.get("keys"), dict)


def wanted_keys(missing: Mapping[str, list[str]], milliseconds: int) -> Json:
    """Return what asks for a one-time key of each of some devices, by user."""
    wanted = {
        user: dict.fromkeys(devices, "signed_curve25519") for user, devices in missing.items()
    }
    return {"one_time_keys": wanted, "timeout": milliseconds}


def given_keys(answer: Json) -> Iterator[tuple[str, str, object]]:
    """Yield user, device and one-time key for each that was given."""
    for user, devices in as_object(answer.get("one_time_keys")).items():
        for device, keys in as_object(devices).items():
            yield user, device, keys


class Waiting:
    """Events that wait for the key of their session; the oldest are given up."""

    def __init__(self) -> None:
        self._events: OrderedDict[str, tuple[str, Json]] = OrderedDict()

    def __contains__(self, event: object) -> bool:
        return event in self._events

    def add(self, room: str, event: Json) -> None:
        """Keep an event of a room."""
        self._events[str(event.get("event_id"))] = (room, event)
        if len(self._events) > _MOST_WAITING:
            self._events.popitem(last=False)

    def take(self, session: str) -> list[tuple[str, Json]]:
        """Return the events of a session, in the order that they came, and keep them no longer."""
        found = [
            id
            for id, (_, event) in self._events.items()
            if as_object(event.get("content")).get("session_id") == session
        ]
        return [self._events.pop(id) for id in found]
