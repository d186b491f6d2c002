"""Every way of asking, against a real server."""

from __future__ import annotations

from pathlib import Path

from system.matrix.bot import running_bot
from system.matrix.homeserver import Synapse
from system.matrix.person import somebody


async def test_a_command_with_the_prefix_is_answered_in_reply(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with somebody(synapse.url) as ann, somebody(synapse.url, "bot") as account:
        async with running_bot(account, tmp_path):
            room = await ann.create_room(account.user)
            await ann.until(lambda: joined(ann, room, account.user))
            question = await ann.say(room, "!person umerov")
            answer = await ann.answer_to(room, question)
    content = answer["content"]
    assert answer["sender"] == account.user
    assert content["msgtype"] == "m.notice"
    assert "Umerov" in content["body"]
    assert content["m.mentions"] == {}
    assert content["m.relates_to"] == {"m.in_reply_to": {"event_id": question}}


def joined(person, room, user):
    return any(e["type"] == "m.room.member" and e["state_key"] == user and e["content"]["membership"]=="join" for e in person.heard.get(room, ()))
