"""``chat`` and ``ask``: answers at the terminal, in memory, beside any running bot."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from typing import TYPE_CHECKING

from community_bot.adapters.terminal.asking import Seat
from community_bot.app.loading import broken_base_reply, load
from community_bot.app.questions import question_dispatcher
from community_bot.core.dispatch import Limits
from community_bot.core.i18n import Texts
from community_bot.core.limits import Rate, Rates
from community_bot.core.snapshot import KnowledgeError
from community_bot.domain.address import Role

if TYPE_CHECKING:
    from argparse import Namespace

    from community_bot.adapters.terminal.chat import Chat
    from community_bot.adapters.terminal.screen import Screen
    from community_bot.app.wiring import Bot
    from community_bot.core.invocation import Invocation
    from community_bot.core.snapshot import ReloadReport, Snapshot
    from community_bot.domain.document import Reply

# Somebody at their own terminal floods nobody else.
_OWN_MACHINE = Limits(rates=Rates.alike(Rate(burst=10_000, per_second=1_000.0)))

_OF_THE_WHOLE = {"help"}
"""Questions about the bot itself, which a part of it cannot answer."""


def ask(options: Namespace) -> int:
    """Answer one question; 1 when the answer is an error or the files have problems."""
    line = " ".join(options.line)
    try:
        snapshot = load(options.knowledge, prepare=False)
    except KnowledgeError as error:
        _print(broken_base_reply(Texts(options.lang), error.problems), "", options.format)
        return 1
    reply, command = asyncio.run(_answer(snapshot, Seat(language=options.lang).invocation(line)))
    if reply is None:
        return 1
    _print(reply, command, options.format)
    return 1 if reply.error else 0


async def _answer(snapshot: Snapshot, invocation: Invocation) -> tuple[Reply | None, str]:
    """Return the answer and the command that it is by, from as small a bot as can give it."""
    questions = question_dispatcher(snapshot, limits=_OWN_MACHINE)
    command = questions.command_name(invocation.line)
    if command and command not in _OF_THE_WHOLE:
        return await questions.dispatch(invocation), command
    from community_bot.app.wiring import wire  # noqa: PLC0415 - most questions need it not

    bot = wire(snapshot, limits=_OWN_MACHINE)
    try:
        reply = await bot.dispatcher.dispatch(invocation)
        return reply, bot.dispatcher.command_name(invocation.line)
    finally:
        await bot.close()


def chat(options: Namespace) -> int:
    """Ask and answer until the person leaves; lines from a pipe are answered one by one.

    What is posted appears here as well: from a pipe after the line that made it due.
    """
    try:
        snapshot = load(options.knowledge, prepare=True)
    except KnowledgeError as error:
        _print(broken_base_reply(Texts(options.lang), error.problems), "", "text")
        return 1
    # Whoever tries the bot out here is who can look up the reference of a defect.
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    seat = Seat(role=Role[options.role.upper()], language=options.lang)
    asyncio.run(_chat(snapshot, seat))
    return 0


async def _chat(snapshot: Snapshot, seat: Seat) -> None:
    """Let somebody talk, or lines from a pipe; what they import costs more than `ask` may take."""
    from rich.console import Console  # noqa: PLC0415 - see above

    from community_bot.adapters.terminal.carrier import TerminalCarrier  # noqa: PLC0415
    from community_bot.adapters.terminal.chat import Chat  # noqa: PLC0415
    from community_bot.adapters.terminal.conversation import Conversation  # noqa: PLC0415
    from community_bot.adapters.terminal.screen import Screen  # noqa: PLC0415
    from community_bot.app.wiring import wire  # noqa: PLC0415

    screen = Screen(Console(), Texts(seat.language))
    carrier = TerminalCarrier(screen.show)
    bot = wire(snapshot, limits=_OWN_MACHINE, carriers=(carrier,))
    talk = Chat(Conversation(bot.dispatcher, seat, carrier), screen)
    try:
        if sys.stdin.isatty():
            await _talk(talk, bot, screen)
        else:
            await talk.run_lines(sys.stdin, bot.settle)
    finally:
        await bot.close()


async def _talk(talk: Chat, bot: Bot, screen: Screen) -> None:
    """Let somebody talk; meanwhile follow the files and post what falls due."""
    from community_bot.app.watching import follow  # noqa: PLC0415 - `ask` follows nothing

    async def told(report: ReloadReport) -> None:
        if report.problems:
            screen.tell("chat-reload-failed")
        else:
            screen.tell("chat-reloaded", changed=report.changed)

    background = [
        asyncio.create_task(follow(bot.snapshot, told, ready=lambda: None)),
        asyncio.create_task(bot.run()),
    ]
    try:
        await talk.run()
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)


def _print(reply: Reply, command: str, output: str) -> None:
    if output == "text" and sys.stdout.isatty():
        from rich.console import Console  # noqa: PLC0415 - only where there are colours

        from community_bot.adapters.terminal.render import (  # noqa: PLC0415 - likewise
            Labels,
            render_rich,
        )

        labels = Labels(Texts(reply.language)("render-try"))
        Console().print(render_rich(reply, labels))
        return
    sys.stdout.write(_rendered(reply, command, output).rstrip("\n") + "\n")


def _rendered(reply: Reply, command: str, output: str) -> str:
    match output:
        case "html":
            from community_bot.core.render.html import render_html  # noqa: PLC0415 - only if asked

            return render_html(reply)
        case "markdown":
            from community_bot.core.render.markdown import (  # noqa: PLC0415 - only if asked
                render_markdown,
            )

            return render_markdown(reply)
        case "json":
            from community_bot.core.render.data import answer_data  # noqa: PLC0415 - only if asked

            # Programs read this: ASCII is the same in whatever encoding the output has.
            return json.dumps(answer_data(command, reply), indent=2)
        case _:
            from community_bot.core.render.text import render_text  # noqa: PLC0415 - likewise

            return render_text(reply)
