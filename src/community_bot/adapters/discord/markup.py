"""Discord's markdown in which no content becomes markup, a mention, a link, an emoji or a time.

A backslash before a sign makes it a sign in Discord's clients, whatever the sign; in the label of a
link it does not, so a label with such signs stands beside its link. What a client reads as markup
only at the start of a line is escaped at the start of every part, since parts begin lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from community_bot.core.render.clean import one_line
from community_bot.domain.document import (
    Block,
    Emphasis,
    Heading,
    Inline,
    Inlines,
    Link,
    Strong,
    Text,
)

_SPECIAL = re.compile(
    r"[\\*_~|`<@\[]"  # markup, mentions, times, links
    r"|:(?=//|[^\s:]+:)"  # bare addresses, and emoji by their names
    r"|\.(?=(?:gg|gift|new|com)/)",  # invitations, which show a card without being a link
    re.IGNORECASE,
)
_BLANKS = r"[\s\u200b-\u200f\u2060-\u2069\ufeff\u061c\u180e\u00ad]*"
_LINE_START = re.compile(rf"^({_BLANKS})(?:([-#>+])|([0-9]+)(?=[.)]))", re.MULTILINE)
_EDGES = " \t\n\xa0\u1680\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
"""Blanks that no mark of emphasis may stand beside."""
_BLANK_LINES = re.compile(r"\n\s*\n")

# In a label nothing can be escaped. An underscore alone marks nothing.
_SPOILS_LABEL = re.compile(
    r"[\\*~`<>@\[\]]|\|\||_.*_|:(?=//|[^\s:]+:)|\.(?:gg|gift|new|com)/"
    r"|^\s*(?:[-#>+]|[0-9]+[.)])"
    # Signs that clients show as emoji, which they take no link around.
    r"|[\xa9\xae\u200b-\u200f\u203c\u2049\u20e3\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2"
    r"\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff]",
    re.IGNORECASE | re.DOTALL,
)
_LATEST = 8_640_000_000_000
"""The farthest second from 1970 that clients show as a time."""
_MOST_BACKTICKS = 2
"""Most backticks around a code; three begin a block."""
_TITLE, _SECTION = "##", "###"


def escape(text: str) -> str:
    """Write plain words so that a client shows just these."""
    text = _SPECIAL.sub(r"\\\g<0>", text)
    return _LINE_START.sub(_escaped_start, text)


def sealed(content: Inlines) -> Inlines:
    """Return a run in which no marks of emphasis touch: between them a client finds other ones.

    Blanks at the edges of emphasised words are put outside; words that would have to touch others
    lose their emphasis. What is between marks but is not written keeps nothing apart.
    """
    run: list[Inline] = []
    for inline in content:
        if _is_nothing(inline):
            continue
        match inline:
            case Strong(text) | Emphasis(text):
                core = text.strip(_EDGES)
                lead, _, trail = text.partition(core) if core else (text, "", "")
                is_touching = not lead and bool(run) and isinstance(run[-1], Strong | Emphasis)
                marked = Text(core) if is_touching else type(inline)(core)
                parts: Inlines = (Text(lead), marked, Text(trail))
                run += [part for part in parts if isinstance(part, Text | Strong | Emphasis)]
                run = [part for part in run if not isinstance(part, Text) or part.text]
            case _:
                run.append(inline)
    return tuple(run)


@dataclass(frozen=True, slots=True)
class DiscordWriter:
    """Writes for text displays; ``is_small`` writes what stands below an answer."""

    is_small: bool = False

    def text(self, text: str) -> str:
        """Write plain words."""
        return escape(text)

    def strong(self, content: str) -> str:
        """Write words that carry the answer."""
        return f"**{content}**"

    def emphasis(self, content: str) -> str:
        """Write words set apart. Asterisks, since underscores are plain beside a letter."""
        return f"*{content}*"

    def code(self, text: str) -> str:
        """Write something to type; with more than one backtick in a row it is plain words."""
        mark = "`" * (_longest_backticks(text) + 1)
        if not text.strip() or len(mark) > _MOST_BACKTICKS:
            return escape(text)
        is_padded = text.startswith("`") or text.endswith("`")
        return f"{mark} {text} {mark}" if is_padded else f"{mark}{text}{mark}"

    def time(self, timestamp: int, text: str) -> str:
        """Write a moment that each reader sees in their own zone and language."""
        return f"<t:{timestamp}:f>" if abs(timestamp) <= _LATEST else escape(text)

    def link(self, label: str, url: str) -> str:
        """Write a link without a preview; a label that cannot be one stands before the host."""
        address = url.replace("(", "%28").replace(")", "%29")
        if label == url:
            return f"<{url}>"
        if _SPOILS_LABEL.search(label) is None:
            return f"[{label}](<{address}>)"
        host = urlsplit(url).netloc
        if _SPOILS_LABEL.search(host) is None:
            return f"{escape(label)} ([{host}](<{address}>))"
        return f"{escape(label)} (<{url}>)"

    def heading(self, content: str, level: int) -> str:
        """Write a title; Discord's largest is too loud for an answer.

        A client drops number signs at its end, which a joiner without width keeps there.
        """
        end = "\u2060" if content.rstrip(_EDGES).endswith("#") else ""
        return f"{_TITLE if level <= 1 else _SECTION} {content}{end}"

    def paragraph(self, content: str) -> str:
        """Write running text."""
        return _small(content) if self.is_small else content

    def listing(self, items: Sequence[str], start: int | None) -> str:
        """Write a list without its empty items; in small letters its marks are plain text."""
        if start is None:
            markers = ["• " if self.is_small else "- "] * len(items)
        else:
            stop = "\\. " if self.is_small else ". "
            markers = [f"{number}{stop}" for number in range(start, start + len(items))]
        return "\n".join(filter(None, map(self._item, markers, items)))

    def fields(self, fields: Sequence[tuple[str, str]]) -> str:
        """Write labels with their values, a line each."""
        lines = [f"{_named(label)} {value}" if label else value for label, value in fields]
        return "\n".join(self.paragraph(_BLANK_LINES.sub("\n", line)) for line in lines)

    def quotation(self, content: str, citation: str) -> str:
        """Write somebody's words with a bar along them, and in small letters whose they are."""
        quoted = "\n".join(f"> {line}" for line in content.split("\n")) if content.strip() else ""
        return "\n".join(filter(None, (quoted, citation and f"-# — {citation}")))

    def code_block(self, text: str, language: str) -> str:
        """Write lines that keep their spacing; if they could end the block, as plain lines."""
        if not text.strip() or "```" in text or text.endswith("`"):
            return escape(text)
        return f"```{language.lower()}\n{text}\n```"

    def rule(self) -> str:
        """Write nothing: a dividing line is a component of its own."""
        return ""

    def actions(self, actions: Sequence[tuple[str, str]]) -> str:
        """Write labels with the commands to type for them."""
        return self.listing([f"{label}: {command}" for label, command in actions], None)

    def gap(self, above: Block | None) -> str:
        """Return what stands between blocks: a title has its own distance."""
        return "\n" if isinstance(above, Heading) else "\n\n"

    def _item(self, marker: str, item: str) -> str:
        item = _BLANK_LINES.sub("\n", item).strip("\n")
        if not item.strip():
            return ""
        if self.is_small:
            return _small(marker + item)
        return marker + item.replace("\n", "\n  ")


def _is_nothing(inline: Inline) -> bool:
    """Tell whether no letter of an inline is left once it is clean."""
    if isinstance(inline, Link):
        return not (inline.url or one_line(inline.label).strip())
    return not inline.text


def _small(content: str) -> str:
    """Write one small line: marks of emphasis do not reach from such a line to the next."""
    return "-# " + content.replace("\n", " ") if content.strip() else ""


def _named(label: str) -> str:
    """Write a label; a colon after another one could make the name of an emoji."""
    colon = r"\:" if ":" in label else ":"
    return f"**{label}{colon}**"


def _escaped_start(found: re.Match[str]) -> str:
    blanks, sign, digits = found.groups()
    # A number loses its meaning with the sign after it, as digits cannot be escaped.
    return f"{blanks}\\{sign}" if sign else f"{blanks}{digits}\\"


def _longest_backticks(text: str) -> int:
    return max(map(len, re.findall(r"`+", text)), default=0)
