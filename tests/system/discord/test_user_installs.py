"""Where somebody brought the bot along and it is not itself: they are answered all the same."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from system.discord.surroundings import Everybody, running, session
from system.discord.wire import SOMEBODY, Wire, wire

ELSEWHERE = "777000000000000001"
COMMAND = {"id": "1", "name": "person", "type": 1}
OPTIONS = [{"name": "name", "type": 3, "value": "umerov"}]
# As Discord describes a channel that the bot does not know.
CHANNEL = {"id": "5550000", "type": 0, "name": "general", "position": 0, "guild_id": ELSEWHERE}
GROUP = {"id": "5550001", "type": 3, "name": "friends", "recipients": [], "owner_id": "1"}
DIRECT = {"id": "5550002", "type": 1, "recipients": [SOMEBODY]}


@pytest.fixture
async def discord_there(tmp_path: Path) -> AsyncIterator[Wire]:
    async with wire() as server, session(server, tmp_path, around=Everybody()) as one, running(one):
        await server.gateway.joined()
        yield server


@pytest.mark.parametrize(
    "place",
    [
        {
            "guild_id": ELSEWHERE,
            "guild": {"id": ELSEWHERE, "locale": "uk", "features": []},
            "channel_id": CHANNEL["id"],
            "channel": CHANNEL,
            "authorizing_integration_owners": {"1": SOMEBODY["id"]},
        },
        {
            "guild_id": None,
            "guild": None,
            "member": None,
            "user": SOMEBODY,
            "channel_id": GROUP["id"],
            "channel": GROUP,
            "context": 2,
            "authorizing_integration_owners": {"1": SOMEBODY["id"]},
        },
        {
            "guild_id": None,
            "guild": None,
            "member": None,
            "user": SOMEBODY,
            "channel_id": DIRECT["id"],
            "channel": DIRECT,
            "context": 1,
            "authorizing_integration_owners": {"0": "0", "1": SOMEBODY["id"]},
        },
    ],
    ids=["a server without the bot", "a group of friends", "the chat with the bot"],
)
async def test_a_question_is_answered_by_its_interaction_alone(
    discord_there: Wire, place: dict[str, Any]
) -> None:
    begun = await discord_there.interact(2, {**COMMAND, "options": OPTIONS}, **place)
    await discord_there.until(lambda: discord_there.answer_to(begun) is not None)
    body = discord_there.answer_to(begun)
    assert body["type"] == 4
    assert "Ilmi Umerov" in json.dumps(body)
    assert body["data"]["allowed_mentions"] == {"parse": []}
    assert not [one for one in discord_there.requests if one.path.startswith("/channels/")]


async def test_a_page_is_turned_in_a_server_without_the_bot(discord_there: Wire) -> None:
    asker = {"id": "9", "type": 2, "user": SOMEBODY, "authorizing_integration_owners": {}}
    button = {"type": 2, "style": 2, "custom_id": "cb:2:person name=umerov", "label": "▶"}
    message = {
        "id": "8",
        "channel_id": CHANNEL["id"],
        "author": SOMEBODY,
        "content": "",
        "flags": 1 << 15,
        "type": 20,
        "timestamp": "2026-01-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "interaction_metadata": asker,
        "components": [{"type": 1, "components": [button]}],
    }
    data = {"custom_id": button["custom_id"], "component_type": 2}
    begun = await discord_there.interact(
        3,
        data,
        message=message,
        guild_id=ELSEWHERE,
        guild={"id": ELSEWHERE, "locale": "uk", "features": []},
        channel_id=CHANNEL["id"],
        channel=CHANNEL,
        authorizing_integration_owners={"1": SOMEBODY["id"]},
    )
    await discord_there.until(lambda: discord_there.answer_to(begun) is not None)
    assert discord_there.answer_to(begun)["type"] == 7
