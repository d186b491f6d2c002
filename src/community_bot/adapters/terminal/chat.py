"""The interactive chat: history, completion, colours. It touches no running bot's state.

Questions are remembered for the arrow keys while the chat is open, and never written down.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from rich.console import Console

from community_bot.adapters.terminal.asking import terminal_invocation
from community_bot.adapters.terminal.render import Labels, render_rich
from community_bot.core.dispatch import Dispatcher
from community_bot.core.i18n import Texts
from community_bot.core.render.text import render_text
from community_bot.domain.address import Role

if TYPE_CHECKING:
    from community_bot.domain.document import Reply

_ENDINGS = {"exit", "quit"}


class CommandCompleter(Completer):
    """Completes commands, options and names from the bot's own table."""

    def __init__(self, dispatcher: Dispatcher, role: Role, language: str) -> None:
        self._dispatcher = dispatcher
        self._role = role
        self._language = language

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield what could end the line."""
        del complete_event
        line = document.text_before_cursor
        invocation = terminal_invocation(line, role=self._role, language=self._language)
        for choice in self._dispatcher.complete(invocation):
            yield Completion(choice.text, start_position=-choice.replaces, display=choice.label)


class Chat:
    """One person at one terminal. ``console`` decides whether there are colours."""

    def __init__(
        self, dispatcher: Dispatcher, console: Console, *, role: Role, language: str
    ) -> None:
        self._dispatcher = dispatcher
        self._console = console
        self._role = role
        self._language = language
        self.texts = Texts(language)

    async def run(self) -> None:
        """Ask and answer until the person leaves."""
        completer = CommandCompleter(self._dispatcher, self._role, self._language)
        session: PromptSession[str] = PromptSession(
            history=InMemoryHistory(), completer=completer, complete_while_typing=False
        )
        self._console.print(self.texts("chat-welcome"), style="dim")
        while True:
            try:
                with patch_stdout():
                    line = await session.prompt_async("> ")
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            if line.strip().casefold() in _ENDINGS:
                break
            if line.strip():
                await self.answer(line)
        self._console.print(self.texts("chat-bye"), style="dim")

    def tell(self, key: str, **arguments: int) -> None:
        """Say something between two answers."""
        self._console.print(self.texts(key, **arguments), style="dim")

    async def run_lines(self, lines: Iterable[str]) -> None:
        """Answer lines that come from a pipe or a file: no prompt, no welcome."""
        for line in lines:
            if line.strip():
                await self.answer(line.rstrip("\n"))

    async def answer(self, line: str) -> None:
        """Answer one line; an answer longer than the screen opens in the pager."""
        invocation = terminal_invocation(line, role=self._role, language=self._language)
        reply = await self._dispatcher.dispatch(invocation)
        if reply is not None:
            self._show(reply)

    def _show(self, reply: Reply) -> None:
        if not self._console.is_terminal:
            self._console.file.write(render_text(reply) + "\n")
            return
        shown = render_rich(reply, Labels(self.texts("render-try")))
        height = len(self._console.render_lines(shown))
        if height <= self._console.height - 2:
            self._console.print(shown)
            return
        # `less` shows colours only when told to, and must not write files for whoever reads.
        os.environ.setdefault("LESS", "-R")
        os.environ.setdefault("LESSSECURE", "1")
        with self._console.pager(styles=True):
            self._console.print(shown)
