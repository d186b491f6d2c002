"""What a homeserver can answer instead of what was asked, one class per thing to do about it.

Nothing here carries a token, an address or what was sent: a code of the specification at most.
"""

from __future__ import annotations


class MatrixError(Exception):
    """A request did not succeed; ``code`` is what the server calls it, such as ``M_FORBIDDEN``."""

    def __init__(self, code: str = "", *, status: int = 0) -> None:
        super().__init__(f"{status} {code}".strip() or type(self).__name__)
        self.code = code
        self.status = status


class UnreachableError(MatrixError):
    """The server surely did not take it: no connection came about."""


class OutcomeUnknownError(MatrixError):
    """The server may have taken it: a time-out, a dropped connection, a gateway's error."""


class RateLimitedError(MatrixError):
    """The server surely did not take it and asks to wait ``retry_after`` seconds."""

    def __init__(self, retry_after: float, code: str = "M_LIMIT_EXCEEDED") -> None:
        super().__init__(code, status=429)
        self.retry_after = retry_after


class UnauthorisedError(MatrixError):
    """The access token is not valid. After a soft logout the device is kept: log in as it again."""

    def __init__(self, code: str = "", *, is_soft_logout: bool = False) -> None:
        super().__init__(code, status=401)
        self.is_soft_logout = is_soft_logout


class ForbiddenError(MatrixError):
    """The account may not do this; the token is valid."""


class NotFoundError(MatrixError):
    """There is no such event, room or state."""


class RefusedError(MatrixError):
    """This request will never be taken: too large, malformed, or of an unknown kind."""


class KeysLostError(MatrixError):
    """Nothing was sent: the device's own keys are lost, and others hold other keys of it."""


class InteractionNeededError(MatrixError):
    """The server wants the account's password again; ``session`` is to be sent along with it."""

    def __init__(self, session: str) -> None:
        super().__init__(status=401)
        self.session = session
