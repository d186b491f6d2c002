from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from terminal import UNLIMITED, StillClock, Terminal, base_of

from community_bot.commands.explaining import explain_error
from community_bot.core.command import Command, CommandTable, Context, command
from community_bot.core.dispatch import Dispatcher, Limits
from community_bot.core.invocation import MAX_LINE
from community_bot.core.limits import Rate, Rates
from community_bot.domain.address import Role
from community_bot.domain.document import Paragraph, Reply, Text

TYPED = "a-word-that-somebody-typed"


@command("slow")
async def slow(context: Context) -> Reply:
    del context
    await asyncio.Event().wait()
    raise AssertionError("nothing ends this wait")


@command("broken")
async def broken(context: Context, text: str | None = None) -> Reply:
    del context, text
    raise RuntimeError("a defect")


@command("two words", role=Role.EDITOR)
async def two_words(context: Context, text: str) -> Reply:
    del context
    return Reply((Paragraph((Text(text),)),))


def dispatcher(*commands: Command, limits: Limits = UNLIMITED) -> Dispatcher:
    return Dispatcher(
        CommandTable(commands), base_of("dreyfus"), explain_error, StillClock(), limits
    )


def terminal(one: Dispatcher, role: Role = Role.EVERYONE) -> Terminal:
    at = Terminal.at("dreyfus", role=role)
    return replace(at, bot=replace(at.bot, dispatcher=one))


def error_key(reply: Reply) -> str:
    assert reply.error is not None
    return reply.error.key


async def test_a_handler_that_takes_too_long_is_stopped() -> None:
    limited = replace(UNLIMITED, timeout=0.01)
    reply = await terminal(dispatcher(slow, limits=limited)).ask("slow")
    assert error_key(reply) == "timeout"


async def test_what_changes_something_and_takes_too_long_may_have_been_done() -> None:
    limited = replace(UNLIMITED, timeout=0.01)
    writing = replace(slow, writes=True)
    reply = await terminal(dispatcher(writing, limits=limited)).ask("slow")
    assert error_key(reply) == "timeout-perhaps"


async def test_a_defect_answers_with_a_reference_and_logs_no_word_of_what_was_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        reply = await terminal(dispatcher(broken)).ask(f"broken {TYPED}")
    assert error_key(reply) == "internal-error"
    assert reply.error is not None
    (record,) = caplog.records
    assert record.args is not None
    reference = str(record.args[0]) if isinstance(record.args, tuple) else ""
    assert reference in reply.error.message
    assert TYPED not in caplog.text


async def test_a_command_may_have_a_name_of_two_words() -> None:
    reply = await terminal(dispatcher(two_words), Role.EDITOR).ask("TWO Words and more")
    assert reply.blocks == (Paragraph((Text("and more"),)),)


async def test_a_role_that_is_too_low_is_denied_and_told_that_nothing_changed() -> None:
    reply = await terminal(dispatcher(two_words), Role.POSTER).ask("two words x")
    assert error_key(reply) == "not-allowed"


async def test_whoever_floods_gets_one_notice_and_then_silence() -> None:
    limited = Limits(rates=Rates(per_actor=Rate(burst=2, per_second=0.001)))
    at = Terminal.at("dreyfus", limits=limited)
    replies = [await at.bot.dispatcher.dispatch(at.invocation("ping")) for _ in range(5)]
    keys = [reply and reply.error and reply.error.key for reply in replies]
    assert keys == [None, None, "slow-down", None, None]
    assert replies[3:] == [None, None]


async def test_a_line_that_is_too_long_is_refused_in_words() -> None:
    reply = await Terminal.at("dreyfus").ask("find " + "a" * MAX_LINE)
    assert error_key(reply) == "line-too-long"


def test_two_commands_of_one_name_are_a_defect() -> None:
    with pytest.raises(ValueError, match="two commands"):
        CommandTable([slow, slow])


COMMAND_NAMES = st.sampled_from(Terminal.at("dreyfus").bot.dispatcher.table.names)


@settings(max_examples=150, deadline=None)
@given(COMMAND_NAMES, st.text(max_size=80))
async def test_no_line_at_all_is_an_internal_error(name: str, rest: str) -> None:
    async with Terminal.at("dreyfus", role=Role.ADMIN) as at:
        reply = await at.ask(f"{name} {rest}")
    assert reply.error is None or reply.error.key != "internal-error"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_completing_never_raises(line: str) -> None:
    at = Terminal.at("dreyfus")
    at.bot.dispatcher.complete(at.invocation(line))


def test_a_name_is_completed_to_the_id_that_names_nobody_else() -> None:
    at = Terminal.at("dreyfus")
    found = at.bot.dispatcher.complete(at.invocation("person zol"))
    assert found[0].text == "emile-zola"
    assert found[0].replaces == len("zol")


def test_commands_beyond_a_role_are_not_offered() -> None:
    everyone = Terminal.at("dreyfus")
    moderator = Terminal.at("dreyfus", role=Role.MODERATOR)
    assert not everyone.bot.dispatcher.complete(everyone.invocation("rel"))
    assert [one.text for one in moderator.bot.dispatcher.complete(moderator.invocation("rel"))] == [
        "reload"
    ]


def test_an_option_is_completed_with_its_values() -> None:
    at = Terminal.at("dreyfus")
    found = at.bot.dispatcher.complete(at.invocation("people status=acq"))
    assert [one.text for one in found] == ["acquitted"]
