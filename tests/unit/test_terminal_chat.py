"""The chat as somebody sees it: typed lines, answers, and posts that appear between them."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console
from terminal import Terminal, base_of

from community_bot.adapters.terminal.asking import Seat
from community_bot.adapters.terminal.carrier import Shown, TerminalCarrier
from community_bot.adapters.terminal.chat import Chat
from community_bot.adapters.terminal.conversation import Conversation
from community_bot.adapters.terminal.screen import Screen
from community_bot.app.wiring import wire
from community_bot.core.i18n import Texts
from community_bot.core.snapshot import Snapshot
from community_bot.domain.address import Role
from community_bot.domain.document import Paragraph, Reply, Text
from community_bot.publishing.post import Act

POST = Shown("news", Act.SEND, "Hello, [bold]all[/bold].\n\nP1 r1")


@dataclass(slots=True)
class Desk:
    """A chat whose screen and keyboard a test holds."""

    chat: Chat
    screen: Screen
    output: io.StringIO

    @classmethod
    def make(cls, *, is_terminal: bool = False, width: int = 80) -> Desk:
        output = io.StringIO()
        console = Console(file=output, force_terminal=is_terminal, width=width, height=50)
        at = Terminal.at("empty")
        screen = Screen(console, Texts("en"))
        return cls(Chat(at.conversation(), screen), screen, output)

    @property
    def seen(self) -> str:
        return self.output.getvalue()


@contextmanager
def keyboard() -> Iterator[PipeInput]:
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        yield pipe


async def nothing_due() -> None:
    pass


async def test_whoever_types_is_answered_until_they_leave() -> None:
    desk = Desk.make()
    with keyboard() as keys:
        keys.send_text("ping one\r\r/join news\rexit\r")
        await desk.chat.run()
    said = desk.seen.splitlines()
    assert said[2:] == ["pong one", "You are now in the room “news”.", "Goodbye."]


async def test_ctrl_c_drops_the_line_and_ctrl_d_ends() -> None:
    desk = Desk.make()
    with keyboard() as keys:
        keys.send_text("ping one\x03ping two\r\x04")
        await desk.chat.run()
    assert "pong one" not in desk.seen
    assert desk.seen.splitlines()[2:] == ["pong two", "Goodbye."]


async def test_from_a_pipe_what_a_line_made_due_comes_before_the_next_answer() -> None:
    desk = Desk.make()

    async def settle() -> None:
        desk.screen.show(POST)

    await desk.chat.run_lines(["ping one\n", "  \n", "ping two"], settle)
    post = f"\n── news ──\n{POST.text}\n\n"
    assert desk.seen == f"pong one\n{post}pong two\n{post}"


async def test_a_pipe_hears_no_welcome_and_no_prompt() -> None:
    desk = Desk.make()
    await desk.chat.run_lines(["ping\n"], nothing_due)
    assert desk.seen == "pong\n"


@pytest.mark.parametrize("is_terminal", [True, False])
def test_no_sign_in_a_post_is_taken_for_markup(*, is_terminal: bool) -> None:
    desk = Desk.make(is_terminal=is_terminal)
    desk.screen.show(POST)
    assert "Hello, [bold]all[/bold]." in desk.seen
    assert ("\x1b" in desk.seen) is is_terminal


def test_no_sign_in_a_remark_is_taken_for_markup() -> None:
    desk = Desk.make()
    desk.screen.tell("chat-welcome")
    assert desk.seen.count("\x1b") == 0
    assert "“/help”" in " ".join(desk.seen.split())


class Seen(io.StringIO):
    """What was shown; others may wait until it holds some words."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = asyncio.Event()

    def write(self, text: str) -> int:
        self.changed.set()
        return super().write(text)

    async def until(self, words: str) -> None:
        async with asyncio.timeout(20):
            while words not in self.getvalue():
                self.changed.clear()
                await self.changed.wait()


async def test_a_post_appears_while_somebody_is_typing() -> None:
    output = Seen()
    screen = Screen(Console(file=output, width=80), Texts("en"))
    loaded = base_of("dreyfus")
    carrier = TerminalCarrier(screen.show)
    bot = wire(Snapshot(loaded.folder, loaded.current), carriers=[carrier])
    chat = Chat(Conversation(bot.dispatcher, Seat(role=Role.MODERATOR), carrier), screen)
    posting = asyncio.create_task(bot.run())
    with keyboard() as keys:
        chatting = asyncio.create_task(chat.run())
        keys.send_text('channel add name=here\rpost send "News." to=here\rpost confirm P1\rping ')
        await output.until("\nP1 r1\n\n")
        keys.send_text("me\r\x04")
        await chatting
    posting.cancel()
    await asyncio.gather(posting, return_exceptions=True)
    await bot.close()
    assert output.getvalue().endswith("pong me\nGoodbye.\n")


def test_an_answer_that_fits_is_shown_at_once() -> None:
    desk = Desk.make(is_terminal=True)
    desk.screen.answer(Reply((Paragraph((Text("Short."),)),)))
    assert "Short." in desk.seen
