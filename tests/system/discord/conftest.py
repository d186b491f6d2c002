"""A server with the bot and people for each test that wants one, and the time that it keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import simcord
from system.discord.answering_bot import Scene, scene


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Scene]:
    async with scene(tmp_path) as one:
        yield one


@pytest.fixture
def env(it: Scene) -> simcord.Env:
    """For simcord's plugin, which looks for it: a test then runs in simulated time."""
    return it.env
