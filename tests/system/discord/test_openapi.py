"""The reader of Discord's document sees what is wrong: a request that is right passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ledger.discord import Recorded
from system.discord.openapi import ABSENT, IS_THERE, problems

pytestmark = pytest.mark.skipif(not IS_THERE, reason=ABSENT)

GOLDEN = Path(__file__).resolve().parents[2] / "render" / "discord" / "golden"
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
        Recorded("POST", MESSAGES, {"components": [{"type": 2, "label": "x" * 81}]}),
    ],
)
def test_what_is_wrong_is_seen(request_: Recorded) -> None:
    assert problems([request_])


def test_what_is_right_passes() -> None:
    body = {"content": "Hello", "nonce": "n", "enforce_nonce": True}
    assert not problems([Recorded("POST", MESSAGES, body)])
    assert not problems([Recorded("GET", MESSAGES, query={"limit": "100", "after": "1"})])


def bodies(path: Path) -> list[dict[str, Any]]:
    """Return the messages that a golden file holds: bodies, or the components of one."""
    held = json.loads(path.read_text(encoding="utf-8"))
    if all("flags" in one for one in held):
        return list(held)
    return [{"flags": 1 << 15, "components": held, "allowed_mentions": {"parse": []}}]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda one: str(one.stem))
def test_each_kind_of_answer_is_what_discord_takes_as_answer_and_as_post(path: Path) -> None:
    callback = "/interactions/123456/token/callback"
    for body in bodies(path):
        answer = Recorded("POST", callback, {"type": 4, "data": body}, {"with_response": "true"})
        post = Recorded("POST", MESSAGES, {**body, "nonce": "n", "enforce_nonce": True})
        assert not problems([answer, post])
