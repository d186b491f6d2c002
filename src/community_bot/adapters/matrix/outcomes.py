"""What a homeserver's answer to a post means: what is known of the attempt, and why it was so."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from community_bot.adapters.matrix.errors import (
    ForbiddenError,
    KeysLostError,
    MatrixError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    UnauthorisedError,
    UnreachableError,
)
from community_bot.publishing.errors import (
    DeliveryError,
    DestinationRefusedError,
    MessageRefusedError,
    NotAcceptedError,
    OutcomeUnknownError,
    TokenRefusedError,
)

_OF_THE_SERVER = {"M_CONSENT_NOT_GIVEN", "M_RESOURCE_LIMIT_EXCEEDED", "M_USER_SUSPENDED"}
"""Refusals that no other room or message changes, but a person may."""


def outcome_of(error: MatrixError) -> DeliveryError:
    """Return what a request that did not succeed says of an attempt to post."""
    match error:
        case RateLimitedError():
            # An account is limited, not a room.
            wait = timedelta(seconds=error.retry_after)
            return NotAcceptedError("delivery-limited", retry_after=wait, whole_platform=True)
        case UnauthorisedError(is_soft_logout=True):
            # Until the adapter has renewed the token.
            return NotAcceptedError("delivery-session-over", whole_platform=True)
        case UnauthorisedError():
            return TokenRefusedError()
        case UnreachableError():
            return NotAcceptedError("delivery-unreachable")
        case KeysLostError():
            return NotAcceptedError("delivery-keys-lost")
        case ForbiddenError() | NotFoundError() | RefusedError() if _is_by_server(error):
            return _refusal(error)
        case _ if error.status:
            return OutcomeUnknownError("delivery-server-failed")
        case _:
            return OutcomeUnknownError()


def _is_by_server(error: MatrixError) -> bool:
    """Tell whether the server itself refused, and not something that stands before it."""
    return _is_too_large(error) or (bool(error.code) and error.code != "M_UNRECOGNIZED")


def _is_too_large(error: MatrixError) -> bool:
    return error.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or error.code == "M_TOO_LARGE"


def _refusal(error: MatrixError) -> DeliveryError:
    match error:
        case ForbiddenError() if error.code in _OF_THE_SERVER:
            return NotAcceptedError("delivery-account-held")
        case ForbiddenError():
            return DestinationRefusedError("delivery-forbidden")
        case NotFoundError():
            return DestinationRefusedError("delivery-no-place")
        case _ if _is_too_large(error):
            return MessageRefusedError("delivery-too-large")
        case _:
            return MessageRefusedError("delivery-malformed")
