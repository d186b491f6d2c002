"""Plain text: for a pipe, a file and the body that a Matrix client shows without HTML.

A quoted paragraph stays to the letter. Knows nothing of colours or terminals.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from community_bot.core.render.clean import cleaned
from community_bot.core.render.walk import write
from community_bot.domain.document import Block, Heading, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from community_bot.core.render.walk import Writer

_NARROWEST = 20
_WIDEST_LABEL = 24
_LONGEST_RULE = 72


def render_text(reply: Reply, *, width: int | None = None) -> str:
    """Render a reply as plain text; no line ends the last line.

    ``width`` is in terminal cells, at least 20, and only words longer than it pass it. Without it
    lines are broken only where the content is.
    """
    return write(cleaned(reply), text_writer(width=width))


def text_writer(*, width: int | None = None) -> Writer:
    """Return what writes plain text, as ``render_text`` does."""
    return _TextWriter(None if width is None else max(width, _NARROWEST))


def message_writer() -> Writer:
    """Return what writes plain text for a chat, whose letters are of many widths.

    Nothing lines up there: so there are no columns and no lines under titles, which take room.
    """
    return _MessageWriter(None)


@dataclass(frozen=True, slots=True)
class _TextWriter:
    """Writes for a screen that shows each character in whole cells."""

    width: int | None
    _bullet: ClassVar[str] = "•"

    def text(self, text: str) -> str:
        return text

    def strong(self, content: str) -> str:
        return content

    def emphasis(self, content: str) -> str:
        return content

    def code(self, text: str) -> str:
        return f"`{text}`"

    def time(self, timestamp: int, text: str) -> str:
        del timestamp  # the words say it
        return text

    def link(self, label: str, url: str) -> str:
        return url if label == url else f"{label} <{url}>"

    def heading(self, content: str, level: int) -> str:
        lines = self._lines(content, "", "")
        underline = "═" if level <= 1 else "─"
        return "\n".join([*lines, underline * min(max(map(_cells, lines)), _LONGEST_RULE)])

    def paragraph(self, content: str) -> str:
        return "\n".join(self._lines(content, "", ""))

    def listing(self, items: Sequence[str], start: int | None) -> str:
        if start is None:
            markers = [self._bullet] * len(items)
        else:
            markers = [f"{number}." for number in range(start, start + len(items))]
        column = max(map(len, markers)) + 1
        return "\n".join(
            line
            for marker, item in zip(markers, items, strict=True)
            for line in self._lines(item, f"{marker:>{column - 1}} ", " " * column)
        )

    def fields(self, fields: Sequence[tuple[str, str]]) -> str:
        widest = _WIDEST_LABEL if self.width is None else min(_WIDEST_LABEL, self.width // 2)
        columns = [len(": ") + _cells(label) for label, _ in fields if label]
        column = max((cells for cells in columns if cells <= widest), default=0)
        return "\n".join(
            line for label, value in fields for line in self._field(label, value, column)
        )

    def quotation(self, content: str, citation: str) -> str:
        lines = self._lines(content, "│ ", "│ ")
        if citation:
            lines += self._lines(citation, "  — ", "    ")
        return "\n".join(lines)

    def code_block(self, text: str, language: str) -> str:
        del language  # nothing is coloured here
        return "\n".join(f"    {line}" for line in text.split("\n"))

    def rule(self) -> str:
        return "─" * min(self.width or _LONGEST_RULE, _LONGEST_RULE)

    def actions(self, actions: Sequence[tuple[str, str]]) -> str:
        return "\n".join(
            line
            for label, command in actions
            for line in self._lines(f"{label}: {command}" if label else command, "→ ", "  ")
        )

    def gap(self, above: Block | None) -> str:
        return "\n" if isinstance(above, Heading) else "\n\n"

    def _field(self, label: str, value: str, column: int) -> list[str]:
        """Set a value into its column; a label too wide for its own just runs into the value."""
        words = f"{label}: " if label else ""
        indent = " " * column
        if _cells(words) > column:
            return self._lines(words + value, "", indent)
        return self._lines(value, words + " " * (column - _cells(words)), indent)

    def _lines(self, content: str, first: str, rest: str) -> list[str]:
        """Break content into lines, the first after ``first``, the others after ``rest``.

        ``first`` is never the wider of the two.
        """
        lines = content.split("\n")
        if self.width is not None:
            room = max(self.width - _cells(rest), 1)
            lines = [piece for line in lines for piece in _wrapped(line, room)]
        return [(first + lines[0]).rstrip(" "), *((rest + line).rstrip(" ") for line in lines[1:])]


class _MessageWriter(_TextWriter):
    """Writes in as few bytes as do: a message may have so many only."""

    __slots__ = ()
    _bullet = "-"

    def heading(self, content: str, level: int) -> str:
        del level
        return content

    def fields(self, fields: Sequence[tuple[str, str]]) -> str:
        return "\n".join(f"{label}: {value}" if label else value for label, value in fields)


def _wrapped(line: str, room: int) -> list[str]:
    """Break a line at spaces into pieces of at most ``room`` cells; a longer word stays whole."""
    words = line.split(" ")
    pieces = [words[0]]
    used = _cells(words[0])
    for word in words[1:]:
        cells = _cells(word)
        if used + 1 + cells <= room:
            pieces[-1] += f" {word}"
            used += 1 + cells
        else:
            pieces.append(word)
            used = cells
    return pieces


def _cells(text: str) -> int:
    """Count the cells that text takes, near enough to line up columns without a table of widths."""
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
