"""What a person sees: replies, posts and remarks; in colours on a terminal, plain elsewhere."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from community_bot.adapters.terminal.render import Labels, render_rich
from community_bot.core.render.text import render_text

if TYPE_CHECKING:
    from rich.console import Console

    from community_bot.adapters.terminal.carrier import Shown
    from community_bot.core.i18n import Texts
    from community_bot.domain.document import Reply


class Screen:
    """Shows things in the order in which they come. ``console`` decides whether in colours."""

    def __init__(self, console: Console, texts: Texts) -> None:
        self._console = console
        self._texts = texts

    def tell(self, key: str, **arguments: int) -> None:
        """Say something between two answers."""
        self._console.print(Text(self._texts(key, **arguments), "dim"))

    def show(self, shown: Shown) -> None:
        """Show what happened in a room, below what was said last or above what is being typed."""
        heading = shown.heading(self._texts)
        if self._console.is_terminal:
            self._console.print(Group("", Text(heading, "bold green"), Text(shown.body), ""))
        else:
            self._console.file.write(f"\n{heading}\n{shown.body}\n\n")

    def answer(self, reply: Reply) -> None:
        """Show an answer; one longer than the screen opens in the pager."""
        if not self._console.is_terminal:
            self._console.file.write(render_text(reply) + "\n")
            return
        shown = render_rich(reply, Labels(self._texts("render-try")))
        height = len(self._console.render_lines(shown))
        if height <= self._console.height - 2:
            self._console.print(shown)
            return
        # `less` shows colours only when told to, and must not write files for whoever reads.
        os.environ.setdefault("LESS", "-R")
        os.environ.setdefault("LESSSECURE", "1")
        with self._console.pager(styles=True):
            self._console.print(shown)
