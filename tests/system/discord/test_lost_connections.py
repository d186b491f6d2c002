"""Answers whose connection breaks off: tried again, and never given twice."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from system.discord.surroundings import Everybody, running, session
from system.discord.wire import wire


async def test_an_answer_that_was_taken_before_the_connection_broke_is_given_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with wire() as server, session(server, tmp_path, around=Everybody()) as one, running(one):
        await server.gateway.joined()
        server.lost_callbacks = 1
        begun = await server.command("privacy")
        path = f"/interactions/{begun}/interaction-{begun}/callback"
        await server.until(lambda: [made.path for made in server.requests].count(path) > 1)
        assert [made.interaction for made in server.callbacks] == [begun]
        assert server.answer_to(begun)["type"] == 4
        assert not server.followups
    assert not [one for one in caplog.records if one.levelno >= logging.WARNING]
