"""What a carrier can say of an attempt that did not succeed.

``reason`` is a message key for people. Nothing here carries a token, an address or what was sent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar


class DeliveryError(Exception):
    """An attempt did not succeed; without a ``reason`` it is the ``usual`` one of its kind."""

    usual: ClassVar[str] = "delivery-failed"

    def __init__(self, reason: str = "") -> None:
        self.reason = reason or self.usual
        super().__init__(self.reason)


class NotAcceptedError(DeliveryError):
    """The platform surely did not take it; it may take it later.

    ``retry_after`` is how long the platform asks to wait; ``whole_platform`` whether that is for
    everything sent there; ``is_invalid`` whether the platform counts the request as invalid.
    """

    usual = "delivery-not-accepted"

    def __init__(
        self,
        reason: str = "",
        *,
        retry_after: timedelta | None = None,
        whole_platform: bool = False,
        is_invalid: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.whole_platform = whole_platform
        self.is_invalid = is_invalid


class OutcomeUnknownError(DeliveryError):
    """The platform may have taken it: a time-out, a dropped connection, a gateway's error."""

    usual = "delivery-unclear"


class MessageRefusedError(DeliveryError):
    """This message will never be taken, whatever is done; others may."""


class DestinationRefusedError(DeliveryError):
    """Nothing will be taken there until somebody acts: no permission, no such channel."""


class TokenRefusedError(DeliveryError):
    """Nothing will be taken anywhere on this platform: the token is not valid."""

    usual = "delivery-token-refused"


class MessageGoneError(DeliveryError):
    """The message to be changed was deleted by somebody."""

    usual = "delivery-message-gone"


class NotEditableError(DeliveryError):
    """The message stands but can no longer be changed; a reply to it can be posted."""


class HistoryUnreadableError(DeliveryError):
    """Whether a message is there cannot be told."""

    usual = "delivery-history-unreadable"
