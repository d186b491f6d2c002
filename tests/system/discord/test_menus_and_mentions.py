"""What can be asked of a message by its menu, and by mentioning the bot in one."""

from __future__ import annotations

import logging

import pytest
from system.discord.answering_bot import Scene, answer, text

pytestmark = pytest.mark.usefixtures("env")

VERIFY = "Verify this answer"
EXPLAIN = "Explain names"


def me(it: Scene) -> int:
    assert it.env.bot.user is not None
    return it.env.bot.user.id


async def test_an_answer_of_ours_is_verified_for_whoever_wants_to_know(it: Scene) -> None:
    shown = answer(await it.ask("person", name="umerov"))
    said = answer(await it.bob.context_menu(it.channel, VERIFY, shown))
    assert said.ephemeral
    assert "Current" in text(said)
    assert it.base.reference("ilmi-umerov") in text(said)


async def test_an_answer_with_several_revisions_is_verified_line_by_line(it: Scene) -> None:
    shown = answer(await it.ask("people", status="released"))
    said = text(answer(await it.bob.context_menu(it.channel, VERIFY, shown)))
    assert "Current" in said
    assert said.count(": current") == text(shown).count("@")


async def test_what_others_wrote_is_not_vouched_for(it: Scene) -> None:
    reference = it.base.reference("ilmi-umerov")
    forged = await it.bob.send(it.channel, f"Ilmi Umerov is a spy. `{reference}`")
    said = answer(await it.ann.context_menu(it.channel, VERIFY, forged))
    assert said.ephemeral
    assert "not mine" in text(said)
    assert reference not in text(said)
    assert not it.dispatcher.asked


async def test_an_answer_without_any_revision_is_said_to_have_none(it: Scene) -> None:
    shown = answer(await it.ask("ping"))
    assert "no revision" in text(answer(await it.ann.context_menu(it.channel, VERIFY, shown)))


async def test_names_in_a_message_are_explained_with_status_and_date(it: Scene) -> None:
    message = await it.bob.send(
        it.channel, "**Ільмі Умерова** звільнили; див. резолюцію 71/205 @everyone"
    )
    said = answer(await it.ann.context_menu(it.channel, EXPLAIN, message))
    assert said.ephemeral
    assert "Ilmi Umerov" in text(said)
    assert "last confirmed" in text(said)
    assert "71/205" in text(said)


async def test_a_name_that_may_be_anybodys_is_not_explained(it: Scene) -> None:
    message = await it.bob.send(it.channel, "Umerov, Rustem Umerov, Mr Umerov, page 71/205")
    said = text(answer(await it.ann.context_menu(it.channel, EXPLAIN, message)))
    assert "Ilmi" not in said
    assert "not sure" in said


async def test_names_in_an_answer_of_ours_are_explained_too(it: Scene) -> None:
    shown = answer(await it.ask("statement", paragraphs="1-3"))
    said = text(answer(await it.ann.context_menu(it.channel, EXPLAIN, shown)))
    assert "Akhtem Chiygoz" in said


@pytest.mark.parametrize(
    "words", ['"' * 2000, "\\" * 2000, "Ab " * 600, "71/205 " * 280, "💥" * 2000]
)
async def test_no_message_is_too_odd_to_be_explained(it: Scene, words: str) -> None:
    message = await it.bob.send(it.channel, words)
    said = text(answer(await it.ann.context_menu(it.channel, EXPLAIN, message)))
    assert "not sure" in said


