"""Whatever goes wrong ends in the dispatcher, in words, and nothing of what was asked is kept."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from terminal import UNLIMITED, StillClock, Terminal, base_of

from community_bot.commands.explaining import explain_error
from community_bot.core.command import CommandTable, Context, command
from community_bot.core.dispatch import Dispatcher
from community_bot.core.snapshot import Snapshot
from community_bot.domain.document import Reply
from community_bot.domain.errors import NameAmbiguousError
from community_bot.knowledge.base import KnowledgeBase

TYPED = "a-word-that-somebody-typed"


@command("choose")
async def choose(context: Context) -> Reply:
    del context
    raise NameAmbiguousError("x", "person", ("emile-zola", "alfred-dreyfus"))


@command("repeat")
async def repeat(context: Context, text: str) -> Reply:
    del context
    raise ValueError(f"cannot make sense of {text!r}")


@command("database")
async def database(context: Context) -> Reply:
    del context
    raise TimeoutError("the database did not answer")


def terminal() -> Terminal:
    at = Terminal.at("dreyfus")
    table = CommandTable([choose, repeat, database])
    one = Dispatcher(table, base_of("dreyfus"), explain_error, StillClock(), UNLIMITED)
    return replace(at, bot=replace(at.bot, dispatcher=one))


async def test_a_handler_may_ask_which_entry_is_meant() -> None:
    reply = await terminal().ask("choose")
    assert reply.candidates == ("emile-zola", "alfred-dreyfus")


async def test_a_defect_whose_message_quotes_the_question_logs_no_word_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        await terminal().ask(f"repeat {TYPED}")
    assert caplog.records
    assert TYPED not in caplog.text


async def test_a_timeout_inside_a_handler_is_a_defect_and_not_slowness() -> None:
    reply = await terminal().ask("database")
    assert reply.error is not None
    assert reply.error.key == "internal-error"


async def test_a_listener_that_fails_keeps_no_other_from_hearing() -> None:
    loaded = base_of("dreyfus")
    snapshot = Snapshot(replace(loaded.folder, records={}, files={}), loaded.current)
    heard: list[KnowledgeBase] = []

    async def fail(base: KnowledgeBase) -> None:
        del base
        raise RuntimeError("a defect")

    async def hear(base: KnowledgeBase) -> None:
        heard.append(base)

    snapshot.subscribe(fail)
    snapshot.subscribe(hear)
    report = await snapshot.reload()
    assert report.problems == ()
    assert len(heard) == 1
