"""The reader of Discord's document sees what is wrong: a request that is right passes."""

from __future__ import annotations

import pytest
from ledger.discord import Recorded
from system.discord.openapi import ABSENT, IS_THERE, problems

pytestmark = pytest.mark.skipif(not IS_THERE, reason=ABSENT)

MESSAGES = "/channels/123456/messages"


@pytest.mark.parametrize(
    "request_",
    [
        Recorded("POST", "/channels/123456/nothing", {}),
        Recorded("POST", MESSAGES),
        Recorded("POST", MESSAGES, {"nonce": "x" * 26}),
        Recorded("POST", MESSAGES, {"components": [{"type": 99}]}),
        Recorded("POST", MESSAGES, {"content": "x" * 2001}),
        Recorded("POST", MESSAGES, {"flags": 1 << 15, "content": "x"}),
        Recorded("GET", MESSAGES, query={"limit": "101"}),
        Recorded("GET", MESSAGES, query={"since": "1"}),
        Recorded("GET", "/users/@me", {"body": 1}),
        Recorded(
            "POST",
            MESSAGES,
            {"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 2001}] * 2},
        ),
    ],
)
def test_what_is_wrong_is_seen(request_: Recorded) -> None:
    assert problems([request_])


def test_what_is_right_passes() -> None:
    body = {"content": "Hello", "nonce": "n", "enforce_nonce": True}
    assert not problems([Recorded("POST", MESSAGES, body)])
    assert not problems([Recorded("GET", MESSAGES, query={"limit": "100", "after": "1"})])
