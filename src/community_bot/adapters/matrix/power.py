"""What power level a user has in a room, computed from the room's state. Asks no server.

By the Matrix specification: "m.room.power_levels" of the client-server API for the levels and their
defaults, and the page of each room version for what differs. What the rules of a version would
have refused counts as nothing: whoever is not surely powerful is not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

CREATOR_LEVEL = 2**53
"""The infinite level of room version 12's creators: one above any that an event can state."""

_LEVEL_WITHOUT_EVENT = 100
_MOST = 2**53 - 1
_LONGEST = 100
"""Most characters of a level that is a string; Python reads very long numbers slowly."""
_INTEGER = re.compile(r"\s*[+-]?[0-9]+\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Version:
    """How a room version reads levels, and who its creators are."""

    takes_floats: bool = False
    takes_strings: bool = False
    has_creator_property: bool = False
    has_infinite_creators: bool = False


# Floats: "power_levels events accept values as floats", versions 1 to 5; version 6 came to require
# Canonical JSON. Strings: "… accept values as strings", versions 1 to 9; version 10 enforces
# integers. Version 11 removed the `creator` property. Version 12 gave its creators infinite power.
_VERSIONS = {
    **dict.fromkeys(
        ("1", "2", "3", "4", "5"),
        _Version(takes_floats=True, takes_strings=True, has_creator_property=True),
    ),
    **dict.fromkeys(("6", "7", "8", "9"), _Version(takes_strings=True, has_creator_property=True)),
    "10": _Version(has_creator_property=True),
    "11": _Version(),
    "12": _Version(has_infinite_creators=True),
}


def room_version(create: Mapping[str, object]) -> str:
    """Return the version that a room's create event states; "1" if it states none.

    Specification: client-server API, "m.room.create", ``room_version``.
    """
    version = _content(create).get("room_version", "1")
    return version if isinstance(version, str) else ""


def power_level(
    create: Mapping[str, object],
    power: Mapping[str, object] | None,
    user_id: str,
    room_version: str,
) -> int:
    """Return the level of a user by a room's create and power levels events, each whole and raw.

    ``power`` is None where the room has no such event: then the creator has 100 and everybody else
    0 (client-server API, "m.room.power_levels"). Creators of version 12 have ``CREATOR_LEVEL``,
    whatever the event says. In a version that is not known here everybody has 0.

    A level says nothing of membership: whoever asks must also see that the user is in the room.
    """
    version = _VERSIONS.get(room_version)
    if version is None:
        return 0
    is_creator = user_id in _creators(create, version)
    if is_creator and version.has_infinite_creators:
        return CREATOR_LEVEL
    if power is None:
        return _LEVEL_WITHOUT_EVENT if is_creator else 0
    content = _content(power)
    users = content.get("users", {})
    if not isinstance(users, Mapping):
        return 0
    value = users[user_id] if user_id in users else content.get("users_default", 0)
    return _level(value, version)


def _creators(create: Mapping[str, object], version: _Version) -> frozenset[str]:
    """Return who made the room.

    Up to version 10 the ``creator`` property; from 11 the sender; in version 12 also the
    ``additional_creators`` (its "Client considerations", "Event format").
    """
    content = _content(create)
    found = [content.get("creator") if version.has_creator_property else create.get("sender")]
    if version.has_infinite_creators:
        more = content.get("additional_creators")
        found += more if isinstance(more, list) else []
    return frozenset(one for one in found if isinstance(one, str))


def _level(value: object, version: _Version) -> int:
    """Return a level as its version reads it, and 0 for what the version does not take."""
    level = 0
    # A truth value is an integer in Python, but none in JSON.
    if isinstance(value, int) and not isinstance(value, bool):
        level = value
    elif version.takes_strings and isinstance(value, str) and _is_integer(value):
        level = int(value)
    elif version.takes_floats and isinstance(value, float) and math.isfinite(value):
        level = math.trunc(value)
    return level if -_MOST <= level <= _MOST else 0


def _is_integer(text: str) -> bool:
    return len(text) <= _LONGEST and _INTEGER.fullmatch(text) is not None


def _content(event: Mapping[str, object]) -> Mapping[str, object]:
    content = event.get("content")
    return content if isinstance(content, Mapping) else {}
