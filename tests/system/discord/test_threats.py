"""What people with bad intentions send: it calls nobody and ends nothing."""

from __future__ import annotations

import pytest
from system.discord.answering_bot import Scene, answer, text

pytestmark = pytest.mark.usefixtures("env")

HOSTILE = (
    "@everyone",
    "@here",
    "@@everyoneeveryone",
    "``x` <@everyone> `x``",
    "<@&{role}>",
    "<@{ann}>",
    "<#{channel}>",
    "@everyone\u200b",
    "<@!{ann}> `` <@{ann}> ``",
)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize(("name", "option"), [("help", "command"), ("person", "name")])
async def test_no_words_that_are_repeated_in_an_answer_call_anybody(
    it: Scene, name: str, option: str, words: str
) -> None:
    words = words.format(role=it.guild.default_role.id, ann=it.ann.id, channel=it.channel.id)
    said = answer(await it.ask(name, **{option: words})).message
    assert (said.mention_everyone, said.mentions, said.role_mentions) == (False, [], [])
    (sent,) = [one.json for one in it.env.http_requests if "callback" in one.path]
    assert sent is not None
    assert sent["data"]["allowed_mentions"] == {"parse": []}


async def test_an_unknown_command_is_answered_without_calling_anybody(it: Scene) -> None:
    for words in HOSTILE:
        line = words.format(role=it.guild.id, ann=it.ann.id, channel=it.channel.id)
        await it.ann.send(it.channel, f"<@{it.env.bot.user.id}> {line}")  # type: ignore[union-attr]
        said = it.channel.last_message
        assert said is not None
        assert said.author.id != it.ann.id
        assert (said.mention_everyone, said.mentions, said.role_mentions) == (False, [], [])


async def test_malformed_interactions_end_nothing(it: Scene) -> None:
    for broken in (
        {},
        {"type": 2, "id": "1"},
        {"type": 3, "id": "x", "data": {"custom_id": 5}},
        {"type": 99, "id": "5", "token": "t", "version": 1, "application_id": "1"},
    ):
        it.env.backend.emit("INTERACTION_CREATE", broken)
        await it.env.settle()
    assert "Ilmi Umerov" in text(answer(await it.ask("person", name="umerov")))