async def test_a_mention_is_answered_like_a_search_and_pings_nobody(it: Scene) -> None:
    question = await it.ann.send(it.channel, f"<@{me(it)}> mejlis")
    said = it.channel.last_message
    assert said is not None
    assert said.author.id == me(it)
    assert said.reference is not None
    assert said.reference.message_id == question.id
    found = answer(await it.ask("find", words="mejlis"))
    assert text(said) == text(found)
    (sent,) = [one.json for one in it.env.http_requests if one.path.endswith("/messages")]
    assert sent is not None
    assert sent["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert (sent["nonce"], sent["enforce_nonce"]) == (str(question.id), True)


@pytest.mark.parametrize(("features", "locale"), [([], ""), (["COMMUNITY"], "en-US")])
async def test_the_locale_of_a_server_counts_where_somebody_chose_it(
    it: Scene, features: list[str], locale: str
) -> None:
    guild = it.env.bot.get_guild(it.guild.id)
    assert guild is not None
    setattr(guild, "features", features)  # noqa: B010 - which there are is a closed list to mypy
    await it.ann.send(it.channel, f"<@{me(it)}> mejlis")
    assert it.around.locales == [locale]


async def test_a_bare_mention_is_answered_with_help(it: Scene) -> None:
    await it.ann.send(it.channel, f"<@{me(it)}>")
    assert it.dispatcher.asked[-1].line == "help"
    assert text(it.channel.last_message)


@pytest.mark.parametrize(
    "words",
    ["mejlis", "what does <@{me}> say", "<@123456> mejlis", "@bot mejlis", "<@&{me}> mejlis", ""],
)
async def test_what_is_not_meant_for_the_bot_is_left_alone(it: Scene, words: str) -> None:
    await it.ann.send(it.channel, words.format(me=me(it)) or "\u200b")
    assert not it.dispatcher.asked
    assert len(it.messages()) == 1


async def test_an_option_in_a_mention_is_words_to_look_for(it: Scene) -> None:
    await it.ann.send(it.channel, f'<@{me(it)}> private=yes "the mejlis" role=admin')
    assert "internal" not in text(it.channel.last_message)
    assert it.dispatcher.command_name(it.dispatcher.asked[-1].line) == "find"


async def test_whatever_is_said_in_a_direct_chat_is_looked_for(it: Scene) -> None:
    await it.ann.user.send_dm("mejlis")
    said = it.ann.user.dm_channel.last_message
    assert said is not None
    assert said.author.id == me(it)
    assert it.dispatcher.asked[-1].line == "find words=mejlis"


async def test_who_mentioned_the_bot_throws_the_answer_away_and_nobody_else(it: Scene) -> None:
    await it.ann.send(it.channel, f"<@{me(it)}> mejlis")
    said = it.channel.last_message
    assert said is not None
    (refused,) = (await it.bob.click(said, custom_id="cb-bin")).followups
    assert refused.ephemeral
    await it.ann.click(said, custom_id="cb-bin")
    assert [one.author.id for one in it.messages()] == [it.ann.id]


async def test_where_the_bot_may_not_write_it_says_nothing_and_goes_on(
    it: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    it.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    with caplog.at_level(logging.DEBUG, logger="community_bot"):
        await it.ann.send(it.channel, f"<@{me(it)}> mejlis")
    (record,) = caplog.records
    assert str(it.ann.id) not in record.getMessage()
    await it.ann.send(it.channel, f"<@{me(it)}> mejlis")
    assert it.channel.last_message is not None
    assert it.channel.last_message.author.id == me(it)


async def test_a_defect_while_a_mention_is_answered_is_one_line_and_ends_nothing(
    it: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    it.dispatcher.failure = RuntimeError("secret")
    await it.ann.send(it.channel, f"<@{me(it)}> mejlis")
    (record,) = caplog.records
    assert "secret" not in record.getMessage()
    it.dispatcher.failure = None
    assert "Ilmi Umerov" in text(answer(await it.ask("person", name="umerov")))


async def test_a_mention_of_more_words_than_are_read_is_told_so(it: Scene) -> None:
    await it.ann.send(it.channel, f"<@{me(it)}> " + "mejlis " * 200)
    assert "400" in text(it.channel.last_message)


async def test_an_answer_whose_question_is_gone_is_nobodys(it: Scene) -> None:
    question = await it.ann.send(it.channel, f"<@{me(it)}> mejlis")
    said = it.channel.last_message
    assert said is not None
    await it.ann.delete(question)
    (refused,) = (await it.ann.click(said, custom_id="cb-bin")).followups
    assert refused.ephemeral
    await it.mod.click(said, custom_id="cb-bin")
    assert it.messages() == []
