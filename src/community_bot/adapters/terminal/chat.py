"""The interactive chat: a prompt with history and completion. It touches no running bot's state.

Questions are remembered for the arrow keys while the chat is open, and never written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    from community_bot.adapters.terminal.conversation import Conversation
    from community_bot.adapters.terminal.screen import Screen

_ENDINGS = {"exit", "quit"}


class CommandCompleter(Completer):
    """Completes commands, options and names from the bot's own table."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield what could end the line."""
        del complete_event
        for ending in self._conversation.endings(document.text_before_cursor):
            yield Completion(ending.text, start_position=-ending.replaces, display=ending.label)


class Chat:
    """One person's conversation on one screen."""

    def __init__(self, conversation: Conversation, screen: Screen) -> None:
        self._conversation = conversation
        self._screen = screen

    async def run(self) -> None:
        """Ask and answer until the person leaves."""
        session: PromptSession[str] = PromptSession(
            history=InMemoryHistory(),
            completer=CommandCompleter(self._conversation),
            complete_while_typing=False,
        )
        self._screen.tell("chat-welcome")
        while True:
            try:
                with patch_stdout(raw=True):
                    line = await session.prompt_async(self._conversation.seat.prompt)
            except KeyboardInterrupt:
                continue
            except EOFError:
                break
            if line.strip().casefold() in _ENDINGS:
                break
            if line.strip():
                await self._answer(line)
        self._screen.tell("chat-bye")

    async def run_lines(self, lines: Iterable[str], settle: Callable[[], Awaitable[None]]) -> None:
        """Answer lines that come from a pipe or a file: no prompt, no welcome.

        ``settle`` does what each line made due before the next one is read.
        """
        for line in lines:
            if line.strip():
                await self._answer(line.rstrip("\n"))
                await settle()

    async def _answer(self, line: str) -> None:
        reply = await self._conversation.answer(line)
        if reply is not None:
            self._screen.answer(reply)
