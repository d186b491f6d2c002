"""A place to post to, registered where it is and named from anywhere."""

from __future__ import annotations

from dataclasses import dataclass

from community_bot.domain.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A registered place.

    ``zone`` is an IANA time zone name. ``is_moderators`` marks a channel of the moderators' own,
    which hears what needs them. ``stopped`` is why nothing is sent there until somebody acts: a
    message key, empty when all is well.
    """

    id: int = 0
    name: str
    address: Address
    zone: str = "UTC"
    language: str = "en"
    is_moderators: bool = False
    stopped: str = ""
