"""``health``: asks the bot that runs how it is, and says so in a line for each platform."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING

from community_bot.app.health import Link
from community_bot.app.serving import settings_of
from community_bot.core.i18n import Texts

if TYPE_CHECKING:
    from argparse import Namespace

    from community_bot.app.settings_forms import Place

_TEXTS = Texts("en")
_SECONDS = 5.0
_LARGEST = 1_000_000
_WELL = {"ok", "signed"}


def health(options: Namespace) -> int:
    """Say how the running bot is; 0 when all platforms are connected, else 1."""
    place = settings_of(options).health_place
    if place is None:
        sys.stderr.write(_TEXTS("health-off") + "\n")
        return 1
    try:
        report = _asked(place)
    except (OSError, http.client.HTTPException, ValueError):
        said = _TEXTS("health-unreachable", host=place.host, port=place.port)
        sys.stderr.write(said + "\n")
        return 1
    sys.stdout.writelines(f"{line}\n" for line in lines_of(report))
    return 0 if report.get("ready") is True else 1


def lines_of(report: Mapping[str, object]) -> Iterator[str]:
    """Yield what a report says, for people."""
    lanes = _table(report.get("delivery"))
    for name, told in _table(report.get("platforms")).items():
        yield f"{name}: {', '.join(_parts(_table(told), _table(lanes.get(name))))}"
    knowledge = _table(report.get("knowledge"))
    key = "health-knowledge-outdated" if knowledge.get("outdated") else "health-knowledge"
    entries = knowledge.get("entries")
    yield _TEXTS(key, entries=entries if isinstance(entries, int) else 0)


def _parts(told: Mapping[str, object], lane: Mapping[str, object]) -> Iterator[str]:
    state, heard = told.get("state"), told.get("heard_seconds_ago")
    seconds = round(heard) if isinstance(heard, int | float) else 0
    match state:
        case Link.CONNECTED:
            yield _TEXTS("health-connected", seconds=seconds)
        case Link.DEAF:
            yield _TEXTS("health-deaf", seconds=seconds)
        case Link.REFUSED:
            yield _TEXTS("health-refused")
        case _:
            yield _TEXTS("health-connecting")
    device = told.get("device", "signed")
    if device == "lost":
        yield _TEXTS("health-device-lost")
    elif device not in _WELL:
        yield _TEXTS("health-device-unsigned")
    if lane.get("status", "ok") not in _WELL:
        yield _TEXTS("health-posts-wait")


def _asked(place: Place) -> Mapping[str, object]:
    connection = http.client.HTTPConnection(_reachable(place.host), place.port, timeout=_SECONDS)
    try:
        connection.request("GET", "/readyz")
        return _table(json.loads(connection.getresponse().read(_LARGEST)))
    finally:
        connection.close()


def _reachable(host: str) -> str:
    """Return where to ask: who listens at every address is asked at the machine's own."""
    address = ip_address(host)
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"  # noqa: PLR2004 - IPv4


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
