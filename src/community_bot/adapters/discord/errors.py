"""What Discord can answer instead of what was asked, and what that says of a delivery.

Nothing here carries a token, an address or what was sent.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from community_bot.publishing.errors import (
    DeliveryError,
    DestinationRefusedError,
    MessageGoneError,
    MessageRefusedError,
    NotAcceptedError,
    NotEditableError,
    OutcomeUnknownError,
    TokenRefusedError,
)


class DiscordError(Exception):
    """Something did not succeed; trying again later may help."""


class GatewayLostError(DiscordError):
    """The connection on which events come ended, or nothing was heard on it for too long."""


class UnauthorisedError(DiscordError):
    """The token is not valid, and will not become so."""

    def __init__(self) -> None:
        super().__init__("the token is not valid")


class IntentsRefusedError(DiscordError):
    """The application may not have the events that it asks for, until somebody allows it to."""

    def __init__(self) -> None:
        super().__init__("the app may not have the events that it asks for")


class UnreachableError(DiscordError):
    """Discord surely did not take it: no connection came about."""


class AnswerLostError(DiscordError):
    """Discord may have taken it: a time-out, or a connection that broke off."""


class RateLimitedError(DiscordError):
    """Discord surely did not take it and asks to wait ``retry_after`` seconds.

    ``is_global`` says that this is for all requests; ``is_counted`` that the request was made and
    counts against the address, as all do but those for a limit shared with others.
    """

    def __init__(
        self, retry_after: float | None, *, is_global: bool = False, is_counted: bool = True
    ) -> None:
        super().__init__("rate limited")
        self.retry_after = retry_after
        self.is_global = is_global
        self.is_counted = is_counted


class RefusedError(DiscordError):
    """Discord answered with an error: ``code`` is its own number for it, 0 if it gave none."""

    def __init__(self, status: int, code: int = 0) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
ALREADY_PUBLISHED = 40033
THREAD_ARCHIVED = 50083

_REFUSED_PLACES = {
    UNKNOWN_CHANNEL: "delivery-channel-unknown",
    10004: "delivery-not-installed",
    40067: "delivery-tag-required",
    50001: "delivery-no-access",
    50008: "delivery-channel-kind",
    50013: "delivery-no-permission",
    50024: "delivery-channel-kind",
    THREAD_ARCHIVED: "delivery-thread-locked",
    160005: "delivery-thread-locked",
}
"""Nothing is taken there until somebody acts."""
_LATER = {20016, 20022, 20028, 20029, 30046, 40062}
"""Limits that are told with other statuses than 429 as well."""
_NOT_EDITABLE = {50005, 50021}
_BLOCKED = {200000, 200001, 240000}


def meaning(error: DiscordError) -> DeliveryError:
    """Return what an error says of the delivery of a message."""
    match error:
        case RateLimitedError():
            wait = None if error.retry_after is None else timedelta(seconds=error.retry_after)
            return NotAcceptedError(
                "delivery-rate-limited",
                retry_after=wait,
                whole_platform=error.is_global,
                is_invalid=error.is_counted,
            )
        case UnauthorisedError():
            return TokenRefusedError("delivery-token-refused")
        case UnreachableError():
            return NotAcceptedError("delivery-unreachable")
        case RefusedError():
            return _refusal(error)
        case _:
            return OutcomeUnknownError("delivery-interrupted")


def _refusal(error: RefusedError) -> DeliveryError:
    code = error.code
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return OutcomeUnknownError("delivery-platform-failed")
    if code == UNKNOWN_MESSAGE:
        return MessageGoneError("delivery-message-gone")
    if code in _REFUSED_PLACES:
        return DestinationRefusedError(_REFUSED_PLACES[code])
    if code in _LATER:
        return NotAcceptedError("delivery-rate-limited")
    if code in _NOT_EDITABLE:
        return NotEditableError("delivery-not-editable")
    if code in _BLOCKED:
        return MessageRefusedError("delivery-blocked")
    if not code and error.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        # Not Discord's own words but those of what stands before it, which may pass.
        return NotAcceptedError("delivery-platform-failed")
    if error.status == HTTPStatus.FORBIDDEN:
        return DestinationRefusedError("delivery-no-permission")
    return MessageRefusedError("delivery-message-refused")
