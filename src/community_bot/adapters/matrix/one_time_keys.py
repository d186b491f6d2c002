"""One-time keys that the server gives to others, so that they can write to this device."""

from __future__ import annotations

from community_bot.adapters.matrix.events import as_object
from community_bot.adapters.matrix.transport import Transport

_MOST_KEYS = 500


async def use_up_one_time_keys(transport: Transport, user: str, device: str) -> None:
    """Take from the server the one-time keys of a device of ours, so that nobody else gets them.

    Of some a copy may not have the private halves, and what is sent with those is lost.
    Raises MatrixError.
    """
    body = {"one_time_keys": {user: {device: "signed_curve25519"}}}
    for _ in range(_MOST_KEYS):
        answer = await transport.call("POST", "/v3/keys/claim", body)
        of_user = as_object(as_object(answer.get("one_time_keys")).get(user))
        given = as_object(of_user.get(device)).values()
        if not given or any(as_object(key).get("fallback") for key in given):
            return
