"""``chat`` and ``ask``: answers at the terminal, in memory, beside any running bot."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from community_bot.adapters.terminal.asking import terminal_invocation
from community_bot.app.loading import broken_base_reply, load
from community_bot.app.wiring import wire
from community_bot.core.dispatch import Limits
from community_bot.core.i18n import Texts
from community_bot.core.limits import Rate
from community_bot.core.snapshot import KnowledgeError
from community_bot.domain.address import Role

if TYPE_CHECKING:
    from argparse import Namespace

    from community_bot.adapters.terminal.chat import Chat
    from community_bot.core.snapshot import ReloadReport, Snapshot
    from community_bot.domain.document import Reply

# Somebody at their own terminal floods nobody else.
_OWN_MACHINE = Limits(per_actor=Rate(burst=10_000, per_second=1_000.0))


def ask(options: Namespace) -> int:
    """Answer one question; 1 when the answer is an error or the files have problems."""
    line = " ".join(options.line)
    try:
        snapshot = load(options.knowledge, prepare=False)
    except KnowledgeError as error:
        _print(broken_base_reply(Texts(options.lang), error.problems), "", options.format)
        return 1
    dispatcher = wire(snapshot, limits=_OWN_MACHINE).dispatcher
    invocation = terminal_invocation(line, role=Role.EVERYONE, language=options.lang)
    reply = asyncio.run(dispatcher.dispatch(invocation))
    if reply is None:
        return 1
    _print(reply, dispatcher.command_name(line), options.format)
    return 1 if reply.error else 0


def chat(options: Namespace) -> int:
    """Ask and answer until the person leaves; lines from a pipe are answered one by one."""
    from rich.console import Console  # noqa: PLC0415 - costs more than `ask` may take

    from community_bot.adapters.terminal.chat import Chat  # noqa: PLC0415 - likewise

    console = Console()
    role = Role[options.role.upper()]
    try:
        snapshot = load(options.knowledge, prepare=True)
    except KnowledgeError as error:
        _print(broken_base_reply(Texts(options.lang), error.problems), "", "text")
        return 1
    bot = wire(snapshot, limits=_OWN_MACHINE)
    talk = Chat(bot.dispatcher, console, role=role, language=options.lang)
    asyncio.run(_talk(talk, snapshot) if sys.stdin.isatty() else talk.run_lines(sys.stdin))
    return 0


async def _talk(talk: Chat, snapshot: Snapshot) -> None:
    """Let somebody talk, and follow the files meanwhile."""
    from community_bot.app.watching import follow  # noqa: PLC0415 - `ask` follows nothing

    async def told(report: ReloadReport) -> None:
        if report.problems:
            talk.tell("chat-reload-failed")
        else:
            talk.tell("chat-reloaded", changed=report.changed)

    follower = asyncio.create_task(follow(snapshot, told, ready=lambda: None))
    try:
        await talk.run()
    finally:
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)


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
